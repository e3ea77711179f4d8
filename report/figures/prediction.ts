/**
 * Prediction errors: against the step size (as in Sutton & Barto 2018, figures 7.2 and 12.3) where methods
 * were tried with many, and against the number of episodes (as in their example 6.2) where with a few.
 */
import type { PredictionResult } from "../../data/result_file.ts";
import { mean, standardDeviation } from "../../stats/aggregate.ts";
import { type Style, styleOf, stylesOf } from "../palette.ts";
import { orNull } from "../table/rows.ts";
import type { PredictionRow } from "../table/schema.ts";
import { seedsPhrase, type Source, sourceOf } from "./captions.ts";
import { curveGrid, gridWidth } from "./curve_grid.ts";
import { column, type Figure, page, printed } from "./figure.ts";
import { legend } from "./legend.ts";
import { type DrawnCurve, plain, specOf, steps } from "./parts.ts";

/** Up to as many step sizes the error over episodes is drawn for each. */
const few = 4;

/** Half the width of a 95 % interval of a mean, in standard errors. */
const normal = 1.96;

const bands = "bands are 95 % intervals (mean and 1.96 standard errors to each side)";

/** The error against the step size; none where no method was tried with many. */
export function stepSizesFigure(source: Source): Figure | undefined {
  const { table } = source;
  const environments = table.environments.flatMap(({ id, prediction }) => {
    const rows = prediction.filter(({ stepSizes }) => stepSizes.length > few);
    return rows.length === 0 ? [] : [{ id, rows, panels: methodsOf(rows) }];
  });
  if (environments.length === 0) return undefined;
  const subjects = environments.map(({ id, rows, panels }) => {
    // Errors of the smallest step size are hardly below those of the initial values.
    const top = Math.max(...rows.map(({ errors }) => errors[0] ?? 0));
    const all = rows.flatMap(({ errors }) => errors).filter((error) => error !== null);
    const bottom = Math.min(top, ...all);
    const span = top - bottom || 1;
    return {
      title: id,
      panels: panels.map(({ title, rows }) => ({ title, curves: rows.map(curveOf) })),
      y: [bottom - 0.05 * span, top + 0.1 * span] as const,
      lines: [],
    };
  });
  const counts = environments.flatMap(({ rows }) => rows);
  return {
    name: `${table.suite}-step-sizes`,
    title: `${table.suite}: error against step size`,
    caption:
      `Prediction error of the suite ${table.suite} against the step size: root mean square over the ` +
      `states, mean over the first ${numbers(counts.map(({ budget }) => budget))} episodes and ` +
      `${seedsPhrase(counts.map(({ seeds }) => seeds))}; ${bands}. Panels are cut off above: ` +
      `larger errors and step sizes at which values overflow are beyond. ${sourceOf(source)}`,
    inches: page,
    spec: specOf([
      curveGrid(subjects, {
        x: { title: "step size", axis: { ...plain, labelFlush: true } },
        y: { title: "root mean square error" },
        inches: page,
      }),
      legend(
        environments.flatMap(({ panels }) => panels).map(({ title, rows }) => ({
          heading: title,
          items: rows.map(({ row, style }) => ({ label: printed(row.title), style })),
        })),
        gridWidth(page),
      ),
    ], 6),
  };
}

interface StyledRow {
  readonly row: PredictionRow;
  readonly style: Style;
}

/** A panel for each method with a parameter, and one for those without. */
function methodsOf(
  rows: readonly PredictionRow[],
): { readonly title: string; readonly rows: readonly StyledRow[] }[] {
  const names = [...new Set(rows.map(({ algorithm }) => algorithm))];
  const methods = names.map((name) => rows.filter(({ algorithm }) => algorithm === name));
  const styles = stylesOf(rows);
  const plainRows = methods.filter(({ length }) => length === 1).flat();
  const families = methods.filter(({ length }) => length > 1);
  const panels = families.map((members) => ({
    title: familyTitle(members),
    rows: members.map((row, i) => ({ row, style: inRamp(i, members.length) })),
  }));
  if (plainRows.length > 0) {
    panels.unshift({
      title: plainRows.length > 2 ? "All methods" : plainRows.map(({ title }) => title).join(", "),
      rows: plainRows.map((row) => ({ row, style: styles.get(row.entry)! })),
    });
  }
  return panels;
}

/** What the titles of a method's rows share: "1-step TD" and "2-step TD" are "n-step TD". */
function familyTitle(rows: readonly PredictionRow[]): string {
  return printed(rows[0].title).replace(/ = [\d.]+/, "").replace(/^\d+/, "n");
}

/** Dark to bright, so that the order is seen in grey as well; dashes and markers tell neighbours apart. */
const ramp = ["#1B1464", "#4A2391", "#7B1FA2", "#A8237F", "#C4314B", "#D4502B", "#C97A12"];

function inRamp(place: number, length: number): Style {
  const colour = ramp[Math.round(place * (ramp.length - 1) / Math.max(1, length - 1))];
  // Dashes and markers are those of variants.
  return { ...styleOf("monte_carlo_prediction", place), light: colour, dark: colour, filled: true };
}

function curveOf({ row, style }: StyledRow): DrawnCurve {
  const { entry, stepSizes, errors, standardErrors } = row;
  return { entry, x: stepSizes, y: errors, ...around(errors, standardErrors), style };
}

function around(
  means: readonly (number | null)[],
  errors: readonly (number | null)[],
): Pick<DrawnCurve, "low" | "high"> {
  const end = (sign: number) =>
    means.map((mean, i) =>
      mean === null || errors[i] === null ? null : mean + sign * normal * errors[i]
    );
  return { low: end(-1), high: end(1) };
}

/** The error against the number of episodes; none where methods were tried with many step sizes only. */
export function episodesFigure(
  source: Source,
  results: readonly PredictionResult[],
): Figure | undefined {
  const { table } = source;
  const drawn = results.filter(({ evaluation }) => evaluation.stepSizes.length <= few);
  if (drawn.length === 0) return undefined;
  const ids = [...new Set(drawn.map(({ environment }) => environment.id))];
  const rows = drawn.flatMap((result) => {
    const { stepSizes, curveSteps } = result.evaluation;
    return stepSizes.map((stepSize, k) => {
      const errors = curveSteps.map((_, i) => result.runs.map((run) => run.errors[k][i] ?? NaN));
      const means = errors.map((of) => orNull(mean(of)));
      const deviations = errors.map((of) => orNull(standardDeviation(of) / Math.sqrt(of.length)));
      const style = styleOf(result.algorithm, k);
      return {
        id: result.environment.id,
        method: result.title,
        stepSize,
        curve: {
          entry: `${result.entry} ${stepSize}`,
          x: curveSteps,
          y: means,
          ...around(means, deviations),
          style,
        },
      };
    });
  });
  const subjects = ids.map((id) => {
    const curves = rows.filter((row) => row.id === id).map(({ curve }) => curve);
    const all = curves.flatMap(({ y }) => y).filter((error) => error !== null);
    return {
      title: id,
      panels: [{ title: "", curves }],
      y: [0, 1.04 * (Math.max(0, ...all) || 1)] as const,
      lines: [],
    };
  });
  const seeds = drawn.map(({ runs }) => runs.map(({ seed }) => seed));
  const methods = [...new Set(rows.map(({ method }) => method))];
  return {
    name: `${table.suite}-episodes`,
    title: `${table.suite}: error against episodes`,
    caption:
      `Prediction error of the suite ${table.suite} after each episode: root mean square over the states, ` +
      `mean over ${seedsPhrase(seeds)}, for each step size α; ${bands}. ` +
      sourceOf(source),
    inches: column,
    spec: specOf([
      curveGrid(subjects, {
        x: { title: "episodes", axis: steps },
        y: { title: "root mean square error" },
        inches: column,
      }),
      legend(
        methods.map((method) => ({
          heading: printed(method),
          items: rows.filter((row) => row.method === method)
            .map(({ stepSize, curve }) => ({ label: `α = ${stepSize}`, style: curve.style })),
        })),
        gridWidth(column),
      ),
    ], 6),
  };
}

/** Such as "10", or "10 to 100". */
function numbers(counts: readonly number[]): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? `${low}` : `${low} to ${high}`;
}
