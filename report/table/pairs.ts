/** Two rows that differ in one part, compared on every environment that has both. */
import type { ControlResult } from "../../data/result_file.ts";
import { mean } from "../../stats/aggregate.ts";
import { bootstrapInterval } from "../../stats/bootstrap.ts";
import { permutationTest, welchTest } from "../../stats/tests.ts";
import { estimate, improvement } from "./aggregates.ts";
import { aggregateOptions } from "./intervals.ts";
import { orNull, scoresOf } from "./rows.ts";
import type { Pair } from "./schema.ts";

/** What a comparison is declared by. */
export type PairNames = Readonly<Pick<Pair, "entry" | "against" | "title" | "question">>;

/**
 * The comparisons, environment by environment.
 *
 * @param pairs the rows to compare
 * @param results all results of control algorithms
 */
export function pairsOf(pairs: readonly PairNames[], results: readonly ControlResult[]): Pair[] {
  const ids = [...new Set(results.map(({ environment }) => environment.id))];
  return ids.flatMap((id) =>
    pairs.flatMap((names) => {
      const find = (entry: string) =>
        results.find((result) => result.environment.id === id && result.entry === entry);
      const [result, against] = [find(names.entry), find(names.against)];
      if (result === undefined || against === undefined) return [];
      return [{ environment: id, ...names, ...comparison(scoresOf(result), scoresOf(against)) }];
    })
  );
}

/** A score that is no number leaves nothing to compare; one of a diverged run can still be ranked. */
function comparison(
  x: readonly number[],
  y: readonly number[],
): Pick<Pair, "difference" | "improvement" | "welch" | "permutation"> {
  const scores = [...x, ...y];
  const none = estimate(NaN);
  const tested = scores.every(Number.isFinite)
    ? {
      difference: difference(x, y),
      welch: orNull(welchTest(x, y).p),
      permutation: orNull(permutationTest(x, y, testOptions).p),
    }
    : { difference: none, welch: null, permutation: null };
  return { ...tested, improvement: scores.some(Number.isNaN) ? none : improvement([x], [y]) };
}

const testOptions = { resamples: aggregateOptions.resamples, seed: aggregateOptions.seed };

/** Both rows are resampled, each on its own. */
function difference(x: readonly number[], y: readonly number[]) {
  const statistic = ([a, b]: readonly ArrayLike<number>[]) => mean(a) - mean(b);
  const isSpread = x.length > 1 && y.length > 1;
  return estimate(
    statistic([x, y]),
    isSpread ? bootstrapInterval([x, y], statistic, aggregateOptions) : undefined,
  );
}
