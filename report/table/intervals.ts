/** How the intervals of tables, curves and figures are computed: the same everywhere, and in the table. */
import type { BootstrapOptions } from "../../stats/bootstrap.ts";
import type { Table } from "./schema.ts";

/** As a table states it. */
export const intervals: Table["intervals"] = {
  method: "percentile bootstrap over seeds, stratified by environment",
  coverage: 0.95,
  seed: 0,
  aggregates: 50_000,
  curves: 2000,
};

const { coverage, seed } = intervals;

/** For rows, aggregates and pairs. */
export const aggregateOptions: BootstrapOptions = {
  coverage,
  seed,
  resamples: intervals.aggregates,
};

/** For learning curves, profiles and probabilities of improvement. */
export const curveOptions: BootstrapOptions = { coverage, seed, resamples: intervals.curves };
