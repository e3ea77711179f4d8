/** A part of a table: some rows, some environments. */
import { UsageError } from "../../benchmarks/usage_error.ts";
import { nearest } from "../../data/nearest.ts";
import { withLeaders } from "./leading.ts";
import type { Table } from "./schema.ts";

/** What part is meant; what is left out means all. */
export interface TableSelection {
  /** Names of entries or of algorithms. */
  readonly algorithms?: readonly string[];
  /** Ids. */
  readonly environments?: readonly string[];
}

/**
 * The selected part of a table. An aggregate stays if all its environments do, a pair if both rows do;
 * which rows lead is said anew among those that are left.
 *
 * @throws UsageError if the table does not have what is named, or nothing is left
 */
export function selectedTable(table: Table, selection: TableSelection): Table {
  const { algorithms, environments } = selection;
  if (algorithms === undefined && environments === undefined) return table;
  const rows = table.environments.flatMap(({ control, prediction }) => [...control, ...prediction]);
  const gaps = table.notApplicable.map(({ entry }) => entry);
  const names = [...new Set([...rows.map(({ entry }) => entry), ...gaps])];
  const ofAlgorithms = [...new Set(rows.map(({ algorithm }) => algorithm))];
  check(table, algorithms, "algorithm", [...new Set([...names, ...ofAlgorithms])]);
  check(table, environments, "environment", table.environments.map(({ id }) => id));
  const chosen = new Set(
    rows.filter(({ entry, algorithm }) =>
      !algorithms || algorithms.includes(entry) || algorithms.includes(algorithm)
    ).map(({ entry }) => entry),
  );
  for (const entry of gaps) if (!algorithms || algorithms.includes(entry)) chosen.add(entry);
  const isKept = ({ entry }: { readonly entry: string }) => chosen.has(entry);
  const hasEnvironment = (id: string) => !environments || environments.includes(id);
  const part: Table = {
    ...table,
    environments: table.environments.filter(({ id }) => hasEnvironment(id)).map((environment) => ({
      ...environment,
      control: environment.control.filter(isKept),
      prediction: environment.prediction.filter(isKept),
    })).filter(({ control, prediction }) => control.length + prediction.length > 0),
    aggregates: table.aggregates.filter((aggregate) => aggregate.environments.every(hasEnvironment))
      .map((aggregate) => ({
        ...aggregate,
        rows: aggregate.rows.filter(isKept),
        improvement: aggregate.improvement.filter(({ x, y }) => chosen.has(x) && chosen.has(y)),
        left: aggregate.left.filter(isKept),
      })).filter(({ rows, left }) => rows.length + left.length > 0),
    pairs: table.pairs.filter(({ environment, entry, against }) =>
      hasEnvironment(environment) && chosen.has(entry) && chosen.has(against)
    ),
    notApplicable: table.notApplicable.filter((gap) =>
      hasEnvironment(gap.environment) && isKept(gap)
    ),
  };
  if (part.environments.length === 0) {
    throw new UsageError(
      `suite ${table.suite} has no result of these algorithms on these environments`,
    );
  }
  return withLeaders(part);
}

function check(
  { suite }: Table,
  asked: readonly string[] | undefined,
  kind: string,
  known: readonly string[],
) {
  const unknown = asked?.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`suite ${suite} has no ${kind} "${unknown}"${nearest(unknown, known)}`);
}
