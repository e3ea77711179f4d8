/**
 * Statistics of runs with several seeds on several tasks: aggregates, bootstrap intervals, probability of
 * improvement, profiles, sample-efficiency curves and tests. Pure functions of `scores[task][run]`; what
 * they draw comes from Seedbed's own generator, so that the same scores and seed give the same numbers on
 * every machine. See docs/statistics.md.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { bootstrapInterval, interquartileMeanOfTasks, probabilityOfImprovement } from "./mod.ts";
 *
 * // Normalised scores of five runs on two tasks.
 * const mine = [[0.91, 0.85, 0.96, 0.88, 0.93], [0.41, 0.62, 0.55, 0.47, 0.58]];
 * const baseline = [[0.75, 0.81, 0.69, 0.9, 0.72], [0.44, 0.31, 0.39, 0.5, 0.28]];
 *
 * const options = { resamples: 50_000, coverage: 0.95, seed: 0 };
 * const [low, high] = bootstrapInterval(mine, interquartileMeanOfTasks, options);
 * assert(low < 0.74 && 0.74 < high);
 * assert(probabilityOfImprovement(mine, baseline) > 0.8);
 * ```
 *
 * @module
 */
export * from "./aggregate.ts";
export {
  interquartileMeanOfTasks,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
} from "./aggregates.ts";
export {
  type Band,
  bootstrapBand,
  bootstrapInterval,
  bootstrapIntervals,
  type BootstrapOptions,
  type Statistic,
} from "./bootstrap.ts";
export { type Curves, sampleEfficiencyBand, sampleEfficiencyCurve } from "./efficiency.ts";
export {
  improvementInterval,
  improvementIntervals,
  probabilityOfImprovement,
} from "./improvement.ts";
export { performanceProfile, profileBand } from "./profiles.ts";
export { type Interval, quantileOfSorted } from "./quantile.ts";
export { aggregateIntervals, interquartileMeanIntervals } from "./row_intervals.ts";
export type { Scores } from "./scores.ts";
export {
  type PermutationOptions,
  type PermutationTest,
  permutationTest,
  type WelchTest,
  welchTest,
} from "./tests.ts";
