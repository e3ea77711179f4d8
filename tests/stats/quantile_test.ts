import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { quantileOfSorted } from "../../stats/mod.ts";

Deno.test("quantiles are interpolated as NumPy does by default, bit for bit", () => {
  const ten = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  assertEquals(quantileOfSorted(ten, 0.25), 3.25);
  assertEquals(quantileOfSorted(Float64Array.of(7), 0.975), 7);
  // np.quantile([-1, 0.1, 0.3, 0.7, 2, 4.5, 5], [0, 0.025, 0.1, 0.5, 0.8, 0.975, 1])
  const seven = Float64Array.of(-1, 0.1, 0.3, 0.7, 2, 4.5, 5);
  assertEquals([0, 0.025, 0.1, 0.5, 0.8, 0.975, 1].map((q) => quantileOfSorted(seven, q)), [
    ...[-1, -0.835, -0.33999999999999997, 0.7, 4.000000000000002, 4.925, 5],
  ]);
});

Deno.test("a higher quantile is never lower", () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(values, share, share, (numbers, p, q) => {
    const sorted = Float64Array.from(numbers).sort();
    const low = quantileOfSorted(sorted, Math.min(p, q));
    const high = quantileOfSorted(sorted, Math.max(p, q));
    assert(sorted[0] <= low && low <= high && high <= sorted[sorted.length - 1]);
  }));
});

Deno.test("next to -Infinity a quantile is -Infinity, next to Infinity it is Infinity, and never NaN", () => {
  const sorted = Float64Array.of(-Infinity, -Infinity, 0, 1, Infinity, Infinity);
  const at = (place: number) => quantileOfSorted(sorted, place / 5);
  assertEquals([0, 0.5, 1, 1.5].map(at), [-Infinity, -Infinity, -Infinity, -Infinity]);
  assertEquals([2, 2.5, 3].map(at), [0, 0.5, 1]);
  assertEquals([3.5, 4, 4.5, 5].map(at), [Infinity, Infinity, Infinity, Infinity]);
});
