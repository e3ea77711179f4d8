import { assertEquals } from "@std/assert";
import { rangeOfErrors, rangeOfReturns, wholeRange } from "../../../report/site/chart_range.ts";

const near = Array.from({ length: 95 }, (_, i) => -100 + i);

Deno.test("a few returns far below are cut off, many are not", () => {
  assertEquals(rangeOfReturns(near, [-50]), { low: -100, high: -6, cut: false });
  const some = [...near, -5000, -4000, -3000];
  const { low, high, cut } = rangeOfReturns(some, [-50, -5000, -60]);
  assertEquals([high, cut], [-6, true]);
  assertEquals(low >= -100 && low < -80, true);
  const many = [...near, ...near.map((value) => value - 5000)];
  assertEquals(rangeOfReturns(many, [-50]), { low: -5100, high: -6, cut: false });
});

Deno.test("where most lines begin is not cut off", () => {
  const { low } = rangeOfReturns([...near, -500, -500, -5000], [-500, -500, -5000]);
  assertEquals(low, -500);
  const whole = { low: -500, high: -6, cut: false };
  assertEquals(rangeOfReturns([...near, -500, -500], [-500, -500]), whole);
});

Deno.test("equal returns are a range of their own", () => {
  assertEquals(rangeOfReturns([5, 5, 5], [5]), { low: 5, high: 5, cut: false });
});

Deno.test("errors are shown to a little above where learning began", () => {
  assertEquals(rangeOfErrors([0.5, 0.4, 0.2], [0.5]), { low: 0.2, high: 0.5, cut: false });
  assertEquals(rangeOfErrors([0.5, 0.2, 1e27], [0.4, 0.5]), { low: 0.2, high: 0.625, cut: true });
  assertEquals(rangeOfErrors([9, 10], [0.5]), { low: 9, high: 10, cut: false });
});

Deno.test("the whole range has everything", () => {
  assertEquals(wholeRange([3, -1, 1e27]), { low: -1, high: 1e27, cut: false });
});
