/** Tests whether two algorithms differ on one task: is the difference of their means chance? */
import { defaultGenerator } from "../random/generator.ts";
import { mean } from "./aggregate.ts";
import { checkRuns } from "./scores.ts";
import { twoSidedT } from "./student_t.ts";

/** What Welch's test says. */
export interface WelchTest {
  /** The difference of the means in units of its standard error. */
  readonly t: number;
  /** By Welch and Satterthwaite. */
  readonly degreesOfFreedom: number;
  /** The probability of a difference at least as large, to either side, if the true means are the same. */
  readonly p: number;
}

/** What a permutation test says. */
export interface PermutationTest {
  /** Mean of x minus mean of y. */
  readonly difference: number;
  /** The probability of a difference at least as large, to either side, if it makes no difference which runs are x. */
  readonly p: number;
  /** Whether every way of dividing the runs was tried, or only a random part of them. */
  readonly exact: boolean;
}

/** How a permutation test draws where there are too many divisions to try all. */
export interface PermutationOptions {
  /** Number of random divisions. */
  readonly resamples: number;
  /** Seed of the drawing. */
  readonly seed: number;
}

/**
 * Welch's t test, two-sided: do the means differ, whatever the variances? It assumes normal scores; for
 * few runs of another distribution see `permutationTest`.
 *
 * @param x scores of one algorithm's runs
 * @param y scores of the other's
 * @returns NaN where the test is not defined: fewer than two runs on a side, a run that diverged, or no
 * variance on either side and the same mean
 * @throws RangeError if a side is empty or a score is no number
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { welchTest } from "./mod.ts";
 * assertAlmostEquals(welchTest([1, 2, 3, 4], [2, 4, 6, 8]).p, 0.15158, 1e-5);
 * ```
 */
export function welchTest(x: ArrayLike<number>, y: ArrayLike<number>): WelchTest {
  checkRuns(x, "x");
  checkRuns(y, "y");
  const one = squaredError(x), other = squaredError(y), sum = one + other;
  const t = (mean(x) - mean(y)) / Math.sqrt(sum);
  if (Math.abs(t) === Infinity) return { t, degreesOfFreedom: NaN, p: 0 };
  const degreesOfFreedom = sum * sum /
    (one * one / (x.length - 1) + other * other / (y.length - 1));
  return { t, degreesOfFreedom, p: twoSidedT(t, degreesOfFreedom) };
}

/** The squared standard error of the mean. */
function squaredError(scores: ArrayLike<number>): number {
  const center = mean(scores);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i] - center) * (scores[i] - center);
  return sum / (scores.length - 1) / scores.length;
}

/** Up to so many divisions all are tried: 11 runs against 11 have 705,432. */
const MOST_DIVISIONS = 1_000_000;

/**
 * The permutation test of the difference of means, two-sided: of all ways to divide the runs into two
 * groups of these sizes, which part has means at least as far apart? Exact where there are at most a
 * million ways. Otherwise that part is estimated from random divisions, with the one that was observed
 * counted among them, so that p is never 0 (Phipson & Smyth 2010).
 *
 * @param x scores of one algorithm's runs
 * @param y scores of the other's
 * @returns p is NaN if a run diverged: no difference of means is told apart then
 * @throws RangeError if a side is empty, a score is no number or an option is out of range
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { permutationTest } from "./mod.ts";
 * const test = permutationTest([7, 8, 9], [1, 2, 3], { resamples: 10_000, seed: 0 });
 * assertEquals(test, { difference: 6, p: 2 / 20, exact: true });
 * ```
 */
export function permutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { resamples, seed }: PermutationOptions,
): PermutationTest {
  checkRuns(x, "x");
  checkRuns(y, "y");
  if (!(Number.isSafeInteger(resamples) && resamples > 0)) {
    throw new RangeError(`resamples must be a whole number > 0, not ${resamples}`);
  }
  const all = Float64Array.of(...Array.from(x), ...Array.from(y));
  const n = all.length, k = x.length;
  const ways = divisions(n, k);
  const exact = ways <= MOST_DIVISIONS;
  const difference = mean(x) - mean(y);
  if (all.includes(-Infinity)) return { difference, p: NaN, exact };

  // With the common mean taken off, the difference of the means is the sum over x, scaled.
  const center = mean(all);
  let largest = 0;
  for (const score of all) largest = Math.max(largest, Math.abs(score));
  for (let i = 0; i < n; i++) all[i] -= center;
  let observed = 0;
  for (let i = 0; i < k; i++) observed += all[i];
  // Divisions that tie with the observed one are sums in another order: allow for their rounding.
  const bar = Math.abs(observed) - 4 * n * largest * Number.EPSILON;

  if (exact) return { difference, p: countOfExtreme(all, k, bar) / ways, exact };
  const random = defaultGenerator(seed);
  let extreme = 1;
  for (let i = 0; i < resamples; i++) {
    // The first k of a shuffle (Fisher-Yates) are as random as those of a whole one.
    let sum = 0;
    for (let j = 0; j < k; j++) {
      const other = random.integers(j, n);
      const taken = all[other];
      all[other] = all[j];
      all[j] = taken;
      sum += taken;
    }
    if (Math.abs(sum) >= bar) extreme++;
  }
  return { difference, p: extreme / (resamples + 1), exact };
}

/** In how many ways k of n can be chosen; exact as long as it is small enough to matter. */
function divisions(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k) && ways <= MOST_DIVISIONS; i++) {
    ways = ways * (n - i + 1) / i;
  }
  return ways;
}

/** Of all choices of k scores: how many have a sum at least as far from 0 as the bar. */
function countOfExtreme(scores: Float64Array, k: number, bar: number): number {
  let count = 0;
  const choose = (first: number, left: number, sum: number) => {
    if (left === 0) {
      if (Math.abs(sum) >= bar) count++;
      return;
    }
    for (let i = first; i <= scores.length - left; i++) choose(i + 1, left - 1, sum + scores[i]);
  };
  choose(0, k, 0);
  return count;
}
