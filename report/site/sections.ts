/** Which tables a page shows, and where. */
import type { Metric, Sheet } from "../table/sheet.ts";
import type { Table } from "../table/schema.ts";
import { sheetsOf } from "../table/sheets.ts";
import { html, type Markup } from "./markup.ts";
import type { Row } from "./page_data.ts";
import { sheetHtml } from "./sheet_html.ts";

/** A part of a page: some metrics in the open, some behind a line to open. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly open: readonly Metric[];
  readonly folded: Readonly<Partial<Record<Metric, string>>>;
}

const sections: readonly Section[] = [
  {
    id: "returns",
    title: "Returns",
    open: ["iqm"],
    folded: {
      exact: "Exact expected return",
      mean: "Mean and standard deviation over seeds",
      best: "The best policy on the learning curve",
      threshold: "Steps to a threshold",
    },
  },
  {
    id: "aggregates",
    title: "Over several environments",
    open: ["aggregate"],
    folded: { improvement: "Probability of improvement" },
  },
  { id: "pairs", title: "Pairs of rows that differ in one part", open: ["pairs"], folded: {} },
  {
    id: "errors",
    title: "Errors of predicted values",
    open: ["error"],
    folded: { step_sizes: "At every step size" },
  },
];

/** All tables of a suite; what it has nothing of is left out. */
export function tablesHtml(table: Table, rows: readonly Row[]): Markup[] {
  return sections.flatMap(({ id, title, open, folded }) => {
    const shown = drawn(sheetsOf(table, open), rows);
    const others = Object.entries(folded).map(([metric, summary]) => {
      const sheets = drawn(sheetsOf(table, [metric as Metric]), rows);
      return sheets.length > 0 && html`<details><summary>${summary}</summary>${sheets}</details>`;
    });
    if (shown.length === 0) return [];
    return [html`
      <section id="${id}" aria-labelledby="${id}-heading">
      <h2 id="${id}-heading">${title}</h2>
      ${shown}
      ${others}
      </section>
    `];
  });
}

function drawn(sheets: readonly Sheet[], rows: readonly Row[]): Markup[] {
  return sheets.map((sheet, i) => sheetHtml(sheet, `${sheet.metric}-${i}`, rows));
}
