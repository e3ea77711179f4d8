/** What the statistics of several tasks are computed from, and what makes scores unusable. */

/**
 * Scores of independent runs: `scores[task][run]`. Tasks may have different numbers of runs. A run that
 * diverged scores -Infinity: worse than any other.
 */
export type Scores = readonly ArrayLike<number>[];

/**
 * Checks that there are tasks, that each has runs and that every score can be ranked.
 *
 * @param name how messages call the scores
 * @throws RangeError that names the place
 */
export function checkScores(scores: Scores, name = "scores"): void {
  if (scores.length === 0) throw new RangeError(`${name} has no task: give one or more`);
  for (let task = 0; task < scores.length; task++) {
    const runs = scores[task];
    if (runs.length === 0) throw new RangeError(`${name}[${task}] has no run: give one or more`);
    for (let run = 0; run < runs.length; run++) {
      if (!(runs[run] < Infinity)) throw unusable(runs[run], `${name}[${task}][${run}]`);
    }
  }
}

/** Checks one list of scores, as `checkScores` does. */
export function checkRuns(runs: ArrayLike<number>, name: string): void {
  if (runs.length === 0) throw new RangeError(`${name} is empty: give one score or more`);
  for (let run = 0; run < runs.length; run++) {
    if (!(runs[run] < Infinity)) throw unusable(runs[run], `${name}[${run}]`);
  }
}

/** The error for a score that is no score. */
export function unusable(score: number, place: string): RangeError {
  return new RangeError(
    `${place} is ${score}: a score is a finite number, or -Infinity for a run that diverged`,
  );
}
