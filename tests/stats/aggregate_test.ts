import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { interquartileMean, mean, median, standardDeviation } from "../../stats/mod.ts";

const scores = (minLength: number) =>
  fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength, maxLength: 40 });

Deno.test("the interquartile mean drops a quarter, rounded down, from each end", () => {
  assertEquals(interquartileMean([3, 1, 2]), 2);
  assertEquals(interquartileMean([100, 1, 2, 3]), 2.5);
  assertEquals(interquartileMean([5, 4, 3, 2, 1]), 3);
  // 10 scores: two from each end, as scipy.stats.trim_mean(scores, 0.25) does.
  assertEquals(interquartileMean([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]), 5.5);
});

Deno.test("the standard deviation is the sample's", () => {
  assertAlmostEquals(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7), 1e-15);
  assertEquals(standardDeviation([1]), NaN);
});

Deno.test("the median is the middle score or the mean of the two in the middle", () => {
  assertEquals(median([5, 1, 3]), 3);
  assertEquals(median([5, 1, 3, 10]), 4);
  assertEquals(median([7]), 7);
  assertEquals(median([-Infinity, 1, 2]), 1);
  assertEquals(median([-Infinity, -Infinity, 2, 3]), -Infinity);
});

Deno.test("NaN among the scores is never trimmed away, and of nothing there is no number", () => {
  for (const statistic of [mean, median, interquartileMean, standardDeviation]) {
    assertEquals(statistic([1, NaN, 2, 3, 4, 5, 6, 7]), NaN);
    assertEquals(statistic([]), NaN);
  }
});

Deno.test("diverged runs lower the interquartile mean to -Infinity when it cannot leave all of them out", () => {
  const runs = [-Infinity, -Infinity, 3, 4, 5, 6, 7, 8, 9, 10];
  assertEquals(interquartileMean(runs), 5.5);
  assertEquals(interquartileMean([...runs.slice(1, 9), -Infinity, -Infinity]), -Infinity);
});

Deno.test("the interquartile mean lies within the scores, does not mind their order and moves with them", () => {
  fc.assert(
    fc.property(scores(1), fc.double({ min: -1e3, max: 1e3, noNaN: true }), (values, shift) => {
      const iqm = interquartileMean(values);
      assert(iqm >= Math.min(...values) - 1e-6 && iqm <= Math.max(...values) + 1e-6);
      assertEquals(interquartileMean([...values].reverse()), iqm);
      assertAlmostEquals(interquartileMean(values.map((v) => v + shift)), iqm + shift, 1e-6);
    }),
  );
});

Deno.test("fewer than four scores are not trimmed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 3 }),
      (values) => {
        assertAlmostEquals(interquartileMean(values), mean(values), 1e-12);
      },
    ),
  );
});
