/**
 * What of a page is shown: which rows, which cell. Pure functions; the page keeps a view in the
 * address after the `#`, so that it can be linked.
 */

/** The three switches of the taxonomy: names in the address, and their labels. */
export const switches = {
  learns: "Learns",
  updates: "Updates towards",
  policy: "Policy",
} as const;

/** A switch of the taxonomy. */
export type Switch = keyof typeof switches;

/** What is known of a row for choosing it. */
export interface RowPlace extends Readonly<Record<Switch, string>> {
  readonly entry: string;
  readonly title: string;
  readonly algorithm: string;
}

/** What is shown. */
export interface View extends Readonly<Record<Switch, readonly string[] | null>> {
  /** Only rows whose names hold each of these words. */
  readonly text: string;
  /** The cell that is looked at; null for the page's first. */
  readonly environment: string | null;
  readonly entry: string | null;
}

/** Everything is shown. */
export const wholeView: View = {
  learns: null,
  updates: null,
  policy: null,
  text: "",
  environment: null,
  entry: null,
};

const switchNames = Object.keys(switches) as readonly Switch[];

/** The order in which values are taught: from tables to networks, from whole returns to the next step. */
const taught = [
  ...["value-based", "policy-based", "actor-critic", "baseline"],
  ...["dynamic programming", "Monte-Carlo", "TD", "n-step TD", "TD(lambda)", "none"],
  ...["on-policy", "off-policy", "not applicable"],
];

/** The values of a switch among rows, each once. */
export function valuesOf(rows: readonly RowPlace[], name: Switch): string[] {
  const place = (value: string) => taught.includes(value) ? taught.indexOf(value) : taught.length;
  return [...new Set(rows.map((row) => row[name]))].sort((a, b) => place(a) - place(b));
}

/** Whether a view shows a row. */
export function isShown(row: RowPlace, view: View): boolean {
  const words = view.text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const names = `${row.title} ${row.entry} ${row.algorithm}`.toLowerCase();
  return words.every((word) => names.includes(word)) &&
    switchNames.every((name) => view[name] === null || view[name].includes(row[name]));
}

/** Whether all rows are shown, whatever they are. */
export function showsAll(view: View): boolean {
  return view.text.trim() === "" && switchNames.every((name) => view[name] === null);
}

/**
 * A view as the end of an address, without `#`; empty for the whole view.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashOf, wholeView } from "./view.ts";
 * assertEquals(hashOf({ ...wholeView, updates: ["TD"], text: "q" }), "updates=TD&text=q");
 * ```
 */
export function hashOf(view: View): string {
  const parameters = new URLSearchParams();
  for (const name of switchNames) {
    if (view[name] !== null) parameters.set(name, view[name].join(","));
  }
  if (view.text.trim() !== "") parameters.set("text", view.text.trim());
  if (view.environment !== null) parameters.set("environment", view.environment);
  if (view.entry !== null) parameters.set("row", view.entry);
  return parameters.toString();
}

/** The view that an address's end (with or without `#`) asks for; what it does not know is left out. */
export function viewOf(hash: string, rows: readonly RowPlace[]): View {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const chosen = (name: Switch) => {
    const asked = parameters.get(name)?.split(",");
    return asked === undefined
      ? null
      : valuesOf(rows, name).filter((value) => asked.includes(value));
  };
  return {
    learns: chosen("learns"),
    updates: chosen("updates"),
    policy: chosen("policy"),
    text: parameters.get("text") ?? "",
    environment: parameters.get("environment"),
    entry: parameters.get("row"),
  };
}
