/** Parts that several figures share: types of Vega-Lite views, grids of them, axes and titles. */
import type { TopLevelSpec } from "vega-lite";
import type { Style } from "../palette.ts";
import { config, fontSize, printed } from "./figure.ts";
import { textWidth } from "./font.ts";

/** Layers of a Vega-Lite view. */
export type Layers = Extract<TopLevelSpec, { layer: unknown }>["layer"];
/** Views side by side or below each other. */
export type Views = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"];
/** One of them. */
export type ViewSpec = Views[number];

/** A curve to be drawn. */
export interface DrawnCurve {
  /** Unique in its panel. */
  readonly entry: string;
  readonly x: readonly number[];
  /** Null where there is a gap. */
  readonly y: readonly (number | null)[];
  /** Ends of the band; a null without a gap below a `high` means that there is no lower bound. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly style: Style;
}

/** Steps on an axis: 0, 200k, 1M. */
export const steps = {
  labelExpr: "format(datum.value, '~s')",
  labelFlush: true,
  labelOverlap: "parity",
  labelSeparation: 4,
  tickCount: 3,
} as const;

/** Plain numbers on an axis: 0.05, -1000. */
export const plain = { labelExpr: "format(datum.value, '~r')", tickCount: 4 };

/** A panel's title in as many lines as it needs: broken before the last capital that begins a word. */
export function fitted(title: string, width: number): string | string[] {
  const room = width + 20;
  const place = title.search(/[A-Z][a-z]+[^A-Z]*$/);
  const isTooWide = textWidth(title, fontSize.title, "bold") > room;
  return isTooWide && place > 0 ? [title.slice(0, place), title.slice(place)] : title;
}

/** The range of an axis. */
export type Domain = readonly [number, number];

/** Scales of colours and the like belong to one panel; each panel has its own range of x and y. */
const own = {
  scale: {
    x: "independent",
    y: "independent",
    color: "independent",
    fill: "independent",
    shape: "independent",
    stroke: "independent",
    strokeDash: "independent",
  },
} as const;

/** A panel's frame without content, where a grid has a gap. */
function nothing(): ViewSpec {
  return { data: { values: [] }, mark: "point", width: 1, height: 1 };
}

/**
 * Panels in rows and columns. Distances are between their frames, whatever axes and titles take.
 *
 * @param rows rows of panels; shorter ones are filled up
 */
export function gridOf(
  rows: readonly (readonly (ViewSpec | undefined)[])[],
  spacing: { readonly row: number; readonly column: number },
): ViewSpec {
  const columns = Math.max(...rows.map((row) => row.length));
  const concat = rows.flatMap((row) =>
    Array.from({ length: columns }, (_, i) => row[i] ?? nothing())
  );
  return { concat, columns, spacing, bounds: "flush", resolve: own };
}

/** Views beside each other, with all that belongs to them. */
export function beside(views: Views, spacing: number): ViewSpec {
  return { hconcat: views, spacing, resolve: own };
}

/** A figure's specification: views below each other. */
export function specOf(views: Views, spacing: number): TopLevelSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config,
    vconcat: views,
    spacing,
    resolve: own,
  };
}

/** How wide the names of rows are, in points, the bold ones too. */
export function roomFor(rows: readonly { readonly title: string }[]): number {
  const widths = rows.map(({ title }) => textWidth(printed(title), fontSize.small, "bold"));
  return Math.max(0, ...widths);
}

/** The axis of rows: their names to the left if wanted, those that lead in bold. */
export function labelledRows(
  rows: readonly { readonly entry: string; readonly title: string }[],
  leading: readonly string[],
  hasLabels: boolean,
): object {
  const names = Object.fromEntries(rows.map(({ entry, title }) => [entry, printed(title)]));
  const isLeading = `indexof(${JSON.stringify(leading)}, datum.value) >= 0`;
  return {
    field: "entry",
    type: "nominal",
    sort: rows.map(({ entry }) => entry),
    scale: { domain: rows.map(({ entry }) => entry) },
    axis: {
      domain: false,
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelFontWeight: { condition: { test: isLeading, value: 600 }, value: "normal" },
      labelLimit: 0,
      labels: hasLabels,
      ticks: false,
      title: null,
    },
  };
}
