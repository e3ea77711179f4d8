/**
 * Figures of Sutton & Barto (2nd edition) that show control methods at work, over many runs. Where
 * the book prints no number, the expected values are means over runs of the code of
 * github.com/ShangtongZhang/reinforcement-learning-an-introduction, which draws the book's figures.
 */
import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { ControlAlgorithm, Policy } from "../../algorithms/algorithm.ts";
import doubleQLearning from "../../algorithms/double_q_learning.ts";
import expectedSarsa from "../../algorithms/expected_sarsa.ts";
import qLearning from "../../algorithms/q_learning.ts";
import sarsa from "../../algorithms/sarsa.ts";
import { make } from "../../envs/make.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { learnerOf, Recorder, trainEpisodes } from "./learners.ts";

const asInTheBook = { discount: 1, stepSize: 0.5, epsilon: 0.1 };

/**
 * Steps that a policy takes to the end of an episode that costs 1 per step; Infinity if over 100.
 */
function lengthOf(policy: Policy, id: string): number {
  const environment = make(id, { maxEpisodeSteps: 100 });
  const random = defaultGenerator(0);
  let { observation } = environment.reset({ seed: 0 });
  for (let length = 1;; length++) {
    const step = environment.step(policy.act(observation, random));
    assertEquals(step.reward, -1);
    if (step.terminated) return length;
    if (step.truncated) return Infinity;
    observation = step.observation;
  }
}

function meanAndDeviation(values: readonly number[]): [mean: number, deviation: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (values.length - 1))];
}

function share<T>(values: readonly T[], wanted: T): number {
  return values.filter((value) => value === wanted).length / values.length;
}

/** One hundred runs of 500 episodes on the cliff. */
function cliffRuns(algorithm: ControlAlgorithm) {
  const whileLearning: number[] = [];
  const greedyLengths: number[] = [];
  for (let seed = 0; seed < 100; seed++) {
    const recorder = new Recorder();
    const makeEnvironment = () => recorder.watch(make("CliffWalking-v1"));
    const learner = learnerOf(algorithm, makeEnvironment, asInTheBook, seed);
    trainEpisodes(learner, recorder, 500);
    const late = recorder.episodes.slice(400).map((episode) => episode.return);
    whileLearning.push(meanAndDeviation(late)[0]);
    greedyLengths.push(lengthOf(learner.policy(), "CliffWalking-v1"));
  }
  return { whileLearning, greedyLengths };
}

// Expected: mean return of the episodes 401 to 500 of 100 runs while learning.
for (
  const { algorithm, expected } of [
    { algorithm: sarsa, expected: -26.1 },
    { algorithm: qLearning, expected: -49.1 },
    { algorithm: expectedSarsa, expected: -20.7 },
  ]
) {
  Deno.test(`figure 6.4: ${algorithm.title} earns ${expected} per episode on the cliff`, () => {
    const { whileLearning, greedyLengths } = cliffRuns(algorithm);
    const [mean, deviation] = meanAndDeviation(whileLearning);
    // Both means are of 100 runs: their difference has the standard error deviation sqrt(2 / 100).
    assertAlmostEquals(mean, expected, 3 * deviation * Math.sqrt(2 / 100));
    assertLess(deviation, 10);

    if (algorithm === qLearning) {
      // Along the edge: the shortest way, in every run.
      assertEquals(share(greedyLengths, 13), 1);
    } else if (algorithm === expectedSarsa) {
      // One row further away.
      assertEquals(share(greedyLengths, 15), 1);
    } else {
      // The safe way in most runs (81 of 100 before); but without decay of alpha some end in a loop
      // (14 of 100). Two such shares differ by sqrt(2 p (1 - p) / 100): three of these.
      assertAlmostEquals(share(greedyLengths, 17), 0.81, 0.17);
      assertAlmostEquals(share(greedyLengths, Infinity), 0.14, 0.15);
    }
  });
}

Deno.test("SARSA takes the safe way along the cliff in every run once alpha and epsilon decay", () => {
  const config = {
    discount: 1,
    stepSize: { from: 0.5, to: 0.02, steps: 60_000 },
    epsilon: { from: 0.2, to: 0, steps: 60_000 },
  };
  for (let seed = 0; seed < 10; seed++) {
    const learner = learnerOf(sarsa, () => make("CliffWalking-v1"), config, seed);
    learner.train(60_000);
    assertEquals(lengthOf(learner.policy(), "CliffWalking-v1"), 17, `seed ${seed}`);
  }
});

Deno.test("figure 6.3: SARSA learns to cross the windy gridworld in fifteen steps", () => {
  const episodes: number[] = [];
  const greedyLengths: number[] = [];
  for (let seed = 0; seed < 100; seed++) {
    const recorder = new Recorder();
    const makeEnvironment = () => recorder.watch(make("WindyGridworld-v0"));
    const learner = learnerOf(sarsa, makeEnvironment, asInTheBook, seed);
    learner.train(8000);
    episodes.push(recorder.episodes.length);
    greedyLengths.push(lengthOf(learner.policy(), "WindyGridworld-v0"));
  }
  // The book's curve, one run, is at about 170 episodes after 8000 steps.
  const [mean, deviation] = meanAndDeviation(episodes);
  assertAlmostEquals(mean, 170, 2 * deviation);
  // At alpha = .5 the values stay noisy: many runs have the shortest way at that moment, not all.
  assertEquals(Math.min(...greedyLengths), 15);
  assertGreater(share(greedyLengths, 15), 0.1);

  // Once alpha and epsilon have decayed, all have it.
  const config = {
    discount: 1,
    stepSize: { from: 0.5, to: 0.02, steps: 60_000 },
    epsilon: { from: 0.2, to: 0, steps: 60_000 },
  };
  for (let seed = 0; seed < 10; seed++) {
    const learner = learnerOf(sarsa, () => make("WindyGridworld-v0"), config, seed);
    learner.train(60_000);
    assertEquals(lengthOf(learner.policy(), "WindyGridworld-v0"), 15, `seed ${seed}`);
  }
});

/** Share of the runs that go left, by episode. */
function leftShares(algorithm: ControlAlgorithm, runs: number, episodes: number): Float64Array {
  const left = new Float64Array(episodes);
  for (let seed = 0; seed < runs; seed++) {
    const recorder = new Recorder();
    const learner = learnerOf(
      algorithm,
      () => recorder.watch(make("MaximizationBias-v0")),
      { discount: 1, stepSize: 0.1, epsilon: 0.1 },
      seed,
    );
    trainEpisodes(learner, recorder, episodes);
    // Right ends the episode at once, left takes a second step.
    recorder.episodes.forEach(({ length }, i) => left[i] += (length - 1) / runs);
  }
  return left;
}

Deno.test("figure 6.7: Q-learning goes left far too often, Double Q-learning does not", () => {
  const runs = 2000;
  const tail = (shares: Float64Array) => shares.slice(280).reduce((sum, p) => sum + p, 0) / 20;

  const single = leftShares(qLearning, runs, 300);
  const peak = Math.max(...single);
  // 94.8 % at the peak near episode 24; the largest of some noisy shares, each with a standard
  // error of sqrt(.05 .95 / 2000) = .5 %.
  assertAlmostEquals(peak, 0.948, 0.02);
  const at = single.indexOf(peak) + 1;
  assert(at >= 17 && at <= 31, `the peak is at episode ${at}`);
  // 12.4 % in the episodes 280 to 300. Runs that still go left do so in most of these episodes, so
  // the 20 episodes say hardly more than one: four times sqrt(.12 .88 / 2000) = .7 %.
  assertAlmostEquals(tail(single), 0.124, 0.03);

  const double = leftShares(doubleQLearning, runs, 300);
  assertAlmostEquals(tail(double), 0.068, 0.02);
  assertLess(Math.max(...double), 0.7);
  // The optimum is 5 %: what epsilon-greedy choice alone makes.
  assertGreater(tail(double), 0.045);
});
