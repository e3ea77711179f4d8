/** From a table to what is shown of it: its sheets, and the words on where its numbers come from. */
import { aggregateSheets, improvementSheets, pairSheets } from "./aggregate_sheets.ts";
import { errorSheets, stepSizeSheets } from "./prediction_sheets.ts";
import { bestSheet, exactSheet, iqmSheet, meanSheet, thresholdSheet } from "./score_sheets.ts";
import { type Metric, seedRanges, type Sheet } from "./sheet.ts";
import type { Table } from "./schema.ts";

const makers: Readonly<Record<Metric, (table: Table) => Sheet[]>> = {
  iqm: iqmSheet,
  aggregate: aggregateSheets,
  improvement: improvementSheets,
  pairs: pairSheets,
  exact: exactSheet,
  mean: meanSheet,
  best: bestSheet,
  threshold: thresholdSheet,
  error: errorSheets,
  step_sizes: stepSizeSheets,
};

/** The names of all metrics, in the order in which they are shown. */
export const metricNames = Object.keys(makers) as readonly Metric[];

/** The sheets of some metrics; a metric that the table says nothing of has none. */
export function sheetsOf(table: Table, metrics: readonly Metric[] = metricNames): Sheet[] {
  return metricNames.filter((metric) => metrics.includes(metric))
    .flatMap((metric) => makers[metric](table));
}

/** Where the numbers of a table come from: what must stand beside each of them when it is quoted. */
export interface Provenance {
  readonly suite: string;
  /** SHA-256 of `table.json`. */
  readonly digest: string;
  /** Seeds in short. */
  readonly seeds: string;
  readonly evaluation: Table["evaluation"];
  readonly intervals: Table["intervals"];
}

/** The provenance of a table. */
export function provenanceOf(table: Table, digest: string): Provenance {
  const { suite, evaluation, intervals, environments } = table;
  const seeds = environments.flatMap(({ control, prediction }) =>
    [...control, ...prediction].flatMap(({ seeds }) => seeds)
  );
  return { suite, digest, seeds: seedRanges(seeds), evaluation, intervals };
}

const range = ([first, last]: readonly [number, number]) =>
  first === last ? `${first}` : `${first}-${last}`;

/** The same as sentences. */
export function provenanceText(
  { suite, digest, seeds, evaluation, intervals }: Provenance,
  shownDigest = digest,
): string {
  const { method, coverage, aggregates, curves, seed } = intervals;
  const scored = evaluation === null
    ? ""
    : ` Final policies are scored on ${evaluation.finalEpisodes} episodes (reset seeds ` +
      `${range(evaluation.finalSeeds)}), points of the learning curve on ` +
      `${evaluation.curveEpisodes} (${range(evaluation.curveSeeds)}).`;
  const spread = evaluation === null
    ? " Standard errors: over seeds."
    : ` Intervals: ${coverage * 100} % ${method}, ${aggregates} resamples (${curves} for ` +
      `probabilities of improvement), seed ${seed}.`;
  return `Suite ${suite}, table ${shownDigest}, seeds ${seeds}.${scored}${spread}`;
}
