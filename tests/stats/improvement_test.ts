import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  improvementInterval,
  improvementIntervals,
  probabilityOfImprovement,
} from "../../stats/mod.ts";
import { matrices, reordered, unusable, x, y } from "./fixtures.ts";

const options = { resamples: 1000, coverage: 0.95, seed: 3 };
const few = { ...options, resamples: 50 };

/** Two matrices on the same tasks. */
const pairs = fc.integer({ min: 1, max: 4 }).chain((tasks) => {
  const task = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });
  const matrix = fc.array(task, { minLength: tasks, maxLength: tasks });
  return fc.tuple(matrix, matrix);
});

Deno.test("the probability of improvement equals SciPy's Mann-Whitney statistic over the pairs, ties half", () => {
  // np.mean([stats.mannwhitneyu(a, b).statistic / (len(a) * len(b)) for a, b in zip(x, y)])
  assertAlmostEquals(probabilityOfImprovement(x, y), 0.5666666666666667, 1e-15);
  // stats.mannwhitneyu(x[t], y[t]).statistic
  [12.5, 10, 11.5].forEach((statistic, task) =>
    assertAlmostEquals(probabilityOfImprovement([x[task]], [y[task]]), statistic / 20, 1e-15)
  );
});

Deno.test("its interval equals NumPy's and SciPy's, drawn by NumPy's generator of the same seed", () => {
  // random = np.random.default_rng(3)
  // def once():
  //     shares = []
  //     for a, b in zip(x, y):
  //         a, b = drawn(random, a), drawn(random, b)
  //         shares.append(stats.mannwhitneyu(a, b).statistic / (len(a) * len(b)))
  //     return np.mean(shares)
  // np.quantile([once() for _ in range(1000)], [0.025, 0.975])
  const [low, high] = improvementInterval(x, y, options);
  assertAlmostEquals(low, 0.35, 1e-14);
  assertAlmostEquals(high, 0.7833333333333333, 1e-14);
});

Deno.test("it is the share of pairs of runs that x wins", () => {
  fc.assert(fc.property(pairs, ([x, y]) => {
    const shares = x.map((runs, task) => {
      const points = runs.flatMap((a) => y[task].map((b) => a > b ? 1 : a === b ? 0.5 : 0));
      return points.reduce<number>((sum, point) => sum + point, 0) / points.length;
    });
    const expected = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    assertAlmostEquals(probabilityOfImprovement(x, y), expected, 1e-12);
  }));
});

Deno.test("one side's probability is what the other's leaves, and against itself it is a half", () => {
  fc.assert(fc.property(pairs, ([x, y]) => {
    const sum = probabilityOfImprovement(x, y) + probabilityOfImprovement(y, x);
    assertAlmostEquals(sum, 1, 1e-12);
    assertAlmostEquals(probabilityOfImprovement(x, x), 0.5, 1e-12);
  }));
});

Deno.test("only the ranks count, and not the order of runs", () => {
  fc.assert(
    fc.property(pairs, ([x, y]) => {
      const value = probabilityOfImprovement(x, y), interval = improvementInterval(x, y, few);
      const cubed = (scores: number[][]) => scores.map((runs) => runs.map((s) => s * s * s));
      assertEquals(probabilityOfImprovement(cubed(x), cubed(y)), value);
      assertEquals(improvementInterval(cubed(x), cubed(y), few), interval);
      assertEquals(improvementInterval(x.map(reordered), y.map(reordered), few), interval);
      assert(0 <= interval[0] && interval[0] <= interval[1] && interval[1] <= 1);
    }),
    { numRuns: 50 },
  );
});

Deno.test("many pairs of any shapes have the intervals that each has alone", () => {
  const many = fc.array(pairs, { maxLength: 6 });
  fc.assert(
    fc.property(many, fc.boolean(), (pairs, taskBootstrap) => {
      const both = { ...few, taskBootstrap };
      assertEquals(
        improvementIntervals(pairs, both),
        pairs.map(([x, y]) => improvementInterval(x, y, both)),
      );
    }),
    { numRuns: 50 },
  );
});

Deno.test("where every run of one side is better the interval is a point", () => {
  assertEquals(improvementInterval([[5, 6], [1, 2]], [[1, 2, 3], [0]], options), [1, 1]);
  assertEquals(improvementInterval([[1]], [[1]], options), [0.5, 0.5]);
});

Deno.test("the task bootstrap knows that tasks differ", () => {
  const x = [[1], [1], [1], [0]], y = [[0], [0], [0], [1]];
  assertEquals(improvementInterval(x, y, options), [0.75, 0.75]);
  // All four draws are of a task that x wins in 32 %, none or one in 5 % of resamples.
  assertEquals(improvementInterval(x, y, { ...options, taskBootstrap: true }), [0.25, 1]);
});

Deno.test("a diverged run loses against any other and ties with another diverged one", () => {
  assertEquals(probabilityOfImprovement([[-Infinity]], [[-1e300]]), 0);
  assertEquals(probabilityOfImprovement([[-Infinity, 1]], [[-Infinity]]), 0.75);
});

Deno.test("different numbers of tasks and unusable scores are named", () => {
  assertThrows(
    () => probabilityOfImprovement([[1], [2]], [[1]]),
    RangeError,
    "x has 2 tasks and y has 1",
  );
  for (const [scores, message] of unusable) {
    assertThrows(
      () => improvementInterval(x, scores, options),
      RangeError,
      message.replace("scores", "y"),
    );
    assertThrows(
      () => probabilityOfImprovement(scores, y),
      RangeError,
      message.replace("scores", "x"),
    );
  }
  assertThrows(
    () => improvementInterval(x, y, { ...options, resamples: 0 }),
    RangeError,
    "resamples",
  );
});

Deno.test("tasks may have any number of runs", () => {
  fc.assert(fc.property(matrices({ tasks: 3, runs: 7 }), (scores) => {
    const ones = scores.map(() => [0]);
    const above = scores.map((runs) =>
      runs.reduce((sum, s) => sum + (s > 0 ? 1 : s === 0 ? 0.5 : 0), 0) / runs.length
    );
    const expected = above.reduce((sum, share) => sum + share) / above.length;
    assertAlmostEquals(probabilityOfImprovement(scores, ones), expected, 1e-12);
  }));
});
