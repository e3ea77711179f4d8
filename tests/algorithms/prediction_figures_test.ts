/**
 * Figures of Sutton & Barto (2018) on prediction. The expected numbers were computed with many runs of
 * an implementation by others (Example 6.2: 5000 runs; Figure 7.2: 300 runs). A mean of ours may
 * differ from them by four standard errors of the difference, the spread of single runs being the same
 * in both, and by half a unit of the last printed digit.
 */
import { assert, assertAlmostEquals } from "@std/assert";
import type { PredictionAlgorithm } from "../../algorithms/algorithm.ts";
import {
  predictionTargets,
  rootMeanSquareError,
} from "../../algorithms/common/prediction_error.ts";
import { createPredictor } from "../../algorithms/create.ts";
import monteCarloPrediction from "../../algorithms/monte_carlo_prediction.ts";
import nStepTdPrediction from "../../algorithms/n_step_td_prediction.ts";
import tdPrediction from "../../algorithms/td_prediction.ts";
import { make } from "../../envs/make.ts";

/** `errors[stepSize][run][episode]`: root mean square errors, before the first episode and after each. */
function learningCurves<Config extends { readonly stepSizes: readonly number[] }>(
  algorithm: PredictionAlgorithm<Config>,
  environment: string,
  config: Partial<Config> & Pick<Config, "stepSizes">,
  episodes: number,
  runs: number,
): number[][][] {
  const targets = predictionTargets(make(environment).model!, 1);
  const errors: number[][][] = config.stepSizes.map(() => []);
  for (let seed = 0; seed < runs; seed++) {
    const makeEnvironment = () => make(environment);
    const predictor = createPredictor(algorithm, { makeEnvironment, seed, config });
    for (const curves of errors) curves.push([]);
    for (let episode = 0; episode <= episodes; episode++) {
      predictor.train(episode);
      predictor.values().forEach((values, i) =>
        errors[i][seed].push(rootMeanSquareError(values, targets))
      );
    }
  }
  return errors;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) * (value - center))));
}

/** Compares the mean over our runs with a published mean over so many runs. */
function assertMean(ours: readonly number[], theirs: number, theirRuns: number, digit: number) {
  const standardError = deviation(ours) * Math.sqrt(1 / ours.length + 1 / theirRuns);
  assertAlmostEquals(mean(ours), theirs, 4 * standardError + digit / 2);
}

const example62 = [
  [tdPrediction, [[0.05, 0.0352], [0.1, 0.0553], [0.15, 0.0702]]],
  [monteCarloPrediction, [[0.01, 0.0970], [0.02, 0.0817], [0.03, 0.0934], [0.04, 0.1070]]],
] as const;

for (const [algorithm, rows] of example62) {
  Deno.test(`Example 6.2: errors of ${algorithm.name} on the walk of 5 states`, () => {
    const stepSizes = rows.map(([stepSize]) => stepSize);
    const config = { stepSizes, initialValue: 0.5 };
    const errors = learningCurves<typeof config>(
      algorithm as PredictionAlgorithm as PredictionAlgorithm<typeof config>,
      "RandomWalk5-v0",
      config,
      100,
      1000,
    );
    rows.forEach(([stepSize, expected], i) => {
      for (const curve of errors[i]) assertAlmostEquals(curve[0], 0.2357, 0.00005);
      assertMean(errors[i].map((curve) => curve[100]), expected, 5000, 0.0001);
      if (algorithm === tdPrediction && stepSize === 0.1) {
        const means = errors[i][0].map((_, episode) => mean(errors[i].map((c) => c[episode])));
        const lowest = means.indexOf(Math.min(...means));
        assertMean(errors[i].map((curve) => curve[lowest]), 0.0471, 5000, 0.0001);
      }
    });
  });
}

Deno.test("Figure 7.2: best step sizes and errors of n-step TD on the walk of 19 states", () => {
  const stepSizes = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  for (
    const [n, best, expected] of [
      [1, 0.8, 0.346],
      [2, 0.6, 0.278],
      [4, 0.4, 0.265],
      [8, 0.2, 0.280],
      [16, 0.1, 0.324],
    ]
  ) {
    const errors = learningCurves(nStepTdPrediction, "RandomWalk19-v0", { stepSizes, n }, 10, 150)
      .map((runs) => runs.map((curve) => mean(curve.slice(1))));
    const means = errors.map(mean);
    const chosen = stepSizes.indexOf(best);
    assertMean(errors[chosen], expected, 300, 0.001);
    // No other step size is better by more than the noise of the difference to it.
    errors.forEach((others, i) => {
      const differences = others.map((error, run) => error - errors[chosen][run]);
      assert(means[i] >= means[chosen] - 4 * deviation(differences) / Math.sqrt(others.length));
    });
  }
});
