/**
 * Where the methods end up: at optimal policies and exact values, computed here by value iteration.
 */
import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import type { Learner } from "../../algorithms/algorithm.ts";
import doubleQLearning from "../../algorithms/double_q_learning.ts";
import expectedSarsa from "../../algorithms/expected_sarsa.ts";
import monteCarloControl from "../../algorithms/monte_carlo_control.ts";
import qLearning from "../../algorithms/q_learning.ts";
import type { Environment } from "../../envs/environment.ts";
import { hasExploringStarts } from "../../envs/exploring_starts.ts";
import { make } from "../../envs/make.ts";
import { TabularEnvironment } from "../../envs/tabular_environment.ts";
import { tabularModel } from "../../envs/tabular_model.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { exactActionValues, visitedStates } from "./exact_values.ts";
import { learnerOf, tableOf, tabularAlgorithms } from "./learners.ts";

/** The greedy actions of a learner's policy, by state. */
function greedyActions(learner: Learner, states: readonly number[]): number[] {
  const policy = learner.policy();
  const random = defaultGenerator(0);
  return states.map((state) => policy.act(state, random) as number);
}

/** Checks that every action of the policy is optimal wherever an episode can come. */
function assertOptimal(learner: Learner, environment: Environment, discount: number, name: string) {
  const model = environment.model!;
  const exact = exactActionValues(model, discount);
  const states = visitedStates(model);
  greedyActions(learner, states).forEach((action, i) => {
    const row = exact.subarray(states[i] * model.actions, (states[i] + 1) * model.actions);
    assertAlmostEquals(row[action], Math.max(...row), 1e-9, `${name}, state ${states[i]}`);
  });
}

/** The largest error of the learned values of the pairs that are visited. */
function largestError(table: Float64Array, exact: Float64Array, environment: Environment): number {
  const { actions } = environment.model!;
  return Math.max(
    ...visitedStates(environment.model!).flatMap((state) =>
      Array.from(
        { length: actions },
        (_, a) => Math.abs(table[state * actions + a] - exact[state * actions + a]),
      )
    ),
  );
}

for (const algorithm of tabularAlgorithms) {
  Deno.test(`${algorithm.name} finds the shortest way from every cell of a gridworld in 30 000 steps`, () => {
    const makeEnvironment = () => make("Gridworld4x4-v0", { maxEpisodeSteps: 100 });
    const config = { discount: 0.9, stepSize: 0.1, epsilon: { from: 1, to: 0.1, steps: 20_000 } };
    for (let seed = 0; seed < 5; seed++) {
      const learner = learnerOf(algorithm, makeEnvironment, config, seed);
      learner.train(30_000);
      assertOptimal(learner, makeEnvironment(), 0.9, `seed ${seed}`);
    }
  });

  Deno.test(`${algorithm.name} crosses the frozen lake in six steps after 60 000`, () => {
    const makeEnvironment = () => make("FrozenLake-v1", { isSlippery: false });
    const config = { discount: 0.9, stepSize: 0.05, epsilon: { from: 1, to: 0.1, steps: 40_000 } };
    for (let seed = 0; seed < 5; seed++) {
      const learner = learnerOf(algorithm, makeEnvironment, config, seed);
      learner.train(60_000);
      const environment = makeEnvironment();
      const policy = learner.policy();
      let { observation } = environment.reset({ seed });
      const rewards: number[] = [];
      for (let ended = false; !ended;) {
        const step = environment.step(policy.act(observation, defaultGenerator(0)));
        observation = step.observation;
        rewards.push(step.reward);
        ended = step.terminated || step.truncated;
      }
      assertEquals(rewards, [0, 0, 0, 0, 0, 1], `seed ${seed}`);
    }
  });
}

Deno.test("Q-learning's table becomes the exact optimum on the lake that is not slippery", () => {
  // Deterministic, so that a step size of 1 leaves nothing to average; no time limit, so that the
  // values do not depend on it either way.
  const makeEnvironment = () => make("FrozenLake-v1", { isSlippery: false, maxEpisodeSteps: null });
  const learner = learnerOf(qLearning, makeEnvironment, {
    discount: 0.9,
    stepSize: 1,
    epsilon: 1,
  });
  learner.train(100_000);
  const environment = makeEnvironment();
  const exact = exactActionValues(environment.model!, 0.9);
  assertLess(largestError(tableOf(learner), exact, environment), 1e-12);
});

Deno.test("a time limit does not change the values that Q-learning learns", () => {
  // Episodes of 7 steps at most: were the cut taken for an end, most values would be too low.
  const makeEnvironment = () => make("FrozenLake-v1", { isSlippery: false, maxEpisodeSteps: 7 });
  const learner = learnerOf(qLearning, makeEnvironment, {
    discount: 0.9,
    stepSize: 1,
    epsilon: 1,
  });
  learner.train(300_000);
  const environment = makeEnvironment();
  const exact = exactActionValues(environment.model!, 0.9);
  assertLess(largestError(tableOf(learner), exact, environment), 1e-12);
});

/** Three states, two actions each: a safe way, a risky one, and a loop. */
function smallProblem(): Environment {
  const table = tabularModel(
    [
      [[[0.8, 1, 1, false], [0.2, 2, 0, false]], [[0.5, 0, 0, false], [0.5, 2, 2, false]]],
      [[[0.6, 0, -1, false], [0.4, 1, 3, true]], [[1, 2, 0.5, false]]],
      [[[0.9, 2, 0.2, false], [0.1, 0, 5, false]], [[0.3, 1, 0, false], [0.7, 2, 1, true]]],
    ],
    [0.5, 0.25, 0.25],
  );
  return new TabularEnvironment({ id: "Small-v0", table });
}

for (const algorithm of [qLearning, doubleQLearning]) {
  Deno.test(`${algorithm.name}'s values converge to the exact optimum of a random problem`, () => {
    const learner = learnerOf(algorithm, smallProblem, {
      discount: 0.8,
      stepSize: { power: 0.8 },
      epsilon: 1,
    });
    const environment = smallProblem();
    const exact = exactActionValues(environment.model!, 0.8);
    const tables = algorithm === qLearning ? ["q"] : ["q1", "q2"];
    const error = () =>
      Math.max(...tables.map((name) => largestError(tableOf(learner, name), exact, environment)));
    learner.train(10_000);
    const early = error();
    learner.train(1_000_000);
    // Targets range over about 6 and each pair has had about 100 000 of them: 6 / sqrt(100 000) =
    // 0.02.
    assertLess(error(), 0.02);
    assertLess(error(), early / 2);
    assertOptimal(learner, environment, 0.8, algorithm.name);
  });
}

Deno.test("Q-learning's values converge to the exact optimum of the slippery lake", () => {
  const makeEnvironment = () => make("FrozenLake-v1");
  const learner = learnerOf(qLearning, makeEnvironment, {
    discount: 0.9,
    stepSize: { power: 0.7 },
    epsilon: 1,
  });
  learner.train(2_000_000);
  const environment = makeEnvironment();
  const exact = exactActionValues(environment.model!, 0.9);
  assertLess(largestError(tableOf(learner), exact, environment), 0.02);
  assertOptimal(learner, environment, 0.9, "slippery lake");
});

Deno.test("Expected SARSA's values become those of its own epsilon-greedy policy", () => {
  const epsilon = 0.3;
  const makeEnvironment = () => make("FrozenLake-v1", { isSlippery: false });
  const learner = learnerOf(expectedSarsa, makeEnvironment, {
    discount: 0.9,
    stepSize: 1,
    epsilon,
    initialValue: 1, // optimistic: the goal is found at once
  });
  learner.train(300_000);
  const environment = makeEnvironment();
  const exact = exactActionValues(
    environment.model!,
    0.9,
    (values) =>
      (1 - epsilon) * Math.max(...values) +
      values.reduce((sum, value) => sum + value * epsilon / values.length, 0),
  );
  assertLess(largestError(tableOf(learner), exact, environment), 1e-9);
});

Deno.test("Monte-Carlo control with exploring starts learns to play Blackjack (example 5.3)", () => {
  const makeEnvironment = () => make("Blackjack-v1");
  const learner = learnerOf(monteCarloControl, makeEnvironment, {
    discount: 1,
    start: "exploring starts",
  });
  learner.train(1_000_000);
  const model = makeEnvironment().model!;
  const exact = exactActionValues(model, 1);
  const policy = learner.policy();
  // Observations are the pairs of the table; where sticking and hitting differ by less than 0.05
  // the order is not settled by so few hands.
  const environment = makeEnvironment().unwrapped;
  assert(hasExploringStarts(environment));
  let decided = 0;
  const wrong: string[] = [];
  for (let state = 0; state < model.states; state++) {
    const observation = model.observation[state];
    const [stick, hit] = exact.subarray(2 * state, 2 * state + 2);
    if (!environment.startStates.includes(observation) || Math.abs(stick - hit) < 0.05) continue;
    decided++;
    const cards = Int32Array.of(
      observation / 22,
      Math.floor(observation / 2) % 11,
      observation % 2,
    );
    const action = policy.act(cards, defaultGenerator(0));
    if (action !== (stick > hit ? 0 : 1)) wrong.push(`${cards}: ${action}`);
  }
  assert(decided > 200, `${decided} states`);
  assertEquals(wrong, []);
});
