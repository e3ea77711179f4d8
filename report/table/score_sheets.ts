/** Sheets with a column for each environment: the returns of control algorithms. */
import { leadingRule, loneSeedNotes, seedsOf } from "./leading.ts";
import type { ControlRow, EnvironmentTable, Table } from "./schema.ts";
import {
  type Cell,
  cell,
  type Fact,
  gap,
  intervalName,
  intervalNotes,
  type Metric,
  notRun,
  type Sheet,
  significant,
  withInterval,
} from "./sheet.ts";

/** Return of the final policy: interquartile mean with its interval. */
export function iqmSheet(table: Table): Sheet[] {
  const environments = withControl(table);
  const optima = environments.some(({ optimum }) => optimum !== null);
  return sheetOf(table, {
    metric: "iqm",
    title: `return of the final policy, interquartile mean over seeds [${intervalName(table)}]`,
    environments,
    cellOf: (row, environment) => scoreCell(table, row, environment),
    last: optima ? [constantRow("exact optimum", environments, "optimum")] : [],
    bold: leadingRule,
    notes: [
      "The interval is about other training seeds; all rows share the same evaluation episodes, whose own " +
      "sampling error it leaves out (the exact values have none).",
    ],
  });
}

/** Mean and standard deviation over seeds. */
export function meanSheet(table: Table): Sheet[] {
  return sheetOf(table, {
    metric: "mean",
    title: "return of the final policy, mean ± standard deviation over seeds",
    environments: withControl(table),
    cellOf(row, { id }) {
      const { mean, standardDeviation } = row;
      const facts = [
        factOf(row, id, "mean", mean),
        factOf(row, id, "standard deviation", standardDeviation),
      ];
      const deviation = standardDeviation === null ? "" : ` ± ${significant(standardDeviation)}`;
      return valueCell(table, row, mean === null ? null : significant(mean) + deviation, facts);
    },
    notes: [
      "Divisor n - 1. A mean hides what a few bad seeds do: the interquartile mean and its " +
      "interval are the headline.",
    ],
  });
}

/** The best policy on the learning curve beside the final one. */
export function bestSheet(table: Table): Sheet[] {
  return sheetOf(table, {
    metric: "best",
    title: "best policy on the learning curve / final policy, mean return over seeds",
    environments: withControl(table),
    cellOf(row, { id }) {
      const { best, mean } = row;
      const final = mean === null ? "none" : significant(mean);
      const text = best === null ? null : `${significant(best)} / ${final}`;
      const facts = [factOf(row, id, "best", best), factOf(row, id, "mean", mean)];
      return valueCell(table, row, text, facts);
    },
    notes: [
      "The best policy is chosen by its return on the curve's episodes and scored, like the final one, on " +
      "the final episodes.",
    ],
  });
}

/** Exact expected returns, where the model is known. */
export function exactSheet(table: Table): Sheet[] {
  const environments = withControl(table).filter(({ random, control }) =>
    random !== null || control.some(({ exact }) => exact !== null)
  );
  if (environments.length === 0) return [];
  return sheetOf(table, {
    metric: "exact",
    title: "exact expected return of the final policies, mean over seeds",
    environments,
    isShown: ({ exact, diverged }) => exact !== null || diverged.length > 0,
    cellOf(row, { id }) {
      const facts = [factOf(row, id, "exact", row.exact)];
      if (row.exact === null && row.diverged.length === 0) return cell("not known", facts, "gap");
      return valueCell(table, row, row.exact === null ? null : significant(row.exact), facts);
    },
    last: [
      constantRow("optimum", environments, "optimum"),
      constantRow("uniformly random", environments, "random"),
    ],
    notes: [
      "By dynamic programming on the environment's model, under the step limit: no evaluation noise. The " +
      "optimum may count its steps, which the policies cannot see.",
    ],
  });
}

/** Steps until a policy on the learning curve is good enough. */
export function thresholdSheet(table: Table): Sheet[] {
  const environments = withControl(table).filter(({ threshold }) => threshold !== null);
  if (environments.length === 0) return [];
  return sheetOf(table, {
    metric: "threshold",
    quantity: "median steps to threshold",
    title: "steps to a threshold, median over seeds",
    environments,
    headOf: ({ id, threshold }) => `${id} (${significant(threshold!.value)})`,
    cellOf(row, { id }) {
      const { reached, median } = row.toThreshold!;
      const seeds = row.seeds.length;
      const some = reached === seeds ? "" : `${reached} of ${seeds} seeds`;
      const unit = row.unit === "environment steps" ? "" : ` ${row.unit}`;
      const facts = [
        factOf(row, id, "median steps to threshold", median),
        factOf(row, id, "seeds that reached the threshold", reached),
      ];
      if (median === null) return cell(`not reached (${some})`, facts, "gap");
      return cell(`${median}${unit}${some && ` (${some})`}`, facts);
    },
    notes: [
      "The first point of the learning curve at which the mean return reaches the threshold; a seed that " +
      "never does counts as later than any. Thresholds: " +
      environments.map(({ id, threshold }) =>
        `${id} ${significant(threshold!.value)} (${threshold!.source})`
      ).join("; ") + ".",
    ],
  });
}

interface Columns {
  readonly metric: Metric;
  /** What a gap is a gap of; the metric if left out. */
  readonly quantity?: string;
  readonly title: string;
  readonly environments: readonly EnvironmentTable[];
  /** Which rows are shown; all if left out. */
  isShown?(row: ControlRow): boolean;
  headOf?(environment: EnvironmentTable): string;
  cellOf(row: ControlRow, environment: EnvironmentTable): Cell;
  /** Rows at the foot. */
  readonly last?: readonly (readonly Cell[])[];
  readonly bold?: string;
  readonly notes: readonly string[];
}

function sheetOf(table: Table, columns: Columns): Sheet[] {
  const {
    metric,
    quantity = metric,
    title,
    environments,
    isShown = () => true,
    headOf = ({ id }) => id,
  } = columns;
  if (environments.length === 0) return [];
  const titles = new Map<string, string>();
  for (const { control } of environments) {
    for (const row of control.filter(isShown)) titles.set(row.entry, row.title);
  }
  const rows = [...titles].map(([entry, title]) => [
    cell(title),
    ...environments.map((environment) => {
      const row = environment.control.find((candidate) => candidate.entry === entry);
      if (row !== undefined) return columns.cellOf(row, environment);
      const { id } = environment;
      const reason = table.notApplicable.find((n) => n.environment === id && n.entry === entry);
      return gap(reason?.reason ?? notRun, { environment: id, entry, title, quantity });
    }),
  ]);
  return [{
    metric,
    key: "",
    title: `${table.suite}: ${title}`,
    head: ["", ...environments.map(headOf)],
    rows: [...rows, ...columns.last ?? []],
    bold: columns.bold,
    notes: [...columns.notes, ...intervalNotes(rows), ...conditions(table, environments)],
  }];
}

/** What is to be said of rows that are not whole. */
function conditions(table: Table, environments: readonly EnvironmentTable[]): string[] {
  const rows = environments.flatMap(({ control }) => control);
  const notes = [];
  if (rows.some(({ diverged }) => diverged.length > 0)) {
    notes.push(
      "A seed whose training diverged counts as worse than any return: where more of them diverged than " +
        "the interquartile mean leaves out, there is none.",
    );
  }
  const seeds = seedsOf(table);
  if (rows.some((row) => row.seeds.length < seeds)) {
    notes.push(
      `Rows with fewer than ${seeds} seeds are incomplete: they say so, and are not compared with others.`,
    );
  }
  return [...notes, ...loneSeedNotes(table)];
}

function withControl({ environments }: Table): readonly EnvironmentTable[] {
  return environments.filter(({ control }) => control.length > 0);
}

/** The interquartile mean of a row with its interval. */
function scoreCell(table: Table, row: ControlRow, { id }: EnvironmentTable): Cell {
  const { iqm, interval: [low, high], leading } = row;
  const facts = [
    { ...factOf(row, id, "iqm", iqm), low, high, leading },
    factOf(row, id, "normalised iqm", row.normalised),
  ];
  const result = valueCell(table, row, scoreText(row), facts);
  return leading ? { ...result, mark: "bold" } : result;
}

/** The interquartile mean of a row with its interval, in words; null if there is none. */
function scoreText({ iqm, interval, seeds }: ControlRow): string | null {
  if (iqm === null) return null;
  return seeds.length > 1 ? withInterval(iqm, interval) : significant(iqm);
}

/** The score of a row with all that must be said beside it, as text. */
export function score(table: Table, row: ControlRow): string {
  return valueCell(table, row, scoreText(row), []).text;
}

/** No number of a row with diverged or missing seeds stands alone; where there is none, the reason does. */
function valueCell(
  table: Table,
  { diverged, seeds }: ControlRow,
  text: string | null,
  facts: readonly Fact[],
): Cell {
  const divergence = diverged.length === 0 ? "" : `${diverged.length} of ${seeds.length} diverged`;
  const complete = seedsOf(table);
  const missing = seeds.length < complete ? `${seeds.length} of ${complete} seeds` : "";
  const value = text ?? (divergence === "" ? "not finite" : "");
  const note = [divergence, missing].filter((part) => part !== "").join(", ");
  const words = [value, note].filter((part) => part !== "").join(", ");
  const mark = divergence !== "" ? "diverged" : text === null || missing !== "" ? "gap" : "plain";
  return cell(words, facts.map((fact) => note === "" ? fact : { ...fact, note }), mark);
}

function factOf(
  { entry, title, seeds, diverged }: ControlRow,
  environment: string,
  quantity: string,
  value: number | null,
): Fact {
  return { environment, entry, title, quantity, value, seeds, diverged: diverged.length };
}

function constantRow(
  title: string,
  environments: readonly EnvironmentTable[],
  constant: "optimum" | "random",
): Cell[] {
  return [
    cell(title),
    ...environments.map((environment) => {
      const value = environment[constant];
      const quantity = `exact ${constant}`;
      const fact = { environment: environment.id, entry: "", title, quantity };
      return value === null
        ? gap("not known", fact)
        : cell(significant(value), [{ ...fact, value }]);
    }),
  ];
}
