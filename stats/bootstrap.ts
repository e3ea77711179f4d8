/**
 * Percentile bootstrap intervals (Efron 1979; stratified by task as in Agarwal et al. 2021): the runs of
 * each task are drawn again with replacement, many times, and the interval holds the middle of what the
 * statistic then gives. The drawing is done by the project's own generator, so that the same scores and
 * seed give the same interval everywhere.
 *
 * The draws, for anyone who wants to repeat them with NumPy: `random = default_rng(seed)`; for each
 * resample and each task in order, `random.integers(0, runs, runs)`, which are places in the task's
 * scores in ascending order. With `taskBootstrap` each resample first draws the tasks,
 * `random.integers(0, tasks, tasks)`.
 */
import { defaultGenerator, type Generator } from "../random/generator.ts";
import { centralInterval, type Interval } from "./quantile.ts";
import { checkScores, type Scores } from "./scores.ts";

/** How an interval is computed; all of it belongs beside a published interval. */
export interface BootstrapOptions {
  /** Number of resamples, 1 or more. */
  readonly resamples: number;
  /** Probability that the interval should cover, above 0 and below 1, such as 0.95. */
  readonly coverage: number;
  /** Seed of the drawing, a whole number >= 0. */
  readonly seed: number;
  /**
   * Whether the tasks are drawn again too, which asks how the number would differ on other tasks of their
   * kind; no if left out: these tasks are meant.
   */
  readonly taskBootstrap?: boolean;
}

/** A number computed from scores. */
export type Statistic = (scores: readonly Float64Array[]) => number;

/** An interval at each point of a curve. */
export interface Band {
  /** The lower end at each point. */
  readonly low: Float64Array;
  /** The upper end at each point. */
  readonly high: Float64Array;
}

/**
 * The bootstrap interval of a statistic.
 *
 * @param scores `scores[task][run]`
 * @param statistic of a resample: as many runs of each task, in no order. Its arrays are used again for
 * the next resample.
 * @returns lower and upper end; both the same for a single run. An end is -Infinity if it is among
 * resamples in which so many diverged runs were drawn that the statistic is.
 * @throws RangeError if a task has no runs, a score is no number, an option is out of range or the
 * statistic gives NaN
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { bootstrapInterval, interquartileMeanOfTasks } from "./mod.ts";
 * const scores = [[0.9, 0.7, 0.8, 0.95, 0.6], [0.2, 0.5, 0.4, 0.1, 0.3]];
 * const options = { resamples: 2000, coverage: 0.95, seed: 0 };
 * const [low, high] = bootstrapInterval(scores, interquartileMeanOfTasks, options);
 * assert(low < interquartileMeanOfTasks(scores) && interquartileMeanOfTasks(scores) < high);
 * ```
 *
 * @example Tasks are drawn independently, and so are two algorithms given as two tasks: the interval of
 * a difference.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bootstrapInterval, mean } from "./mod.ts";
 * const [low, high] = bootstrapInterval(
 *   [[5, 6, 7], [1, 2, 3]],
 *   ([x, y]) => mean(x) - mean(y),
 *   { resamples: 2000, coverage: 0.95, seed: 0 },
 * );
 * assertEquals([low > 0, high], [true, 16 / 3]);
 * ```
 */
export function bootstrapInterval(
  scores: Scores,
  statistic: Statistic,
  options: BootstrapOptions,
): Interval {
  return bootstrapIntervals(scores, [statistic], options)[0];
}

/**
 * The bootstrap intervals of several statistics, all of the same resamples; each is what
 * `bootstrapInterval` gives alone.
 *
 * @throws RangeError as `bootstrapInterval`
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bootstrapInterval, bootstrapIntervals, meanOfTasks, medianOfTasks } from "./mod.ts";
 * const scores = [[1, 2, 3], [4, 6, 8]];
 * const options = { resamples: 200, coverage: 0.9, seed: 0 };
 * const [ofMean, ofMedian] = bootstrapIntervals(scores, [meanOfTasks, medianOfTasks], options);
 * assertEquals(ofMedian, bootstrapInterval(scores, medianOfTasks, options));
 * ```
 */
export function bootstrapIntervals(
  scores: Scores,
  statistics: readonly Statistic[],
  options: BootstrapOptions,
): readonly Interval[] {
  checkScores(scores);
  checkOptions(options);
  const { resamples, coverage, seed, taskBootstrap = false } = options;
  // In ascending order, so that the order of the runs changes nothing.
  const tasks = scores.map((runs) => Float64Array.from(runs).sort());
  const random = defaultGenerator(seed);
  const values = statistics.map(() => new Float64Array(resamples));
  const resample = tasks.map((runs) => new Float64Array(runs.length));
  for (let i = 0; i < resamples; i++) {
    const drawn = taskBootstrap ? drawnTasks(tasks, random) : tasks;
    for (let task = 0; task < drawn.length; task++) {
      const runs = drawn[task];
      if (resample[task].length !== runs.length) resample[task] = new Float64Array(runs.length);
      const into = resample[task];
      for (let j = 0; j < into.length; j++) into[j] = runs[random.integers(0, runs.length)];
    }
    for (let s = 0; s < statistics.length; s++) {
      const value = statistics[s](resample);
      if (Number.isNaN(value)) throw new RangeError(`statistic ${s} of resample ${i} is NaN`);
      values[s][i] = value;
    }
  }
  return values.map((all) => centralInterval(all, coverage));
}

function drawnTasks(tasks: readonly Float64Array[], random: Generator): readonly Float64Array[] {
  const places = tasks.map(() => random.integers(0, tasks.length));
  return places.map((place) => tasks[place]);
}

/**
 * The bootstrap interval at each point of a curve, all of the same resamples. A resample is told by how
 * often each run was drawn, so that a curve over runs can be prepared once.
 *
 * @param runs the number of runs of each task
 * @param points the number of points of the curve
 * @param curve writes the curve of a resample into `out`; `drawn` holds how often each run of the first
 * task was drawn, then each of the second, and so on
 * @throws RangeError if there is no task, a task has no runs, an option is out of range or the curve has a
 * NaN
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bootstrapBand } from "./mod.ts";
 * // The share of the first of two runs: none, half or all of the draws.
 * const share = (drawn: Int32Array, out: Float64Array) => {
 *   out[0] = drawn[0] / 2;
 * };
 * const { low, high } = bootstrapBand([2], 1, share, { resamples: 500, coverage: 0.9, seed: 0 });
 * assertEquals([low[0], high[0]], [0, 1]);
 * ```
 */
export function bootstrapBand(
  runs: readonly number[],
  points: number,
  curve: (drawn: Int32Array, out: Float64Array) => void,
  options: BootstrapOptions,
): Band {
  checkOptions(options);
  if (runs.length === 0 || !runs.every((count) => Number.isInteger(count) && count > 0)) {
    throw new RangeError(`a band needs one task or more with one run or more each, not [${runs}]`);
  }
  const { resamples, coverage, seed, taskBootstrap = false } = options;
  const random = defaultGenerator(seed);
  const first = new Int32Array(runs.length);
  for (let task = 1; task < runs.length; task++) first[task] = first[task - 1] + runs[task - 1];
  const drawn = new Int32Array(first[runs.length - 1] + runs[runs.length - 1]);
  const all = runs.map((_, task) => task);
  const values = Array.from({ length: points }, () => new Float64Array(resamples));
  const out = new Float64Array(points);
  for (let i = 0; i < resamples; i++) {
    drawn.fill(0);
    const tasks = taskBootstrap ? all.map(() => random.integers(0, all.length)) : all;
    for (const task of tasks) {
      for (let j = 0; j < runs[task]; j++) drawn[first[task] + random.integers(0, runs[task])]++;
    }
    curve(drawn, out);
    for (let point = 0; point < points; point++) {
      if (Number.isNaN(out[point])) throw new RangeError(`point ${point} of resample ${i} is NaN`);
      values[point][i] = out[point];
    }
  }
  const low = new Float64Array(points), high = new Float64Array(points);
  values.forEach((of, point) => [low[point], high[point]] = centralInterval(of, coverage));
  return { low, high };
}

/**
 * Checks the options of a bootstrap.
 *
 * @throws RangeError that says which is out of range
 */
export function checkOptions({ resamples, coverage, seed }: BootstrapOptions): void {
  if (!(Number.isSafeInteger(resamples) && resamples > 0)) {
    throw new RangeError(`resamples must be a whole number > 0, not ${resamples}`);
  }
  if (!(coverage > 0 && coverage < 1)) {
    throw new RangeError(`coverage must be above 0 and below 1, not ${coverage}`);
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new RangeError(`the seed must be a whole number >= 0, not ${seed}`);
  }
}
