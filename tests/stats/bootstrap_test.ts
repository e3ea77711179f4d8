import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { interquartileMeanOfSorted, mean } from "../../stats/aggregate.ts";
import { bootstrapInterval, quantileOfSorted } from "../../stats/bootstrap.ts";
import { defaultGenerator } from "../../random/generator.ts";

const options = { resamples: 2000, coverage: 0.95, seed: 0 } as const;

Deno.test("quantiles are interpolated as NumPy does by default", () => {
  const sorted = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  assertEquals(quantileOfSorted(sorted, 0.25), 3.25);
  assertEquals(quantileOfSorted(sorted, 0), 1);
  assertEquals(quantileOfSorted(sorted, 1), 10);
  assertEquals(quantileOfSorted(Float64Array.of(7), 0.975), 7);
});

Deno.test("the same scores and seed give the same interval, another seed another one", () => {
  const scores = [1, 5, 2, 8, 3, 9, 4];
  const interval = bootstrapInterval(scores, mean, options);
  assertEquals(bootstrapInterval(scores, mean, options), interval);
  assertNotEquals(bootstrapInterval(scores, mean, { ...options, seed: 1 }), interval);
});

Deno.test("equal scores have an interval of no width, and so has a single one", () => {
  assertEquals(bootstrapInterval([4, 4, 4, 4], interquartileMeanOfSorted, options), [4, 4]);
  assertEquals(bootstrapInterval([4], interquartileMeanOfSorted, options), [4, 4]);
});

Deno.test("the interval lies within the scores and grows with coverage", () => {
  const scores = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(scores, (values) => {
      const few = { ...options, resamples: 200 };
      const [low, high] = bootstrapInterval(values, interquartileMeanOfSorted, few);
      assert(Math.min(...values) <= low && low <= high && high <= Math.max(...values));
      const [lower, higher] = bootstrapInterval(values, interquartileMeanOfSorted, {
        ...few,
        coverage: 0.99,
      });
      assert(lower <= low && high <= higher);
    }),
    { numRuns: 50 },
  );
});

Deno.test("the interval of the mean of many normal scores is the textbook one", () => {
  const random = defaultGenerator(1);
  const scores = Array.from({ length: 400 }, () => random.standardNormal());
  const [low, high] = bootstrapInterval(scores, mean, options);
  // 1.96 standard errors to either side.
  assertAlmostEquals(high - low, 2 * 1.96 / Math.sqrt(400), 0.02);
});
