/// <reference lib="dom" />
/** The charts of a suite: learning curves per environment, over several, and errors of prediction. */
import type { ControlCell, PageData, PageEnvironment, PredictionCell, Row } from "../page_data.ts";
import { bestPlace } from "../best_place.ts";
import { rangeOfErrors, rangeOfReturns } from "../chart_range.ts";
import { isShown } from "../view.ts";
import { Chart, type Line } from "./chart.ts";
import { byId } from "./dom.ts";
import type { Store } from "./store.ts";

/** Draws the charts; they follow the view. */
export function startCurves(data: PageData, store: Store): void {
  const charts = [
    ...data.environments.flatMap((environment) => chartsOf(environment, data)),
    ...efficiencyCharts(data),
  ];
  byId("charts").append(...charts.map(({ root }) => root));
  let before: string | null = null;
  store.follow((view) => {
    const entries = data.rows.filter((row) => isShown(row, view)).map(({ entry }) => entry);
    if (entries.join(" ") === before) return;
    before = entries.join(" ");
    for (const chart of charts) chart.show(new Set(entries));
  });
}

function chartsOf(environment: PageEnvironment, { cells, rows }: PageData): Chart[] {
  const here = cells.filter(({ result }) => result.environment.id === environment.id);
  const rowOf = (entry: string) => rows.find((row) => row.entry === entry)!;
  const control = here.filter((cell) => cell.task === "control");
  const prediction = here.filter((cell) => cell.task === "prediction");
  return [
    ...(control.length > 0 ? [learningChart(environment, control, rowOf)] : []),
    ...(prediction.length > 0 ? predictionCharts(environment.id, prediction, rowOf) : []),
  ];
}

type RowOf = (entry: string) => Row;

function learningChart(environment: PageEnvironment, cells: readonly ControlCell[], rowOf: RowOf) {
  const { id, optimum, threshold } = environment;
  const units = [...new Set(cells.map(({ result }) => result.unit))];
  const end = Math.max(...cells.map(({ result }) => result.evaluation.curveSteps.at(-1)!));
  const mark = optimum !== null
    ? { name: "optimum", value: optimum }
    : threshold && { name: "threshold", value: threshold.value };
  return new Chart({
    title: id,
    xName: units.join(" or "),
    lines: cells.map(({ result, curve: { iqm, low, high } }) => {
      const row = rowOf(result.entry);
      const line = { ...lineOf(row), x: result.evaluation.curveSteps, y: iqm, low, high };
      return row.learns === "baseline" ? continued(line, end) : line;
    }),
    marks: mark ? [mark] : [],
    range: rangeOfReturns,
  });
}

/** What does not learn returns the same for ever: its line goes on to where the longest one ends. */
function continued(line: Line, end: number): Line {
  if (line.x.at(-1)! >= end) return line;
  const more = (values: readonly (number | null)[] = []) => [...values, values.at(-1) ?? null];
  const { x, y, low, high } = line;
  return { ...line, x: [...x, end], y: more(y), low: more(low), high: more(high) };
}

/** Errors against the step size, and as episodes go by: Sutton & Barto's two ways to show them. */
function predictionCharts(id: string, cells: readonly PredictionCell[], rowOf: RowOf): Chart[] {
  const episodes = cells[0].result.budget;
  const perStepSize = cells.map(({ result, averages }): Line => ({
    ...lineOf(rowOf(result.entry)),
    x: result.evaluation.stepSizes,
    y: averages.map(({ error }) => error),
    low: averages.map(({ error, standardError }) => around(error, standardError, -1)),
    high: averages.map(({ error, standardError }) => around(error, standardError, 1)),
  }));
  const overEpisodes = cells.map(({ result, errors, standardErrors, averages }): Line => {
    const best = bestPlace(averages.map(({ error }) => error));
    return {
      ...lineOf(rowOf(result.entry)),
      x: result.evaluation.curveSteps,
      y: errors[best],
      low: errors[best].map((error, i) => around(error, standardErrors[best][i], -1)),
      high: errors[best].map((error, i) => around(error, standardErrors[best][i], 1)),
    };
  });
  return [
    new Chart({
      title: `${id}: error over the first ${episodes} episodes, by step size`,
      xName: "step size",
      lines: perStepSize,
      range: rangeOfErrors,
    }),
    new Chart({
      title: `${id}: error after each episode, at each row's best step size`,
      xName: "episodes",
      lines: overEpisodes,
      range: rangeOfErrors,
    }),
  ];
}

/**
 * The end of an interval of about 95 % around a mean; null where it would reach below zero, as no error
 * does: such errors have begun to diverge.
 */
function around(mean: number | null, standardError: number | null, sign: 1 | -1): number | null {
  if (mean === null || standardError === null || mean < 1.96 * standardError) return null;
  return mean + sign * 1.96 * standardError;
}

function efficiencyCharts({ efficiency, rows }: PageData): Chart[] {
  return efficiency.map(({ environments, rows: curves }) =>
    new Chart({
      title: `Normalised score over ${environments.join(", ")}`,
      xName: "part of the budget",
      lines: curves.map(({ entry, fractions, iqm, low, high }) => ({
        ...lineOf(rows.find((row) => row.entry === entry)!),
        x: fractions,
        y: iqm,
        low,
        high,
      })),
      range: rangeOfReturns,
    })
  );
}

function lineOf(row: Row): Pick<Line, "entry" | "title" | "style" | "isMarked"> {
  const { entry, title, style, isMarked } = row;
  return { entry, title, style, isMarked };
}
