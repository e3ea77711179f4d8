/** Small helpers of permutations and shuffles: shared by `Generator` and `RandomState`. */

/** Anything that can be shuffled in place. */
export interface Shuffleable<T = unknown> {
  /** The number of elements. */
  readonly length: number;
  /** The element at this place. */
  [index: number]: T;
}

/** 0..n-1 in order. */
export function upTo(n: number): Int32Array {
  return new Int32Array(checkedLength(n)).map((_, i) => i);
}

/** Exchanges two elements. */
export function swap<T>(array: Shuffleable<T>, i: number, j: number): void {
  const kept = array[i];
  array[i] = array[j];
  array[j] = kept;
}

/**
 * Gives n back.
 *
 * @throws RangeError if n is not a possible number of elements
 */
export function checkedLength(n: number): number {
  if (!(Number.isInteger(n) && n >= 0 && n < 2147483648)) {
    throw new RangeError(
      `a number of elements must be a whole number from 0 to 2^31 - 1, not ${n}`,
    );
  }
  return n;
}
