/** The matrix product: every shape and transpose against the sum as it is stated, bit for bit. */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { ActivationCode } from "../../../engine/kernels/kernels.ts";
import { elementwiseCode } from "../../../engine/kernels/operation_codes.ts";
import * as arena from "./arena.ts";

const { kernels } = arena;
const { fround } = Math;

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly bias?: Float32Array;
}

/** The definition: products rounded one by one and added in ascending order of k, then the bias. */
function expectedProduct({ m, n, k, transposeA, transposeB, a, b, bias }: Product): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        const x = a[transposeA ? l * m + i : i * k + l];
        const y = b[transposeB ? j * k + l : l * n + j];
        sum = fround(sum + fround(x * y));
      }
      out[i * n + j] = bias ? sum + bias[j] : sum;
    }
  }
  return out;
}

function product(
  { m, n, k, transposeA, transposeB, a, b, bias }: Product,
  activation = ActivationCode.none as number,
): number[] {
  const transposes = [Number(transposeA), Number(transposeB)] as const;
  const [x, y] = [arena.floats(a), arena.floats(b)];
  const row = bias ? arena.floats(bias) : 0;
  const scratch = arena.bytes(kernels.matMulScratch(m, n, k, ...transposes));
  const out = arena.bytes(4 * m * n);
  kernels.matMul(x, y, row, out, m, n, k, ...transposes, activation, scratch, 1, 0, 0);
  const bits = arena.bitsAt(out, m * n);
  arena.clear();
  return bits;
}

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(31, 32, 33, 40, 67));
const shape = fc.record({
  m: size,
  n: size,
  k: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  hasBias: fc.boolean(),
});

Deno.test("every element is the ascending sum, then the bias", () => {
  fc.assert(
    fc.property(shape, ({ hasBias, ...shape }) => {
      const { m, n, k } = shape;
      const a = arena.someNumbers(m * k, 1);
      const b = arena.someNumbers(k * n, 2);
      const bias = hasBias ? arena.someNumbers(n, 3) : undefined;
      const operands = { ...shape, a, b, bias };
      assertEquals(product(operands), arena.bitsOf(expectedProduct(operands)));
    }),
    { numRuns: 500 },
  );
});

Deno.test("the shapes of gradients: a long inner dimension, few columns", () => {
  for (const n of [1, 2, 3, 4, 5, 6]) {
    for (const k of [64, 1023, 1024]) {
      for (const [transposeA, transposeB] of [[true, false], [false, false], [true, true]]) {
        const m = 9;
        const a = arena.someNumbers(m * k, 1);
        const b = arena.someNumbers(k * n, 2);
        const operands = { m, n, k, transposeA, transposeB, a, b };
        assertEquals(product(operands), arena.bitsOf(expectedProduct(operands)));
      }
    }
  }
});

Deno.test("NaN and infinities reach the elements that they should, and no others", () => {
  fc.assert(fc.property(shape, fc.nat(), fc.nat(), ({ hasBias: _, ...shape }, one, other) => {
    const { m, n, k } = shape;
    const a = arena.someNumbers(m * k, 1);
    const b = arena.someNumbers(k * n, 2);
    a[one % a.length] = NaN;
    b[other % b.length] = Infinity;
    const operands = { ...shape, a, b };
    assertEquals(product(operands), arena.bitsOf(expectedProduct(operands)));
  }));
});

Deno.test("a row of a batch is the row alone, and a column of many the column alone", () => {
  fc.assert(fc.property(size, size, size, fc.boolean(), (m, n, k, transposeB) => {
    const a = arena.someNumbers(m * k, 1);
    const b = arena.someNumbers(k * n, 2);
    const whole = product({ m, n, k, transposeA: false, transposeB, a, b });
    const row = a.subarray((m - 1) * k);
    const alone = product({ m: 1, n, k, transposeA: false, transposeB, a: row, b });
    assertEquals(alone, whole.slice((m - 1) * n));
    const column = Float32Array.from({ length: k }, (_, l) => b[transposeB ? l : l * n]);
    const narrow = product({ m, n: 1, k, transposeA: false, transposeB, a, b: column });
    assertEquals(narrow, whole.filter((_, i) => i % n === 0));
  }));
});

Deno.test("an activation has the bits of its own kernel", () => {
  fc.assert(fc.property(shape, ({ hasBias, ...shape }) => {
    const { m, n, k } = shape;
    const a = arena.someNumbers(m * k, 1);
    const b = arena.someNumbers(k * n, 2);
    const bias = hasBias ? arena.someNumbers(n, 3) : undefined;
    const before = expectedProduct({ ...shape, a, b, bias });
    for (const kind of ["relu", "tanh", "sigmoid", "elu"] as const) {
      const { code } = elementwiseCode({ op: "unary", kind }, ["float32"], "float32");
      const address = arena.floats(before);
      kernels.apply(code, address, 0, 0, address, m * n, 0, 0);
      const expected = arena.bitsAt(address, m * n);
      arena.clear();
      assertEquals(product({ ...shape, a, b, bias }, ActivationCode[kind]), expected);
    }
  }));
});

Deno.test("a batch of products, of one B or of several", () => {
  for (const [strideA, strideB] of [[15, 20], [15, 0], [0, 20]]) {
    const [batch, m, n, k] = [3, 3, 4, 5];
    const a = arena.someNumbers(strideA * (batch - 1) + m * k, 1);
    const b = arena.someNumbers(strideB * (batch - 1) + k * n, 2);
    const [x, y] = [arena.floats(a), arena.floats(b)];
    const scratch = arena.bytes(kernels.matMulScratch(m, n, k, 0, 0));
    const out = arena.bytes(4 * batch * m * n);
    kernels.matMul(x, y, 0, out, m, n, k, 0, 0, 0, scratch, batch, strideA, strideB);
    for (let i = 0; i < batch; i++) {
      const one = expectedProduct({
        ...{ m, n, k, transposeA: false, transposeB: false },
        a: a.subarray(i * strideA),
        b: b.subarray(i * strideB),
      });
      assertEquals(arena.bitsAt(out + 4 * i * m * n, m * n), arena.bitsOf(one));
    }
    arena.clear();
  }
});
