/**
 * Single numbers that sum up one list of scores. Pure functions; the scores' order does not matter but
 * for rounding. A NaN among the scores makes the number NaN.
 */

/**
 * Arithmetic mean; NaN of nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mean } from "./mod.ts";
 * assertEquals(mean([1, 2, 6]), 3);
 * ```
 */
export function mean(scores: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i];
  return sum / scores.length;
}

/**
 * Standard deviation of a sample (divisor n - 1); NaN of fewer than two scores.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { standardDeviation } from "./mod.ts";
 * assertEquals(standardDeviation([1, 2, 3]), 1);
 * ```
 */
export function standardDeviation(scores: ArrayLike<number>): number {
  if (scores.length < 2) return NaN;
  const center = mean(scores);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i] - center) * (scores[i] - center);
  return Math.sqrt(sum / (scores.length - 1));
}

/**
 * The middle score, or the mean of the two in the middle; NaN of nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { median } from "./mod.ts";
 * assertEquals(median([9, 1, 4, 2]), 3);
 * ```
 */
export function median(scores: ArrayLike<number>): number {
  return medianOfSorted(Float64Array.from(scores).sort());
}

/**
 * The same for scores in ascending order, NaN last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { medianOfSorted } from "./mod.ts";
 * assertEquals(medianOfSorted(Float64Array.of(1, 2, 4, 9)), 3);
 * ```
 */
export function medianOfSorted(sorted: Float64Array): number {
  const n = sorted.length;
  if (n === 0 || Number.isNaN(sorted[n - 1])) return NaN;
  const middle = n >> 1;
  return n % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Interquartile mean (Agarwal et al. 2021): sorts, drops floor(n / 4) scores from each end and takes
 * the mean of the rest; with fewer than 4 scores it is the mean. NaN of nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { interquartileMean } from "./mod.ts";
 * assertEquals(interquartileMean([100, 1, 2, 3]), 2.5);
 * ```
 */
export function interquartileMean(scores: ArrayLike<number>): number {
  return interquartileMeanOfSorted(Float64Array.from(scores).sort());
}

/**
 * The same for scores in ascending order, NaN last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { interquartileMeanOfSorted } from "./mod.ts";
 * assertEquals(interquartileMeanOfSorted(Float64Array.of(1, 2, 3, 100)), 2.5);
 * ```
 */
export function interquartileMeanOfSorted(sorted: Float64Array): number {
  const n = sorted.length;
  if (Number.isNaN(sorted[n - 1])) return NaN;
  const cut = Math.floor(n / 4);
  let sum = 0;
  for (let i = cut; i < n - cut; i++) sum += sorted[i];
  return sum / (n - 2 * cut);
}
