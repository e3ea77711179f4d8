/** A suite's page as one HTML document: its tables, its data, and the code that brings it to life. */
import type { Table } from "../table/schema.ts";
import { provenanceOf } from "../table/sheets.ts";
import { documentHtml } from "./document.ts";
import { type Content, element, embeddedJson, html, Markup } from "./markup.ts";
import type { PageData, Row } from "./page_data.ts";
import { counted, grouped } from "./numbers.ts";
import { tablesHtml } from "./sections.ts";
import { type Switch, switches, valuesOf } from "./view.ts";

/** What a page says of the suite beside its table. */
export interface Facts {
  /** One sentence: what the suite is for, or where the results are from. */
  readonly description: string;
  readonly version: string;
  /** SHA-256 of `table.json`. */
  readonly digest: string;
  /** Where `table.json` is, as the reader of the page may name it. */
  readonly source: string;
  /** A BibTeX entry and a sentence to quote; null for results that are not the project's own. */
  readonly citation: { readonly bibtex: string; readonly sentence: string } | null;
}

/**
 * The document.
 *
 * @param script the page's code: one classic script
 */
export function pageHtml(table: Table, data: PageData, facts: Facts, script: string): string {
  const { suite } = table;
  const body = html`
    <a class="skip" href="#tables">Skip to the tables</a>
    ${headerHtml(table, facts)}
    ${switchesHtml(data.rows)}
    <main id="tables" tabindex="-1">
      ${tablesHtml(table, data.rows)}
      ${curvesHtml(table)}
      <section id="cell" aria-labelledby="cell-heading">
        <h2 id="cell-heading" tabindex="-1">One cell</h2>
        <div id="cell-view"></div>
      </section>
    </main>
    <footer>
      <p>
        Made from <code>${facts.source}</code>, SHA-256 <code>${facts.digest}</code>, by
        <code>deno task report</code>. This file needs no server and no network.
      </p>
    </footer>
    <script type="application/json" id="page-data">${embeddedJson(data)}</script>
    ${new Markup(`<script>${script}</script>`)}
  `;
  return documentHtml({ title: `Seedbed: ${suite}`, rules: lineColours(data.rows), body });
}

/** Colours of the rows' lines, by their entries. */
function lineColours(rows: readonly Row[]): string {
  const rule = (scheme: "light" | "dark") =>
    rows.map(({ entry, style }) => `[data-entries="${quoted(entry)}"]{--line:${style[scheme]}}`)
      .join("\n");
  return `${rule("light")}\n@media (prefers-color-scheme: dark) {\n${rule("dark")}\n}`;
}

/** Text inside a string of CSS, whatever it is: it ends neither the string nor the style. */
function quoted(text: string): string {
  return text.replaceAll(/[^\w.-]/gu, (letter) => `\\${letter.codePointAt(0)!.toString(16)} `);
}

function headerHtml(table: Table, facts: Facts): Markup {
  return html`
    <header>
      <p class="crumb">
        <a href="index.html">Seedbed</a> <span class="version">${facts.version}</span>
      </p>
      <h1>${table.suite}</h1>
      <p class="lead">${facts.description}</p>
      ${factsHtml(table, facts)}
      <noscript>
        <p class="note">
          The tables are complete as they stand. Sorting, switches, curves, replay and training need
          JavaScript.
        </p>
      </noscript>
    </header>
  `;
}

/** Where the page's code draws charts. */
function curvesHtml({ environments, intervals }: Table): Markup {
  const hasControl = environments.some(({ control }) => control.length > 0);
  const method = `Interquartile mean over seeds with its ${100 * intervals.coverage} % band ` +
    `(${grouped(intervals.curves)} resamples). `;
  return html`
    <section id="curves" aria-labelledby="curves-heading">
      <h2 id="curves-heading">${hasControl ? "Learning curves" : "Errors in detail"}</h2>
      <p>
        ${hasControl &&
          method}Hover, or focus a chart and use the arrow keys, to read values; drag to
        zoom, double-click to zoom out.
      </p>
      <div id="charts"></div>
    </section>
  `;
}

function factsHtml(table: Table, { digest, citation }: Facts): Markup {
  const { suite, evaluation, intervals, results, environments } = table;
  const cells = environments.flatMap(({ control, prediction }) => [...control, ...prediction]);
  const runs = cells.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const where = counted(environments.length, "environment");
  const code = (text: string) => element("code", {}, text);
  const facts: readonly (readonly [string, Content])[] = [
    ["Runs", `${grouped(runs)} of ${counted(cells.length, "cell")} on ${where}`],
    ["Seeds", provenanceOf(table, digest).seeds.replaceAll("-", "\u2013")],
    ...(evaluation === null ? [["Intervals", "none: standard errors over seeds"] as const] : [
      [
        "Scored on",
        `${grouped(evaluation.finalEpisodes)} episodes, reset seeds ` +
        evaluation.finalSeeds.join("\u2013"),
      ] as const,
      [
        "Intervals",
        `${100 * intervals.coverage} %, ${intervals.method}, ${grouped(intervals.aggregates)} ` +
        `resamples, seed ${intervals.seed}`,
      ] as const,
    ]),
    ["Table", ["SHA-256 ", digestHtml(digest)]],
    ["Result files", [`${results.files}, SHA-256 `, digestHtml(results.sha256)]],
    ...(citation === null ? [] : [
      ["Reproduce", code(`deno task bench --suite ${suite}`)] as const,
      ["Verify", code(`deno task verify --suite ${suite}`)] as const,
    ]),
  ];
  return html`
    ${element(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value))
      ),
    )}
    ${citation !== null && html`
      <details>
        <summary>How to cite</summary>
        <p>${citation.sentence}</p>
        <pre tabindex="0" aria-label="BibTeX entry">${citation.bibtex}</pre>
      </details>
    `}
  `;
}

/** A digest that takes little room; pointing at it shows all of it, and so does copying. */
function digestHtml(digest: string): Markup {
  return element("code", { class: "digest", title: digest }, digest);
}

/** The switches of the taxonomy and the filter by name. */
function switchesHtml(rows: readonly Row[]): Markup {
  const groups = (Object.entries(switches) as [Switch, string][]).map(([name, label]) => {
    const values = valuesOf(rows, name);
    if (values.length < 2) return null;
    return element(
      "fieldset",
      {},
      element("legend", {}, label),
      values.map((value) => {
        const count = rows.filter((row) => row[name] === value).length;
        return element(
          "label",
          {},
          html`<input type="checkbox" name="${name}" value="${value}" checked>`,
          ` ${value} `,
          element("span", { class: "count" }, count),
        );
      }),
    );
  });
  return html`
    <form id="switches" aria-label="Choose rows">
      ${groups}
      <div class="find">
        <label for="text">Name</label>
        <input
          type="search"
          id="text"
          name="text"
          autocomplete="off"
          spellcheck="false"
          placeholder="such as ${rows.at(-1)?.title ?? ""}"
        >
        <button type="button" id="show-all">Show all</button>
        <output id="count" aria-live="polite">${rows.length} of ${rows.length} rows shown</output>
      </div>
    </form>
  `;
}
