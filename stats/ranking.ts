/**
 * Scores in order, for resamples that are told by how often each score was drawn: sorted once, not for
 * every resample.
 */

/** Scores and their places in the list they come from, both in ascending order of the scores. */
export interface Ranking {
  readonly scores: Float64Array;
  readonly places: Int32Array;
}

/** The ranking of a list. */
export function rankingOf(scores: Float64Array): Ranking {
  // Two diverged runs differ by NaN, which `sort` takes for a tie.
  const places = Int32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  return { scores: scores.toSorted(), places };
}

/**
 * The interquartile mean of a resample.
 *
 * @param drawn how often each score of the list was drawn
 * @param total how many draws these are
 */
export function interquartileMeanOfDrawn(
  { scores, places }: Ranking,
  drawn: Int32Array,
  total: number,
): number {
  const cut = Math.floor(total / 4), end = total - cut;
  let sum = 0;
  for (let i = 0, before = 0; before < end; i++) {
    const after = before + drawn[places[i]];
    // Added one by one, so that the sum is to the last bit that of the written-out resample.
    for (let k = Math.max(before, cut); k < Math.min(after, end); k++) sum += scores[i];
    before = after;
  }
  return sum / (end - cut);
}
