/**
 * Mistakes that implementations of tabular control are known to make, each with a test against it.
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { ControlAlgorithm } from "../../algorithms/algorithm.ts";
import expectedSarsa from "../../algorithms/expected_sarsa.ts";
import monteCarloControl from "../../algorithms/monte_carlo_control.ts";
import nStepSarsa from "../../algorithms/n_step_sarsa.ts";
import qLambda from "../../algorithms/q_lambda.ts";
import qLearning from "../../algorithms/q_learning.ts";
import sarsa from "../../algorithms/sarsa.ts";
import sarsaLambda from "../../algorithms/sarsa_lambda.ts";
import { make } from "../../envs/make.ts";
import { encodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { learnerOf, Recorder, tableOf, tabularAlgorithms } from "./learners.ts";
import { scriptedEnvironment, scriptedGenerator, type ScriptedStep } from "./scripted.ts";

/** The first table of a learner after some steps of a script with two states and two actions. */
function tableAfter(
  algorithm: ControlAlgorithm,
  steps: readonly ScriptedStep[],
  config: Readonly<Record<string, unknown>>,
  count = steps.length,
): Float64Array {
  const script = { states: 2, actions: 2, start: 0, steps };
  const learner = learnerOf(
    algorithm,
    () => scriptedEnvironment(script),
    { discount: 0.5, stepSize: 1, epsilon: 1, ...config },
    0,
    scriptedGenerator({ integers: [0], doubles: [0, 0] }),
  );
  learner.train(count);
  return tableOf(learner, algorithm.name === "double_q_learning" ? "q1" : "q");
}

for (const algorithm of tabularAlgorithms) {
  Deno.test(`${algorithm.name}: termination ends the value, truncation does not`, () => {
    // One step to state 1, whose actions are all worth 8 at first, with reward 3.
    const after = (end: ScriptedStep["end"]) =>
      tableAfter(algorithm, [{ next: 1, reward: 3, end }], { initialValue: 8 })[0];
    assertStrictEquals(after("terminated"), 3);
    assertStrictEquals(after("truncated"), 3 + 0.5 * 8);
  });

  Deno.test(`${algorithm.name}: both ways to end an episode end what reaches back over steps`, () => {
    // Episode 1 visits (0, a0) and (1, a0) for nothing, episode 2 gets 8 at once in (0, a0).
    for (const end of ["terminated", "truncated"] as const) {
      const steps: ScriptedStep[] = [
        { next: 1, reward: 0 },
        { next: 1, reward: 0, end },
        { next: 1, reward: 8, end: "terminated" },
      ];
      assertEquals(tableAfter(algorithm, steps, {}), Float64Array.of(8, 0, 0, 0));
    }
  });

  Deno.test(`${algorithm.name}: terminal states keep no value, though the model lists steps from them`, () => {
    // On the lake, holes and goal have rows that lead to themselves. Each first estimate is 5; only
    // if it leaked back from the end would the way into the goal be worth more than 1.
    const environment = () => make("FrozenLake-v1", { isSlippery: false });
    const learner = learnerOf(algorithm, environment, {
      initialValue: 5,
      stepSize: 1,
      epsilon: 1,
      discount: 1,
    });
    learner.train(20_000);
    const q = tableOf(learner, algorithm.name === "double_q_learning" ? "q1" : "q");
    assertStrictEquals(q[4 * 14 + 2], 1); // from 14 right into the goal
    assertStrictEquals(q[4 * 13 + 0], 0); // from 13 left into a hole
    for (const terminal of [5, 7, 11, 12, 15]) {
      assertEquals(Array.from(q.subarray(4 * terminal, 4 * terminal + 4)), [5, 5, 5, 5]);
    }
  });

  Deno.test(`${algorithm.name}: ties are broken at random while learning, by a fixed rule in evaluation`, () => {
    // Nothing learned: every action is as good as the others.
    const recorder = new Recorder();
    const counts = [0, 0, 0, 0];
    recorder.onAction = (_, action) => counts[action as number]++;
    const makeEnvironment = () => recorder.watch(make("FrozenLake-v1"));
    const learner = learnerOf(algorithm, makeEnvironment, { epsilon: 0, stepSize: 0 });
    learner.train(4000);
    // Four standard deviations of 4000 draws with probability 1/4: 110.
    assert(counts.every((count) => Math.abs(count - 1000) <= 110), `${counts}`);
    const policy = learner.policy();
    for (let state = 0; state < 16; state++) {
      assertStrictEquals(policy.act(state, defaultGenerator(0)), 0);
    }
  });

  Deno.test(`${algorithm.name}: evaluation leaves the learner and its environment alone`, () => {
    const learner = learnerOf(algorithm, () => make("FrozenLake-v1"));
    learner.train(321);
    const before = encodeSnapshot(learner.save());
    const policy = learner.policy();
    for (let state = 0; state < 16; state++) policy.act(state, defaultGenerator(1));
    policy.toOnnx();
    assertEquals(encodeSnapshot(learner.save()), before);
  });

  Deno.test(`${algorithm.name} looks at the last observation of a cut episode, not at the next start`, () => {
    // State 1 has been made worth 4; the cut step leads there, and the next episode starts in state
    // 0.
    const steps: ScriptedStep[] = [
      { next: 1, reward: 0 },
      { next: 1, reward: 4, end: "terminated" },
      { next: 1, reward: 0, end: "truncated" },
    ];
    const q = tableAfter(algorithm, steps, { epsilon: 1e-9, initialValue: 0 });
    assertStrictEquals(q[2], 4);
    const worth = [sarsa, nStepSarsa, sarsaLambda, qLearning, qLambda].includes(algorithm)
      ? 0.5 * 4
      : algorithm === expectedSarsa || algorithm === monteCarloControl
      ? 0.5 * ((1 - 1e-9) * 4 + 1e-9 * 2)
      : 0; // Double Q-learning's other table has seen nothing yet.
    assertStrictEquals(q[0], worth);
  });
}

for (const algorithm of [sarsa, nStepSarsa, sarsaLambda]) {
  Deno.test(`${algorithm.name}: the next action that an update looks at is the one that is taken`, () => {
    const recorder = new Recorder();
    let taken: unknown;
    recorder.onAction = (_, action) => taken = action;
    const learner = learnerOf(algorithm, () => recorder.watch(make("FrozenLake-v1")), {
      epsilon: 0.5,
    });
    for (let step = 1; step <= 300; step++) {
      const { action } = learner.save() as Readonly<Record<string, Snapshot>>;
      learner.train(step);
      assertStrictEquals(taken, action);
    }
  });
}

Deno.test("Monte-Carlo control has its own names for first and every visit", () => {
  const { config } = monteCarloControl;
  for (const visit of ["first", "every"]) assert(config.safeParse({ visit }).success);
  assert(!config.safeParse({ visit: "last" }).success);
});
