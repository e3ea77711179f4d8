import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  interquartileMean,
  interquartileMeanOfTasks,
  mean,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
  type Scores,
} from "../../stats/mod.ts";
import { matrices, ragged, reordered, unusable, x } from "./fixtures.ts";

const gap = (scores: Scores) => optimalityGap(scores);
const all = { meanOfTasks, medianOfTasks, interquartileMeanOfTasks, optimalityGap: gap };

Deno.test("the aggregates equal NumPy's and SciPy's by rliable's definitions", () => {
  // x.mean(axis=1).mean()
  assertAlmostEquals(meanOfTasks(x), 0.62, 1e-15);
  // np.median(x.mean(axis=1))
  assertAlmostEquals(medianOfTasks(x), 0.6, 1e-15);
  // stats.trim_mean(x, 0.25, axis=None)
  assertAlmostEquals(interquartileMeanOfTasks(x), 0.5555555555555556, 1e-15);
  // 1 - np.minimum(x, 1).mean(); 0.5 - np.minimum(x, 0.5).mean()
  assertAlmostEquals(optimalityGap(x), 0.4933333333333333, 1e-15);
  assertAlmostEquals(optimalityGap(x, 0.5), 0.18666666666666665, 1e-15);
});

Deno.test("tasks with different numbers of runs count the same in the mean, each run the same in the interquartile mean", () => {
  assertAlmostEquals(meanOfTasks(ragged), mean(ragged.map(mean)), 1e-15);
  assertEquals(medianOfTasks(ragged), 2.375);
  assertAlmostEquals(
    interquartileMeanOfTasks(ragged),
    (0.25 + 0.3 + 0.5 + 0.7 + 2 + 4.5) / 6,
    1e-15,
  );
});

Deno.test("one task has the statistics of its list", () => {
  fc.assert(fc.property(matrices({ tasks: 1, runs: 20 }), ([runs]) => {
    assertEquals(meanOfTasks([runs]), mean(runs));
    assertEquals(medianOfTasks([runs]), mean(runs));
    assertEquals(interquartileMeanOfTasks([runs]), interquartileMean(runs));
  }));
});

Deno.test("the order of runs and of tasks changes nothing", () => {
  fc.assert(fc.property(matrices({ tasks: 5, runs: 8 }), (scores) => {
    for (const [name, statistic] of Object.entries(all)) {
      const value = statistic(scores);
      assertEquals(statistic(scores.map(reordered)), value, name);
      assertAlmostEquals(statistic(reordered(scores)), value, 1e-12, name);
    }
  }));
});

Deno.test("mean, median and interquartile mean move and scale with the scores and lie between the lowest and the highest", () => {
  const factor = fc.integer({ min: 1, max: 9 }), shift = fc.integer({ min: -50, max: 50 });
  fc.assert(fc.property(matrices({ tasks: 5, runs: 8 }), factor, shift, (scores, a, b) => {
    for (const statistic of [meanOfTasks, medianOfTasks, interquartileMeanOfTasks]) {
      const value = statistic(scores);
      const moved = scores.map((runs) => runs.map((score) => a * score + b));
      assertAlmostEquals(statistic(moved), a * value + b, 1e-11);
      const flat = scores.flat();
      assert(Math.min(...flat) <= value + 1e-12 && value - 1e-12 <= Math.max(...flat));
    }
  }));
});

Deno.test("the optimality gap is 0 from the target on, and the distance of the mean below it", () => {
  fc.assert(fc.property(matrices({ tasks: 5, runs: 8 }), (scores) => {
    assertEquals(optimalityGap(scores, -20), 0);
    assertAlmostEquals(optimalityGap(scores, 20), 20 - mean(scores.flat()), 1e-12);
    assert(optimalityGap(scores, 3) >= 0);
  }));
  assertThrows(() => optimalityGap(x, NaN), RangeError, "target");
});

Deno.test("a diverged run is worse than any other", () => {
  const scores = [[-Infinity, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]];
  assertEquals(meanOfTasks(scores), -Infinity);
  assertEquals(medianOfTasks(scores), 5.5);
  assertEquals(interquartileMeanOfTasks(scores), 5.5);
  assertEquals(optimalityGap(scores), Infinity);
});

Deno.test("missing tasks and runs, NaN and Infinity are named, not computed with", () => {
  for (const [scores, message] of unusable) {
    for (const statistic of Object.values(all)) {
      assertThrows(() => statistic(scores), RangeError, message);
    }
  }
});
