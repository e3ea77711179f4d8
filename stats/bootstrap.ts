/**
 * Percentile bootstrap intervals. The resampling is done by the project's own generator, so that the
 * same scores give the same interval everywhere.
 */
import { defaultGenerator } from "../random/generator.ts";

/** How an interval is computed; all of it belongs beside a published interval. */
export interface BootstrapOptions {
  /** Number of resamples. */
  readonly resamples: number;
  /** Probability that the interval should cover, such as 0.95. */
  readonly coverage: number;
  /** Seed of the resampling. */
  readonly seed: number;
}

/**
 * The percentile bootstrap interval of a statistic of independent runs.
 *
 * @param scores one score per run
 * @param statistic of a resample, which is given in ascending order and must not be kept
 * @returns lower and upper end; both the same for a single run
 */
export function bootstrapInterval(
  scores: ArrayLike<number>,
  statistic: (sorted: Float64Array) => number,
  { resamples, coverage, seed }: BootstrapOptions,
): readonly [number, number] {
  const random = defaultGenerator(seed);
  const resample = new Float64Array(scores.length);
  const values = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < resample.length; j++) {
      resample[j] = scores[random.integers(0, scores.length)];
    }
    values[i] = statistic(resample.sort());
  }
  values.sort();
  const tail = (1 - coverage) / 2;
  return [quantileOfSorted(values, tail), quantileOfSorted(values, 1 - tail)];
}

/**
 * Quantile with linear interpolation between neighbours (NumPy's default); -Infinity where the lower
 * neighbour is.
 */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  if (sorted[below] === -Infinity) return -Infinity;
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
