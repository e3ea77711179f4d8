/**
 * A sheet: one table as a reader sees it, neither Markdown nor LaTeX yet. Its cells know what they say in
 * words and what they say in numbers, so that every format says the same.
 */
import type { Table } from "./schema.ts";

/** What can be shown of a suite. */
export type Metric = keyof typeof metrics;

/** Every metric with what it is. */
export const metrics = {
  iqm: "return of the final policy: interquartile mean over seeds with its interval",
  aggregate: "normalised scores over several environments",
  improvement: "probability that a run of one row scores higher than one of another",
  pairs: "declared comparisons of two rows",
  exact: "exact expected return of the final policy",
  mean: "return of the final policy: mean and standard deviation over seeds",
  best: "return of the best policy on the learning curve beside that of the final one",
  threshold: "steps until a policy is good enough",
  error: "prediction: lowest error",
  step_sizes: "prediction: error at every step size",
} as const;

/** How a cell stands out: leading rows, gaps with their reason, and diverged runs. */
export type Mark = "plain" | "bold" | "gap" | "diverged";

/** One number of a cell, with all that it takes to understand it alone. */
export interface Fact {
  /** Its environment, or several with spaces between. */
  readonly environment: string;
  readonly entry: string;
  readonly title: string;
  /** The row that it is compared with, if any. */
  readonly against?: string;
  /** What the number is. */
  readonly quantity: string;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly seeds?: readonly number[];
  readonly diverged?: number;
  readonly leading?: boolean;
  /** Why there is no number, or what goes with it. */
  readonly note?: string;
}

/** One cell. */
export interface Cell {
  readonly text: string;
  readonly mark: Mark;
  readonly facts: readonly Fact[];
}

/** One table. */
export interface Sheet {
  readonly metric: Metric;
  /** Tells it from other sheets of the metric: an environment, or several; empty if there is one only. */
  readonly key: string;
  readonly title: string;
  readonly head: readonly string[];
  /** The first cell of each is its name. */
  readonly rows: readonly (readonly Cell[])[];
  /** What bold means; left out if nothing can be bold. */
  readonly bold?: string;
  /** Sentences that belong under it. */
  readonly notes: readonly string[];
}

/** A cell. */
export function cell(text: string, facts: readonly Fact[] = [], mark: Mark = "plain"): Cell {
  return { text, mark, facts };
}

/** A cell that says why there is no number; empty where nothing is to be said. */
export function gap(reason: string, fact?: Omit<Fact, "value" | "note">): Cell {
  return cell(reason, fact ? [{ ...fact, value: null, note: reason }] : [], "gap");
}

/** What stands where a row and an environment do not meet in a suite. */
export const notRun = "not run";

/** Whether a row has nothing to say in these columns; where a sheet is folded, such rows are left out. */
export function isBlank(row: readonly Pick<Cell, "text">[], columns: readonly number[]): boolean {
  return columns.every((c) => c === 0 || row[c].text === "" || row[c].text === notRun);
}

/** What the brackets behind a number hold. */
export function intervalName({ intervals }: Pick<Table, "intervals">): string {
  return `${Math.round(intervals.coverage * 100)} % interval`;
}

/** The sentences under a sheet. */
export function notesOf({ bold, notes }: Sheet, mark = "Bold"): string {
  return [...bold === undefined ? [] : [`${mark}: ${bold}`], ...notes].join(" ");
}

/** Four significant digits, but all digits before the point up to 15 of them: -64.71, 0.7402, 12345, 1.5e+30. */
export function significant(value: number): string {
  const scientific = value.toExponential(3);
  const exponent = Number(scientific.split("e")[1]);
  if (exponent >= 15) return scientific.replace(/\.?0+(?=e)/, "");
  const text = value.toFixed(Math.min(Math.max(0, 3 - exponent), 6));
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** A number with so many digits behind the point: 1.013, 0.500. */
export function fixed(digits: number): (value: number) => string {
  return (value) =>
    Math.abs(value) < 1e15
      ? value.toFixed(digits).replace(/^-(?=0\.?0*$)/, "")
      : significant(value);
}

/**
 * A number with its interval: 7.5 [6.9, 8.1]. An end that is null is among diverged resamples; an interval
 * that shows the number itself twice is left out.
 *
 * @param shown writes a number
 */
export function withInterval(
  value: number,
  [low, high]: readonly [number | null, number | null],
  shown: (value: number) => string = significant,
): string {
  const text = shown(value);
  const [from, to] = [low, high].map((end) => end === null ? "diverged" : shown(end));
  return from === text && to === text ? text : `${text} [${from}, ${to}]`;
}

/** What is to be said of cells with an interval that `withInterval` left out, if there are any. */
export function intervalNotes(rows: readonly (readonly Cell[])[]): string[] {
  const isLeftOut = ({ text, facts }: Cell) =>
    !text.includes("[") &&
    facts.some(({ value, low, high }) => value !== null && (low ?? high ?? null) !== null);
  return rows.flat().some(isLeftOut)
    ? ["An interval whose ends both read as the number itself is left out."]
    : [];
}

/** Seeds in short: 0-9, or 0-2,5. */
export function seedRanges(seeds: readonly number[]): string {
  const sorted = [...new Set(seeds)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const seed of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && seed === last[1] + 1) last[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(",");
}
