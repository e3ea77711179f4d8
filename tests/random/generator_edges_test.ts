/** Generator against NumPy 2.4.6 where rng.json leaves gaps (generator_edges.json). */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { defaultGenerator } from "../../random/generator.ts";
import { SeedSequence } from "../../random/seed_sequence.ts";
import { loadGolden } from "../golden/golden.ts";
import { type RecordedCall, replay } from "./golden_ops.ts";

const golden = await loadGolden("generator_edges");

for (const { seed, fresh } of golden.seeds) {
  Deno.test(`odd ranges, dtypes and sampling of seed ${seed} give NumPy's numbers and state`, () => {
    assert(fresh.length > 100);
    for (const call of fresh as RecordedCall[]) {
      const label = `${call.op} ${JSON.stringify(call.args)}`;
      const generator = defaultGenerator(Number(seed));
      const actual = replay(generator, call);
      if (call.op === "standard_gamma") {
        (call.out as number[]).forEach((value, i) =>
          assertAlmostEquals((actual as number[])[i], value, 1e-15 * value, label)
        );
      } else {
        assertEquals(actual, call.out, label);
      }
      const { state, hasUint32 } = generator.bits.state;
      assertEquals(
        [`${state}`, Number(hasUint32)],
        [call.state_after, call.has_uint32_after],
        label,
      );
    }
  });
}

Deno.test("SeedSequence of an empty list is NumPy's", () => {
  const words = [...new SeedSequence([]).generateState64(4)].map(String);
  assertEquals(words, golden.seed_sequence_of_empty_list);
});
