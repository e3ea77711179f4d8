import { assertEquals, assertStringIncludes } from "@std/assert";
import { createLearner } from "../../algorithms/create.ts";
import { parseResult } from "../../data/result_file.ts";
import dynaQ from "../../docs/examples/dyna_q.ts";
import corridor from "../../docs/examples/corridor.ts";
import { checkEnv } from "../../envs/check_env.ts";
import { make } from "../../envs/make.ts";
import { bench, canRun } from "./command.ts";

Deno.test("the example environment passes checkEnv", () => {
  assertEquals(checkEnv(corridor), []);
});

Deno.test("the example algorithm goes on from a snapshot bit for bit", () => {
  const options = { makeEnvironment: () => make("Taxi-v4"), seed: 3 };
  const straight = createLearner(dynaQ, options);
  straight.train(3000);
  const first = createLearner(dynaQ, options);
  first.train(1234);
  const second = createLearner(dynaQ, options);
  second.restore(first.save());
  second.train(3000);
  assertEquals(second.save(), straight.save());
});

Deno.test({
  name: "the commands of docs/extending.md run the example algorithm and environment",
  ignore: !canRun,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "seedbed-test-" });
    try {
      const documentation = await Deno.readTextFile(
        new URL("../../docs/extending.md", import.meta.url),
      );
      const commands = [...documentation.matchAll(/^deno task bench (.*) --out my_results$/gm)];
      assertEquals(commands.length, 2);
      for (const [, args] of commands) {
        const { code, err } = await bench(...args.split(" "), "--out", out, "--seeds", "0");
        assertEquals(code, 0, err);
      }
      const path = `${out}/quick/Taxi-v4/dyna_q.json`;
      const result = parseResult(await Deno.readTextFile(path), path);
      // Planning finds the optimum of Taxi within the quick budget.
      if (result.task === "control") assertEquals(result.runs[0].exact! > 7.9, true);
      const table = await Deno.readTextFile(`${out}/quick/table.json`);
      assertStringIncludes(table, "Corridor-v0");
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
