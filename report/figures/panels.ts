/** Which rows are drawn in one panel where a suite has too many for a single one. */
import { randomPolicy } from "../references.ts";
import { type Group, groupOf, groups, type Style } from "../palette.ts";
import type { Table } from "../table/schema.ts";
import { printed } from "./figure.ts";
import type { LegendSection } from "./legend.ts";

/** A row as far as panels need it. */
export interface Row {
  readonly entry: string;
  readonly title: string;
  readonly algorithm: string;
}

/** Rows that are drawn together. */
export interface Panel {
  readonly title: string;
  readonly rows: readonly Row[];
}

/**
 * The panels of a table: one for each group of the palette, but where the table declares pairs, one, with
 * a letter, for all rows that some pair connects. The random policy is in none: it is a line across. A
 * group of one row shares the panel of the group after it. A row that lacks seeds says so.
 */
export function panelsOf({ environments, pairs }: Pick<Table, "environments" | "pairs">): Panel[] {
  const rows = new Map<string, Row>();
  const all = environments.flatMap(({ control }) => control);
  const most = Math.max(...all.map(({ seeds }) => seeds.length));
  for (const { entry, title, algorithm } of all) {
    if (algorithm === randomPolicy) continue;
    const counts = all.filter((row) => row.entry === entry).map(({ seeds }) => seeds.length);
    const fewest = Math.min(...counts);
    const note = fewest < most ? ` (${fewest} of ${most} seeds)` : "";
    rows.set(entry, { entry, title: title + note, algorithm });
  }
  return pairs.length > 0 ? connected([...rows.values()], pairs) : grouped([...rows.values()]);
}

/** What is left of panels when only some rows are drawn; empty panels are dropped. */
export function panelsWith(panels: readonly Panel[], entries: ReadonlySet<string>): Panel[] {
  return panels
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ entry }) => entries.has(entry)) }))
    .filter(({ rows }) => rows.length > 0);
}

/** The legend of panels: a line for each. */
export function panelSections(
  panels: readonly Panel[],
  styles: ReadonlyMap<string, Style>,
): LegendSection[] {
  return panels.map(({ title, rows }) => ({
    heading: title,
    items: rows.map(({ entry, title }) => ({ label: printed(title), style: styles.get(entry)! })),
  }));
}

function grouped(rows: readonly Row[]): Panel[] {
  const found: { groups: Group[]; rows: Row[] }[] = [];
  for (const group of groups) {
    const members = rows.filter(({ algorithm }) => groupOf(algorithm) === group);
    if (members.length === 0) continue;
    const last = found.at(-1);
    if (last?.rows.length === 1) {
      last.groups.push(group);
      last.rows.push(...members);
    } else found.push({ groups: [group], rows: members });
  }
  const lower = (group: Group) =>
    group.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return found.map(({ groups: [first, ...rest], rows }) => ({
    title: [first, ...rest.map(lower)].join(", "),
    rows,
  }));
}

function connected(rows: readonly Row[], pairs: Table["pairs"]): Panel[] {
  const panels: Row[][] = [];
  for (const row of rows) {
    const joins = (panel: readonly Row[]) =>
      pairs.some(({ entry, against }) =>
        (entry === row.entry && panel.some((other) => other.entry === against)) ||
        (against === row.entry && panel.some((other) => other.entry === entry))
      );
    const joined = panels.filter(joins);
    for (const panel of joined) panels.splice(panels.indexOf(panel), 1);
    panels.push([...joined.flat(), row]);
  }
  return panels.map((members, i) => ({ title: `(${String.fromCharCode(97 + i)})`, rows: members }));
}
