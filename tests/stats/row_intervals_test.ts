import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  aggregateIntervals,
  bootstrapInterval,
  bootstrapIntervals,
  interquartileMeanIntervals,
  interquartileMeanOfTasks,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
  type Scores,
  type Statistic,
} from "../../stats/mod.ts";
import { matrices, unusable, x } from "./fixtures.ts";

const options = { resamples: 40, coverage: 0.9, seed: 4 };
const four = [
  meanOfTasks,
  medianOfTasks,
  interquartileMeanOfTasks,
  (scores: Scores) => optimalityGap(scores),
];

/** The statistic of a resample whose runs are in ascending order. */
const inOrder = (statistic: Statistic): Statistic => (resample) =>
  statistic(resample.map((runs) => runs.toSorted()));

/** Rows of any shapes, with scores whose sums round and with diverged runs. */
const rows = fc.array(matrices({ tasks: 4, runs: 6 }), { minLength: 1, maxLength: 5 }).map((rows) =>
  rows.map((row) => row.map((runs) => runs.map((n) => n === -20 ? -Infinity : n / 3 + n / 7)))
);

Deno.test("rows at once have to the last bit the intervals that each has alone", () => {
  fc.assert(
    fc.property(rows, (rows) => {
      assertEquals(
        aggregateIntervals(rows, options),
        rows.map((row) => bootstrapIntervals(row, four.map(inOrder), options)),
      );
      assertEquals(
        interquartileMeanIntervals(rows, options),
        rows.map((row) => bootstrapInterval(row, interquartileMeanOfTasks, options)),
      );
    }),
    { numRuns: 50 },
  );
});

Deno.test("also where tasks are drawn again", () => {
  fc.assert(
    fc.property(rows, (rows) => {
      const ofTasks = { ...options, taskBootstrap: true };
      assertEquals(
        aggregateIntervals(rows, ofTasks),
        rows.map((row) => bootstrapIntervals(row, four, ofTasks)),
      );
    }),
    { numRuns: 20 },
  );
});

Deno.test("no row has no interval, and rows without spread have the number itself for both ends", () => {
  assertEquals(aggregateIntervals([], options), []);
  const flat = [Array(10).fill(0.1), Array(10).fill(0.7)];
  const intervals = four.map((statistic) => [statistic(flat), statistic(flat)]);
  assertEquals(aggregateIntervals([flat], options), [intervals as [number, number][]]);
});

Deno.test("unusable scores are named with their row", () => {
  for (const [scores, message] of unusable) {
    const named = message.replace("scores", "rows[1]");
    assertThrows(() => aggregateIntervals([x, scores], options), RangeError, named);
    assertThrows(() => interquartileMeanIntervals([x, scores], options), RangeError, named);
  }
  assertThrows(() => aggregateIntervals([x], { ...options, coverage: 0 }), RangeError, "coverage");
});
