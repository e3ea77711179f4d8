/**
 * What `results/SUITE/table.json` holds, as zod schemas: the one place that says it. The published JSON
 * Schema is made from them.
 *
 * A number that does not exist is null, never a guess: a mean over seeds of which one diverged, a score
 * where no reference is known. Ends of intervals are null where they lie among resamples in which too many
 * seeds diverged, and for a single seed, whose spread says nothing.
 */
import { z } from "zod";

const number = z.number().nullable();
const count = z.int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/).describe("SHA-256 in hexadecimal digits");
const probability = z.number().min(0).max(1);
const interval = z.tuple([number, number]).describe("lower and upper end");
const entry = z.string().describe("name of the row");
const title = z.string().describe("the row's name for people");

const estimate = z.strictObject({ value: number, interval });

const sourced = z.strictObject({
  value: z.number(),
  source: z.string().describe("where the value comes from"),
});

const row = {
  entry,
  title,
  algorithm: z.string(),
  result: digest.describe("SHA-256 of the row's result file"),
  budget: count.describe("length of each run, in `unit`"),
  unit: z.string(),
  seeds: z.array(count).min(1),
};

const controlRow = z.strictObject({
  ...row,
  diverged: z.array(count).describe(
    "the seeds whose training diverged; each counts as a return below all others, which no number is",
  ),
  iqm: number.describe(
    "interquartile mean over seeds of the final policy's mean return; null if more seeds diverged than " +
      "it leaves out, or a return is not finite",
  ),
  interval: interval.describe("bootstrap interval of the interquartile mean"),
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
  normalised: number.describe(
    "the interquartile mean on the environment's normalised scale; null where that is unknown",
  ),
  toThreshold: z.strictObject({
    reached: count.describe("how many seeds reached the threshold"),
    median: number.describe(
      "median over all seeds of the first step of the learning curve at which the mean return reached " +
        "the threshold; null if that is beyond the budget",
    ),
  }).nullable().describe("null where the environment has no threshold"),
  leading: z.boolean().describe(
    "whether the interval supports a place at the top: the row with the highest interquartile mean leads, " +
      "and every row whose interval reaches the leader's; none if that is all rows. The random policy and " +
      "rows with fewer seeds than others never lead",
  ),
});

const predictionRow = z.strictObject({
  ...row,
  stepSizes: z.array(z.number()),
  errors: z.array(number).describe(
    "per step size: root mean square error, mean over the episodes and the seeds",
  ),
  standardErrors: z.array(number).describe("standard error of each, over seeds"),
  lastErrors: z.array(number).describe("per step size: the same after the last episode only"),
});

const environmentTable = z.strictObject({
  id: z.string(),
  options: z.record(z.string(), z.unknown()).describe("options given to make"),
  maxEpisodeSteps: count.nullable().describe("steps after which an episode is cut"),
  optimum: number.describe("exact expected return of the best policy, where it is known"),
  random: number.describe("exact expected return of the random policy, where it is known"),
  normalisation: z.strictObject({ random: sourced, reference: sourced }).nullable().describe(
    "the returns that count as 0 and 1: score = (return - random) / (reference - random); null where one " +
      "of them is unknown",
  ),
  threshold: sourced.nullable().describe("the return that counts as having learned the task"),
  control: z.array(controlRow),
  prediction: z.array(predictionRow),
});

const aggregateRow = z.strictObject({
  entry,
  title,
  mean: estimate.describe("mean over environments of the means over seeds"),
  median: estimate.describe("median over environments of the means over seeds"),
  iqm: estimate.describe("interquartile mean of all seeds on all environments"),
  optimalityGap: estimate.describe(
    "by how much scores, those above 1 counted as 1, fall short of 1 on average",
  ),
  leading: z.boolean().describe("as in the rows of an environment, by `iqm`"),
});

const aggregate = z.strictObject({
  environments: z.array(z.string()).min(2).describe("ids"),
  rows: z.array(aggregateRow).describe("every row with results on all of these environments"),
  improvement: z.array(
    z.strictObject({
      x: entry,
      y: entry,
      probability: probability.describe(
        "that a run of x scores higher than one of y, ties counted half; mean over environments",
      ),
      interval,
    }),
  ).describe("each pair of rows once"),
  left: z.array(
    z.strictObject({ entry, title, reason: z.string() }),
  ).describe("rows that cover the environments but cannot be compared"),
});

const pair = z.strictObject({
  environment: z.string(),
  entry: entry.describe("the row with the part"),
  against: entry.describe("the row without it, or with another in its place"),
  title: z.string().describe("what is compared, for people"),
  question: z.string().describe("what the comparison answers"),
  difference: estimate.describe("mean return of `entry` less that of `against`"),
  improvement: estimate.describe(
    "probability that a run of `entry` returns more than one of `against`",
  ),
  welch: probability.nullable().describe("two-sided p-value of Welch's t-test; null if undefined"),
  permutation: probability.nullable().describe(
    "two-sided p-value of the permutation test of the difference of means",
  ),
});

/** The schema of `table.json`. */
export const tableFile = z.strictObject({
  format: z.literal("seedbed-table/2"),
  suite: z.string(),
  results: z.strictObject({
    files: count.describe("number of result files"),
    sha256: digest.describe(
      "SHA-256 of one line per result file, sorted by path: its SHA-256, two spaces, its path in the " +
        "suite's folder (what sha256sum prints)",
    ),
  }).describe("the result files that the table was made from"),
  evaluation: z.strictObject({
    finalEpisodes: count,
    finalSeeds: z.tuple([count, count]).describe(
      "first and last reset seed of the final episodes",
    ),
    curveEpisodes: count.describe("episodes per point of the learning curve"),
    curveSeeds: z.tuple([count, count]).describe(
      "first and last reset seed of the curve's episodes",
    ),
  }).nullable().describe("how policies were scored; null for a suite of prediction only"),
  intervals: z.strictObject({
    method: z.string(),
    coverage: probability,
    seed: count.describe("of the resampling"),
    aggregates: count.describe("number of resamples for rows, aggregates and pairs"),
    curves: count.describe(
      "number of resamples for learning curves, profiles and probabilities of improvement",
    ),
  }).describe("how intervals are computed"),
  environments: z.array(environmentTable),
  aggregates: z.array(aggregate).describe(
    "normalised scores over several environments: one for every set of environments that some row covers",
  ),
  pairs: z.array(pair).describe("declared comparisons of two rows"),
  notApplicable: z.array(z.strictObject({ environment: z.string(), entry, reason: z.string() }))
    .describe("pairs of the matrix that were left out, and why"),
});

/** A suite's table. */
export type Table = z.infer<typeof tableFile>;
/** A number with its interval. */
export type Estimate = z.infer<typeof estimate>;
/** A constant and where it comes from. */
export type Sourced = z.infer<typeof sourced>;
/** One environment of a table. */
export type EnvironmentTable = z.infer<typeof environmentTable>;
/** One control algorithm on one environment. */
export type ControlRow = z.infer<typeof controlRow>;
/** One prediction algorithm on one environment. */
export type PredictionRow = z.infer<typeof predictionRow>;
/** Normalised scores over a set of environments. */
export type Aggregate = z.infer<typeof aggregate>;
/** One algorithm in an aggregate. */
export type AggregateRow = z.infer<typeof aggregateRow>;
/** A comparison of two rows on one environment. */
export type Pair = z.infer<typeof pair>;
/** A pair of the matrix that was left out, and why. */
export type NotApplicable = Readonly<Table["notApplicable"][number]>;
