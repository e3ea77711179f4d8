/**
 * Scores whose statistics were computed with NumPy 2.4.6 and SciPy 1.17.1. The expressions beside the
 * expected values follow this Python:
 *
 *     import numpy as np
 *     from scipy import stats
 *     x = np.array([[0.1, 0.4, 0.4, 0.9, 1.2], [-0.5, 0, 0.3, 0.3, 0.8], [1, 1, 0.7, 2.5, 0.2]])
 *     y = np.array([[0.4, 0.2, 0.9, 0.3], [0.3, -0.2, 0.1, 0.5], [1, 0.6, 1.1, 0.2]])
 *     ragged = [[0.1, 0.7, 0.3], [5], [2, -1, 4.5, 0.5, 0.25, 8]]
 *
 *     def drawn(random, runs):
 *         return np.sort(runs)[random.integers(0, len(runs), len(runs))]
 */
import fc from "fast-check";
import type { Scores } from "../../stats/mod.ts";

export const x: Scores = [
  [0.1, 0.4, 0.4, 0.9, 1.2],
  [-0.5, 0, 0.3, 0.3, 0.8],
  [1, 1, 0.7, 2.5, 0.2],
];

/** On the same tasks, with ties within and with x. */
export const y: Scores = [[0.4, 0.2, 0.9, 0.3], [0.3, -0.2, 0.1, 0.5], [1, 0.6, 1.1, 0.2]];

/** Tasks with different numbers of runs. */
export const ragged: Scores = [[0.1, 0.7, 0.3], [5], [2, -1, 4.5, 0.5, 0.25, 8]];

/** Matrices of small whole numbers: sums are exact, and ties are frequent. */
export function matrices(
  { tasks, runs }: { tasks: number; runs: number },
): fc.Arbitrary<number[][]> {
  const task = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: runs });
  return fc.array(task, { minLength: 1, maxLength: tasks });
}

/** The same numbers in another order, decided by the numbers. */
export function reordered<T>(values: readonly T[]): T[] {
  const [first, ...rest] = values;
  return [...rest.reverse(), first];
}

/** The functions that take `scores[task][run]` must all refuse these, with these messages. */
export const unusable: readonly (readonly [Scores, string])[] = [
  [[], "scores has no task"],
  [[[1], []], "scores[1] has no run"],
  [[[1, 2], [3, 4, NaN]], "scores[1][2] is NaN: a score is a finite number, or -Infinity"],
  [[[Infinity]], "scores[0][0] is Infinity"],
];
