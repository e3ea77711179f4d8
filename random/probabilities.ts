/** Choice of one out of n as NumPy does it: shared by `Generator` and `RandomState`. */

/** How far the sum may be from 1: the square root of the float64 rounding unit, as in NumPy. */
const TOLERANCE = 1.4901161193847656e-8;

/**
 * Gives n back.
 *
 * @throws RangeError if n is not a number of things that one can be chosen from
 */
export function checkedCount(n: number): number {
  if (!(Number.isSafeInteger(n) && n > 0)) throw new RangeError(`choice needs n > 0, not ${n}`);
  return n;
}

/**
 * Checks a list of probabilities.
 *
 * @returns their sum, added up in order
 * @throws RangeError if there are not n of them, one is negative or NaN, or their sum is not 1
 */
export function sumOfProbabilities(
  n: number,
  probabilities: ArrayLike<number>,
): number {
  if (probabilities.length !== n) {
    throw new RangeError(`choice needs ${n} probabilities, not ${probabilities.length}`);
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (!(probabilities[i] >= 0)) {
      throw new RangeError(`probability ${i} must be >= 0, not ${probabilities[i]}`);
    }
    sum += probabilities[i];
  }
  if (!(Math.abs(sum - 1) <= TOLERANCE)) {
    throw new RangeError(`probabilities must sum to 1, not ${sum}`);
  }
  return sum;
}

/**
 * The first index at which the cumulative probability, divided by the sum, exceeds u.
 *
 * @param sum the sum of the probabilities, added up in order
 * @param u a number in [0, 1)
 */
export function indexAbove(
  probabilities: ArrayLike<number>,
  sum: number,
  u: number,
): number {
  let cumulative = 0;
  let index = -1;
  do cumulative += probabilities[++index]; while (!(cumulative / sum > u));
  return index;
}
