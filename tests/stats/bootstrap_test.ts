import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { defaultGenerator } from "../../random/generator.ts";
import {
  bootstrapBand,
  bootstrapInterval,
  bootstrapIntervals,
  interquartileMeanOfTasks,
  mean,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
  type Scores,
  standardDeviation,
} from "../../stats/mod.ts";
import { matrices, ragged, reordered, unusable, x } from "./fixtures.ts";

const options = { resamples: 2000, coverage: 0.95, seed: 0 } as const;
const few = { ...options, resamples: 100 };
const gap = (scores: Scores) => optimalityGap(scores);
const four = [interquartileMeanOfTasks, meanOfTasks, medianOfTasks, gap];

/** Of scores and a seed given below; no other computation stands behind these. */
const GOLDEN: readonly (readonly [number, number])[] = [
  [-0.3121300049444745, 0.40603553160863115],
  [-0.3189686663715855, 0.3728740634857451],
  [-0.3017749925402728, 0.3766703861861175],
  [0.7511795300331628, 1.3486303111517344],
];

function assertIntervals(
  actual: readonly (readonly [number, number])[],
  expected: readonly (readonly [number, number])[],
) {
  expected.forEach((interval, i) =>
    interval.forEach((end, k) => assertAlmostEquals(actual[i][k], end, 1e-14, `number ${i}`))
  );
}

Deno.test("the intervals equal NumPy's, drawn by its generator of the same seed", () => {
  // random = np.random.default_rng(0)
  // values = [statistic([drawn(random, runs) for runs in x]) for _ in range(1000)]
  // tail = (1 - 0.95) / 2
  // np.quantile(values, [tail, 1 - tail])
  assertIntervals(bootstrapIntervals(x, four, { ...options, resamples: 1000 }), [
    [0.2888888888888889, 0.8],
    [0.36000000000000004, 0.9001666666666666],
    [0.28, 0.9199999999999999],
    [0.31983333333333347, 0.6868333333333334],
  ]);
});

Deno.test("tasks may have different numbers of runs, even a single one", () => {
  // The same with ragged, default_rng(7) and coverage 0.9.
  const ofRagged = { resamples: 1000, coverage: 0.9, seed: 7 };
  assertIntervals(bootstrapIntervals(ragged, four, ofRagged), [
    [0.3416666666666666, 3],
    [1.963611111111111, 3.3472222222222228],
    [0.5666666666666667, 4.583333333333333],
    [0.24000000000000005, 0.82],
  ]);
});

Deno.test("the task bootstrap draws tasks first and then runs of each", () => {
  // values = []
  // for _ in range(1000):
  //     tasks = [ragged[i] for i in random.integers(0, 3, 3)]
  //     values.append(statistic([drawn(random, runs) for runs in tasks]))
  const ofTasks = { resamples: 1000, coverage: 0.9, seed: 7, taskBootstrap: true };
  assertIntervals(bootstrapIntervals(ragged, four, ofTasks), [
    [0.3, 4.125],
    [0.5220833333333332, 4.542361111111111],
    [0.36333333333333256, 5],
    [0.15625, 0.78125],
  ]);
});

Deno.test("the interval has the same bits on every machine", () => {
  const random = defaultGenerator(2);
  const scores = Array.from(
    { length: 4 },
    () => Array.from({ length: 7 }, () => random.standardNormal()),
  );
  assertEquals(bootstrapIntervals(scores, four, options), GOLDEN);
});

Deno.test("several statistics at once have the intervals that each has alone", () => {
  const together = bootstrapIntervals(x, four, few);
  assertEquals(together, four.map((statistic) => bootstrapInterval(x, statistic, few)));
});

Deno.test("the same scores and seed give the same interval, another seed another one", () => {
  const scores = [[1, 5, 2, 8, 3, 9, 4]];
  const interval = bootstrapInterval(scores, meanOfTasks, options);
  assertEquals(bootstrapInterval(scores, meanOfTasks, options), interval);
  assertNotEquals(bootstrapInterval(scores, meanOfTasks, { ...options, seed: 1 }), interval);
});

Deno.test("the interval is that of all resamples there are", () => {
  // All 27 x 4 resamples of two tasks, each as likely as any other.
  const scores = [[1, 2, 9], [4, 6]];
  const places = (runs: number) =>
    Array.from(
      { length: runs ** runs },
      (_, i) => Array.from({ length: runs }, (_, k) => Math.floor(i / runs ** k) % runs),
    );
  for (const statistic of [interquartileMeanOfTasks, medianOfTasks]) {
    const values = places(3).flatMap((first) =>
      places(2).map((second) =>
        statistic([first.map((i) => scores[0][i]), second.map((i) => scores[1][i])])
      )
    ).sort((a, b) => a - b);
    assertEquals(values.length, 108);
    for (const coverage of [0.5, 0.8, 0.9]) {
      const tail = (1 - coverage) / 2;
      // Where the exact distribution does not jump within 0.01 of the tails, 20,000 resamples must
      // agree with it.
      const ends = [tail, 1 - tail].map((q) =>
        [q - 0.01, q + 0.01].map((near) => values[Math.floor(near * values.length)])
      );
      const interval = bootstrapInterval(scores, statistic, {
        resamples: 20_000,
        coverage,
        seed: 0,
      });
      interval.forEach((end, i) => assert(ends[i][0] <= end && end <= ends[i][1], `${interval}`));
    }
  }
});

Deno.test("equal scores have an interval of no width, and so has a single one", () => {
  assertEquals(
    bootstrapInterval([[4, 4, 4, 4], [4, 4]], interquartileMeanOfTasks, options),
    [4, 4],
  );
  assertEquals(bootstrapInterval([[4]], interquartileMeanOfTasks, options), [4, 4]);
});

Deno.test("the interval lies within the scores, grows with coverage and does not mind the order of runs", () => {
  fc.assert(
    fc.property(matrices({ tasks: 4, runs: 8 }), (scores) => {
      const [low, high] = bootstrapInterval(scores, interquartileMeanOfTasks, few);
      const flat = scores.flat();
      assert(Math.min(...flat) <= low && low <= high && high <= Math.max(...flat));
      const wide = { ...few, coverage: 0.99 };
      const [lower, higher] = bootstrapInterval(scores, interquartileMeanOfTasks, wide);
      assert(lower <= low && high <= higher);
      assertEquals(
        bootstrapInterval(scores.map(reordered), interquartileMeanOfTasks, few),
        [low, high],
      );
    }),
    { numRuns: 50 },
  );
});

Deno.test("the interval moves and scales with the scores", () => {
  fc.assert(
    fc.property(matrices({ tasks: 4, runs: 8 }), (scores) => {
      for (const statistic of [meanOfTasks, medianOfTasks, interquartileMeanOfTasks]) {
        const moved = scores.map((runs) => runs.map((score) => 4 * score - 3));
        const interval = bootstrapInterval(scores, statistic, few);
        bootstrapInterval(moved, statistic, few).forEach((end, i) =>
          assertAlmostEquals(end, 4 * interval[i] - 3, 1e-12)
        );
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("the interval of the mean of many normal scores is the textbook one", () => {
  const random = defaultGenerator(1);
  const scores = [Array.from({ length: 400 }, () => random.standardNormal())];
  const [low, high] = bootstrapInterval(scores, meanOfTasks, { ...options, resamples: 5000 });
  const standardError = standardDeviation(scores[0]) / 20;
  assertAlmostEquals((high - low) / (2 * 1.96 * standardError), 1, 0.04);
  assertAlmostEquals((high + low) / 2, mean(scores[0]), 0.1 * standardError);
});

Deno.test("of many experiments as many have the true value in their interval as docs/statistics.md says", () => {
  const random = defaultGenerator(3);
  const experiments = 200;
  const cases = [
    { tasks: 1, runs: 3, expected: 0.75 },
    { tasks: 1, runs: 5, expected: 0.91 },
    { tasks: 1, runs: 10, expected: 0.94 },
    { tasks: 5, runs: 3, expected: 0.88 },
    { tasks: 5, runs: 5, expected: 0.92 },
    { tasks: 5, runs: 10, expected: 0.93 },
  ];
  for (const { tasks, runs, expected } of cases) {
    let covered = 0;
    for (let i = 0; i < experiments; i++) {
      const scores = Array.from(
        { length: tasks },
        () => Array.from({ length: runs }, () => random.standardNormal()),
      );
      const [low, high] = bootstrapInterval(scores, interquartileMeanOfTasks, {
        ...options,
        resamples: 400,
        seed: i,
      });
      if (low <= 0 && 0 <= high) covered++;
    }
    // Three standard errors, and a little for the few resamples.
    const allowed = 3 * Math.sqrt(expected * (1 - expected) / experiments) + 0.01;
    assertAlmostEquals(covered / experiments, expected, allowed, `${tasks} tasks, ${runs} runs`);
  }
});

Deno.test("an end is -Infinity where too many diverged runs are drawn", () => {
  const scores = [[-Infinity, 1, 2, 3, 4, 5, 6, 7]];
  // The interquartile mean leaves two out; three or more of eight are drawn in 7.6 % of resamples.
  const [low, high] = bootstrapInterval(scores, interquartileMeanOfTasks, options);
  assertEquals(low, -Infinity);
  assert(Number.isFinite(high));
  const [narrow] = bootstrapInterval(scores, interquartileMeanOfTasks, {
    ...options,
    coverage: 0.8,
  });
  assert(Number.isFinite(narrow));
  const diverged = [[-Infinity, -Infinity]];
  assertEquals(bootstrapInterval(diverged, meanOfTasks, few), [-Infinity, -Infinity]);
  assertEquals(bootstrapInterval(diverged, gap, few), [Infinity, Infinity]);
});

Deno.test("unusable scores and options are named", () => {
  for (const [scores, message] of unusable) {
    assertThrows(() => bootstrapInterval(scores, meanOfTasks, few), RangeError, message);
  }
  const wrong: readonly (readonly [Partial<typeof few>, string])[] = [
    [{ resamples: 0 }, "resamples must be a whole number > 0, not 0"],
    [{ resamples: 1.5 }, "resamples"],
    [{ coverage: 95 as 0.95 }, "coverage must be above 0 and below 1, not 95"],
    [{ coverage: NaN as 0.95 }, "coverage"],
    [{ seed: -1 as 0 }, "the seed must be a whole number >= 0, not -1"],
  ];
  for (const [change, message] of wrong) {
    const changed = { ...few, ...change };
    assertThrows(() => bootstrapInterval(x, meanOfTasks, changed), RangeError, message);
    assertThrows(() => bootstrapBand([2], 1, () => {}, changed), RangeError, message);
  }
  const diverged = [[-Infinity, 1], [-Infinity, 1]];
  assertThrows(
    () => bootstrapInterval(diverged, ([a, b]) => mean(a) - mean(b), few),
    RangeError,
    "is NaN",
  );
  assertThrows(() => bootstrapBand([2, 0], 1, () => {}, few), RangeError, "not [2,0]");
  assertThrows(() => bootstrapBand([2], 1, (_, out) => out.fill(NaN), few), RangeError, "is NaN");
});

Deno.test("a band of one point is the interval, whether tasks are drawn again or not", () => {
  fc.assert(
    fc.property(matrices({ tasks: 4, runs: 6 }), fc.boolean(), (scores, taskBootstrap) => {
      const sorted = scores.map((runs) => [...runs].sort((a, b) => a - b));
      const flat = sorted.flat();
      const sum = (resample: Scores) =>
        resample.flatMap((runs) => [...runs as Float64Array])
          .reduce((total, score) => total + score);
      const both = { ...few, taskBootstrap };
      const band = bootstrapBand(
        scores.map((runs) => runs.length),
        1,
        (drawn, out) => out[0] = flat.reduce((total, score, i) => total + drawn[i] * score, 0),
        both,
      );
      assertEquals([band.low[0], band.high[0]], [...bootstrapInterval(scores, sum, both)]);
    }),
    { numRuns: 50 },
  );
});
