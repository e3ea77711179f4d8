import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { bootstrapInterval, performanceProfile, profileBand } from "../../stats/mod.ts";
import { matrices, reordered, unusable, x } from "./fixtures.ts";

const options = { resamples: 500, coverage: 0.95, seed: 5 };

function assertNear(actual: Float64Array, expected: readonly number[]) {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-14, `number ${i}`));
}

Deno.test("the profile is the share of runs above a level, not at it", () => {
  // [(x > level).mean() for level in [-1, 0, 0.3, 0.35, 1, 3]]
  assertNear(performanceProfile(x, [-1, 0, 0.3, 0.35, 1, 3]), [1, 13 / 15, 0.6, 0.6, 2 / 15, 0]);
});

Deno.test("its band equals NumPy's, drawn by NumPy's generator of the same seed", () => {
  // random = np.random.default_rng(5)
  // def once():
  //     scores = np.concatenate([drawn(random, runs) for runs in x])
  //     return [(scores > level).mean() for level in [0, 0.35, 0.8]]
  // np.quantile([once() for _ in range(500)], [0.025, 0.975], axis=0)
  const { low, high } = profileBand(x, [0, 0.35, 0.8], options);
  assertNear(low, [11 / 15, 0.4, 2 / 15]);
  assertNear(high, [1, 0.8, 8 / 15]);
});

Deno.test("the profile falls from 1 to 0, does not mind the order, and is 1 minus the one of the mirror image but for ties", () => {
  const levels = [-21, -10.5, -3.5, 0.5, 4.5, 21];
  fc.assert(fc.property(matrices({ tasks: 4, runs: 6 }), (scores) => {
    const profile = performanceProfile(scores, levels);
    assertEquals([profile[0], profile[5]], [1, 0]);
    for (let i = 1; i < levels.length; i++) assert(profile[i] <= profile[i - 1]);
    assertEquals(performanceProfile(reordered(scores.map(reordered)), levels), profile);
    const mirrored = scores.map((runs) => runs.map((score) => -score));
    const other = performanceProfile(mirrored, levels.map((level) => -level));
    profile.forEach((share, i) => assertAlmostEquals(share + other[i], 1, 1e-12));
  }));
});

Deno.test("the band at each level is the interval of the share above it", () => {
  fc.assert(
    fc.property(matrices({ tasks: 4, runs: 6 }), fc.boolean(), (scores, taskBootstrap) => {
      const few = { ...options, resamples: 40, taskBootstrap };
      const levels = [3, -5, 0]; // in no order
      const { low, high } = profileBand(scores, levels, few);
      levels.forEach((level, i) => {
        const share = (drawn: readonly Float64Array[]) => performanceProfile(drawn, [level])[0];
        assertEquals([low[i], high[i]], [...bootstrapInterval(scores, share, few)]);
      });
      assertEquals(profileBand(scores.map(reordered), levels, few), { low, high });
    }),
    { numRuns: 40 },
  );
});

Deno.test("diverged runs are above no level", () => {
  const scores = [[-Infinity, -Infinity, 1, 2]];
  assertEquals([...performanceProfile(scores, [-Infinity, -1e300, 1.5])], [0.5, 0.5, 0.25]);
  // None of them is drawn in one of 16 resamples.
  const { high } = profileBand(scores, [-1e300, 2], { ...options, coverage: 0.8 });
  assertEquals([...high], [0.75, 0]);
});

Deno.test("unusable scores, levels and options are named", () => {
  for (const [scores, message] of unusable) {
    assertThrows(() => performanceProfile(scores, [0]), RangeError, message);
    assertThrows(() => profileBand(scores, [0], options), RangeError, message);
  }
  assertThrows(() => performanceProfile(x, [0, NaN]), RangeError, "levels[1] is NaN");
  assertThrows(() => profileBand(x, [NaN], options), RangeError, "levels[0] is NaN");
  assertThrows(() => profileBand(x, [0], { ...options, coverage: 1 }), RangeError, "coverage");
});
