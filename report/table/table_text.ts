/** A suite's table as text: aligned columns for a terminal, or Markdown. */
import type { ControlRow, EnvironmentTable, PredictionRow, Table } from "./table.ts";

/** A table of strings: the first row is the head, the first column is aligned to the left. */
type Grid = readonly (readonly string[])[];

/** For a terminal: columns that do not fit its width follow in a second block. */
export function tableText(table: Table, width = 100): string {
  return sections(table, (grid) => folded(grid, width), (text) => text);
}

/** As Markdown, with the method written under each table. */
export function tableMarkdown(table: Table): string {
  return sections(table, markdown, (text) => `**${text}**`);
}

/** As Markdown: for each prediction method the error at every step size, Sutton & Barto's figures as tables. */
export function stepSizesMarkdown(table: Table): string {
  const parts: string[] = [];
  for (const { id, prediction } of table.environments) {
    if (prediction.length === 0) continue;
    const { budget } = prediction[0];
    parts.push(
      `**${id}: root mean square error, averaged over the states, the first ${budget} episodes and the seeds**`,
      markdown(stepSizeGrid(prediction, ({ errors }) => errors)),
      `**${id}: the same after episode ${budget}**`,
      markdown(stepSizeGrid(prediction, ({ lastErrors }) => lastErrors)),
    );
  }
  return parts.join("\n\n") + "\n";
}

/** One column per step size. A value that overflowed is shown as "diverged". */
function stepSizeGrid(
  rows: readonly PredictionRow[],
  errorsOf: (row: PredictionRow) => readonly (number | null)[],
): Grid {
  const sizes = [...new Set(rows.flatMap(({ stepSizes }) => stepSizes))].sort((a, b) => a - b);
  return [
    ["step size", ...sizes.map(String)],
    ...rows.map((row) => [
      row.title,
      ...sizes.map((size) => {
        const k = row.stepSizes.indexOf(size);
        if (k < 0) return "";
        const error = errorsOf(row)[k];
        if (error === null) return "diverged";
        return error >= 1000 ? error.toExponential(1) : significant(error);
      }),
    ]),
  ];
}

function sections(
  table: Table,
  draw: (grid: Grid) => string,
  heading: (text: string) => string,
): string {
  const parts: string[] = [];
  const control = table.environments.filter((environment) => environment.control.length > 0);
  if (control.length > 0) {
    parts.push(
      heading(
        `${table.suite}: return of the final policy, interquartile mean over seeds [95 % interval]`,
      ),
      draw(controlGrid(table, control)),
      controlNote(table),
    );
    const known = control.filter(({ random, control }) =>
      random !== null || control.some(({ exact }) => exact !== null)
    );
    if (known.length > 0) {
      parts.push(
        heading(`${table.suite}: exact expected return of the same policies, mean over seeds`),
        draw(exactGrid(known)),
        "By dynamic programming on the environment's model, under the step limit: no evaluation noise. " +
          "The optimum may count its steps, which the policies cannot see.",
      );
    }
    const unknown = control.filter((environment) => !known.includes(environment));
    if (unknown.length > 0) {
      parts.push(
        heading(`${table.suite}: return of the best policy on the learning curve, mean over seeds`),
        draw(bestGrid(unknown)),
        "The policy is chosen by its return on the curve's episodes and scored, like the final one, on " +
          "the final episodes.",
      );
    }
  }
  for (const environment of table.environments) {
    if (environment.prediction.length === 0) continue;
    parts.push(
      heading(`${table.suite}, ${environment.id}: root mean square error of the predicted values`),
      draw(predictionGrid(environment.prediction)),
      "Error averaged over the states, the first episodes (as many as stated) and the seeds, at the " +
        "step size of the row's lowest error; in brackets the standard error over seeds.",
    );
  }
  return parts.join("\n\n") + "\n";
}

function controlGrid(table: Table, environments: readonly EnvironmentTable[]): Grid {
  // What fits nowhere has no title of its own and no row.
  const reason = (id: string, entry: string) =>
    table.notApplicable.find((n) => n.environment === id && n.entry === entry)?.reason ?? "";
  return [
    ["", ...environments.map(({ id }) => id)],
    ...rowsOf(environments).map(([entry, title]) => [
      title,
      ...environments.map(({ id, control }) => {
        const row = control.find((candidate) => candidate.entry === entry);
        return row ? score(row) : reason(id, entry);
      }),
    ]),
    ...(environments.some(({ optimum }) => optimum !== null)
      ? [["exact optimum", ...environments.map(({ optimum }) => shown(optimum))]]
      : []),
  ];
}

/** Entries and titles of the rows, each once, in order. */
function rowsOf(
  environments: readonly EnvironmentTable[],
  isShown: (row: ControlRow) => boolean = () => true,
): [string, string][] {
  const rows = new Map<string, string>();
  for (const { control } of environments) {
    for (const row of control.filter(isShown)) rows.set(row.entry, row.title);
  }
  return [...rows];
}

/** Rows: the deterministic policies. */
function exactGrid(environments: readonly EnvironmentTable[]): Grid {
  const isShown = ({ exact, diverged }: ControlRow) => exact !== null || diverged.length > 0;
  return [
    ["", ...environments.map(({ id }) => id)],
    ...rowsOf(environments, isShown).map(([entry, title]) => [
      title,
      ...environments.map(({ control }) => {
        const row = control.find((candidate) => candidate.entry === entry);
        return row ? withDivergence(shown(row.exact), row) : "";
      }),
    ]),
    ["optimum", ...environments.map(({ optimum }) => shown(optimum))],
    ["uniformly random", ...environments.map(({ random }) => shown(random))],
  ];
}

function bestGrid(environments: readonly EnvironmentTable[]): Grid {
  return [
    ["", ...environments.map(({ id }) => id)],
    ...rowsOf(environments).map(([entry, title]) => [
      title,
      ...environments.map(({ control }) => {
        const row = control.find((candidate) => candidate.entry === entry);
        return row ? withDivergence(shown(row.best), row) : "";
      }),
    ]),
  ];
}

/** A number, or nothing where it is not known. */
function shown(value: number | null): string {
  return value === null ? "" : significant(value);
}

/** The interquartile mean of a row with its interval and how many seeds diverged, as text. */
export function score(row: ControlRow): string {
  const { iqm, interval: [low, high], seeds, diverged } = row;
  if (iqm === null) return divergence(row) || "not finite";
  const hasInterval = seeds.length > 1 && (low !== high || diverged.length > 0);
  const end = (value: number | null) => value === null ? "diverged" : significant(value);
  return withDivergence(
    significant(iqm) + (hasInterval ? ` [${end(low)}, ${end(high)}]` : ""),
    row,
  );
}

/** How many seeds diverged, if any. */
function divergence({ diverged, seeds }: ControlRow): string {
  return diverged.length === 0 ? "" : `${diverged.length} of ${seeds.length} diverged`;
}

/** No number of a row with diverged seeds stands alone. */
function withDivergence(text: string, row: ControlRow): string {
  return [text, divergence(row)].filter((part) => part !== "").join(", ");
}

function controlNote({ intervals, environments }: Table): string {
  const rows = environments.flatMap(({ control }) => control);
  const seeds = [...new Set(rows.map((row) => row.seeds.length))];
  const divergence = rows.some(({ diverged }) => diverged.length > 0)
    ? " A seed whose training diverged counts as worse than any return: where more of them diverged than " +
      "the interquartile mean leaves out, there is none."
    : "";
  const count = `${seeds.join(" or ")} ${seeds.every((n) => n === 1) ? "seed" : "seeds"}`;
  return `${count}; percentile bootstrap with ${intervals.resamples} resamples, seed ` +
    `${intervals.seed}. The interval is about other training seeds; all rows share the same evaluation ` +
    `episodes, whose own sampling error it leaves out (the exact values have none).${divergence}`;
}

function predictionGrid(rows: readonly PredictionRow[]): Grid {
  return [
    ["", "lowest error", "at step size", "episodes", "seeds"],
    ...rows.map((row) => {
      const { error, stepSize } = lowestError(row);
      return [row.title, error, stepSize, String(row.budget), String(row.seeds.length)];
    }),
  ];
}

/** The lowest error of a prediction method, its standard error in brackets, and the step size of it. */
export function lowestError(
  { stepSizes, errors, standardErrors }: PredictionRow,
): { error: string; stepSize: string } {
  let best = 0;
  errors.forEach((error, k) => {
    if ((error ?? Infinity) < (errors[best] ?? Infinity)) best = k;
  });
  const error = errors[best];
  return {
    error: error === null ? "diverged" : withStandardError(error, standardErrors[best]),
    stepSize: String(stepSizes[best]),
  };
}

function withStandardError(value: number, standardError: number | null): string {
  return significant(value) + (standardError === null ? "" : ` (${significant(standardError)})`);
}

/** Four significant digits, but all digits before the point: -64.71, 0.7402, -771.1, 12345. */
export function significant(value: number): string {
  const exponent = Number(value.toExponential(3).split("e")[1]);
  const text = value.toFixed(Math.min(Math.max(0, 3 - exponent), 6));
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** Aligned columns, as many side by side as fit; each block repeats the first column. */
function folded(grid: Grid, width: number): string {
  const widths = grid[0].map((_, column) => Math.max(...grid.map((row) => row[column].length)));
  const blocks: number[][] = [];
  let room = 0;
  for (let column = 1; column < widths.length; column++) {
    if (widths[column] + 2 > room || blocks.length === 0) {
      blocks.push([]);
      room = width - widths[0];
    }
    blocks.at(-1)!.push(column);
    room -= widths[column] + 2;
  }
  return blocks.map((columns) => aligned(grid, [0, ...columns], widths)).join("\n\n");
}

/** The given columns of a grid; rows with nothing in them are left out. */
function aligned(grid: Grid, columns: readonly number[], widths: readonly number[]): string {
  const line = (row: readonly string[]) =>
    columns.map((c) => c === 0 ? row[c].padEnd(widths[c]) : row[c].padStart(widths[c]))
      .join("  ").trimEnd();
  const rows = grid.slice(1).filter((row) => columns.some((c) => c > 0 && row[c] !== ""));
  const rule = columns.map((c) => "-".repeat(widths[c])).join("  ");
  return [line(grid[0]), rule, ...rows.map(line)].join("\n");
}

function markdown(grid: Grid): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const rule = `| --- |${" ---: |".repeat(grid[0].length - 1)}`;
  return [line(grid[0]), rule, ...grid.slice(1).map(line)].join("\n");
}
