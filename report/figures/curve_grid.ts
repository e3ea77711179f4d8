/** A grid of panels with curves: for each subject, such as an environment, the panels of its families. */
import { fontSize } from "./figure.ts";
import type { LegendItem } from "./legend.ts";
import { type Domain, type DrawnCurve, fitted, gridOf, plain, type ViewSpec } from "./parts.ts";
import { curveLayers } from "./curve_layers.ts";

/** What has panels of its own. */
export interface Subject {
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly curves: readonly DrawnCurve[] }[];
  /** The range of its panels: what is beyond it is cut off. */
  readonly y: Domain;
  /** Horizontal lines of reference. */
  readonly lines: readonly { readonly value: number; readonly style: LegendItem["style"] }[];
}

/** The axes of all panels, and the room there is. */
export interface Axes {
  /** Vega-Lite's axis of x; the range is that of the curves if none is given. */
  readonly x: { readonly title: string; readonly axis: object; readonly domain?: Domain };
  readonly y: { readonly title: string };
  /** Width of the figure. */
  readonly inches: number;
}

/** Room left of the frames for labels and a title, and between frames for labels. */
const left = 40, labels = 27, between = labels + 8;
/** The most columns in which panels are still legible. */
const most = 5;

/** Width of a figure without the room at its left: that of the legend below a grid. */
export function gridWidth(inches: number): number {
  return 72 * inches - 14 - left;
}

/**
 * Lays out the panels over the width of the figure: subjects are rows and families columns or the other way
 * round, whichever gives more columns of a legible width.
 */
export function curveGrid(subjects: readonly Subject[], axes: Axes): ViewSpec {
  const families = Math.max(...subjects.map(({ panels }) => panels.length));
  const [few, many] = [families, subjects.length].sort((a, b) => a - b);
  const columns = many <= most ? many : few;
  const areColumns = columns === subjects.length;
  const width = Math.floor((gridWidth(axes.inches) - (columns - 1) * between) / columns);
  const height = areColumns || subjects.length < 4 ? 74 : 42;
  const cells = subjects.map((subject, i) =>
    subject.panels.map(({ title, curves }, j) => {
      const isFirst = j === 0;
      const isBottom = areColumns ? j === subject.panels.length - 1 : i === subjects.length - 1;
      const isLeft = (areColumns ? i : j) === 0;
      return {
        width,
        height,
        title: isFirst
          ? { text: fitted(subject.title, width), subtitle: title }
          : { text: title, fontSize: fontSize.small, fontWeight: "normal", offset: 5 },
        layer: [...linesOf(subject), ...curveLayers(curves, subject.y)],
        encoding: {
          x: {
            axis: { ...axes.x.axis, title: isBottom ? axes.x.title : null },
            scale: { nice: false, ...(axes.x.domain && { domain: [...axes.x.domain] }) },
          },
          y: {
            axis: {
              ...plain,
              minExtent: labels,
              maxExtent: labels,
              title: isLeft ? axes.y.title : null,
            },
            scale: { domain: [...subject.y], nice: false, zero: false },
          },
        },
      } as ViewSpec;
    })
  );
  return gridOf(areColumns ? transposed(cells) : cells, {
    row: areColumns ? 32 : 40,
    column: between,
  });
}

function linesOf({ lines, y }: Subject): object[] {
  return lines.filter(({ value }) => value >= y[0] && value <= y[1]).map(({ value, style }) => ({
    data: { values: [{ y: value }] },
    mark: { type: "rule", color: style.light, strokeDash: [...style.dash], strokeWidth: 0.7 },
    encoding: { y: { field: "y", type: "quantitative" } },
  }));
}

function transposed<Item>(rows: readonly (readonly Item[])[]): (Item | undefined)[][] {
  const length = Math.max(...rows.map((row) => row.length));
  return Array.from({ length }, (_, i) => rows.map((row) => row[i]));
}
