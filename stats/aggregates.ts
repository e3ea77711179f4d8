/**
 * Single numbers that sum up scores over several tasks, as defined by Agarwal et al. (2021), "Deep
 * reinforcement learning at the edge of the statistical precipice". For tasks to be comparable the scores
 * are normalised first.
 *
 * A run that diverged (-Infinity) makes the mean -Infinity and the optimality gap Infinity, the median
 * -Infinity if half of the tasks or more have such a run, and the interquartile mean if there are more of
 * them than it leaves out.
 */
import { interquartileMeanOfSorted, mean, median } from "./aggregate.ts";
import { checkScores, type Scores } from "./scores.ts";

/**
 * Mean over tasks of each task's mean.
 *
 * @throws RangeError if a task has no runs or a score is no number
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { meanOfTasks } from "./mod.ts";
 * assertEquals(meanOfTasks([[0, 2], [3, 3]]), 2);
 * ```
 */
export function meanOfTasks(scores: Scores): number {
  return mean(taskMeans(scores));
}

/**
 * Median over tasks of each task's mean.
 *
 * @throws RangeError if a task has no runs or a score is no number
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { medianOfTasks } from "./mod.ts";
 * assertEquals(medianOfTasks([[0, 2], [3, 3], [90, 10]]), 3);
 * ```
 */
export function medianOfTasks(scores: Scores): number {
  return median(taskMeans(scores));
}

/**
 * Interquartile mean over all runs of all tasks: the mean of what is left without the lowest and the
 * highest quarter, each rounded down.
 *
 * @throws RangeError if a task has no runs or a score is no number
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { interquartileMeanOfTasks } from "./mod.ts";
 * assertEquals(interquartileMeanOfTasks([[-7, 2], [4, 100]]), 3);
 * ```
 */
export function interquartileMeanOfTasks(scores: Scores): number {
  checkScores(scores);
  return interquartileMeanOfSorted(flat(scores).sort());
}

/**
 * By how much the runs of all tasks fall short of a target on average; what exceeds it counts as it.
 *
 * @param target the score from which on more does not count
 * @returns a number >= 0
 * @throws RangeError if a task has no runs or a score is no number, or the target is not finite
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { optimalityGap } from "./mod.ts";
 * assertEquals(optimalityGap([[0, 5], [0.5, 1]]), 0.375);
 * ```
 */
export function optimalityGap(scores: Scores, target = 1): number {
  checkScores(scores);
  if (!Number.isFinite(target)) {
    throw new RangeError(`the target of an optimality gap must be finite, not ${target}`);
  }
  let sum = 0, count = 0;
  for (const runs of scores) {
    for (let run = 0; run < runs.length; run++) sum += Math.max(target - runs[run], 0);
    count += runs.length;
  }
  return sum / count;
}

function taskMeans(scores: Scores): Float64Array {
  checkScores(scores);
  const means = new Float64Array(scores.length);
  for (let task = 0; task < means.length; task++) means[task] = mean(scores[task]);
  return means;
}

/** The scores of all tasks in one array. */
export function flat(scores: Scores): Float64Array {
  let length = 0;
  for (const runs of scores) length += runs.length;
  const all = new Float64Array(length);
  let place = 0;
  for (const runs of scores) {
    for (let run = 0; run < runs.length; run++) all[place++] = runs[run];
  }
  return all;
}
