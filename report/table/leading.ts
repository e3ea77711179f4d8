/** Which rows of a column the intervals support as the best: those that are shown in bold. */
import { randomPolicy } from "../references.ts";
import type { ControlRow, Estimate, Table } from "./schema.ts";

/** What bold means, as it is written under a table. */
export const leadingRule =
  "the row with the highest interquartile mean and every row whose interval reaches that row's interval; " +
  "none where that is all rows. The random policy is not compared.";

/** How many seeds a complete row of a control algorithm has: as many as any row. */
export function seedsOf({ environments }: Pick<Table, "environments">): number {
  const counts = environments.flatMap(({ control }) => control.map(({ seeds }) => seeds.length));
  return Math.max(0, ...counts);
}

/** What is to be said where every row has one seed. */
export function loneSeedNotes(table: Pick<Table, "environments">): string[] {
  return seedsOf(table) === 1
    ? ["One seed: no interval and no standard deviation; nothing is known of other seeds."]
    : [];
}

/** The table with `leading` said of each row, by the rows that it has. */
export function withLeaders(table: Table): Table {
  const seeds = seedsOf(table);
  const rows = table.environments.flatMap(({ control }) => control);
  const random = rows.filter(isRandom).map(({ entry }) => entry);
  const environments = table.environments.map((environment) => {
    const leads = leadingRows(
      environment.control.map((row) =>
        isComparable(row, seeds) ? { value: row.iqm, interval: row.interval } : null
      ),
    );
    const control = environment.control.map((row, i) => ({ ...row, leading: leads[i] }));
    return { ...environment, control };
  });
  const aggregates = table.aggregates.map((aggregate) => {
    const leads = leadingRows(
      aggregate.rows.map(({ entry, iqm }) => random.includes(entry) ? null : iqm),
    );
    const rows = aggregate.rows.map((row, i) => ({ ...row, leading: leads[i] }));
    return { ...aggregate, rows };
  });
  return { ...table, environments, aggregates };
}

const isRandom = ({ algorithm }: ControlRow) => algorithm === randomPolicy;

function isComparable(row: ControlRow, seeds: number): boolean {
  const isFinite = row.iqm !== null || row.diverged.length > 0;
  return isFinite && row.seeds.length === seeds && !isRandom(row);
}

/**
 * Which rows lead a column.
 *
 * @param rows each row's interquartile mean with its interval; null for rows that are not compared
 * @returns for each row whether it leads
 */
export function leadingRows(rows: readonly (Estimate | null)[]): boolean[] {
  const leader = rows.reduce<Estimate | null>(
    (best, row) => (row?.value ?? -Infinity) > (best?.value ?? -Infinity) ? row : best,
    null,
  );
  // Without an interval nothing is supported. Ends among diverged resamples are below any number.
  if (leader === null || leader.interval[1] === null) return rows.map(() => false);
  const bar = leader.interval[0] ?? -Infinity;
  const leads = rows.map((row) =>
    row !== null && row.value !== null && (row.interval[1] ?? -Infinity) >= bar
  );
  const isAll = rows.every((row, i) => row === null || leads[i]);
  return isAll ? rows.map(() => false) : leads;
}
