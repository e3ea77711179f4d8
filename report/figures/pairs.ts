/** Pairs of rows that differ in one part: what the part contributes, environment by environment. */
import type { Pair } from "../table/schema.ts";
import { coverageOf, provenance, seedsOf, type Source } from "./captions.ts";
import { type Figure, ink, page } from "./figure.ts";
import { gridOf, labelledRows, plain, roomFor, specOf, type ViewSpec } from "./parts.ts";

const between = 14;

/** The two measures of a pair, and the value of each that means no difference. */
const measures = [
  { key: "difference", title: "difference of the mean returns", none: 0 },
  { key: "improvement", title: "probability of improvement", none: 0.5 },
] as const;

/** The figure of a suite; none without pairs. */
export function pairsFigure(source: Source): Figure | undefined {
  const { table } = source;
  if (table.pairs.length === 0) return undefined;
  const room = 8 + roomFor(table.pairs);
  const width = Math.floor((72 * page - 12 - room - between) / 2);
  const environments = [...new Set(table.pairs.map(({ environment }) => environment))];
  const grid = environments.map((environment) => {
    const pairs = table.pairs.filter((pair) => pair.environment === environment);
    return measures.map((measure, i) =>
      panelOf(pairs, measure, { title: i === 0 ? environment : "", width, hasLabels: i === 0 })
    );
  });
  return {
    name: `${table.suite}-pairs`,
    title: `${table.suite}: pairs`,
    caption:
      `Pairs of rows of the suite ${table.suite} that differ in one part, over ${
        seedsOf(table)
      }: ` +
      `difference of the mean final returns (the first named less the second) and probability that a run ` +
      `of the first returns more than one of the second (${table.intervals.curves} resamples), with ` +
      `${coverageOf(table)} intervals. Filled: the interval leaves out no difference. ` +
      provenance(source, { episodes: "final", resamples: "aggregates" }),
    inches: page,
    spec: specOf([gridOf(grid, { row: 44, column: between })], 0),
  };
}

function panelOf(
  pairs: readonly Pair[],
  { key, title: name, none }: typeof measures[number],
  { title, width, hasLabels }: { title: string; width: number; hasLabels: boolean },
): ViewSpec {
  const rows = pairs.map(({ entry, against, title }) => ({ entry: `${entry} ${against}`, title }));
  const values = pairs.map(({ [key]: { value, interval: [low, high] } }, i) => ({
    entry: rows[i].entry,
    value,
    low: value === null ? null : low,
    high: value === null ? null : high,
    isClear: value !== null && low !== null && high !== null && (low > none || high < none),
  }));
  const numbers = values.flatMap(({ value, low, high }) => [value, low, high])
    .filter((number) => number !== null);
  const [least, greatest] = key === "improvement"
    ? [0, 1]
    : [Math.min(none, ...numbers), Math.max(none, ...numbers)];
  const margin = 0.04 * (greatest - least || 1);
  const x = (field: string) => ({ field, type: "quantitative" });
  return {
    width,
    height: { step: 11 },
    title: { text: title, offset: 5 },
    data: { values },
    encoding: { y: labelledRows(rows, [], hasLabels) },
    layer: [
      {
        data: { values: [{ value: none }] },
        mark: { type: "rule", color: ink.reference, strokeWidth: 0.7 },
        encoding: { x: x("value"), y: null },
      },
      {
        transform: [{ filter: "datum.low !== null && datum.high !== null" }],
        mark: { type: "rule", strokeWidth: 1.4, color },
        encoding: { x: x("low"), x2: { field: "high" } },
      },
      {
        transform: [{ filter: "datum.value !== null" }],
        mark: { type: "point", filled: true, opacity: 1, size: 20, stroke: color, strokeWidth: 1 },
        encoding: {
          x: {
            ...x("value"),
            axis: { ...plain, title: name },
            scale: { domain: [least - margin, greatest + margin], nice: false, zero: false },
          },
          fill: { condition: { test: "datum.isClear", value: color }, value: "white" },
        },
      },
      {
        transform: [{ filter: "datum.value === null" }],
        mark: { type: "text", align: "left", fontStyle: "italic", color: ink.reference },
        encoding: { x: { value: 2 }, text: { value: "diverged" } },
      },
    ],
  } as ViewSpec;
}

const color = "#003F7D";
