/**
 * Reductions, softmax, and the largest and smallest: against their stated order and TensorFlow.js.
 */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { ReduceCode } from "../../../engine/kernels/kernels.ts";
import * as arena from "./arena.ts";

tf.enableProdMode();
const { kernels } = arena;
const { fround } = Math;

const shape = fc.record({
  outer: fc.integer({ min: 1, max: 5 }),
  length: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(255, 1000)),
  inner: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 })),
});

/** The middle axis of x [outer, length, inner], as rows in the order of the output. */
function rowsOf(x: ArrayLike<number>, outer: number, length: number, inner: number): number[][] {
  return Array.from({ length: outer * inner }, (_, i) => {
    const first = Math.floor(i / inner) * length * inner + i % inner;
    return Array.from({ length }, (_, j) => x[first + j * inner]);
  });
}

/** A sum or product in the stated order. */
function inOrder(
  row: readonly number[],
  start: number,
  combine: (a: number, b: number) => number,
  lanes: boolean,
): number {
  const step = (a: number, b: number) => fround(combine(a, b));
  if (!lanes || row.length < 16) return row.reduce(step, start);
  let sums = Array.from({ length: 16 }, (_, lane) => {
    const padded = Array.from({ length: Math.ceil(row.length / 16) }, (_, i) => row[16 * i + lane]);
    return padded.map((value) => value ?? start).reduce(step, start);
  });
  for (let half = 8; half >= 1; half /= 2) {
    sums = sums.slice(0, half).map((sum, lane) => step(sum, sums[lane + half]));
  }
  return sums[0];
}

function reduce(
  code: number,
  x: Float32Array,
  outer: number,
  length: number,
  inner: number,
): number[] {
  const out = arena.bytes(4 * outer * inner);
  kernels.reduce(code, arena.floats(x), out, outer, length, inner);
  const bits = arena.bitsAt(out, outer * inner);
  arena.clear();
  return bits;
}

Deno.test("sum, mean, product, max and min have the bits of the stated order", () => {
  fc.assert(fc.property(shape, fc.array(arena.anyFloat, { maxLength: 3 }), (shape, special) => {
    const { outer, length, inner } = shape;
    const x = arena.someNumbers(outer * length * inner, length).map((v) => 1 + v / 8);
    special.forEach((value, i) => x[(i * 7919) % x.length] = value);
    const rows = rowsOf(x, outer, length, inner);
    const lanes = inner === 1;
    const check = (code: number, of: (row: number[]) => number) =>
      assertEquals(
        reduce(code, x, outer, length, inner),
        arena.bitsOf(Float32Array.from(rows, of)),
      );
    const sum = (row: number[]) => inOrder(row, 0, (a, b) => a + b, lanes);
    check(ReduceCode.sum, sum);
    check(ReduceCode.mean, (row) => sum(row) / length);
    check(ReduceCode.product, (row) => inOrder(row, 1, (a, b) => a * b, lanes));
    check(ReduceCode.max, (row) => Math.max(...row));
    check(ReduceCode.min, (row) => Math.min(...row));
  }));
});

Deno.test("any and all of bools", () => {
  fc.assert(fc.property(shape, fc.integer({ min: 0, max: 3 }), ({ outer, length, inner }, rare) => {
    for (const inverted of [0, 1]) {
      const few = arena.someNumbers(outer * length * inner, length)
        .map((v) => Number(v > 0.3 * rare + 0.1) ^ inverted);
      const rows = rowsOf(few, outer, length, inner);
      const x = arena.bools(few);
      const out = arena.bytes(outer * inner);
      kernels.reduce(ReduceCode.any, x, out, outer, length, inner);
      const any = rows.map((row) => Number(row.some((value) => value === 1)));
      assertEquals(Array.from(arena.boolsAt(out, outer * inner)), any);
      kernels.reduce(ReduceCode.all, x, out, outer, length, inner);
      const all = rows.map((row) => Number(row.every((value) => value === 1)));
      assertEquals(Array.from(arena.boolsAt(out, outer * inner)), all);
      arena.clear();
    }
  }));
});

Deno.test("argMax and argMin are TensorFlow.js's, NaN and ties included", async () => {
  await tf.setBackend("cpu");
  fc.assert(fc.property(shape, fc.array(arena.anyFloat, { maxLength: 5 }), (shape, special) => {
    const { outer, length, inner } = shape;
    const x = arena.someNumbers(outer * length * inner, inner).map((v) => Math.round(4 * v));
    special.forEach((value, i) => x[(i * 31) % x.length] = value);
    const tensor = tf.tensor3d(x, [outer, length, inner]);
    const from = arena.floats(x);
    const out = arena.bytes(4 * outer * inner);
    kernels.argMax(from, out, outer, length, inner);
    assertEquals(arena.integersAt(out, outer * inner).slice(), tf.argMax(tensor, 1).dataSync());
    kernels.argMin(from, out, outer, length, inner);
    assertEquals(arena.integersAt(out, outer * inner).slice(), tf.argMin(tensor, 1).dataSync());
    arena.clear();
    tensor.dispose();
  }));
});

const rows = fc.record({
  rows: fc.integer({ min: 1, max: 20 }),
  columns: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(100)),
  scale: fc.constantFrom(0.1, 1, 30, 1000),
});

Deno.test("softmax and logSoftmax are what TensorFlow.js computes", async () => {
  await tf.setBackend("cpu");
  fc.assert(fc.property(rows, ({ rows, columns, scale }) => {
    const x = arena.someNumbers(rows * columns, columns).map((v) => scale * v);
    const tensor = tf.tensor2d(x, [rows, columns]);
    const from = arena.floats(x);
    const out = arena.bytes(4 * x.length);
    kernels.softmax(from, out, rows, columns);
    tf.softmax(tensor).dataSync().forEach((expected, i) => {
      assertAlmostEquals(arena.floatsAt(out, x.length)[i], expected, 1e-6);
    });
    kernels.logSoftmax(from, out, rows, columns, arena.bytes(4 * rows * (columns + 1)));
    tf.logSoftmax(tensor).dataSync().forEach((expected, i) => {
      const tolerance = 1e-6 * Math.max(1, Math.abs(expected));
      assertAlmostEquals(arena.floatsAt(out, x.length)[i], expected, tolerance);
    });
    arena.clear();
    tensor.dispose();
  }));
});

Deno.test("softmax of a row does not depend on the rows beside it, and works in place", () => {
  const columns = 7;
  const x = arena.someNumbers(9 * columns);
  const together = arena.floats(x);
  kernels.softmax(together, together, 9, columns);
  for (let i = 0; i < 9; i++) {
    const alone = arena.bytes(4 * columns);
    kernels.softmax(arena.floats(x.subarray(i * columns, (i + 1) * columns)), alone, 1, columns);
    assertEquals(
      arena.bitsAt(together + 4 * i * columns, columns),
      arena.bitsAt(alone, columns),
    );
  }
  arena.clear();
});

Deno.test("a NaN or an infinity in a row makes all of it NaN, and no other row", () => {
  for (const bad of [NaN, Infinity]) {
    const out = arena.bytes(24);
    kernels.softmax(arena.floats([1, bad, 2, 0, 0, 0]), out, 2, 3);
    const third = 1 / 3;
    const expected = Float32Array.of(NaN, NaN, NaN, third, third, third);
    assertEquals(arena.bitsAt(out, 6), arena.bitsOf(expected));
    arena.clear();
  }
});

Deno.test("allFinite finds one NaN or infinity wherever it is", () => {
  for (let n = 1; n < 40; n++) {
    const address = arena.floats(arena.someNumbers(n).map((v) => v * 3e38));
    assertEquals(kernels.allFinite(address, n), 1);
    for (let i = 0; i < n; i++) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const x = arena.floatsAt(address, n);
        const before = x[i];
        x[i] = bad;
        assertEquals(kernels.allFinite(address, n), 0);
        x[i] = before;
      }
    }
    arena.clear();
  }
});

Deno.test("canonicalizeNaN makes all NaN one, and changes nothing else", () => {
  const bits = [0x7fc00001, 0xffc00000 | 0, 0x7f800001, 0x7f800000, 0x3f800000, -1, 0];
  const address = arena.integers(bits);
  kernels.canonicalizeNaN(address, bits.length);
  const one = 0x7fc00000;
  assertEquals(
    Array.from(arena.integersAt(address, bits.length)),
    [one, one, one, 0x7f800000, 0x3f800000, one, 0],
  );
  arena.clear();
});
