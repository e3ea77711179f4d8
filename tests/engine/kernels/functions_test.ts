/** The elementary functions: accuracy over all float32, values at the edges, and bits that stay. */
import { assert, assertEquals } from "@std/assert";
import { elementwiseCode } from "../../../engine/kernels/operation_codes.ts";
import type { UnaryKind } from "../../../engine/program/ir.ts";
import * as arena from "./arena.ts";

/** In float64, which is within 1e-15 of the truth. */
const references: Partial<Record<UnaryKind, (x: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  sigmoid: (x) => x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  elu: (x) => x < 0 ? Math.expm1(x) : x,
  sin: Math.sin,
  cos: Math.cos,
  rsqrt: (x) => 1 / Math.sqrt(x),
  sqrt: Math.sqrt,
};

/** FNV-1a over the bits of the results at the arguments of `someArguments`. */
const hashes: Partial<Record<UnaryKind, string>> = {
  exp: "369f7e5c",
  expm1: "528db211",
  log: "d0259e84",
  log1p: "158cef31",
  tanh: "cfde7442",
  sigmoid: "4f21df5c",
  softplus: "3305b7ca",
  elu: "a463f488",
  sin: "bddca265",
  cos: "8ea21122",
  rsqrt: "426d09d9",
  sqrt: "5ba9a1b8",
};

const kinds = Object.keys(references) as UnaryKind[];

/** Every float32 whose bits are a multiple of the stride, and the special ones. */
function someArguments(stride: number): Float32Array {
  const count = Math.ceil(2 ** 32 / stride);
  const x = new Float32Array(count + arena.specialValues.length);
  const bits = new Uint32Array(x.buffer);
  for (let i = 0; i < count; i++) bits[i] = i * stride;
  x.set(arena.specialValues, count);
  return x;
}

const x = someArguments(40_009);

function apply(kind: UnaryKind, x: Float32Array): Float32Array {
  const { code, p, q } = elementwiseCode({ op: "unary", kind }, ["float32"], "float32");
  const from = arena.floats(x);
  const to = arena.bytes(4 * x.length);
  arena.kernels.apply(code, from, 0, 0, to, x.length, p, q);
  const result = arena.floatsAt(to, x.length).slice();
  arena.clear();
  return result;
}

/** Bits as integers in the order of the numbers. */
function places(values: Float32Array): Int32Array {
  return new Int32Array(values.slice().buffer).map((bits) =>
    bits < 0 ? -(bits & 0x7fffffff) : bits
  );
}

for (const kind of kinds) {
  Deno.test(`${kind} is within 2 units in the last place everywhere`, () => {
    const y = apply(kind, x);
    const expected = x.map(references[kind]!);
    const placesOfY = places(y);
    const placesOfExpected = places(expected);
    for (let i = 0; i < x.length; i++) {
      const what = `${kind}(${x[i]}) is ${y[i]}, not ${expected[i]}`;
      if (Number.isNaN(expected[i])) assert(Number.isNaN(y[i]), what);
      else assert(Math.abs(placesOfY[i] - placesOfExpected[i]) <= 2, what);
      if (expected[i] === 0) assert(Object.is(y[i], expected[i]) || y[i] !== 0, what);
    }
  });

  Deno.test(`${kind} has the bits it always had`, () => {
    let hash = 0x811c9dc5;
    for (const bits of arena.bitsOf(apply(kind, x))) hash = Math.imul(hash ^ bits, 0x01000193);
    assertEquals((hash >>> 0).toString(16), hashes[kind]);
  });
}

Deno.test("the edges of exp: overflow, underflow, subnormal results", () => {
  const arguments_ = [88.72283, 88.72284, -87.33654, -103.27893, -103.97208, -103.97209, -200, 200];
  const edges = Float32Array.from(arguments_);
  assertEquals(apply("exp", edges).map((y) => y), edges.map(Math.exp));
});
