/**
 * Curves over several environments at once, in normalised scores: how fast rows learn (sample
 * efficiency) and how their final scores are distributed (performance profiles).
 */
import type { ControlResult } from "../../data/result_file.ts";
import { sampleEfficiency } from "../curves.ts";
import { stylesOf } from "../palette.ts";
import { performanceProfiles } from "../profiles.ts";
import { randomPolicy } from "../references.ts";
import {
  coverageOf,
  divergence,
  leftOut,
  named,
  normalisation,
  provenance,
  seedsOf,
  sentences,
  type Source,
} from "./captions.ts";
import { curveGrid, gridWidth } from "./curve_grid.ts";
import { type Figure, page } from "./figure.ts";
import { acrossLines, legend } from "./legend.ts";
import { panelSections, panelsOf, panelsWith } from "./panels.ts";
import { type DrawnCurve, plain, specOf } from "./parts.ts";

/** A curve before its row's style is known. */
type Unstyled = Omit<DrawnCurve, "style">;

/** The sample-efficiency curves of a suite; none without aggregates. */
export function efficiencyFigure(
  source: Source,
  results: readonly ControlResult[],
): Figure | undefined {
  const { table } = source;
  const inSteps = new Set(
    table.environments.flatMap(({ control }) => control)
      .filter(({ unit }) => unit === "environment steps").map(({ entry }) => entry),
  );
  const sets = sampleEfficiency(table, results).map(({ environments, rows }) => ({
    environments,
    curves: rows.filter(({ entry }) => inSteps.has(entry))
      .map(({ fractions, iqm, ...curve }) => ({ ...curve, x: fractions, y: iqm })),
  }));
  return figureOf(source, sets, {
    kind: "sample-efficiency",
    noun: "sample efficiency",
    x: { title: "part of the budget", axis: { ...plain, labelFlush: true }, domain: [0, 1] },
    y: { title: "normalised score", range: rangeOf(sets.flatMap(({ curves }) => curves)) },
    says:
      `interquartile mean of the normalised scores of all runs on the environments against the part ` +
      `of the row's own budget that is spent (budgets differ)`,
    episodes: "curve",
  });
}

/** The performance profiles of a suite; none without aggregates. */
export function profilesFigure(
  source: Source,
  results: readonly ControlResult[],
): Figure | undefined {
  const { table } = source;
  const sets = performanceProfiles(table, results).map(({ environments, levels, rows }) => ({
    environments,
    curves: rows.map(({ share, low, high, ...row }) => ({
      ...row,
      x: levels,
      y: share,
      low: low ?? levels.map(() => null),
      high: high ?? levels.map(() => null),
    })),
  }));
  const learned = sets.flatMap(({ curves }) => curves)
    .filter(({ algorithm }) => algorithm !== randomPolicy);
  return figureOf(source, sets, {
    kind: "profiles",
    noun: "performance profiles",
    x: {
      title: "normalised score",
      axis: { ...plain, tickCount: 3 },
      domain: informative(learned),
    },
    y: { title: "share of runs above", range: [0, 1.02] },
    says:
      "share of the runs on all of the environments whose final normalised score is above a level",
    episodes: "final",
  });
}

/** The levels between which not all runs of all rows are above, and some are. */
function informative(curves: readonly Unstyled[]): [number, number] {
  let [low, high] = [Infinity, 1];
  for (const { x, y } of curves) {
    const first = y.findIndex((share) => share! < 1);
    if (first >= 0) low = Math.min(low, x[Math.max(0, first - 1)]);
    y.forEach((share, i) => high = share! > 0 ? Math.max(high, x[i]) : high);
  }
  return [Math.min(0.9, Math.floor(low * 10) / 10), Math.ceil(high * 10) / 10];
}

/** Around all curves, from 0 to 1 at least. */
function rangeOf(curves: readonly Unstyled[]): [number, number] {
  const values = curves.flatMap(({ y }) => y).filter((value) => value !== null);
  // Untrained policies can be far below the random one.
  const low = Math.max(-0.25, Math.min(0, ...values));
  return [low - 0.03, Math.max(1, ...values) + 0.03];
}

interface Kind {
  readonly kind: string;
  readonly noun: string;
  readonly x: { readonly title: string; readonly axis: object; readonly domain: [number, number] };
  readonly y: { readonly title: string; readonly range: [number, number] };
  readonly says: string;
  readonly episodes: "curve" | "final";
}

function figureOf(
  source: Source,
  sets: readonly {
    readonly environments: readonly string[];
    readonly curves: readonly (Unstyled & { readonly algorithm: string })[];
  }[],
  { kind, noun, x, y, says, episodes }: Kind,
): Figure | undefined {
  const { table } = source;
  if (sets.length === 0) return undefined;
  const styles = stylesOf(table.environments.flatMap(({ control }) => control));
  const shown = sets.flatMap(({ curves }) => curves)
    .filter(({ algorithm }) => algorithm !== randomPolicy);
  const panels = panelsWith(panelsOf(table), new Set(shown.map(({ entry }) => entry)));
  const subjects = sets.map(({ environments, curves }) => ({
    title: `${environments.length} environments`,
    panels: panelsWith(panels, new Set(curves.map(({ entry }) => entry))).map(
      ({ title, rows }) => ({
        title,
        curves: rows.flatMap(({ entry }) =>
          curves.filter((curve) => curve.entry === entry)
            .map((curve) => ({ ...curve, style: styles.get(entry)! }))
        ),
      }),
    ),
    y: y.range,
    lines: episodes === "curve" ? scale : [],
  }));
  const isCut = shown.some(({ y: values, low }) =>
    [...values, ...low].some((value) => value !== null && value < y.range[0])
  );
  const lines = episodes === "curve" ? [{ heading: "", items: scale }] : [];
  return {
    name: `${table.suite}-${kind}`,
    title: `${table.suite}: ${noun}`,
    caption: sentences(
      `${noun[0].toUpperCase()}${noun.slice(1)} of the suite ${table.suite} over ` +
        `${seedsOf(table)}: ${says}; bands are ${coverageOf(table)} intervals.`,
      isCut ? "Panels are cut off below." : "",
      named(sets.map(({ environments }) => environments)),
      normalisation,
      leftOut(table),
      divergence(table),
      provenance(source, { episodes, resamples: "curves" }),
    ),
    inches: page,
    spec: specOf([
      curveGrid(subjects, { x, y, inches: page }),
      legend([...panelSections(panels, styles), ...lines], gridWidth(page)),
    ], 6),
  };
}

/** The ends of the normalised scale. */
const scale = [{ value: 1, ...acrossLines.reference }, { value: 0, ...acrossLines.random }];
