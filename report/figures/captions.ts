/** What the captions of figures say: where the numbers come from and how intervals were made. */
import { randomPolicy } from "../references.ts";
import type { Table } from "../table/schema.ts";

/** A table and what names it. */
export interface Source {
  readonly table: Table;
  /** SHA-256 of its file, as `deno task cite` gives it. */
  readonly digest: string;
}

/** Such as "95 %". */
export function coverageOf({ intervals }: Table): string {
  return `${Math.round(100 * intervals.coverage)} %`;
}

/** The seeds of a suite's control rows, such as "10 seeds (0 to 9)". */
export function seedsOf({ environments }: Table): string {
  const rows = environments.flatMap(({ control }) => control)
    .filter(({ algorithm }) => algorithm !== randomPolicy);
  return seedsPhrase(rows.map(({ seeds }) => seeds));
}

/** The seeds of rows: how many, and from which to which. */
export function seedsPhrase(rows: readonly (readonly number[])[]): string {
  const counts = rows.map((seeds) => seeds.length);
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const all = [...new Set(rows.flat())].sort((a, b) => a - b);
  if (high === 1) return `1 seed (${all.join(" or ")}; hence no intervals)`;
  return `${low < high ? `${low} to ${high}` : high} seeds (${all[0]} to ${all.at(-1)})`;
}

/** What a normalised score is. */
export const normalisation =
  "A normalised score is 0 at the random policy's return and 1 at the reference return of each environment.";

/** How diverged seeds are drawn in curves; nothing if there are none. */
export function divergence({ environments }: Table): string {
  const isThere = environments.some(({ control }) =>
    control.some((row) => row.diverged.length > 0)
  );
  return isThere
    ? "A seed whose training diverged counts as worse than any other: a band reaches the bottom where its " +
      "lower end is among such, and a curve ends where too many have diverged."
    : "";
}

/** The rows that aggregates leave out, and why; nothing if there are none. */
export function leftOut({ aggregates }: Table): string {
  const rows = new Set(
    aggregates.flatMap(({ left }) => left)
      .map(({ title, reason }) => `${title} (${reason})`),
  );
  return rows.size === 0 ? "" : `Left out: ${[...rows].join("; ")}.`;
}

/** Sentences one after another, empty ones left out. */
export function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** Which environments the sets of a figure hold. */
export function named(sets: readonly (readonly string[])[]): string {
  const lists = sets.map((ids) => `${ids.length} environments: ${ids.join(", ")}`);
  return `${[...new Set(lists)].join("; ")}.`;
}

/**
 * Episodes, interval method and digest of the result files.
 *
 * @param measured which episodes, and how many resamples, the figure's numbers have
 */
export function provenance(
  { table, digest }: Source,
  measured: {
    readonly episodes: "curve" | "final";
    readonly resamples: "curves" | "aggregates";
  },
): string {
  const { evaluation, intervals } = table;
  const parts: string[] = [];
  if (evaluation !== null) {
    const [episodes, [first, last], when, others] = measured.episodes === "curve"
      ? [
        evaluation.curveEpisodes,
        evaluation.curveSeeds,
        "at each point",
        `; final scores are of ${evaluation.finalEpisodes} others, and can lie higher or lower`,
      ]
      : [evaluation.finalEpisodes, evaluation.finalSeeds, "after training", ""];
    const noun = episodes === 1 ? "episode" : "episodes";
    parts.push(
      `Each policy plays ${episodes} ${noun} ${when} (evaluation seeds ${first} to ${last})${others}.`,
    );
  }
  parts.push(
    `Intervals: ${intervals.method}, ${
      intervals[measured.resamples]
    } resamples, seed ${intervals.seed}.`,
    sourceOf({ table, digest }),
  );
  return parts.join(" ");
}

/** The suite and the beginning of its table's digest. */
export function sourceOf({ table, digest }: Source): string {
  return `Seedbed, suite ${table.suite}, table ${digest.slice(0, 12)}.`;
}
