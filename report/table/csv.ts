/**
 * Sheets as CSV (RFC 4180): one long table with a line for each number and all that it takes to
 * understand it alone, so that `pandas.read_csv` and `read.csv` load it without options.
 */
import { type Fact, seedRanges, type Sheet } from "./sheet.ts";
import type { Provenance } from "./sheets.ts";

type Value = string | number | boolean | null | undefined;

/** The columns, in order, each with what it holds. */
const columns: Readonly<
  Record<string, (fact: Fact, sheet: Sheet, provenance: Provenance) => Value>
> = {
  suite: (_fact, _sheet, { suite }) => suite,
  metric: (_fact, { metric }) => metric,
  environment: ({ environment }) => environment,
  entry: ({ entry }) => entry,
  title: ({ title }) => title,
  against: ({ against }) => against,
  quantity: ({ quantity }) => quantity,
  value: ({ value }) => value,
  low: ({ low }) => low,
  high: ({ high }) => high,
  leading: ({ leading }) => leading,
  note: ({ note }) => note,
  number_of_seeds: ({ seeds }) => seeds?.length,
  diverged_seeds: ({ diverged }) => diverged,
  seeds: ({ seeds }, _sheet, provenance) => seeds ? seedRanges(seeds) : provenance.seeds,
  final_episodes: (_fact, _sheet, { evaluation }) => evaluation?.finalEpisodes,
  final_seeds: (_fact, _sheet, { evaluation }) => evaluation?.finalSeeds.join("-"),
  curve_episodes: (_fact, _sheet, { evaluation }) => evaluation?.curveEpisodes,
  curve_seeds: (_fact, _sheet, { evaluation }) => evaluation?.curveSeeds.join("-"),
  interval_method: (_fact, _sheet, { intervals }) => intervals.method,
  interval_coverage: (_fact, _sheet, { intervals }) => intervals.coverage,
  interval_resamples: ({ quantity }, _sheet, { intervals }) =>
    quantity === "probability of improvement" ? intervals.curves : intervals.aggregates,
  interval_seed: (_fact, _sheet, { intervals }) => intervals.seed,
  table_sha256: (_fact, _sheet, { digest }) => digest,
};

/** A line for each number of the sheets, with a head. */
export function sheetsCsv(sheets: readonly Sheet[], provenance: Provenance): string {
  const lines = sheets.flatMap((sheet) =>
    sheet.rows.flat().flatMap(({ facts }) => facts).map((fact) =>
      Object.values(columns).map((valueOf) => field(valueOf(fact, sheet, provenance)))
    )
  );
  return [Object.keys(columns), ...lines].map((line) => line.join(",") + "\r\n").join("");
}

/** What does not exist is an empty field. */
function field(value: Value): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
