/** Rows copied side by side. */
import { assertEquals } from "@std/assert";
import { copyRows } from "../../../algorithms/common/minibatches.ts";

Deno.test("minibatches are the rows that the order says, of every array", () => {
  const from = {
    observation: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5),
    action: Int32Array.of(10, 11, 12, 13),
    unused: Float32Array.of(9, 9, 9, 9),
  };
  const to = { observation: new Float32Array(4), action: new Int32Array(2) };
  const order = Int32Array.of(3, 0, 2, 1);
  copyRows(from, to, { order, begin: 0, size: 2 });
  assertEquals(to, { observation: Float32Array.of(3, 3.5, 0, 0.5), action: Int32Array.of(13, 10) });
  copyRows(from, to, { order, begin: 2, size: 2 });
  assertEquals(to, { observation: Float32Array.of(2, 2.5, 1, 1.5), action: Int32Array.of(12, 11) });
});
