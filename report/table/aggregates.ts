/** Normalised scores over several environments, as rliable defines them. */
import type { ControlResult } from "../../data/result_file.ts";
import {
  interquartileMeanOfTasks,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
} from "../../stats/aggregates.ts";
import {
  improvementInterval,
  improvementIntervals,
  probabilityOfImprovement,
} from "../../stats/improvement.ts";
import type { Interval } from "../../stats/quantile.ts";
import { aggregateIntervals } from "../../stats/row_intervals.ts";
import type { Scores } from "../../stats/scores.ts";
import { randomPolicy } from "../references.ts";
import { aggregateOptions, curveOptions } from "./intervals.ts";
import { seedsOf } from "./leading.ts";
import { normalised, orNull, scoresOf, whyNotComparable } from "./rows.ts";
import type { Aggregate, AggregateRow, EnvironmentTable, Estimate } from "./schema.ts";

/** The normalised scores of one row: scores[environment][seed]. */
interface ScoredRow {
  readonly entry: string;
  readonly title: string;
  readonly algorithm: string;
  readonly scores: readonly Float64Array[];
}

/**
 * One aggregate for every set of two environments or more that some row covers (the random policy's
 * row, which covers all, makes no set of its own), with every row that covers the set; the largest sets first.
 *
 * @param environments of the table, with their normalisation; without one an environment is left out
 * @param results all results of control algorithms, in the order of the rows
 */
export function aggregatesOf(
  environments: EnvironmentTable[],
  results: readonly ControlResult[],
): Aggregate[] {
  const seeds = seedsOf({ environments });
  const scales = new Map(
    environments.flatMap(({ id, normalisation }) => normalisation ? [[id, normalisation]] : []),
  );
  const byEntry = new Map<string, Map<string, ControlResult>>();
  for (const result of results) {
    const covered = byEntry.get(result.entry) ?? new Map<string, ControlResult>();
    if (scales.has(result.environment.id)) covered.set(result.environment.id, result);
    byEntry.set(result.entry, covered);
  }
  const sets = new Map<string, readonly string[]>();
  for (const covered of byEntry.values()) {
    const isRandom = [...covered.values()].some(({ algorithm }) => algorithm === randomPolicy);
    const ids = [...scales.keys()].filter((id) => covered.has(id));
    if (ids.length >= 2 && !isRandom) sets.set(ids.join(" "), ids);
  }
  return [...sets.values()].sort((a, b) => b.length - a.length).map((ids) => {
    const rows: ScoredRow[] = [];
    const left: Aggregate["left"] = [];
    for (const covered of byEntry.values()) {
      const row = ids.flatMap((id) => covered.get(id) ?? []);
      if (row.length < ids.length) continue;
      const { entry, title, algorithm } = row[0];
      const reason = whyLeft(row, seeds);
      if (reason !== null) left.push({ entry, title, reason });
      else {
        const scores = row.map((result) => {
          const scale = scales.get(result.environment.id)!;
          return Float64Array.from(scoresOf(result), (score) => normalised(score, scale));
        });
        rows.push({ entry, title, algorithm, scores });
      }
    }
    return { environments: [...ids], rows: rowsOf(rows), improvement: improvementOf(rows), left };
  });
}

function whyLeft(row: readonly ControlResult[], seeds: number): string | null {
  const reasons = row.flatMap((result) => {
    const reason = whyNotComparable(result, seeds);
    return reason === null ? [] : [`${result.environment.id}: ${reason}`];
  });
  return reasons.length === 0 ? null : reasons.join("; ");
}

const statistics: readonly ((scores: Scores) => number)[] = [
  meanOfTasks,
  medianOfTasks,
  interquartileMeanOfTasks,
  (scores) => optimalityGap(scores),
];

function rowsOf(rows: readonly ScoredRow[]): AggregateRow[] {
  const intervals = rows.every(({ scores }) => hasIntervals(scores))
    ? aggregateIntervals(rows.map(({ scores }) => scores), aggregateOptions)
    : [];
  return rows.map(({ entry, title, scores }, i) => {
    const [mean, median, iqm, gap] = statistics.map((of, s) =>
      estimate(of(scores), intervals[i]?.[s])
    );
    return { entry, title, mean, median, iqm, optimalityGap: gap, leading: false };
  });
}

function improvementOf(rows: readonly ScoredRow[]): Aggregate["improvement"] {
  const pairs = rows.flatMap((x, i) => rows.slice(i + 1).map((y) => [x, y] as const));
  const scores = pairs.map(([x, y]) => [x.scores, y.scores] as const);
  const intervals = scores.flat().every(hasIntervals)
    ? improvementIntervals(scores, curveOptions)
    : [];
  return pairs.map(([x, y], i) => {
    const probability = probabilityOfImprovement(x.scores, y.scores);
    const { interval } = estimate(probability, intervals[i]);
    return { x: x.entry, y: y.entry, probability, interval };
  });
}

/** The probability that a run of x scores higher than one of y, with its interval. */
export function improvement(
  x: Scores,
  y: Scores,
): Estimate {
  const isSpread = hasIntervals(x) && hasIntervals(y);
  return estimate(
    probabilityOfImprovement(x, y),
    isSpread ? improvementInterval(x, y, curveOptions) : undefined,
  );
}

/** A single seed says nothing of the spread over seeds. */
function hasIntervals(scores: Scores): boolean {
  return scores.every(({ length }) => length > 1);
}

/** A number and its interval as JSON can hold them. */
export function estimate(
  value: number,
  interval: Interval = [NaN, NaN],
): Estimate {
  return { value: orNull(value), interval: [orNull(interval[0]), orNull(interval[1])] };
}
