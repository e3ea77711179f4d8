/** The index of a report: its suites, what they hold, and who leads. */
import type { Table } from "../table/schema.ts";
import { bestPlace } from "./best_place.ts";
import { documentHtml } from "./document.ts";
import { element, html, type Markup } from "./markup.ts";
import { counted, shown } from "./numbers.ts";

/** A suite as the index shows it. */
export type IndexEntry = SoundSuite | DamagedSuite;

interface SoundSuite {
  readonly suite: string;
  readonly description: string;
  readonly table: Table;
  /** SHA-256 of `table.json`. */
  readonly digest: string;
  /** Whether its page has been written. */
  readonly hasPage: boolean;
}

interface DamagedSuite {
  readonly suite: string;
  readonly description: string;
  /** Why its results cannot be shown. */
  readonly problem: string;
}

/** The document. */
export function indexHtml(entries: readonly IndexEntry[], version: string): string {
  const body = html`
    <header>
      <p class="crumb">Seedbed <span class="version">${version}</span></p>
      <h1>Results</h1>
      <p class="lead">
        Reinforcement-learning benchmarks that reproduce byte for byte on any machine. Each page has its
        suite's tables and curves, plays the trained policies, and trains small cells again to the
        published digest.
      </p>
    </header>
    <main>${entries.map(suiteHtml)}</main>
    <footer>
      <p>
        Named are the rows that lead an environment: the highest interquartile mean and whatever its
        interval cannot tell from it. <code>deno task report</code> writes these pages; they need no
        server and no network.
      </p>
    </footer>
  `;
  return documentHtml({ title: "Seedbed: results", body });
}

function suiteHtml(entry: IndexEntry): Markup {
  const { suite, description } = entry;
  const isLinked = "table" in entry && entry.hasPage;
  return html`
    <section class="suite" aria-labelledby="${suite}">
      <h2 id="${suite}">${isLinked ? element("a", { href: `${suite}.html` }, suite) : suite}</h2>
      <p>${description}</p>
      ${"table" in entry
        ? contentsHtml(entry)
        : element("p", { class: "different" }, entry.problem)}
    </section>
  `;
}

function contentsHtml({ suite, table, digest, hasPage }: SoundSuite): Markup {
  const { environments } = table;
  const cells = environments.flatMap(({ control, prediction }) => [...control, ...prediction]);
  const rows = new Set(cells.map(({ entry }) => entry)).size;
  const runs = cells.reduce((sum, { seeds }) => sum + seeds.length, 0);
  return html`
    ${!hasPage && html`
      <p class="note">Its page is written by <code>deno task report ${suite}</code>.</p>
    `}
    <p class="note">
      ${counted(rows, "row")} on ${counted(environments.length, "environment")}: ${counted(
        cells.length,
        "cell",
      )}, ${counted(runs, "run")}.
      Table <code class="digest" title="${digest}">${digest}</code>
    </p>
    <ul class="leaders">${environments.map(leaderItem)}</ul>
  `;
}

function leaderItem(environment: Table["environments"][number]): Markup | null {
  const leaders = leadersOf(environment);
  return leaders === "" ? null : html`<li><b>${environment.id}</b> ${leaders}</li>`;
}

/** So many leaders are named. */
const named = 4;

/** Who leads on an environment and with what; empty if the intervals support nobody. */
function leadersOf({ control, prediction }: Table["environments"][number]): string {
  const leading = control.filter(({ leading }) => leading).sort((a, b) => b.iqm! - a.iqm!);
  if (leading.length > 0) {
    const titles = leading.map(({ title, iqm }) => `${title} ${shown(iqm)}`);
    const rest = titles.length > named ? ` and ${titles.length - named} more` : "";
    return titles.slice(0, named).join(", ") + rest;
  }
  const [lowest] = prediction
    .map(({ title, errors }) => ({ title, error: errors[bestPlace(errors)] ?? Infinity }))
    .sort((a, b) => a.error - b.error);
  return lowest === undefined ? "" : `lowest error: ${lowest.title} ${shown(lowest.error)}`;
}
