/**
 * Performance profiles (Agarwal et al. 2021): the share of runs that score above a level, as a function of
 * the level. They show the whole distribution where an aggregate shows one number.
 */
import { flat } from "./aggregates.ts";
import { type Band, bootstrapBand, type BootstrapOptions } from "./bootstrap.ts";
import { rankingOf } from "./ranking.ts";
import { checkScores, type Scores } from "./scores.ts";

/**
 * The share of runs of all tasks that score above each level.
 *
 * @param scores `scores[task][run]`
 * @param levels in any order
 * @returns for each level a share from 0 to 1
 * @throws RangeError if a task has no runs, or a score or a level is no number
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { performanceProfile } from "./mod.ts";
 * const profile = performanceProfile([[0, 0.5], [0.5, 1]], [0, 0.5, 1]);
 * assertEquals([...profile], [0.75, 0.25, 0]);
 * ```
 */
export function performanceProfile(scores: Scores, levels: ArrayLike<number>): Float64Array {
  checkScores(scores);
  checkLevels(levels);
  const all = flat(scores);
  return Float64Array.from(levels, (level) => {
    let above = 0;
    for (const score of all) if (score > level) above++;
    return above / all.length;
  });
}

/**
 * Its bootstrap interval at each level.
 *
 * @throws RangeError as `performanceProfile`, or if an option is out of range
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profileBand } from "./mod.ts";
 * const options = { resamples: 2000, coverage: 0.95, seed: 0 };
 * const { low, high } = profileBand([[0, 1, 1, 1]], [-1, 0.5], options);
 * assertEquals([...low, ...high], [1, 0.25, 1, 1]);
 * ```
 */
export function profileBand(
  scores: Scores,
  levels: ArrayLike<number>,
  options: BootstrapOptions,
): Band {
  checkScores(scores);
  checkLevels(levels);
  // In ascending order, so that the order of a task's runs changes nothing.
  const all = flat(scores.map((runs) => Float64Array.from(runs).sort()));
  // All runs by score, highest first, and how many of them are above each level.
  const order = rankingOf(all).places.reverse();
  const above = Int32Array.from(levels, (level) => order.filter((run) => all[run] > level).length);
  const drawnOfFirst = new Int32Array(all.length + 1);
  const curve = (drawn: Int32Array, out: Float64Array) => {
    for (let i = 0; i < order.length; i++) {
      drawnOfFirst[i + 1] = drawnOfFirst[i] + drawn[order[i]];
    }
    const total = drawnOfFirst[order.length];
    for (let i = 0; i < out.length; i++) out[i] = drawnOfFirst[above[i]] / total;
  };
  return bootstrapBand(scores.map((runs) => runs.length), levels.length, curve, options);
}

function checkLevels(levels: ArrayLike<number>): void {
  for (let i = 0; i < levels.length; i++) {
    if (Number.isNaN(levels[i])) throw new RangeError(`levels[${i}] is NaN: a level is a number`);
  }
}
