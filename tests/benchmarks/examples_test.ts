import { assertEquals, assertGreater, assertLess, assertStringIncludes } from "@std/assert";
import type { ControlAlgorithm } from "../../algorithms/algorithm.ts";
import { createLearner } from "../../algorithms/create.ts";
import { curveSeed, evaluate } from "../../benchmarks/cell/evaluate.ts";
import { parseResult } from "../../data/result_file.ts";
import dynaQ from "../../docs/examples/dyna_q.ts";
import corridor from "../../docs/examples/corridor.ts";
import oneStepActorCritic from "../../docs/examples/one_step_actor_critic.ts";
import { checkEnv } from "../../envs/check_env.ts";
import { make } from "../../envs/make.ts";
import { bench, canRun } from "./command.ts";

Deno.test("the example environment passes checkEnv", () => {
  assertEquals(checkEnv(corridor), []);
});

const runs: readonly [ControlAlgorithm, string][] = [
  [dynaQ as ControlAlgorithm, "Taxi-v4"],
  [oneStepActorCritic as ControlAlgorithm, "CartPole-v1"],
  [oneStepActorCritic as ControlAlgorithm, "Pendulum-v1"],
];
for (const [algorithm, id] of runs) {
  Deno.test(`the example ${algorithm.name} goes on from a snapshot of ${id} bit for bit`, () => {
    const options = { makeEnvironment: () => make(id), seed: 3 };
    const straight = createLearner(algorithm, options);
    straight.train(3000);
    const first = createLearner(algorithm, options);
    first.train(1234);
    const second = createLearner(algorithm, options);
    second.restore(first.save());
    second.train(3000);
    assertEquals(second.save(), straight.save());
  });
}

Deno.test("the example of a neural algorithm learns to balance the pole for a while", () => {
  const makeEnvironment = () => make("CartPole-v1");
  const learner = createLearner(oneStepActorCritic, { makeEnvironment, seed: 1001 });
  const score = () => evaluate(learner.policy(), makeEnvironment(), curveSeed, 10, 0).mean;
  const before = score();
  learner.train(20_000);
  assertLess(before, 60);
  assertGreater(score(), 120);
});

Deno.test({
  name: "the commands of docs/extending.md run the example algorithms and environment",
  ignore: !canRun,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "seedbed-test-" });
    try {
      const documentation = await Deno.readTextFile(
        new URL("../../docs/extending.md", import.meta.url),
      );
      const commands = [...documentation.matchAll(/^deno task bench (.*) --out my_results$/gm)];
      assertEquals(commands.length, 3);
      for (const [, args] of commands) {
        const { code, err } = await bench(...args.split(" "), "--out", out, "--seeds", "0");
        assertEquals(code, 0, err);
      }
      const path = `${out}/quick/Taxi-v4/dyna_q.json`;
      const result = parseResult(await Deno.readTextFile(path), path);
      // Planning finds the optimum of Taxi within the quick budget.
      if (result.task === "control") assertEquals(result.runs[0].exact! > 7.9, true);
      const table = await Deno.readTextFile(`${out}/quick/table.json`);
      for (const name of ["Corridor-v0", "One-step actor-critic", "Pendulum-v1"]) {
        assertStringIncludes(table, name);
      }
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
