/**
 * Learning curves: the interquartile mean over seeds of the mean return against training steps, with its
 * band, one panel for each environment and family of algorithms.
 *
 * A dozen curves in one panel cannot be told apart, so families share an environment's panels: the same
 * returns beside each other, but steps of their own, since budgets differ by a factor of ten and more.
 */
import type { ControlResult } from "../../data/result_file.ts";
import { learningCurves } from "../curves.ts";
import { stylesOf } from "../palette.ts";
import { randomPolicy } from "../references.ts";
import type { EnvironmentTable } from "../table/schema.ts";
import { coverageOf, divergence, provenance, seedsOf, sentences, type Source } from "./captions.ts";
import { type Figure, page } from "./figure.ts";
import { panelSections, panelsOf, panelsWith } from "./panels.ts";
import { curveGrid, gridWidth } from "./curve_grid.ts";
import { acrossLines, legend } from "./legend.ts";
import { type Domain, type DrawnCurve, specOf, steps } from "./parts.ts";

type Kind = keyof typeof acrossLines;
const kinds = Object.keys(acrossLines) as Kind[];

/** The figure of a suite; none if nothing is learned in environment steps. */
export function learningCurvesFigure(
  source: Source,
  results: readonly ControlResult[],
): Figure | undefined {
  const { table } = source;
  const styles = stylesOf(table.environments.flatMap(({ control }) => control));
  const drawn = learningCurves(results)
    .filter(({ unit, algorithm }) => unit === "environment steps" && algorithm !== randomPolicy);
  const panels = panelsWith(panelsOf(table), new Set(drawn.map(({ entry }) => entry)));
  let cut = false;
  const subjects = table.environments.flatMap((environment) => {
    const curves = drawn.filter((curve) => curve.environment === environment.id)
      .map((curve): DrawnCurve => ({
        ...curve,
        x: curve.steps,
        y: curve.iqm,
        style: styles.get(curve.entry)!,
      }));
    if (curves.length === 0) return [];
    const y = domainOf(curves, environment);
    cut ||= curves.some((curve) =>
      [...curve.low, ...curve.y].some((value) => value !== null && value < y[0])
    );
    const present = panelsWith(panels, new Set(curves.map(({ entry }) => entry)));
    return [{
      title: environment.id,
      panels: present.map(({ title, rows }) => ({
        title,
        curves: rows.flatMap(({ entry }) => curves.filter((curve) => curve.entry === entry)),
      })),
      y,
      lines: kinds.flatMap((kind) => {
        const value = lineOf(environment, kind);
        return value === null ? [] : [{ kind, value, style: acrossLines[kind].style }];
      }),
    }];
  });
  if (subjects.length === 0) return undefined;

  const isShown = (kind: Kind) => subjects.some(({ lines }) => lines.some((l) => l.kind === kind));
  const sections = [
    ...panelSections(panels, styles),
    { heading: "", items: kinds.filter(isShown).map((kind) => acrossLines[kind]) },
  ];
  return {
    name: `${table.suite}-learning-curves`,
    title: `${table.suite}: learning curves`,
    caption: sentences(
      `Learning curves of the suite ${table.suite}: interquartile mean over ${seedsOf(table)} of ` +
        `the mean return against environment steps; bands are ${coverageOf(table)} intervals.`,
      cut ? "Panels are cut off below: early returns and ends of bands lie lower." : "",
      divergence(table),
      provenance(source, { episodes: "curve", resamples: "curves" }),
    ),
    inches: page,
    spec: specOf([
      curveGrid(subjects, {
        x: { title: "steps", axis: steps },
        y: { title: "return" },
        inches: page,
      }),
      legend(sections, gridWidth(page)),
    ], 6),
  };
}

function lineOf(
  { normalisation, threshold }: EnvironmentTable,
  kind: Kind,
): number | null {
  if (kind === "reference") return normalisation?.reference.value ?? null;
  if (kind === "random") return normalisation?.random.value ?? null;
  // One line where the threshold is the reference.
  return threshold?.value === normalisation?.reference.value ? null : threshold?.value ?? null;
}

/**
 * The returns that are drawn: up to the best or the reference, down to all but the lowest twentieth of the
 * curves' points, so that a few bad ones do not press everything else together, and to the random policy's
 * if that takes no more than a third of the panel.
 */
function domainOf(curves: readonly DrawnCurve[], { normalisation }: EnvironmentTable): Domain {
  const values = curves.flatMap(({ y }) => y).filter((value) => value !== null)
    .sort((a, b) => a - b);
  if (values.length === 0) return [0, 1];
  const top = Math.max(values.at(-1)!, normalisation?.reference.value ?? -Infinity);
  const lowest = values[Math.floor(values.length / 20)];
  const random = normalisation?.random.value ?? lowest;
  const bottom = top - random <= 1.5 * (top - lowest) ? Math.min(lowest, random) : lowest;
  const margin = 0.06 * (top - bottom || 1);
  return [bottom - margin, top + margin];
}
