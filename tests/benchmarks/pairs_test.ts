import { assert, assertEquals } from "@std/assert";
import { suites } from "../../benchmarks/suites/mod.ts";
import { pairsOf } from "../../benchmarks/suites/pairs.ts";

Deno.test("declared pairs are rows of their suite that meet on an environment, each pair once", () => {
  let pairs = 0;
  for (const { name, blocks } of suites) {
    const seen = new Set<string>();
    for (const { entry, against } of pairsOf(name)) {
      const on = (row: string) =>
        blocks.filter(({ entries }) => entries.some((candidate) => candidate.name === row))
          .flatMap(({ environments }) => environments.map(({ id }) => id));
      assert(on(entry).some((id) => on(against).includes(id)), `${name}: ${entry}, ${against}`);
      assert(entry !== against);
      const key = [entry, against].sort().join(" ");
      assertEquals(seen.has(key), false, key);
      seen.add(key);
      pairs++;
    }
  }
  assert(pairs > 10);
});
