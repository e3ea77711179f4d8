import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { twoSidedT } from "../../stats/student_t.ts";
import { mean, permutationTest, welchTest } from "../../stats/mod.ts";
import { x, y } from "./fixtures.ts";

const options = { resamples: 20_000, seed: 0 };
const ten = Array.from({ length: 10 }, (_, i) => i);

/** t, degrees of freedom, p */
const T_VALUES = [
  [0.1, 1.5, 0.9320414534869627],
  [1, 2.7, 0.39832434722077253],
  [2.5, 4.41, 0.06101955608795639],
  [1.7, 9, 0.12334766214382391],
  [0.5, 17.3, 0.6233751441095056],
  [5, 18, 9.284142557376799e-05],
  [2, 38, 0.05268507096766705],
  [12, 38, 1.7051240002845167e-14],
  [1.96, 63, 0.054422366597300126],
  [3, 100, 0.0034079153433294496],
  [50, 100, 1.447216367976139e-72],
  [1, 999.5, 0.3175525390700043],
] as const;

function assertClose(actual: number, expected: number) {
  assertAlmostEquals(actual, expected, 1e-13 * Math.abs(expected));
}

Deno.test("Welch's test equals SciPy's", () => {
  // t = stats.ttest_ind(a, b, equal_var=False); t.statistic, t.df, t.pvalue
  const cases = [
    [x[0], y[0], 0.5968253745481046, 6.940072795207113, 0.5695731701091242],
    [x[2], y[2], 0.8150874886235329, 5.969411869104495, 0.44631500925811385],
    [[1, 2], [4, 9, 3], -1.9943529299054759, 2.2768696099884154, 0.16854521551203724],
    [
      ...[ten, ten.map((i) => 2.5 * i - 30)] as const,
      ...[9.018789164501541, 11.80811232449298, 1.2183513776092663e-06] as const,
    ],
  ] as const;
  for (const [a, b, t, degreesOfFreedom, p] of cases) {
    const test = welchTest(a, b);
    assertClose(test.t, t);
    assertClose(test.degreesOfFreedom, degreesOfFreedom);
    assertClose(test.p, p);
    assertEquals(welchTest(b, a), { ...test, t: -test.t });
  }
});

Deno.test("the t distribution equals mpmath's to 13 digits", () => {
  // mpmath.mp.dps = 40; mpmath.betainc(v / 2, 0.5, 0, v / (v + t ** 2), regularized=True)
  for (const [t, degrees, p] of T_VALUES) assertClose(twoSidedT(t, degrees), p);
  assertEquals(twoSidedT(0, 5), 1);
  assertEquals(twoSidedT(Infinity, 5), 0);
  assertEquals(twoSidedT(NaN, 5), NaN);
});

Deno.test("with one and with two degrees of freedom the t distribution is the closed form", () => {
  for (const t of [0.001, 0.3, 1, 2.5, 40]) {
    assertClose(twoSidedT(t, 1), 1 - 2 / Math.PI * Math.atan(t));
    assertAlmostEquals(twoSidedT(t, 2), 1 - t / Math.sqrt(2 + t * t), 1e-14);
  }
});

Deno.test("Welch's test is not defined for single runs, diverged runs or no variance at all", () => {
  assert(Number.isNaN(welchTest([1], [2, 3]).p));
  assert(Number.isNaN(welchTest([1, -Infinity], [2, 3]).p));
  assert(Number.isNaN(welchTest([2, 2], [2, 2]).p));
  assertEquals(welchTest([3, 3], [2, 2]).p, 0);
  assertClose(welchTest([3, 3], [1, 2]).p, 0.20483276469913347);
});

Deno.test("the permutation test equals SciPy's over all divisions", () => {
  // f = lambda a, b, axis: np.abs(np.mean(a, axis=axis) - np.mean(b, axis=axis))
  // stats.permutation_test((a, b), f, alternative="greater", n_resamples=np.inf).pvalue
  const cases = [
    [x[0], y[0], 0.15, 82 / 126],
    [x[2], y[2], 0.355, 75 / 126],
    [x[1], Array.from(y[1], (score) => score + 1), -0.995, 3 / 126],
  ] as const;
  for (const [a, b, difference, p] of cases) {
    const test = permutationTest(a, b, options);
    assertAlmostEquals(test.difference, difference, 1e-15);
    assertEquals([test.p, test.exact], [p, true]);
  }
});

Deno.test("the permutation test tries every division, those that tie by other sums included", () => {
  const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 7 });
  fc.assert(fc.property(values, fc.nat(), fc.integer({ min: 1, max: 9 }), (all, cut, divisor) => {
    const k = 1 + cut % (all.length - 1);
    let extreme = 0, ways = 0;
    const far = (sum: number) => {
      const total = all.reduce((a, b) => a + b);
      // The distance of the means, times whole numbers.
      return Math.abs(sum * (all.length - k) - (total - sum) * k);
    };
    const observed = far(all.slice(0, k).reduce((a, b) => a + b));
    for (let mask = 0; mask < 1 << all.length; mask++) {
      const chosen = all.filter((_, i) => mask >> i & 1);
      if (chosen.length !== k) continue;
      ways++;
      if (far(chosen.reduce((a, b) => a + b)) >= observed) extreme++;
    }
    // Divided, so that sums round.
    const scores = all.map((score) => score / divisor + 0.1);
    const test = permutationTest(scores.slice(0, k), scores.slice(k), options);
    assertEquals([test.p, test.exact], [extreme / ways, true]);
  }));
});

Deno.test("a division that falls short of the observed one by little is no tie", () => {
  assertEquals(permutationTest([2, 1 + 1e-9], [1, 0], options).p, 2 / 6);
  assertEquals(permutationTest([2, 1], [1 + 1e-9, 0], options).p, 4 / 6);
});

Deno.test("ten runs against ten are tried in all 184,756 ways", () => {
  // Only the observed division and its mirror image lie as far apart.
  const test = permutationTest(ten, ten.map((i) => i + 100), options);
  assertEquals(test, { difference: -100, p: 2 / 184_756, exact: true });
  // The largest that is tried out; 12 against 12 have 2,704,156 divisions.
  const sides = (n: number) =>
    [0, 100].map((from) => Array.from({ length: n }, (_, i) => from + i));
  const [[x, y], [longX, longY]] = [sides(11), sides(12)];
  assertEquals(permutationTest(x, y, { resamples: 1, seed: 0 }).p, 2 / 705_432);
  assertEquals(permutationTest(longX, longY, { resamples: 1, seed: 0 }).exact, false);
});

Deno.test("where there are too many divisions a random part agrees, reproducibly, and p is never 0", () => {
  const near = Array.from({ length: 14 }, (_, i) => i % 5), other = near.map((i) => i + 1);
  const test = permutationTest(near, other, options);
  assertEquals(test.exact, false);
  assertEquals(permutationTest(near, other, options), test);

  // The exact p: the number of choices of k whole numbers with each sum, one number after the other.
  const all = [...near, ...other], total = all.reduce((a, b) => a + b);
  const ways = Array.from({ length: 15 }, () => new Float64Array(total + 1));
  ways[0][0] = 1;
  for (const score of all) {
    for (let k = 14; k > 0; k--) {
      for (let sum = total; sum >= score; sum--) ways[k][sum] += ways[k - 1][sum - score];
    }
  }
  const observed = Math.abs(2 * near.reduce((a, b) => a + b) - total);
  const part = (far: (sum: number) => boolean) =>
    ways[14].filter((_, sum) => far(sum)).reduce((a, b) => a + b);
  const p = part((sum) => Math.abs(2 * sum - total) >= observed) / part(() => true);
  assert(0.05 < p && p < 0.1);
  // Four standard errors of 20,000 draws.
  assertAlmostEquals(test.p, p, 4 * Math.sqrt(p * (1 - p) / 20_000));

  const far = permutationTest(near, other.map((i) => i + 100), options);
  assertEquals(far.p, 1 / 20_001);
});

Deno.test("both tests say nothing of a side against itself and do not mind which side is first", () => {
  const runs = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 6 });
  fc.assert(fc.property(runs, runs, (a, b) => {
    assertEquals(permutationTest(a, a, options).p, 1);
    const one = permutationTest(a, b, options), two = permutationTest(b, a, options);
    assertEquals(one.p, two.p);
    assertAlmostEquals(one.difference, mean(a) - mean(b), 1e-12);
    assert(one.p > 0 && one.p <= 1);
  }));
});

Deno.test("unusable input is named, and a diverged run leaves the permutation test without p", () => {
  assertThrows(() => welchTest([], [1]), RangeError, "x is empty");
  assertThrows(() => welchTest([1], [2, NaN]), RangeError, "y[1] is NaN");
  assertThrows(() => permutationTest([1], [], options), RangeError, "y is empty");
  assertThrows(() => permutationTest([Infinity], [1], options), RangeError, "x[0] is Infinity");
  assertThrows(
    () => permutationTest([1], [2], { ...options, resamples: 0 }),
    RangeError,
    "resamples",
  );
  assertEquals(permutationTest([1, -Infinity], [2, 3], options), {
    difference: -Infinity,
    p: NaN,
    exact: true,
  });
});
