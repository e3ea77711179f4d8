/** When neighbouring chains may be one call: not if the second writes into what the first still reads. */
import { assertEquals } from "@std/assert";
import { canJoin } from "../../../engine/plan/chains.ts";
import type { Chain } from "../../../engine/plan/lower_elementwise.ts";
import type { Place } from "../../../engine/plan/plan.ts";

const place = (pointer: number, size = 16): Place => ({ pointer, shape: [size], dtype: "float32" });
const chain = (inputs: readonly Place[], output: Place): Chain => ({ steps: [], inputs, output });

Deno.test("chains join over the same or separate memory, not over memory that overlaps in part", () => {
  const before = chain([place(0), place(64)], place(128));
  const joins = (output: Place) => canJoin(before, chain([place(128)], output));
  assertEquals(joins(place(256)), true);
  assertEquals(joins(place(0)), true, "element by element over the operand");
  assertEquals(joins(place(128)), true, "element by element over the result");
  assertEquals(joins(place(192)), true, "just behind");
  assertEquals(joins(place(48)), false, "into both operands");
  assertEquals(joins(place(176)), false, "into the result's end");
  assertEquals(joins(place(256, 8)), false, "another number of elements");
  assertEquals(joins({ ...place(0), dtype: "bool" }), false, "elements of another size");
});

Deno.test("what the first writes, the second reads element for element or not at all", () => {
  const before = chain([place(0)], place(128));
  const joins = (input: Place) => canJoin(before, chain([input], place(512)));
  assertEquals(joins(place(128)), true, "its result");
  assertEquals(joins(place(0)), true, "its operand");
  assertEquals(joins(place(192)), true, "just behind its result");
  assertEquals(joins(place(128, 1)), false, "a scalar in its result");
  assertEquals(joins(place(176, 4)), false, "a row in its result");
  assertEquals(joins(place(144)), false, "a part of its result");
});
