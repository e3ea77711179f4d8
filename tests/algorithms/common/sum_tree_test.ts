import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { SumTree } from "../../../algorithms/common/sum_tree.ts";

/** Whole numbers, so that all sums are exact and every place can be told. */
const changes = fc.integer({ min: 1, max: 40 }).chain((capacity) =>
  fc.record({
    capacity: fc.constant(capacity),
    changes: fc.array(fc.tuple(fc.nat(capacity - 1), fc.nat(9)), { maxLength: 80 }),
  })
);

Deno.test("a sum tree finds the place that adding one number after the other finds", () => {
  fc.assert(
    fc.property(changes, ({ capacity, changes }) => {
      const tree = new SumTree(capacity);
      const numbers = new Array<number>(capacity).fill(0);
      for (const [place, value] of changes) {
        tree.set(place, value);
        numbers[place] = value;
      }
      const places = numbers.flatMap((count, place) => new Array<number>(count).fill(place));
      assertStrictEquals(tree.total, places.length);
      assertEquals(numbers.map((_, place) => tree.get(place)), numbers);
      places.forEach((place, mass) => {
        assertStrictEquals(tree.find(mass), place);
        assertStrictEquals(tree.find(mass + 0.999), place);
      });
    }),
  );
});

Deno.test("a place with 0 is never found, not even by a mass that rounding has made the total", () => {
  fc.assert(
    fc.property(changes, ({ capacity, changes }) => {
      const tree = new SumTree(capacity);
      for (const [place, value] of changes) tree.set(place, value / 7);
      fc.pre(tree.total > 0);
      for (const mass of [0, tree.total, tree.total * (1 + 1e-9)]) {
        assertEquals(tree.get(tree.find(mass)) > 0, true);
      }
    }),
  );
});

Deno.test("however its numbers came about, a sum tree is bit for bit that of its numbers", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(12), fc.double({ min: 0, max: 1e6, noNaN: true }))),
      (changes) => {
        const tree = new SumTree(13);
        for (const [place, value] of changes) tree.set(place, value);
        const values = Float64Array.from({ length: 13 }, (_, place) => tree.get(place));
        const restored = new SumTree(13);
        restored.set(12, 5);
        restored.restore(values);
        assertStrictEquals(restored.total, tree.total);
        assertAlmostEquals(tree.total, values.reduce((a, b) => a + b, 0), 1e-6);
        for (let k = 0; k < 50; k++) {
          const mass = tree.total * k / 50;
          assertStrictEquals(restored.find(mass), tree.find(mass));
        }
      },
    ),
  );
});
