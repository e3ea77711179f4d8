import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Curves,
  interquartileMeanOfTasks,
  sampleEfficiencyBand,
  sampleEfficiencyCurve,
} from "../../stats/mod.ts";
import { defaultGenerator } from "../../random/generator.ts";

const options = { resamples: 500, coverage: 0.95, seed: 5 };

const curves: Curves = [
  [[0, 1, 5], [0, 2, 4], [1, 2, 9]],
  [[3, 3, 3], [0, 8, 8], [0.5, 2, 6]],
];

Deno.test("the curve is SciPy's trimmed mean at each point", () => {
  // c = np.array([[[0, 1, 5], [0, 2, 4], [1, 2, 9]], [[3, 3, 3], [0, 8, 8], [0.5, 2, 6]]])
  // stats.trim_mean(c.reshape(6, 3), 0.25, axis=0)
  assertEquals([...sampleEfficiencyCurve(curves)], [0.375, 2.25, 5.75]);
});

Deno.test("the band equals NumPy's and SciPy's, drawn by NumPy's generator of the same seed", () => {
  // random = np.random.default_rng(5)
  // def once():
  //     places = [random.integers(0, 3, 3) for _ in range(2)]
  //     return stats.trim_mean(np.concatenate([c[t][places[t]] for t in range(2)]), 0.25, axis=0)
  // np.quantile([once() for _ in range(500)], [0.025, 0.975], axis=0)
  const { low, high } = sampleEfficiencyBand(curves, options);
  assertEquals([...low], [0, 1.75, 3.75]);
  assertEquals([...high], [1.75, 5, 8.25]);
});

Deno.test("the band is to the last bit that of the written-out resamples", () => {
  // Thirds and sevenths, so that sums in another order would round otherwise.
  const score = fc.integer({ min: -300, max: 300 }).map((n) => n / 3 + n / 7);
  const run = fc.tuple(score, score);
  const tasks = fc.array(fc.array(run, { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(tasks, (curves) => {
      const once = { resamples: 1, coverage: 0.5, seed: 9 };
      const random = defaultGenerator(9);
      const drawn = curves.map((runs) => runs.map(() => runs[random.integers(0, runs.length)]));
      const expected = [0, 1].map((point) =>
        interquartileMeanOfTasks(drawn.map((runs) => runs.map((run) => run[point])))
      );
      assertEquals([...sampleEfficiencyBand(curves, once).low], expected);
    }),
  );
});

Deno.test("one point has the interquartile mean of the matrix, and the band holds it where runs agree", () => {
  const flat = [[[1], [1], [1]], [[1], [1]]];
  assertEquals([...sampleEfficiencyCurve(flat)], [1]);
  const { low, high } = sampleEfficiencyBand(flat, options);
  assertEquals([low[0], high[0]], [1, 1]);
});

Deno.test("runs that diverge lower the curve from there on when too many do", () => {
  const runs = [[1, -Infinity], [2, -Infinity], [3, 3], [4, 4], [5, 5]];
  assertEquals([...sampleEfficiencyCurve([runs])], [3, -Infinity]);
  assertEquals(sampleEfficiencyCurve([runs.slice(1)])[1], 3.5);
  const { low, high } = sampleEfficiencyBand([runs], options);
  assert(Number.isFinite(low[0]));
  assertEquals(low[1], -Infinity);
  assertAlmostEquals(high[0], 4.666666666666667, 0.5);
});

Deno.test("unusable curves are named", () => {
  const wrong: readonly (readonly [Curves, string])[] = [
    [[], "curves has no task"],
    [[[[1]], []], "curves[1] has no run"],
    [[[[1, 2], [1]]], "curves[0][1] has 1 points and curves[0][0] has 2"],
    [[[[1, 2]], [[3, 4], [5, NaN]]], "curves[1][1][1] is NaN"],
    [[[[Infinity]]], "curves[0][0][0] is Infinity"],
  ];
  for (const [curves, message] of wrong) {
    assertThrows(() => sampleEfficiencyCurve(curves), RangeError, message);
    assertThrows(() => sampleEfficiencyBand(curves, options), RangeError, message);
  }
  assertThrows(() => sampleEfficiencyBand(curves, { ...options, seed: 0.5 }), RangeError, "seed");
});
