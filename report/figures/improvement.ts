/** The probability that a run of one row scores higher than a run of another, for all pairs of rows. */
import type { Aggregate } from "../table/schema.ts";
import {
  coverageOf,
  leftOut,
  named,
  provenance,
  seedsOf,
  sentences,
  type Source,
} from "./captions.ts";
import { type Figure, ink, page, printed } from "./figure.ts";
import { textWidth } from "./font.ts";
import { beside, specOf, type ViewSpec } from "./parts.ts";
import { ranked } from "./ranking.ts";

/** Size of a cell, in points. */
const cell = { width: 16.5, height: 11.5 };

/** From the row below to the row above, over neither: apart for all kinds of colour blindness. */
const colours = ["#E08F4F", "#F6F6F6", "#6FA8D8"];

/** The figure of a suite; none without aggregates. */
export function improvementFigure(source: Source): Figure | undefined {
  const { table } = source;
  const matrices = table.aggregates
    .map((aggregate) => ({ aggregate, rows: ranked(table, aggregate) }))
    .filter(({ rows }) => rows.length > 1);
  if (matrices.length === 0) return undefined;
  const lines: ViewSpec[][] = [];
  let used = Infinity;
  for (const { aggregate, rows } of matrices) {
    const labels = rows.map(({ title }, i) => `${printed(title)} ${i + 1}`);
    const width = Math.max(...labels.map((label) => textWidth(label, 8.5))) +
      cell.width * rows.length + gap;
    if (used + width > 72 * page - 12) lines.push([]);
    used = lines.at(-1)!.length === 0 ? width : used + width;
    lines.at(-1)!.push(matrixOf(aggregate, rows));
  }
  return {
    name: `${table.suite}-improvement`,
    title: `${table.suite}: probability of improvement`,
    caption: sentences(
      `Probability of improvement in the suite ${table.suite}: per cent of pairs of runs in which the ` +
        `row's run scores higher than the column's, ties counted half, mean over the environments, ` +
        `over ${seedsOf(table)}. Rows and columns are in the order of the interquartile mean.`,
      `Bold: the ${coverageOf(table)} interval leaves out 50.`,
      named(matrices.map(({ aggregate }) => aggregate.environments)),
      leftOut(table),
      provenance(source, { episodes: "final", resamples: "curves" }),
    ),
    inches: page,
    spec: specOf(lines.map((views) => beside(views, gap)), 12),
  };
}

const gap = 14;

function matrixOf(
  { environments, improvement }: Aggregate,
  rows: Aggregate["rows"],
): ViewSpec {
  const place = new Map(rows.map(({ entry }, i) => [entry, i + 1]));
  const values = improvement.flatMap(({ x, y, probability, interval: [low, high] }) => {
    if (!place.has(x) || !place.has(y)) return [];
    const isClear = (low !== null && low > 0.5) || (high !== null && high < 0.5);
    const [row, column] = [place.get(x), place.get(y)];
    return [
      { row, column, probability, isClear },
      { row: column, column: row, probability: 1 - probability, isClear },
    ];
  });
  const places = rows.map((_, i) => i + 1);
  const names = rows.map(({ title }, i) => `${printed(title)}  ${i + 1}`);
  const axis = { domain: false, grid: false, ticks: false, title: null };
  return {
    title: { text: `${environments.length} environments`, offset: 5 },
    width: cell.width * rows.length,
    height: cell.height * rows.length,
    data: { values },
    encoding: {
      x: {
        field: "column",
        type: "ordinal",
        axis: { ...axis, orient: "top", labelAngle: 0 },
        scale: { domain: places },
      },
      y: {
        field: "row",
        type: "ordinal",
        axis: { ...axis, labelExpr: `${JSON.stringify(names)}[datum.value - 1]`, labelLimit: 200 },
        scale: { domain: places },
      },
    },
    layer: [
      {
        mark: { type: "rect", stroke: "white", strokeWidth: 0.8 },
        encoding: {
          color: {
            field: "probability",
            type: "quantitative",
            legend: null,
            scale: { domain: [0, 0.5, 1], range: colours },
          },
        },
      },
      ...[true, false].map((isClear) => ({
        transform: [{ filter: { field: "isClear", equal: isClear } }],
        mark: { type: "text", color: ink.text, fontWeight: isClear ? 600 : "normal" },
        encoding: { text: { field: "percent", type: "nominal" } },
      })),
    ],
    transform: [{ calculate: "format(100 * datum.probability, '.0f')", as: "percent" }],
  } as ViewSpec;
}
