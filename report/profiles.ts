/** Performance profiles of the rows of a table's aggregates: the share of runs that score above each level. */
import type { ControlResult } from "../data/result_file.ts";
import { performanceProfile, profileBand } from "../stats/profiles.ts";
import { curveOptions } from "./table/intervals.ts";
import { scaledResults } from "./scaled_results.ts";
import { scoresOf } from "./table/rows.ts";
import type { Table } from "./table/schema.ts";

/** The profile of one row. */
export interface ProfileRow {
  readonly entry: string;
  readonly title: string;
  readonly algorithm: string;
  /** At each level the share of runs, of all environments, whose normalised score is above it. */
  readonly share: readonly number[];
  /** Bootstrap interval; null for a single seed. */
  readonly low: readonly number[] | null;
  readonly high: readonly number[] | null;
}

/** The profiles of one of a table's aggregates. */
export interface Profiles {
  readonly environments: readonly string[];
  readonly levels: readonly number[];
  readonly rows: readonly ProfileRow[];
}

/** Levels are a hundredth apart and reach no further than this, where scores do. */
const [lowest, highest] = [-0.5, 1.5];

/**
 * The profiles of each aggregate of a table.
 *
 * @param results the control results that the table was made from
 */
export function performanceProfiles(table: Table, results: readonly ControlResult[]): Profiles[] {
  return table.aggregates.map((aggregate) => {
    const rows = aggregate.rows.map(({ entry, title }) => {
      const scaled = scaledResults(table, results, entry, aggregate.environments);
      const scores = scaled.map(({ result, score }) => scoresOf(result).map(score));
      return { entry, title, algorithm: scaled[0].result.algorithm, scores };
    });
    const levels = levelsOf(rows.flatMap(({ scores }) => scores.flat()));
    return {
      environments: aggregate.environments,
      levels,
      rows: rows.map(({ scores, ...row }) => {
        const share = [...performanceProfile(scores, levels)];
        if (scores.some(({ length }) => length < 2)) {
          return { ...row, share, low: null, high: null };
        }
        const { low, high } = profileBand(scores, levels, curveOptions);
        return { ...row, share, low: [...low], high: [...high] };
      }),
    };
  });
}

/** From 0, or the lowest score if that is lower, to 1, or the highest. */
function levelsOf(scores: readonly number[]): number[] {
  const reached = scores.filter(Number.isFinite);
  const from = Math.max(lowest, Math.min(0, ...reached));
  const to = Math.min(highest, Math.max(1, ...reached));
  const [first, last] = [Math.floor(from * 100), Math.ceil(to * 100)];
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) / 100);
}
