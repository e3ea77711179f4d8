/** The order of rows in figures of aggregates. */
import { randomPolicy } from "../references.ts";
import type { Aggregate, AggregateRow, Table } from "../table/schema.ts";

/** An aggregate's rows by interquartile mean, the highest first; without the random policy. */
export function ranked(table: Table, { rows }: Aggregate): AggregateRow[] {
  const random = new Set(
    table.environments.flatMap(({ control }) => control)
      .filter(({ algorithm }) => algorithm === randomPolicy).map(({ entry }) => entry),
  );
  return rows.filter(({ entry }) => !random.has(entry))
    .sort((a, b) => (b.iqm.value ?? -Infinity) - (a.iqm.value ?? -Infinity));
}
