/** Rows of a table: one result file, all its seeds, in numbers. */
import type { ControlResult, ControlRun, PredictionResult } from "../../data/result_file.ts";
import { interquartileMean, mean, median, standardDeviation } from "../../stats/aggregate.ts";
import type { Interval } from "../../stats/quantile.ts";
import { interquartileMeanIntervals } from "../../stats/row_intervals.ts";
import type { SealedResult } from "../read_results.ts";
import { aggregateOptions } from "./intervals.ts";
import type { ControlRow, EnvironmentTable, PredictionRow } from "./schema.ts";

/**
 * One score per seed: the final policy's mean return. A run that diverged is worse than any that did
 * not (-Infinity); a return that is not finite is no score (NaN).
 */
export function scoresOf({ runs }: ControlResult): number[] {
  return runs.map(({ diverged, final }) => diverged === null ? orNaN(final.mean) : -Infinity);
}

/**
 * Why a result cannot be compared with others; null if it can.
 *
 * @param seeds how many seeds the suite's results have
 */
export function whyNotComparable(result: ControlResult, seeds: number): string | null {
  const { length } = result.runs;
  if (length < seeds) return `${length} of ${seeds} seeds`;
  return scoresOf(result).some(Number.isNaN) ? "a return is not finite" : null;
}

/**
 * The rows of the control algorithms on one environment; which lead is not said yet.
 *
 * @param files their result files, in the order of the rows
 * @param references of the environment
 */
export function controlRows(
  files: readonly SealedResult<ControlResult>[],
  references: Pick<EnvironmentTable, "normalisation" | "threshold">,
): ControlRow[] {
  const intervals = iqmIntervals(files.map(({ result }) => scoresOf(result)));
  return files.map((file, i) => controlRow(file, references, intervals[i]));
}

/** The intervals of the rows' interquartile means; of a single seed, or with a score that is none, there is none. */
function iqmIntervals(scores: readonly number[][]): Interval[] {
  const intervals = scores.map((): Interval => [NaN, NaN]);
  const usable = [...scores.keys()].filter((i) =>
    scores[i].length > 1 && !scores[i].some(Number.isNaN)
  );
  const found = interquartileMeanIntervals(usable.map((i) => [scores[i]]), aggregateOptions);
  usable.forEach((i, k) => intervals[i] = found[k]);
  return intervals;
}

function controlRow(
  { result, sha256 }: SealedResult<ControlResult>,
  { normalisation, threshold }: Pick<EnvironmentTable, "normalisation" | "threshold">,
  [low, high]: Interval,
): ControlRow {
  const { entry, title, algorithm, budget, unit, runs } = result;
  const scores = scoresOf(result);
  const iqm = interquartileMean(scores);
  return {
    entry,
    title,
    algorithm,
    result: sha256,
    budget,
    unit,
    seeds: runs.map(({ seed }) => seed),
    diverged: runs.filter(({ diverged }) => diverged !== null).map(({ seed }) => seed),
    iqm: orNull(iqm),
    interval: [orNull(low), orNull(high)],
    mean: orNull(mean(scores)),
    standardDeviation: orNull(standardDeviation(scores)),
    best: orNull(mean(runs.map((run) => orNaN(run.best.mean)))),
    exact: orNull(mean(runs.map((run) => orNaN(run.exact)))),
    normalised: normalisation && orNull(normalised(iqm, normalisation)),
    toThreshold: threshold && toThreshold(result, threshold.value),
    leading: false, // For the whole column to say.
  };
}

/** A return on the environment's normalised scale: 0 is the random policy's, 1 the reference's. */
export function normalised(
  value: number,
  { random, reference }: NonNullable<EnvironmentTable["normalisation"]>,
): number {
  return (value - random.value) / (reference.value - random.value);
}

function toThreshold(
  { runs, evaluation: { curveSteps } }: ControlResult,
  threshold: number,
): NonNullable<ControlRow["toThreshold"]> {
  const steps = runs.map(({ curve }: ControlRun) => {
    const first = curve.findIndex((value) => value !== null && value >= threshold);
    return first < 0 ? Infinity : curveSteps[first];
  });
  return { reached: steps.filter(Number.isFinite).length, median: orNull(median(steps)) };
}

/** The row of a prediction algorithm. As in Sutton & Barto's figures, the error before the first episode is not counted. */
export function predictionRow(
  { result, sha256 }: SealedResult<PredictionResult>,
): PredictionRow {
  const { entry, title, algorithm, budget, unit, runs } = result;
  const { stepSizes } = result.evaluation;
  const perSeed = stepSizes.map((_, k) =>
    runs.map((run) => mean(run.errors[k].slice(1).map(orNaN)))
  );
  const last = stepSizes.map((_, k) => runs.map((run) => orNaN(run.errors[k].at(-1) ?? null)));
  return {
    entry,
    title,
    algorithm,
    result: sha256,
    budget,
    unit,
    seeds: runs.map(({ seed }) => seed),
    stepSizes,
    errors: perSeed.map((errors) => orNull(mean(errors))),
    standardErrors: perSeed.map((errors) =>
      orNull(standardDeviation(errors) / Math.sqrt(errors.length))
    ),
    lastErrors: last.map((errors) => orNull(mean(errors))),
  };
}

const orNaN = (value: number | null) => value ?? NaN;
/** What JSON can hold: a number that is not finite is null. */
export const orNull = (value: number): number | null => Number.isFinite(value) ? value : null;
