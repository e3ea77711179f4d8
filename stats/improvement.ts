/**
 * The probability that a run of one algorithm is better than a run of another (Agarwal et al. 2021): over
 * tasks the mean of the Mann-Whitney statistic, divided by the number of pairs. Ties count half; two runs
 * that diverged are a tie.
 */
import { defaultGenerator, type Generator } from "../random/generator.ts";
import { type BootstrapOptions, checkOptions } from "./bootstrap.ts";
import { centralInterval, type Interval } from "./quantile.ts";
import { checkScores, type Scores } from "./scores.ts";

/**
 * The probability that x is better than y, on a task drawn at random.
 *
 * @param x `x[task][run]`
 * @param y on the same tasks, with any number of runs
 * @throws RangeError if the tasks differ in number, one has no runs or a score is no number
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { probabilityOfImprovement } from "./mod.ts";
 * assertEquals(probabilityOfImprovement([[2, 3], [1, 1]], [[1, 2], [0, 3]]), 0.6875);
 * ```
 */
export function probabilityOfImprovement(x: Scores, y: Scores): number {
  const duels = duelsOf(x, y);
  let sum = 0;
  for (const { above, notBelow, yRuns } of duels) {
    let points = 0;
    for (let i = 0; i < above.length; i++) points += above[i] + notBelow[i];
    sum += points / (2 * above.length * yRuns);
  }
  return sum / duels.length;
}

/**
 * Its bootstrap interval. The runs of x and of y are drawn independently: for each resample and each task
 * first those of x, then those of y.
 *
 * @throws RangeError as `probabilityOfImprovement`, or if an option is out of range
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { improvementInterval } from "./mod.ts";
 * const options = { resamples: 2000, coverage: 0.95, seed: 0 };
 * assertEquals(improvementInterval([[5, 6, 7]], [[1, 2, 3]], options), [1, 1]);
 * ```
 */
export function improvementInterval(x: Scores, y: Scores, options: BootstrapOptions): Interval {
  return improvementIntervals([[x, y]], options)[0];
}

/**
 * The intervals of many pairs, each as `improvementInterval` gives it alone. Pairs with the same numbers of
 * runs are resampled by the same draws, which are done once for all of them.
 *
 * @param pairs x and y of each
 * @throws RangeError as `improvementInterval`
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { improvementInterval, improvementIntervals } from "./mod.ts";
 * const [a, b, c] = [[[1, 4, 3]], [[2, 5, 6]], [[3, 3, 7]]];
 * const options = { resamples: 500, coverage: 0.95, seed: 0 };
 * const [ofAB, ofAC] = improvementIntervals([[a, b], [a, c]], options);
 * assertEquals([ofAB, ofAC], [improvementInterval(a, b, options), improvementInterval(a, c, options)]);
 * ```
 */
export function improvementIntervals(
  pairs: readonly (readonly [Scores, Scores])[],
  options: BootstrapOptions,
): Interval[] {
  checkOptions(options);
  const duels = pairs.map(([x, y]) => duelsOf(x, y));
  const intervals = pairs.map((): Interval => [NaN, NaN]);
  const shapes = Map.groupBy(
    pairs.keys(),
    (i) => duels[i].map(({ above, yRuns }) => `${above.length}-${yRuns}`).join(),
  );
  for (const alike of shapes.values()) {
    intervalsOfShape(alike.map((i) => duels[i]), options)
      .forEach((interval, k) => intervals[alike[k]] = interval);
  }
  return intervals;
}

/** The intervals of pairs with the same numbers of runs. */
function intervalsOfShape(
  pairs: readonly (readonly Duel[])[],
  { resamples, coverage, seed, taskBootstrap = false }: BootstrapOptions,
): Interval[] {
  const random = defaultGenerator(seed);
  const draws = pairs[0].map(({ above, yRuns }) => ({
    x: new Int32Array(above.length),
    yBelow: new Int32Array(yRuns + 1),
  }));
  const all = draws.map((_, task) => task);
  const values = pairs.map(() => new Float64Array(resamples));
  for (let i = 0; i < resamples; i++) {
    const tasks = taskBootstrap ? all.map(() => random.integers(0, all.length)) : all;
    for (const task of tasks) {
      const drawn = draws[task];
      draw(drawn, random);
      for (let k = 0; k < pairs.length; k++) values[k][i] += share(pairs[k][task], drawn);
    }
    for (let k = 0; k < pairs.length; k++) values[k][i] /= tasks.length;
  }
  return values.map((of) => centralInterval(of, coverage));
}

/** All comparisons of x with y on one task: resamples only repeat them. */
interface Duel {
  /** Of each run of x, how many runs of y it is above. */
  readonly above: Int32Array;
  /** Of each run of x, how many runs of y it is above or ties with. */
  readonly notBelow: Int32Array;
  readonly yRuns: number;
}

/** Which runs of both sides were drawn on one task; the same for all pairs, whatever their scores. */
interface Draws {
  /** The places of the drawn runs of x, by rank. */
  readonly x: Int32Array;
  /** How many of the lowest 0, 1, ... runs of y were drawn. */
  readonly yBelow: Int32Array;
}

function duelsOf(x: Scores, y: Scores): readonly Duel[] {
  checkScores(x, "x");
  checkScores(y, "y");
  if (x.length !== y.length) {
    throw new RangeError(`x has ${x.length} tasks and y has ${y.length}: give the same ones`);
  }
  return x.map((runs, task) => {
    const xSorted = Float64Array.from(runs).sort();
    const ySorted = Float64Array.from(y[task]).sort();
    return {
      above: Int32Array.from(xSorted, (score) => countOf(ySorted, (other) => other < score)),
      notBelow: Int32Array.from(xSorted, (score) => countOf(ySorted, (other) => other <= score)),
      yRuns: ySorted.length,
    };
  });
}

function countOf(scores: Float64Array, counts: (score: number) => boolean): number {
  let count = 0;
  for (const score of scores) if (counts(score)) count++;
  return count;
}

function draw({ x, yBelow }: Draws, random: Generator): void {
  for (let i = 0; i < x.length; i++) x[i] = random.integers(0, x.length);
  const yRuns = yBelow.length - 1;
  yBelow.fill(0);
  for (let i = 0; i < yRuns; i++) yBelow[random.integers(0, yRuns) + 1]++;
  for (let i = 0; i < yRuns; i++) yBelow[i + 1] += yBelow[i];
}

/** The share of the drawn pairs of runs on one task that x wins. */
function share({ above, notBelow, yRuns }: Duel, { x, yBelow }: Draws): number {
  let points = 0;
  for (let i = 0; i < x.length; i++) points += yBelow[above[x[i]]] + yBelow[notBelow[x[i]]];
  return points / (2 * x.length * yRuns);
}
