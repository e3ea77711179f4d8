/** One legend for all panels of a figure, below them: it never covers data. */
import { type Style, styleOf } from "../palette.ts";
import { randomPolicy } from "../references.ts";
import { fontSize, ink } from "./figure.ts";
import { textWidth } from "./font.ts";
import type { Domain, ViewSpec } from "./parts.ts";

/** A heading and what belongs to it. */
export interface LegendSection {
  readonly heading: string;
  readonly items: readonly LegendItem[];
}

/** A line of the legend. */
export interface LegendItem {
  readonly label: string;
  readonly style: Pick<Style, "light" | "dash"> & Partial<Pick<Style, "marker" | "filled">>;
}

/** Lines that panels draw across, and their names. */
export const acrossLines = {
  reference: { label: "reference return", style: { light: ink.reference, dash: [] } },
  threshold: { label: "threshold", style: { light: ink.reference, dash: [1, 1.5] } },
  random: { label: "random policy", style: { light: styleOf(randomPolicy).light, dash: [6, 3] } },
} as const;

const sample = 20, lineHeight = 11, gap = 9;

/**
 * A legend for all panels: each heading begins a line, items follow one another.
 *
 * @param width in points
 */
export function legend(sections: readonly LegendSection[], width: number): ViewSpec {
  const wide = (text: string, weight?: "bold") => textWidth(text, fontSize.small, weight);
  const indent = Math.max(0, ...sections.map(({ heading }) => wide(heading, "bold") + gap));
  const headings: { x: number; y: number; text: string }[] = [];
  const items: { x: number; y: number; text: string; key: string; style: LegendItem["style"] }[] =
    [];
  let y = lineHeight / 2;
  for (const { heading, items: members } of sections) {
    headings.push({ x: 0, y, text: heading });
    let x = indent;
    for (const { label, style } of members) {
      const needed = sample + 3 + wide(label);
      if (x > indent && x + needed > width) {
        x = indent;
        y += lineHeight;
      }
      items.push({ x, y, text: label, key: `${items.length}`, style });
      x += needed + gap;
    }
    y += lineHeight;
  }
  const height = y - lineHeight / 2;
  const place = (field: string, domain: Domain) => ({
    field,
    type: "quantitative" as const,
    axis: null,
    scale: { domain: [...domain], nice: false, zero: false },
  });
  const [x, yAxis] = [place("x", [0, width]), place("y", [height, 0])];
  const scale = <Value>(of: (style: LegendItem["style"]) => Value) => ({
    field: "key",
    type: "nominal" as const,
    legend: null,
    scale: { domain: items.map(({ key }) => key), range: items.map(({ style }) => of(style)) },
  });
  const color = scale(({ light }) => light);
  const marked = items.filter(({ style }) => style.marker !== undefined);
  const layers: unknown[] = [
    {
      data: { values: items.map(({ x, y, key }) => ({ x, x2: x + sample, y, key })) },
      mark: { type: "rule", strokeWidth: 1.1 },
      encoding: {
        x,
        x2: { field: "x2" },
        y: yAxis,
        color,
        strokeDash: scale(({ dash }) => dash.length === 0 ? [1, 0] : [...dash]),
      },
    },
    {
      data: { values: marked.map(({ x, y, key }) => ({ x: x + sample / 2, y, key })) },
      mark: { type: "point", filled: true, size: 13, strokeWidth: 0.8, opacity: 1 },
      encoding: {
        x,
        y: yAxis,
        stroke: color,
        fill: scale(({ light, filled }) => filled ? light : "white"),
        shape: scale(({ marker }) => marker ?? "circle"),
      },
    },
    {
      data: { values: items.map(({ x, y, text }) => ({ x: x + sample + 3, y, text })) },
      mark: { type: "text", align: "left", baseline: "middle", color: ink.text },
      encoding: { x, y: yAxis, text: { field: "text", type: "nominal" } },
    },
    {
      data: { values: headings },
      mark: { type: "text", align: "left", baseline: "middle", color: ink.text, fontWeight: 600 },
      encoding: { x, y: yAxis, text: { field: "text", type: "nominal" } },
    },
  ];
  return { width, height, layer: layers } as ViewSpec;
}
