/** Kernels that move elements: strided copies, fills, one-hot, gather, scatter-add. */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import * as arena from "./arena.ts";

const { kernels } = arena;

const numbers = (n: number) => Float32Array.from({ length: n }, (_, i) => i + 1);

/** Row-major strides of a shape. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
}

/** Copies by the definition. */
function copied(
  x: Float32Array,
  outSize: number,
  axes: readonly { size: number; from: number; to: number }[],
  first = 0,
): Float32Array {
  const out = new Float32Array(outSize).fill(-1);
  const walk = (axis: number, from: number, to: number) => {
    if (axis === axes.length) out[to] = x[from];
    else {
      for (let i = 0; i < axes[axis].size; i++) {
        walk(axis + 1, from + i * axes[axis].from, to + i * axes[axis].to);
      }
    }
  };
  walk(0, first, 0);
  return out;
}

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 19));
const shape = fc.array(size, { minLength: 1, maxLength: 5 })
  .filter((sizes) => sizes.reduce((product, n) => product * n, 1) < 5000);

function check(
  x: Float32Array,
  outSize: number,
  axes: readonly { size: number; from: number; to: number }[],
  first = 0,
): void {
  const expected = copied(x, outSize, axes, first);
  const table = arena.integers(axes.flatMap(({ size, from, to }) => [size, from, to]));
  const out = arena.floats(new Float32Array(outSize).fill(-1));
  kernels.copyStrided(arena.floats(x) + 4 * first, out, axes.length, table);
  assertEquals(arena.floatsAt(out, outSize).slice(), expected);
  const bytes = arena.bools(new Uint8Array(outSize).fill(255));
  const bools = x.map((value) => value % 2);
  kernels.copyStridedBytes(arena.bools(bools) + first, bytes, axes.length, table);
  assertEquals(
    Array.from(arena.boolsAt(bytes, outSize)),
    Array.from(expected, (value) => value === -1 ? 255 : value % 2),
  );
  arena.clear();
}

Deno.test("copyStrided transposes by any permutation", () => {
  fc.assert(fc.property(shape, fc.infiniteStream(fc.double({ noNaN: true })), (shape, keys) => {
    const order = shape.map((_, axis) => ({ axis, key: keys.next().value }));
    const permutation = order.sort((a, b) => a.key - b.key).map(({ axis }) => axis);
    const target = permutation.map((axis) => shape[axis]);
    const axes = target.map((size, i) => ({
      size,
      from: stridesOf(shape)[permutation[i]],
      to: stridesOf(target)[i],
    }));
    const n = shape.reduce((product, size) => product * size, 1);
    check(numbers(n), n, axes);
  }));
});

Deno.test("copyStrided slices with steps, reversed too, into part of a larger array", () => {
  fc.assert(fc.property(shape, fc.constantFrom(-2, -1, 1, 2), (shape, step) => {
    const n = shape.reduce((product, size) => product * size, 1);
    const larger = shape.map((size) => size + 2);
    const outSize = larger.reduce((product, size) => product * size, 1);
    const last = shape.length - 1;
    const axes = shape.map((size, axis) => ({
      size: axis === last ? Math.ceil(size / Math.abs(step)) : size,
      from: stridesOf(shape)[axis] * (axis === last ? step : 1),
      to: stridesOf(larger)[axis],
    }));
    check(numbers(n), outSize, axes, step < 0 ? shape[last] - 1 : 0);
  }));
});

Deno.test("copyStrided repeats where a stride is 0", () => {
  fc.assert(fc.property(shape, fc.nat(), (shape, which) => {
    const source = shape.map((size, axis) => axis === which % shape.length ? 1 : size);
    const n = source.reduce((product, size) => product * size, 1);
    const outSize = shape.reduce((product, size) => product * size, 1);
    const axes = shape.map((size, axis) => ({
      size,
      from: source[axis] === size ? stridesOf(source)[axis] : 0,
      to: stridesOf(shape)[axis],
    }));
    check(numbers(n), outSize, axes);
  }));
});

Deno.test("fill and copyBytes, of every length", () => {
  for (let n = 1; n < 40; n++) {
    const out = arena.bytes(4 * n);
    kernels.fill(out, 0x40490fdb, n);
    assertEquals(Array.from(arena.integersAt(out, n)), Array(n).fill(0x40490fdb));
    const bytes = arena.bytes(n);
    kernels.fillBytes(bytes, 1, n);
    assertEquals(Array.from(arena.boolsAt(bytes, n)), Array(n).fill(1));
    kernels.copyBytes(out, bytes, n);
    assertEquals(arena.boolsAt(bytes, n), arena.boolsAt(out, n));
    arena.clear();
  }
});

const someIndices = fc.array(fc.integer({ min: -2, max: 8 }), { minLength: 1, maxLength: 20 });

Deno.test("oneHot is on at the index, off for one out of range", () => {
  fc.assert(fc.property(someIndices, fc.integer({ min: 1, max: 7 }), (indices, depth) => {
    const out = arena.bytes(4 * indices.length * depth);
    kernels.oneHot(arena.integers(indices), out, indices.length, depth, 7, -3);
    const expected = indices.flatMap((index) =>
      Array.from({ length: depth }, (_, column) => column === index ? 7 : -3)
    );
    assertEquals(Array.from(arena.integersAt(out, expected.length)), expected);
    arena.clear();
  }));
});

Deno.test("gather takes rows along an axis, of any element size, and clamps the indices", () => {
  fc.assert(fc.property(
    someIndices,
    fc.record({
      outer: fc.integer({ min: 1, max: 3 }),
      rows: fc.integer({ min: 1, max: 7 }),
      innerBytes: fc.integer({ min: 1, max: 20 }),
    }),
    (indices, { outer, rows, innerBytes }) => {
      const x = Uint8Array.from({ length: outer * rows * innerBytes }, (_, i) => i);
      const out = arena.bytes(outer * indices.length * innerBytes);
      const [from, at] = [arena.bools(x), arena.integers(indices)];
      kernels.gather(from, at, out, outer, rows, indices.length, innerBytes);
      const expected = Array.from({ length: outer }, (_, i) =>
        indices.map((index) => {
          const row = i * rows + Math.min(Math.max(index, 0), rows - 1);
          return Array.from(x.subarray(row * innerBytes, (row + 1) * innerBytes));
        })).flat(2);
      assertEquals(Array.from(arena.boolsAt(out, expected.length)), expected);
      arena.clear();
    },
  ));
});

Deno.test("scatterAdd adds rows in ascending order, and leaves out those out of range", () => {
  fc.assert(fc.property(
    someIndices,
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 20 }),
    (indices, rows, inner) => {
      const updates = arena.someNumbers(indices.length * inner);
      const expected = new Float32Array(rows * inner);
      indices.forEach((index, i) => {
        if (index < 0 || index >= rows) return;
        for (let j = 0; j < inner; j++) expected[index * inner + j] += updates[i * inner + j];
      });
      const out = arena.bytes(4 * rows * inner);
      const [at, from] = [arena.integers(indices), arena.floats(updates)];
      kernels.scatterAdd(at, from, out, indices.length, rows, inner);
      assertEquals(arena.bitsAt(out, rows * inner), arena.bitsOf(expected));
      arena.clear();
    },
  ));
});
