/** What a figure is: a Vega-Lite specification with its size, title and caption. All plain data. */
import type { Config, TopLevelSpec } from "vega-lite";
import { fontFamily } from "./font.ts";

/** A figure of a suite. */
export interface Figure {
  /** Name of its file without the ending: `SUITE-KIND`. */
  readonly name: string;
  /** One line, such as "classic: learning curves". */
  readonly title: string;
  /** What is to be said under it: what is drawn, and how it was measured. */
  readonly caption: string;
  /** Printed width: that of a column or of a page. */
  readonly inches: number;
  /** Lengths in points of 1/72 inch. */
  readonly spec: TopLevelSpec;
}

/** Width of a column of a two-column paper, and of its page, in inches. */
export const column = 3.3, page = 7;

/** Sizes of text, in points: none is printed smaller than 7. */
export const fontSize = { small: 7.2, title: 8.2 } as const;

/** Colours of what is not data. */
export const ink = {
  text: "#222222",
  axis: "#8a8a8a",
  grid: "#ececec",
  reference: "#555555",
} as const;

/** How all figures look. */
export const config: Config = {
  aria: false,
  background: "white",
  font: fontFamily,
  padding: 3,
  view: { stroke: null },
  axis: {
    domainColor: ink.axis,
    domainWidth: 0.5,
    grid: true,
    gridColor: ink.grid,
    gridWidth: 0.5,
    labelColor: ink.text,
    labelFontSize: fontSize.small,
    labelPadding: 2,
    tickColor: ink.axis,
    tickSize: 3,
    tickWidth: 0.5,
    titleColor: ink.text,
    titleFontSize: fontSize.small,
    titleFontWeight: "normal",
    titlePadding: 3,
  },
  title: {
    anchor: "start",
    color: ink.text,
    fontSize: fontSize.title,
    fontWeight: 600,
    frame: "group",
    offset: 4,
    subtitleColor: ink.text,
    subtitleFontSize: fontSize.small,
    subtitlePadding: 1,
  },
  text: { color: ink.text, fontSize: fontSize.small },
};

/** A row's name as it is printed. */
export function printed(title: string): string {
  return title.replaceAll("lambda", "λ");
}
