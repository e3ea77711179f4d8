/**
 * The intervals of many rows of a table at once. Rows of one shape are resampled by the same draws, as the
 * seed is the same: the drawing is done once for all of them. And a resample only repeats scores, so it is
 * told by how often each was drawn, and nothing is sorted again. The numbers are those of
 * `bootstrapIntervals` for each row alone, but that a resample's scores are summed in ascending order,
 * which may change the last digit.
 */
import { mean, medianOfSorted } from "./aggregate.ts";
import {
  flat,
  interquartileMeanOfTasks,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
} from "./aggregates.ts";
import {
  bootstrapBand,
  bootstrapIntervals,
  type BootstrapOptions,
  type Statistic,
} from "./bootstrap.ts";
import type { Interval } from "./quantile.ts";
import { interquartileMeanOfDrawn, type Ranking, rankingOf } from "./ranking.ts";
import { checkScores, type Scores } from "./scores.ts";

/**
 * For each row the intervals of its mean, median, interquartile mean and optimality gap (target 1), in this
 * order.
 *
 * @param rows `rows[row][task][run]`
 * @throws RangeError if a row has no tasks, a task no runs, a score is no number or an option is out of range
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { aggregateIntervals } from "./mod.ts";
 * const rows = [[[0, 0], [2, 2], [4, 4]], [[1, 1], [1, 1], [1, 1]]];
 * const intervals = aggregateIntervals(rows, { resamples: 500, coverage: 0.95, seed: 0 });
 * assertEquals(intervals[0], [[2, 2], [2, 2], [2, 2], [1 / 3, 1 / 3]]);
 * assertEquals(intervals[1], [[1, 1], [1, 1], [1, 1], [0, 0]]);
 * ```
 */
export function aggregateIntervals(
  rows: readonly Scores[],
  options: BootstrapOptions,
): (readonly Interval[])[] {
  return intervalsOf(rows, aggregates, options);
}

/**
 * For each row the interval of its interquartile mean.
 *
 * @param rows `rows[row][task][run]`
 * @throws RangeError as `aggregateIntervals`
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bootstrapInterval, interquartileMeanIntervals, interquartileMeanOfTasks } from "./mod.ts";
 * const rows = [[[3, 1, 4, 1, 5]], [[9, 2, 6]]];
 * const options = { resamples: 500, coverage: 0.95, seed: 0 };
 * assertEquals(
 *   interquartileMeanIntervals(rows, options),
 *   rows.map((row) => bootstrapInterval(row, interquartileMeanOfTasks, options)),
 * );
 * ```
 */
export function interquartileMeanIntervals(
  rows: readonly Scores[],
  options: BootstrapOptions,
): Interval[] {
  return intervalsOf(rows, interquartileMeans, options).map(([interval]) => interval);
}

/** A row whose resamples can be summed up fast. */
interface Row {
  /** The scores in one list: task after task, each in ascending order. */
  readonly scores: Float64Array;
  /** By how much each falls short of 1. */
  readonly missing: Float64Array;
  /** The number of runs of each task. */
  readonly runs: readonly number[];
  readonly ranking: Ranking;
  /** Room for the mean of each task. */
  readonly means: Float64Array;
}

/** Statistics of a resample, and how they are computed from how often each score was drawn. */
interface Summary {
  readonly statistics: readonly Statistic[];
  write(row: Row, drawn: Int32Array, out: Float64Array, place: number): void;
}

const aggregates: Summary = {
  statistics: [
    meanOfTasks,
    medianOfTasks,
    interquartileMeanOfTasks,
    (scores) => optimalityGap(scores),
  ],
  write(row, drawn, out, place) {
    const { scores, missing, runs, means } = row;
    let gap = 0;
    for (let task = 0, run = 0; task < runs.length; task++) {
      let sum = 0;
      for (const end = run + runs[task]; run < end; run++) {
        // Each score as often as it was drawn: where all are the same, so are all sums.
        for (let k = drawn[run]; k > 0; k--) {
          sum += scores[run];
          gap += missing[run];
        }
      }
      means[task] = sum / runs[task];
    }
    out[place] = mean(means);
    out[place + 1] = medianOfSorted(means.sort());
    out[place + 2] = interquartileMeanOfDrawn(row.ranking, drawn, scores.length);
    out[place + 3] = gap / scores.length;
  },
};

const interquartileMeans: Summary = {
  statistics: [interquartileMeanOfTasks],
  write({ ranking, scores }, drawn, out, place) {
    out[place] = interquartileMeanOfDrawn(ranking, drawn, scores.length);
  },
};

function intervalsOf(
  rows: readonly Scores[],
  { statistics, write }: Summary,
  options: BootstrapOptions,
): (readonly Interval[])[] {
  rows.forEach((row, i) => checkScores(row, `rows[${i}]`));
  // A task that was drawn twice has two means: how often its runs were drawn does not tell them.
  if (options.taskBootstrap) return rows.map((row) => bootstrapIntervals(row, statistics, options));
  const count = statistics.length;
  const intervals = rows.map((): readonly Interval[] => []);
  const shapes = Map.groupBy(rows.keys(), (i) => rows[i].map(({ length }) => length).join());
  for (const alike of shapes.values()) {
    const prepared = alike.map((i) => prepare(rows[i]));
    const writeAll = (drawn: Int32Array, out: Float64Array) => {
      for (let k = 0; k < prepared.length; k++) write(prepared[k], drawn, out, k * count);
    };
    const { low, high } = bootstrapBand(
      prepared[0].runs,
      prepared.length * count,
      writeAll,
      options,
    );
    alike.forEach((i, k) =>
      intervals[i] = statistics.map((_, s) => [low[k * count + s], high[k * count + s]])
    );
  }
  return intervals;
}

function prepare(row: Scores): Row {
  const scores = flat(row.map((runs) => Float64Array.from(runs).sort()));
  const runs = row.map(({ length }) => length);
  const missing = scores.map((score) => Math.max(1 - score, 0));
  return {
    scores,
    missing,
    runs,
    ranking: rankingOf(scores),
    means: new Float64Array(runs.length),
  };
}
