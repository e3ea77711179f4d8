/**
 * Aggregates over environments: interquartile mean, median, mean and optimality gap of the normalised
 * scores, each with its interval, rows from the best to the worst.
 */
import { stylesOf } from "../palette.ts";
import type { AggregateRow } from "../table/schema.ts";
import {
  coverageOf,
  leftOut,
  named,
  normalisation,
  provenance,
  seedsOf,
  sentences,
  type Source,
} from "./captions.ts";
import { type Figure, ink, page } from "./figure.ts";
import { gridOf, labelledRows, plain, roomFor, specOf, type ViewSpec } from "./parts.ts";
import { ranked } from "./ranking.ts";

const statistics = [
  ["iqm", "interquartile mean"],
  ["median", "median"],
  ["mean", "mean"],
  ["optimalityGap", "optimality gap (less is better)"],
] as const;
type Statistic = typeof statistics[number][0];

const between = 11;

/** The figure of a suite; none without aggregates. */
export function aggregatesFigure(source: Source): Figure | undefined {
  const { table } = source;
  if (table.aggregates.length === 0) return undefined;
  const styles = stylesOf(table.environments.flatMap(({ control }) => control));
  const { length } = statistics;
  const room = 8 + roomFor(table.aggregates.flatMap(({ rows }) => rows));
  const width = Math.floor((72 * page - 12 - room - (length - 1) * between) / length);
  const grid = table.aggregates.map((aggregate) => {
    const sorted = ranked(table, aggregate);
    return statistics.map(([key, name], i) =>
      panelOf(sorted, key, {
        title: i === 0 ? `${aggregate.environments.length} environments` : "",
        name,
        width,
        colours: sorted.map(({ entry }) => styles.get(entry)!.light),
        markers: sorted.map(({ entry }) => styles.get(entry)!.marker),
        hasLabels: i === 0,
      })
    );
  });
  return {
    name: `${table.suite}-aggregates`,
    title: `${table.suite}: aggregates over environments`,
    caption: sentences(
      `Normalised scores of the suite ${table.suite}, all runs of all environments together, over ` +
        `${seedsOf(table)}, with ${coverageOf(table)} intervals; rows by interquartile mean.`,
      "Bold: the row with the highest interquartile mean and those whose interval reaches its interval; " +
        "no row if these are all.",
      named(table.aggregates.map(({ environments }) => environments)),
      normalisation,
      leftOut(table),
      provenance(source, { episodes: "final", resamples: "aggregates" }),
    ),
    inches: page,
    spec: specOf([gridOf(grid, { row: 44, column: between })], 0),
  };
}

function panelOf(
  rows: readonly AggregateRow[],
  statistic: Statistic,
  { title, name, width, colours, markers, hasLabels }: {
    title: string;
    name: string;
    width: number;
    colours: readonly string[];
    markers: readonly string[];
    hasLabels: boolean;
  },
): ViewSpec {
  const values = rows.map(({ entry, [statistic]: { value, interval: [low, high] } }) => ({
    entry,
    value,
    low: value === null ? null : low,
    high: value === null ? null : high,
    missing: value === null ? "diverged" : "",
  }));
  const numbers = values.flatMap(({ value, low, high }) => [value, low, high])
    .filter((number) => number !== null);
  const [least, greatest] = numbers.length === 0
    ? [0, 1]
    : [Math.min(...numbers), Math.max(...numbers)];
  const margin = 0.06 * (greatest - least || 1);
  const order = rows.map(({ entry }) => entry);
  const scale = (range: readonly string[]) => ({
    field: "entry",
    type: "nominal",
    legend: null,
    scale: { domain: order, range },
  });
  const x = (field: string) => ({ field, type: "quantitative" });
  const leading = rows.filter((row) => row.leading)
    .map(({ entry }) => entry);
  return {
    width,
    height: { step: 10.5 },
    title: { text: title, offset: 5 },
    data: { values },
    encoding: { y: labelledRows(rows, leading, hasLabels) },
    layer: [
      {
        transform: [{ filter: "datum.low !== null && datum.high !== null" }],
        mark: { type: "rule", strokeWidth: 1.6, opacity: 0.75 },
        encoding: { x: x("low"), x2: { field: "high" }, color: scale(colours) },
      },
      {
        transform: [{ filter: "datum.value !== null" }],
        mark: { type: "point", filled: true, opacity: 1, size: 22 },
        encoding: {
          x: {
            ...x("value"),
            axis: { ...plain, title: name },
            scale: { domain: [least - margin, greatest + margin], nice: false, zero: false },
          },
          color: scale(colours),
          shape: scale(markers),
        },
      },
      {
        transform: [{ filter: "datum.value === null" }],
        mark: { type: "text", align: "left", fontStyle: "italic", color: ink.reference },
        encoding: { x: { value: 2 }, text: { field: "missing" } },
      },
    ],
  } as ViewSpec;
}
