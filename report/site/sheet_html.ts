/**
 * Sheets as HTML tables. Each cell carries its number, so that the page sorts without reading texts; each
 * row the entries that it is about, so that it is shown or hidden with them.
 */
import { type Cell, notesOf, type Sheet } from "../table/sheet.ts";
import { type Content, element, html, type Markup } from "./markup.ts";
import { withMinus } from "./numbers.ts";
import type { Row } from "./page_data.ts";

/** A table with more columns writes its intervals below the numbers. */
const manyColumns = 6;

/** Columns in which less is better. */
const lessIsBetter = /gap|error|step|\bp$|seeds|episodes|threshold/;

/**
 * Draws a sheet in a box of its own, which scrolls sideways where the page is narrow.
 *
 * @param id unique on the page
 * @param rows for the looks of their lines
 */
export function sheetHtml(sheet: Sheet, id: string, rows: readonly Row[]): Markup {
  const { metric, title } = sheet;
  const caption = `${id}-caption`;
  const table = metric === "improvement" ? matrix(sheet, id, rows) : sortable(sheet, id, rows);
  // The page is about the suite whose name the title begins with.
  const words = title.replace(/^[^ ]+: /, "").replace(/^[^ ]+, /, "");
  return element(
    "figure",
    { class: "table" },
    element("figcaption", { id: caption }, words[0].toUpperCase() + words.slice(1)),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": caption },
      table,
    ),
    element(
      "p",
      { class: "note" },
      withMinus(notesOf(sheet)),
    ),
  );
}

/** A table that sorts by any of its columns; rows that are about no entry stay at the foot. */
function sortable({ metric, head, rows: cells }: Sheet, id: string, rows: readonly Row[]): Markup {
  const isFoot = (row: readonly Cell[]) => entriesOf(row).length === 0;
  const columns = head.map((name, column): Column => ({
    name: column > 0 ? name : metric === "pairs" ? "Pair" : "Row",
    isNumber: column > 0 && cells.some((row) => numberOf(row[column]) !== null),
    isLinked: metric === "iqm" || metric === "error" && column === 1,
  }));
  const heads = columns.map(({ name, isNumber }) => {
    const first = isNumber && !lessIsBetter.test(`${name} ${metric}`) ? "descending" : "ascending";
    return element(
      "th",
      { scope: "col", "aria-sort": "none", "data-first": first, class: isNumber && "number" },
      element("button", { type: "button" }, breakable(withMinus(name))),
    );
  });
  const line = (row: readonly Cell[]) => sortableRow(row, columns, rows);
  const foot = cells.filter(isFoot);
  const isWide = metric === "iqm" && columns.length > manyColumns;
  return element(
    "table",
    { id, class: isWide ? "sortable wide" : "sortable", "aria-labelledby": `${id}-caption` },
    element("thead", {}, element("tr", {}, heads)),
    element("tbody", {}, cells.filter((row) => !isFoot(row)).map(line)),
    foot.length > 0 && element("tfoot", {}, foot.map(line)),
  );
}

/** A long name may be broken between its words: CliffWalking-Slippery. */
function breakable(name: string): Content {
  const words = name.split(/(?<=[a-z])(?=[A-Z])/);
  return words.map((word) => [html`<wbr>`, element("span", { class: "word" }, word)]);
}

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  /** Whether its cells lead to the cells of the matrix that they are about. */
  readonly isLinked: boolean;
}

function sortableRow(
  row: readonly Cell[],
  columns: readonly Column[],
  rows: readonly Row[],
): Markup {
  const [name, ...cells] = row;
  return element(
    "tr",
    { "data-entries": entriesOf(row).join(" ") },
    element("th", { scope: "row", "data-value": name.text }, headOf(row, rows)),
    cells.map((cell, i) => {
      const { isNumber, isLinked } = columns[i + 1];
      const value = isNumber ? numberOf(cell) : cell.text || null;
      const content = isLinked ? linkOf(cell) : textOf(cell);
      return element("td", { class: classOf(cell, isNumber), "data-value": value }, content);
    }),
  );
}

/** How probably the row beats the column; the colour of a cell is its number. */
function matrix({ head, rows: cells }: Sheet, id: string, rows: readonly Row[]): Markup {
  const entries = cells.map((row) => entriesOf(row)[0]);
  const heads = head.slice(1).map((name, column) =>
    element("th", { scope: "col", "data-entries": entries[column] }, name)
  );
  return element(
    "table",
    { id, class: "matrix", "aria-labelledby": `${id}-caption` },
    element("thead", {}, element("tr", {}, element("td", {}), heads)),
    element(
      "tbody",
      {},
      cells.map((row, place) =>
        element(
          "tr",
          { "data-entries": entries[place] },
          element("th", { scope: "row" }, headOf(row, rows)),
          row.slice(1).map((cell, column) => {
            const share = numberOf(cell);
            const style = share !== null && `--share:${share.toFixed(3)}`;
            return element("td", { "data-entries": entries[column], style }, textOf(cell));
          }),
        )
      ),
    ),
  );
}

/** The entries that a row is about: its own, and the one that it is compared with if there is one only. */
function entriesOf(row: readonly Cell[]): string[] {
  const facts = row.flatMap(({ facts }) => facts).filter(({ entry }) => entry !== "");
  const against = new Set(facts.flatMap(({ against = [] }) => against));
  return [...new Set([...facts.map(({ entry }) => entry), ...(against.size === 1 ? against : [])])];
}

function headOf(row: readonly Cell[], rows: readonly Row[]): Content {
  const [{ text }] = row;
  const entries = entriesOf(row);
  const found = entries.length === 1 && rows.find(({ entry }) => entry === entries[0]);
  if (!found) return text;
  return [swatch(found), element("span", { title: found.description }, text)];
}

/** A piece of a row's line; its colour comes from the row's entry. */
function swatch({ style: { dash }, isMarked }: Row): Markup {
  return element(
    "svg",
    { class: "swatch", width: 22, height: 8, "aria-hidden": "true" },
    element("line", { x1: 0, y1: 4, x2: 22, y2: 4, "stroke-dasharray": dash.join(" ") || null }),
    isMarked && element("circle", { cx: 11, cy: 4, r: 2.5 }),
  );
}

/** What a cell says: its number, and smaller what goes with it. */
function textOf({ text, mark }: Cell): Content {
  const [, number, rest] = /^(-?\d[\d.e+-]*)(.*)$/.exec(text) ?? [null, text, ""];
  const words = withMinus(number);
  return [
    mark === "bold" ? element("strong", {}, words) : words,
    rest !== "" && element("span", { class: "interval" }, withMinus(rest)),
  ];
}

function linkOf(cell: Cell): Content {
  const [fact] = cell.facts;
  const isGap = fact === undefined || fact.entry === "" || fact.seeds === undefined;
  if (isGap) return textOf(cell);
  const address = new URLSearchParams({ environment: fact.environment, row: fact.entry });
  return element("a", { href: `#${address}` }, textOf(cell));
}

/** The number that a cell sorts by. */
function numberOf({ text, facts }: Cell): number | null {
  if (facts.length > 0) return facts[0].value;
  return /^\d+$/.test(text) ? Number(text) : null;
}

function classOf({ mark }: Cell, isNumber: boolean): string | null {
  const names = [isNumber && "number", (mark === "gap" || mark === "diverged") && mark];
  return names.filter((name) => name !== false).join(" ") || null;
}
