import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nextDirection, sortedPlaces } from "../../../report/site/sorting.ts";

const sorted = <T extends number | string | null>(
  values: readonly T[],
  direction: Parameters<typeof sortedPlaces>[1],
) => sortedPlaces(values, direction).map((place) => values[place]);

Deno.test("numbers sort as numbers, gaps last in either direction", () => {
  const values = [9, null, -100, 80, null, 0.5];
  assertEquals(sorted(values, "ascending"), [-100, 0.5, 9, 80, null, null]);
  assertEquals(sorted(values, "descending"), [80, 9, 0.5, -100, null, null]);
  assertEquals(sorted(values, "none"), values);
});

Deno.test("names sort as people do: by words without case, and numbers in them by size", () => {
  assertEquals(
    sorted(["16-step TD", "td(0)", "2-step TD", "TD(0.95)", "TD(0.4)", "a2c"], "ascending"),
    ["2-step TD", "16-step TD", "a2c", "td(0)", "TD(0.4)", "TD(0.95)"],
  );
});

Deno.test("sorting keeps every row once, and equal ones in their order", () => {
  const values = fc.array(fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 3 })));
  fc.assert(fc.property(values, fc.constantFrom("ascending", "descending"), (values, direction) => {
    const places = sortedPlaces(values, direction);
    assertEquals(places.toSorted((a, b) => a - b), values.map((_, i) => i));
    for (let i = 1; i < places.length; i++) {
      const [a, b] = [places[i - 1], places[i]];
      if (values[a] === values[b]) assert(a < b);
      else if (values[a] === null || values[b] === null) assert(values[b] === null);
      else assert((values[a] < values[b]) === (direction === "ascending"));
    }
  }));
});

Deno.test("choosing a column again goes through its better end, the other one, and back", () => {
  for (const first of ["ascending", "descending"] as const) {
    const second = nextDirection(nextDirection("none", first), first);
    assert(second !== first && second !== "none");
    assertEquals(nextDirection(second, first), "none");
  }
});
