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
    const known = control.filter((environment) =>
      environment.control.some(({ exact }) => exact !== null)
    );
    if (known.length > 0) {
      parts.push(
        heading(`${table.suite}: exact expected return of the same policies, mean over seeds`),
        draw(exactGrid(known)),
        "By dynamic programming on the environment's model, under the step limit: no evaluation noise. " +
          "The optimum may count its steps, which the policies cannot see.",
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
  const rows = new Map<string, string>();
  for (const { control } of environments) {
    for (const { entry, title } of control) rows.set(entry, title);
  }
  const limit = (value: number | null) => value === null ? "" : significant(value);
  return [
    ["", ...environments.map(({ id }) => id)],
    ...[...rows].map(([entry, title]) => [
      title,
      ...environments.map(({ id, control }) => {
        const row = control.find((candidate) => candidate.entry === entry);
        if (row) return score(row);
        return table.notApplicable.some((n) => n.environment === id && n.entry === entry)
          ? "n/a"
          : "";
      }),
    ]),
    ["exact optimum", ...environments.map(({ optimum }) => limit(optimum))],
  ];
}

/** Rows: the deterministic policies. */
function exactGrid(environments: readonly EnvironmentTable[]): Grid {
  const rows = new Map<string, string>();
  for (const { control } of environments) {
    for (const { entry, title, exact } of control) if (exact !== null) rows.set(entry, title);
  }
  const shown = (value: number | null | undefined) => value == null ? "" : significant(value);
  return [
    ["", ...environments.map(({ id }) => id)],
    ...[...rows].map(([entry, title]) => [
      title,
      ...environments.map(({ control }) =>
        shown(control.find((row) => row.entry === entry)?.exact)
      ),
    ]),
    ["optimum", ...environments.map(({ optimum }) => shown(optimum))],
    ["uniformly random", ...environments.map(({ random }) => shown(random))],
  ];
}

function score({ iqm, interval: [low, high], seeds }: ControlRow): string {
  if (iqm === null) return "diverged";
  if (low === null || high === null || seeds.length === 1 || low === high) return significant(iqm);
  return `${significant(iqm)} [${significant(low)}, ${significant(high)}]`;
}

function controlNote({ intervals, environments, notApplicable }: Table): string {
  const seeds = [
    ...new Set(environments.flatMap(({ control }) => control.map((row) => row.seeds.length))),
  ];
  const gaps = notApplicable.length > 0 ? " n/a: the algorithm does not fit the environment." : "";
  return `${
    seeds.join(" or ")
  } seeds; percentile bootstrap with ${intervals.resamples} resamples, seed ` +
    `${intervals.seed}. The interval is about other training seeds; all rows share the same evaluation ` +
    `episodes, whose own sampling error it leaves out (the exact values have none).${gaps}`;
}

function predictionGrid(rows: readonly PredictionRow[]): Grid {
  return [
    ["", "lowest error", "at step size", "episodes", "seeds"],
    ...rows.map((row) => {
      const best = lowest(row.errors);
      const error = row.errors[best];
      return [
        row.title,
        error === null ? "diverged" : withStandardError(error, row.standardErrors[best]),
        String(row.stepSizes[best]),
        String(row.budget),
        String(row.seeds.length),
      ];
    }),
  ];
}

function lowest(errors: readonly (number | null)[]): number {
  let best = 0;
  errors.forEach((error, k) => {
    if ((error ?? Infinity) < (errors[best] ?? Infinity)) best = k;
  });
  return best;
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
