/// <reference lib="dom" />
/** One cell of the matrix: how it was made, what came of each seed, its policy at work, training it again. */
import { builtinAlgorithms } from "../../../algorithms/builtin.ts";
import type { Cell, ControlCell, PageData, PredictionCell, Row } from "../page_data.ts";
import { grouped, shown } from "../numbers.ts";
import { rangeOfErrors, rangeOfReturns } from "../chart_range.ts";
import { isShown } from "../view.ts";
import { Chart, type Line } from "./chart.ts";
import { byId, definitions, element } from "./dom.ts";
import { replayPanel } from "./replay.ts";
import type { Store } from "./store.ts";
import { trainingPanel } from "./training.ts";

/** Shows the cell that the view names; links to cells lead here. */
export function startCell(data: PageData, store: Store): void {
  const environments = element("select", { id: "cell-environment" });
  const entries = element("select", { id: "cell-row" });
  const panels = element("div", { class: "panels" });
  byId("cell-view").append(
    element(
      "div",
      { class: "choose" },
      element(
        "span",
        {},
        element("label", { for: "cell-environment" }, "Environment"),
        environments,
      ),
      element("span", {}, element("label", { for: "cell-row" }, "Row"), entries),
    ),
    panels,
  );
  environments.append(...data.environments.map(({ id }) => element("option", { value: id }, id)));
  environments.addEventListener("change", () => store.change({ environment: environments.value }));
  entries.addEventListener("change", () => store.change({ entry: entries.value }));
  document.addEventListener("click", (event) => followLink(event, data, store));

  let shownCell: Cell | null = null;
  let stop = () => {};
  store.follow((view) => {
    const cell = chosenCell(data, view.environment, view.entry);
    const here = data.cells.filter(({ result }) =>
      result.environment.id === cell.result.environment.id
    );
    const rowOf = ({ result }: Cell) => data.rows.find(({ entry }) => entry === result.entry)!;
    const offered = here.filter((other) => other === cell || isShown(rowOf(other), view));
    environments.value = cell.result.environment.id;
    entries.replaceChildren(
      ...offered.map(({ result }) => element("option", { value: result.entry }, result.title)),
    );
    entries.value = cell.result.entry;
    if (cell === shownCell) return;
    shownCell = cell;
    stop();
    const controller = new AbortController();
    stop = () => controller.abort();
    panels.replaceChildren(...panelsOf(cell, rowOf(cell), controller.signal));
  });
  if (store.view.environment !== null || store.view.entry !== null) {
    byId("cell").scrollIntoView({ behavior: "instant" });
  }
}

/** The cell of these names, or what comes nearest: the row elsewhere, the environment's first, the first. */
function chosenCell({ cells }: PageData, environment: string | null, entry: string | null): Cell {
  const here = cells.filter(({ result }) =>
    environment === null || result.environment.id === environment
  );
  const named = (among: readonly Cell[]) => among.find(({ result }) => result.entry === entry);
  // The random policy comes first in the tables and has nothing to show.
  const first = (among: readonly Cell[]) =>
    among.find(({ result }) => result.algorithm !== "random_policy") ?? among[0];
  return named(here) ?? first(here.length > 0 ? here : cells);
}

/** A link to a cell changes the view and leads to the cell, without losing which rows are shown. */
function followLink(event: MouseEvent, data: PageData, store: Store) {
  const link = (event.target as Element).closest<HTMLAnchorElement>("main a[href^='#']");
  if (link === null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  const asked = new URLSearchParams(link.getAttribute("href")!.slice(1));
  const cell = chosenCell(data, asked.get("environment"), asked.get("row"));
  event.preventDefault();
  store.visit({ environment: cell.result.environment.id, entry: cell.result.entry });
  byId("cell").scrollIntoView();
  byId("cell-heading").focus({ preventScroll: true });
}

function panelsOf(cell: Cell, row: Row, signal: AbortSignal): HTMLElement[] {
  const curves = cell.task === "control"
    ? seedsPanel(cell, row, signal)
    : stepSizesPanel(cell, signal);
  const policy = cell.task === "control" ? [replayPanel(cell, signal)] : [];
  const left = element("div", {}, ...policy, trainingPanel(cell, row, signal));
  return [left, element("div", {}, curves), facts(cell, row), configuration(cell.result.config)];
}

/** Configuration, source, digests, files. */
function facts(cell: Cell, row: Row): HTMLElement {
  const { result, path } = cell;
  const { source, budget, unit, digests, environment } = result;
  const pairs: (readonly [string, Node | string])[] = [
    ["Row", `${row.title}: ${placeOf(row)}`],
    ...(row.published === "" ? [] : [["Published", row.published] as const]),
    ["Budget", `${grouped(budget)} ${unit}`],
    ["Settings", source],
    ...(Object.keys(environment.options).length === 0
      ? []
      : [["Options", JSON.stringify(environment.options)] as const]),
    ["Result file", element("a", { href: path }, `${result.entry}.json`)],
    ...policyLinks(cell),
    ["Settings digest", digest(digests.configuration)],
    ["Code digest", digest(digests.code)],
  ];
  return element(
    "section",
    {},
    element("h3", {}, "How it was made"),
    ...(row.description === "" ? [] : [element("p", {}, row.description)]),
    definitions("facts", pairs),
  );
}

/** A row's place in the field, in words. */
function placeOf({ algorithm, learns, updates, policy }: Row): string {
  return builtinAlgorithms.some(({ name }) => name === algorithm)
    ? `${learns}, updates towards ${updates}, ${policy}`
    : "not one of Seedbed's own algorithms";
}

function policyLinks(cell: Cell): (readonly [string, Node | string])[] {
  if (cell.task === "prediction") return [];
  if (cell.policy === null) return [["Policy", "none: the seed with the median score diverged"]];
  const { path, onnx, bytes, sha256 } = cell.policy;
  const name = `${cell.result.entry}.onnx`;
  const download = element("button", {
    type: "button",
    "aria-label": `Download ${name}`,
    onclick: () => save(name, Uint8Array.fromBase64(onnx) as Uint8Array<ArrayBuffer>),
  }, "Download");
  const seed = `seed ${cell.result.medianSeed}, the median one`;
  return [
    [
      "Policy",
      element(
        "span",
        {},
        element("a", { href: path }, name),
        ` ${grouped(bytes)} bytes, ${seed} `,
        download,
      ),
    ],
    ["Policy SHA-256", digest(sha256)],
  ];
}

/** Gives a file to the browser's downloads. */
function save(name: string, bytes: Uint8Array<ArrayBuffer>) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function configuration(config: Readonly<Record<string, unknown>>): HTMLElement {
  const code = (text: string) => element("code", {}, text);
  const rows = Object.entries(config).map(([name, value]) => [code(name), code(asText(value))]);
  return element(
    "section",
    {},
    element("h3", { id: "configuration" }, "Configuration"),
    tableOf("configuration", ["Option", "Value"], rows, "text"),
  );
}

/** A plain table whose first column names the rows, in a box that scrolls if the page is narrow. */
function tableOf(
  label: string,
  heads: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
  kind: "number" | "text",
): HTMLElement {
  const numbers = { class: kind === "number" ? "number" : false };
  const table = element(
    "table",
    { "aria-labelledby": label },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...heads.map((head, i) =>
          element("th", i === 0 ? { scope: "col" } : { scope: "col", ...numbers }, head)
        ),
      ),
    ),
    element(
      "tbody",
      {},
      ...rows.map(([name, ...values]) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          ...values.map((value) => element("td", numbers, value)),
        )
      ),
    ),
  );
  const box = { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": label };
  return element("div", box, table);
}

const digest = (text: string) => element("code", { class: "digest", title: text }, text);

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value).replaceAll(/([,:])/g, "$1 ");
}

/** What came of each seed: its curve and its scores. */
function seedsPanel({ result, runs }: ControlCell, row: Row, signal: AbortSignal): HTMLElement {
  const chart = new Chart({
    title: "Learning curve of each seed",
    xName: result.unit,
    lines: runs.map(({ seed, curve }) => ({
      entry: String(seed),
      title: `seed ${seed}`,
      style: { ...row.style, dash: [] },
      width: seed === result.medianSeed ? 3 : 1,
      x: result.evaluation.curveSteps,
      y: curve,
    })),
    range: rangeOfReturns,
    signal,
  });
  chart.show(new Set(runs.map(({ seed }) => String(seed))));
  const hasExact = runs.some(({ exact }) => exact !== null);
  const heads = ["Seed", "Final", ...(hasExact ? ["Exact"] : []), "Best", "At step"];
  const rows = runs.map(({ seed, diverged, final, exact, best }) => [
    seed === result.medianSeed ? `${seed}, median` : String(seed),
    diverged === null ? shown(final) : `diverged at ${grouped(diverged)}`,
    ...(hasExact ? [shown(exact)] : []),
    shown(best.mean),
    grouped(best.step),
  ]);
  return element(
    "section",
    {},
    element("h3", { id: "each-seed" }, "Each seed"),
    chart.root,
    tableOf("each-seed", heads, rows, "number"),
  );
}

/** The error after each episode at every step size. */
function stepSizesPanel({ result, errors }: PredictionCell, signal: AbortSignal): HTMLElement {
  const { stepSizes, curveSteps } = result.evaluation;
  const chart = new Chart({
    title: "Error after each episode, at each step size",
    xName: "episodes",
    lines: stepSizes.map((stepSize, k) => ({
      entry: String(stepSize),
      title: `step size ${stepSize}`,
      style: rainbow(k / Math.max(1, stepSizes.length - 1)),
      x: curveSteps,
      y: errors[k],
    })),
    range: rangeOfErrors,
    signal,
  });
  chart.show(new Set(stepSizes.map(String)));
  return element("section", {}, element("h3", {}, "Each step size"), chart.root);
}

/** Colours from blue (0) to red (1). */
function rainbow(part: number): Line["style"] {
  const hue = Math.round(225 * (1 - part));
  return { light: `hsl(${hue} 75% 40%)`, dark: `hsl(${hue} 75% 66%)`, dash: [] };
}
