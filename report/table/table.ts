/**
 * The table of a suite: what its result files say, in numbers that can be quoted. Made from the result
 * files alone, so that anyone can make it again.
 */
import { z } from "zod";
import type {
  ControlResult,
  ControlRun,
  PredictionResult,
  ResultFile,
} from "../../data/result_file.ts";
import {
  interquartileMean,
  interquartileMeanOfSorted,
  mean,
  standardDeviation,
} from "../../stats/aggregate.ts";
import { bootstrapInterval } from "../../stats/bootstrap.ts";

/** How the intervals of tables are computed. */
export const intervals = { resamples: 10_000, coverage: 0.95, seed: 0 } as const;

const number = z.number().nullable();
const count = z.int().nonnegative();

const controlRow = z.strictObject({
  entry: z.string(),
  title: z.string(),
  algorithm: z.string(),
  budget: count,
  unit: z.string(),
  seeds: z.array(count),
  diverged: z.array(count).describe(
    "the seeds whose training diverged; each counts as a return below all others, which no number is",
  ),
  iqm: number.describe(
    "interquartile mean over seeds of the final policy's mean return; null if more seeds diverged than " +
      "it leaves out",
  ),
  interval: z.tuple([number, number]).describe(
    "bootstrap interval of the interquartile mean; an end is null if it is among resamples in which " +
      "too many seeds diverged",
  ),
  mean: number.describe("over seeds; null if one diverged"),
  standardDeviation: number.describe(
    "over seeds, divisor n - 1; null for a single seed or if one diverged",
  ),
  best: number.describe(
    "mean over seeds of the best checkpoint's mean return on the final episodes",
  ),
  exact: number.describe(
    "mean over seeds of the final policy's exact expected return; null if one diverged",
  ),
});

const predictionRow = z.strictObject({
  entry: z.string(),
  title: z.string(),
  algorithm: z.string(),
  budget: count,
  seeds: z.array(count),
  stepSizes: z.array(z.number()),
  errors: z.array(number).describe(
    "per step size: root mean square error, mean over the episodes and the seeds",
  ),
  standardErrors: z.array(number).describe("standard error of each, over seeds"),
  lastErrors: z.array(number).describe("per step size: the same after the last episode only"),
});

const environmentTable = z.strictObject({
  id: z.string(),
  options: z.record(z.string(), z.unknown()),
  maxEpisodeSteps: count.nullable(),
  optimum: number,
  random: number,
  control: z.array(controlRow),
  prediction: z.array(predictionRow),
});

/** The schema of `table.json`. */
export const tableFile = z.strictObject({
  format: z.literal("seedbed-table/1"),
  suite: z.string(),
  intervals: z.strictObject({
    method: z.string(),
    resamples: count,
    coverage: z.number(),
    seed: count,
  }),
  environments: z.array(environmentTable),
  notApplicable: z.array(
    z.strictObject({ environment: z.string(), entry: z.string(), reason: z.string() }),
  ),
});

/** A pair of the matrix that was left out, and why. */
export type NotApplicable = Readonly<Table["notApplicable"][number]>;
/** A suite's table. */
export type Table = z.infer<typeof tableFile>;
/** One environment of a table. */
export type EnvironmentTable = z.infer<typeof environmentTable>;
/** One control algorithm on one environment. */
export type ControlRow = z.infer<typeof controlRow>;
/** One prediction algorithm on one environment. */
export type PredictionRow = z.infer<typeof predictionRow>;

/**
 * Makes a suite's table.
 *
 * @param suite its name
 * @param results its result files, in the order of the rows
 * @param notApplicable pairs that do not fit, with the reason
 */
export function tableOf(
  suite: string,
  results: readonly ResultFile[],
  notApplicable: readonly NotApplicable[],
): Table {
  const ids = [...new Set(results.map(({ environment }) => environment.id))];
  return {
    format: "seedbed-table/1",
    suite,
    intervals: { method: "percentile bootstrap over seeds", ...intervals },
    environments: ids.map((id) => environmentOf(results.filter((r) => r.environment.id === id))),
    notApplicable: [...notApplicable],
  };
}

function environmentOf(results: readonly ResultFile[]): EnvironmentTable {
  const { id, options, maxEpisodeSteps, optimum, random } = results[0].environment;
  const control = results.filter((result) => result.task === "control").map(controlRowOf);
  const prediction = results.filter((result) => result.task === "prediction").map(predictionRowOf);
  return { id, options, maxEpisodeSteps, optimum, random, control, prediction };
}

function controlRowOf(result: ControlResult): ControlRow {
  const { entry, title, algorithm, budget, unit, runs } = result;
  const scores = runs.map(scoreOf);
  const [low, high] = scores.some(Number.isNaN)
    ? [NaN, NaN]
    : bootstrapInterval(scores, interquartileMeanOfSorted, intervals);
  return {
    entry,
    title,
    algorithm,
    budget,
    unit,
    seeds: runs.map(({ seed }) => seed),
    diverged: runs.filter(({ diverged }) => diverged !== null).map(({ seed }) => seed),
    iqm: orNull(interquartileMean(scores)),
    interval: [orNull(low), orNull(high)],
    mean: orNull(mean(scores)),
    standardDeviation: orNull(standardDeviation(scores)),
    best: orNull(mean(runs.map((run) => run.best.mean ?? NaN))),
    exact: orNull(mean(runs.map((run) => run.exact ?? NaN))),
  };
}

/** A run that diverged is worse than any that did not; a return that is not finite is no score. */
function scoreOf({ diverged, final }: ControlRun): number {
  return diverged === null ? orNaN(final.mean) : -Infinity;
}

function predictionRowOf(result: PredictionResult): PredictionRow {
  const { entry, title, algorithm, budget, runs } = result;
  const { stepSizes } = result.evaluation;
  // As in Sutton & Barto's figures, the error before the first episode is not counted.
  const perSeed = stepSizes.map((_, k) =>
    runs.map((run) => mean(run.errors[k].slice(1).map(orNaN)))
  );
  const last = stepSizes.map((_, k) => runs.map((run) => orNaN(run.errors[k].at(-1) ?? null)));
  return {
    entry,
    title,
    algorithm,
    budget,
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
const orNull = (value: number) => Number.isFinite(value) ? value : null;
