/** Quantiles of a sample, and the interval between two of them. */

/** Lower and upper end. */
export type Interval = readonly [number, number];

/**
 * Quantile with linear interpolation between neighbours, bit-equal to NumPy's default. Between
 * -Infinity and a number it is -Infinity, between a number and Infinity it is Infinity.
 *
 * @param sorted in ascending order, one or more
 * @param q from 0 to 1
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quantileOfSorted } from "./mod.ts";
 * assertEquals(quantileOfSorted(Float64Array.of(1, 2, 4), 0.75), 3);
 * ```
 */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const part = place - below;
  const low = sorted[below];
  if (part === 0 || low === -Infinity) return low;
  const high = sorted[below + 1];
  if (high === Infinity) return Infinity;
  // From the nearer end, as NumPy does: so rounding never makes a higher quantile the lower one.
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}

/** The ends of the interval that leaves out the same share of the values on both sides; sorts them. */
export function centralInterval(
  values: Float64Array,
  coverage: number,
): Interval {
  values.sort();
  const tail = (1 - coverage) / 2;
  return [quantileOfSorted(values, tail), quantileOfSorted(values, 1 - tail)];
}
