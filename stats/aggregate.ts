/** Single numbers that sum up scores. Pure functions; the scores' order does not matter but for rounding. */

/** Arithmetic mean; NaN of nothing. */
export function mean(scores: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i];
  return sum / scores.length;
}

/** Standard deviation of a sample (divisor n - 1); NaN of fewer than two scores. */
export function standardDeviation(scores: ArrayLike<number>): number {
  if (scores.length < 2) return NaN;
  const center = mean(scores);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i] - center) * (scores[i] - center);
  return Math.sqrt(sum / (scores.length - 1));
}

/**
 * Interquartile mean (Agarwal et al. 2021): sorts, drops floor(n / 4) scores from each end and takes
 * the mean of the rest; with fewer than 4 scores it is the mean.
 */
export function interquartileMean(scores: ArrayLike<number>): number {
  return interquartileMeanOfSorted(Float64Array.from(scores).sort());
}

/** The same for scores in ascending order. */
export function interquartileMeanOfSorted(sorted: Float64Array): number {
  const cut = Math.floor(sorted.length / 4);
  return mean(sorted.subarray(cut, sorted.length - cut));
}
