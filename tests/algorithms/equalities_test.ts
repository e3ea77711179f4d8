/** Methods that become one another at the ends of their parameters, bit for bit. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import type { ControlAlgorithm } from "../../algorithms/algorithm.ts";
import doubleQLearning from "../../algorithms/double_q_learning.ts";
import expectedSarsa from "../../algorithms/expected_sarsa.ts";
import monteCarloControl from "../../algorithms/monte_carlo_control.ts";
import nStepSarsa from "../../algorithms/n_step_sarsa.ts";
import qLambda from "../../algorithms/q_lambda.ts";
import qLearning from "../../algorithms/q_learning.ts";
import sarsa from "../../algorithms/sarsa.ts";
import sarsaLambda from "../../algorithms/sarsa_lambda.ts";
import { make } from "../../envs/make.ts";
import { learnerOf, tableOf } from "./learners.ts";

interface Run {
  readonly environment: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly steps: number;
}

const anyRun: fc.Arbitrary<Run> = fc.record({
  environment: fc.constantFrom("FrozenLake-v1", "CliffWalking-v1", "Taxi-v4"),
  options: fc.constantFrom({ maxEpisodeSteps: 6 }, { maxEpisodeSteps: 50 }),
  config: fc.record({
    discount: fc.constantFrom(0.9, 1),
    stepSize: fc.constantFrom(0.2, { power: 0.7 }, { from: 0.5, to: 0.1, steps: 400 }),
    epsilon: fc.constantFrom(0, 0.1, { from: 1, to: 0.2, steps: 300 }),
    initialValue: fc.constantFrom(0, 3),
  }),
  seed: fc.nat(99),
  steps: fc.integer({ min: 1, max: 1500 }),
});

function table(
  algorithm: ControlAlgorithm,
  { environment, options, config, seed, steps }: Run,
  own: Readonly<Record<string, unknown>> = {},
  name = "q",
): Float64Array {
  const makeEnvironment = () => make(environment, options);
  const learner = learnerOf(algorithm, makeEnvironment, { ...config, ...own }, seed);
  learner.train(steps);
  return tableOf(learner, name);
}

Deno.test("n-step SARSA with n = 1 is SARSA", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      assertEquals(table(nStepSarsa, run, { n: 1 }), table(sarsa, run));
    }),
    { numRuns: 40 },
  );
});

Deno.test("SARSA(lambda) with lambda = 0 is SARSA", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      assertEquals(table(sarsaLambda, run, { lambda: 0 }), table(sarsa, run));
    }),
    { numRuns: 40 },
  );
});

Deno.test("Q(lambda) with lambda = 0 is Q-learning", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      assertEquals(table(qLambda, run, { lambda: 0 }), table(qLearning, run));
    }),
    { numRuns: 40 },
  );
});

Deno.test("Expected SARSA with epsilon 0 is Q-learning", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      const greedy = { epsilon: 0 };
      assertEquals(table(expectedSarsa, run, greedy), table(qLearning, run, greedy));
    }),
    { numRuns: 40 },
  );
});

Deno.test("the parameters that join the methods make a difference elsewhere", () => {
  const run: Run = {
    environment: "FrozenLake-v1",
    options: {},
    config: { epsilon: 0.5, initialValue: 1 },
    seed: 0,
    steps: 1000,
  };
  assertNotEquals(table(nStepSarsa, run, { n: 2 }), table(sarsa, run));
  assertNotEquals(table(sarsaLambda, run, { lambda: 0.1 }), table(sarsa, run));
  assertNotEquals(table(qLambda, run, { lambda: 0.1 }), table(qLearning, run));
  assertNotEquals(table(expectedSarsa, run), table(qLearning, run));
});

Deno.test("n-step SARSA with n as long as the episodes is every-visit Monte-Carlo control", () => {
  // Where episodes only end by termination: at a time limit the two look ahead differently.
  fc.assert(
    fc.property(
      fc.constantFrom(
        { environment: "FrozenLake-v1", options: { rewardSchedule: [5, -2, -0.5] } },
        { environment: "Blackjack-v1", options: {} },
      ),
      fc.constantFrom(0.2, { power: 0.7 }),
      fc.constantFrom(0.9, 1),
      fc.nat(99),
      ({ environment, options }, stepSize, discount, seed) => {
        const run: Run = {
          environment,
          options: { ...options, maxEpisodeSteps: null },
          config: { stepSize, discount, epsilon: 0.3 },
          seed,
          steps: 1500,
        };
        const monteCarlo = table(monteCarloControl, run, { visit: "every" });
        assertEquals(table(nStepSarsa, run, { n: 1500 }), monteCarlo);
        assert(monteCarlo.some((value) => value !== 0));
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("Double Q-learning updates each of its tables about half of the time", () => {
  const run: Run = {
    environment: "FrozenLake-v1",
    options: {},
    config: { stepSize: { power: 1 } },
    seed: 1,
    steps: 20_000,
  };
  const total = (name: string) =>
    table(doubleQLearning, run, {}, name).reduce((sum, visits) => sum + visits, 0);
  const [first, second] = [total("stepSize1"), total("stepSize2")];
  assertEquals(first + second, 20_000);
  // Four standard deviations of 20 000 fair coins: 4 * sqrt(20 000) / 2 = 283.
  assert(Math.abs(first - 10_000) <= 283, `${first} updates of the first table`);
  assertNotEquals(table(doubleQLearning, run, {}, "q1"), table(doubleQLearning, run, {}, "q2"));
});
