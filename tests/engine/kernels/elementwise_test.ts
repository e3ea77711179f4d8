/** The elementwise kernels: values, tails, repeated and broadcast operands, fused chains. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { BLOCK, Slot } from "../../../engine/kernels/kernels.ts";
import { elementwiseCode } from "../../../engine/kernels/operation_codes.ts";
import type { BinaryKind, DType, ElementwiseStep, UnaryKind } from "../../../engine/program/ir.ts";
import * as arena from "./arena.ts";

type Scalar = ElementwiseStep["operation"];
const { kernels } = arena;

const { fround } = Math;
const sign = (x: number) => Number.isNaN(x) ? NaN : Math.sign(x) + 0;
/** To the nearest integer, halves to the even one, with the sign of x. */
const round = (x: number) => {
  const rest = Math.abs(x) % 1;
  const whole = Math.trunc(x);
  const up = rest > 0.5 || (rest === 0.5 && whole % 2 !== 0);
  return up ? whole + Math.sign(x) : whole;
};

/** What is exact, or rounded from float64. */
const unary: Partial<Record<UnaryKind, (x: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  eluGrad: (x) => x >= 0 ? 1 : x + 1,
  floor: Math.floor,
  negate: (x) => -x,
  reciprocal: (x) => 1 / x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(Math.max(0, x), 6),
  round,
  rsqrt: (x) => 1 / fround(Math.sqrt(x)),
  sign,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  step: (x) => Number.isNaN(x) ? NaN : x > 0 ? 1 : 0,
};

const predicates: Partial<Record<UnaryKind, (x: number) => boolean>> = {
  isNaN: Number.isNaN,
  isFinite: Number.isFinite,
  isInf: (x) => Math.abs(x) === Infinity,
};

function modulo(a: number, b: number): number {
  const remainder = a % b;
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? remainder : (remainder + b) % b;
}

const binary: Partial<Record<BinaryKind, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  maximum: Math.max,
  minimum: Math.min,
  modulo,
  power: Math.pow,
  squaredDifference: (x, y) => fround(x - y) * fround(x - y),
  floorDivide: (x, y) => Math.floor(x / y),
};

const comparisons: Partial<Record<BinaryKind, (x: number, y: number) => boolean>> = {
  equal: (x, y) => x === y,
  notEqual: (x, y) => x !== y,
  less: (x, y) => x < y,
  lessEqual: (x, y) => x <= y,
  greater: (x, y) => x > y,
  greaterEqual: (x, y) => x >= y,
};

const integerBinary: Partial<Record<BinaryKind, (x: number, y: number) => number>> = {
  add: (x, y) => (x + y) | 0,
  subtract: (x, y) => (x - y) | 0,
  multiply: Math.imul,
  maximum: Math.max,
  minimum: Math.min,
  modulo: (x, y) => y === 0 ? 0 : modulo(x, y) | 0,
  squaredDifference: (x, y) => Math.imul(x - y, x - y),
  floorDivide: (x, y) => y === 0 ? 0 : Math.floor(x / y) | 0,
};

function put(values: ArrayLike<number>, dtype: DType): number {
  if (dtype === "float32") return arena.floats(values);
  return dtype === "int32" ? arena.integers(values) : arena.bools(values);
}

function take(address: number, n: number, dtype: DType): number[] {
  if (dtype === "float32") return arena.bitsAt(address, n);
  return Array.from(dtype === "int32" ? arena.integersAt(address, n) : arena.boolsAt(address, n));
}

/** One operation by the `apply` kernel; float32 results as bits. */
function apply(
  operation: Scalar,
  operands: readonly ArrayLike<number>[],
  dtypes: readonly DType[],
  output: DType,
): number[] {
  const { code, p, q } = elementwiseCode(operation, dtypes, output);
  const n = operands[0].length;
  const [a, b = 0, c = 0] = operands.map((values, i) => put(values, dtypes[i]));
  const out = arena.bytes(n * (output === "bool" ? 1 : 4));
  kernels.apply(code, a, b, c, out, n, p, q);
  const result = take(out, n, output);
  arena.clear();
  return result;
}

function bitsOf(values: readonly number[]): number[] {
  return arena.bitsOf(Float32Array.from(values));
}

const someFloats = fc.array(arena.anyFloat, { minLength: 1, maxLength: 70 });
const somePairs = fc.array(fc.tuple(arena.anyFloat, arena.anyFloat), {
  minLength: 1,
  maxLength: 70,
});
const anyInteger = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer());
const someIntegers = fc.array(fc.tuple(anyInteger, anyInteger), { minLength: 1, maxLength: 70 });

for (const [kind, reference] of Object.entries(unary)) {
  Deno.test(`${kind} of float32 is the rounded value`, () => {
    fc.assert(fc.property(someFloats, (x) => {
      const operation = { op: "unary", kind: kind as UnaryKind } as const;
      assertEquals(apply(operation, [x], ["float32"], "float32"), bitsOf(x.map(reference)));
    }));
  });
}

for (const [kind, reference] of Object.entries(predicates)) {
  Deno.test(`${kind} is a bool`, () => {
    fc.assert(fc.property(someFloats, (x) => {
      const operation = { op: "unary", kind: kind as UnaryKind } as const;
      assertEquals(apply(operation, [x], ["float32"], "bool"), x.map((v) => Number(reference(v))));
    }));
  });
}

for (const [kind, reference] of Object.entries(binary)) {
  Deno.test(`${kind} of float32 is the rounded value`, () => {
    fc.assert(fc.property(somePairs, (pairs) => {
      const operation = { op: "binary", kind: kind as BinaryKind } as const;
      const operands = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      const actual = apply(operation, operands, ["float32", "float32"], "float32");
      const expected = bitsOf(pairs.map(([x, y]) => reference(x, y)));
      if (kind === "power") {
        // Two float64 values that differ in the last place may round to neighbouring float32.
        actual.forEach((bits, i) => assert(Math.abs(bits - expected[i]) <= 1, `${pairs[i]}`));
      } else {
        assertEquals(actual, expected);
      }
    }));
  });
}

for (const [kind, reference] of Object.entries(comparisons)) {
  const operation = { op: "binary", kind: kind as BinaryKind } as const;
  Deno.test(`${kind} of float32, int32 and bools where there is one`, () => {
    fc.assert(fc.property(somePairs, someIntegers, (pairs, integers) => {
      for (const [values, dtype] of [[pairs, "float32"], [integers, "int32"]] as const) {
        const operands = [values.map(([x]) => x), values.map(([, y]) => y)];
        const actual = apply(operation, operands, [dtype, dtype], "bool");
        assertEquals(actual, values.map(([x, y]) => Number(reference(x, y))));
      }
      if (kind !== "equal" && kind !== "notEqual") return;
      const bools = integers.map((pair) => pair.map((v) => v & 1));
      const operands = [bools.map(([x]) => x), bools.map(([, y]) => y)];
      const actual = apply(operation, operands, ["bool", "bool"], "bool");
      assertEquals(actual, bools.map(([x, y]) => Number(reference(x, y))));
    }));
  });
}

for (const [kind, reference] of Object.entries(integerBinary)) {
  Deno.test(`${kind} of int32`, () => {
    fc.assert(fc.property(someIntegers, (pairs) => {
      const operation = { op: "binary", kind: kind as BinaryKind } as const;
      const operands = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      const actual = apply(operation, operands, ["int32", "int32"], "int32");
      assertEquals(actual, pairs.map(([x, y]) => reference(x, y) + 0));
    }));
  });
}

Deno.test("unary operations of int32", () => {
  fc.assert(fc.property(someIntegers, (pairs) => {
    const x = pairs.map(([v]) => v);
    const of = (kind: UnaryKind) => apply({ op: "unary", kind }, [x], ["int32"], "int32");
    assertEquals(of("abs"), x.map((v) => Math.abs(v) | 0));
    assertEquals(of("negate"), x.map((v) => -v | 0));
    assertEquals(of("sign"), x.map((v) => Math.sign(v) | 0));
    assertEquals(of("square"), x.map((v) => Math.imul(v, v)));
  }));
});

Deno.test("logical operations of bools", () => {
  fc.assert(fc.property(someIntegers, (pairs) => {
    const [x, y] = [0, 1].map((side) => pairs.map((pair) => pair[side] & 1));
    const and = apply({ op: "binary", kind: "logicalAnd" }, [x, y], ["bool", "bool"], "bool");
    assertEquals(and, x.map((v, i) => v & y[i]));
    const or = apply({ op: "binary", kind: "logicalOr" }, [x, y], ["bool", "bool"], "bool");
    assertEquals(or, x.map((v, i) => v | y[i]));
    const not = apply({ op: "unary", kind: "logicalNot" }, [x], ["bool"], "bool");
    assertEquals(not, x.map((v) => 1 - v));
  }));
});

Deno.test("select takes one or the other, of every element type", () => {
  fc.assert(fc.property(somePairs, someIntegers, (pairs, integers) => {
    const n = Math.min(pairs.length, integers.length);
    const condition = integers.slice(0, n).map(([v]) => v & 1);
    const [x, y] = [0, 1].map((side) => pairs.slice(0, n).map((pair) => pair[side]));
    const chosen = condition.map((v, i) => v ? x[i] : y[i]);
    const actual = apply(
      { op: "select" },
      [condition, x, y],
      ["bool", "float32", "float32"],
      "float32",
    );
    assertEquals(actual, bitsOf(chosen));
    const [u, v] = [0, 1].map((side) => integers.slice(0, n).map((pair) => pair[side] & 1));
    const bools = apply({ op: "select" }, [condition, u, v], ["bool", "bool", "bool"], "bool");
    assertEquals(bools, condition.map((c, i) => c ? u[i] : v[i]));
  }));
});

Deno.test("clip, leakyRelu and constant powers", () => {
  fc.assert(fc.property(someFloats, arena.moderateFloat, arena.moderateFloat, (x, p, q) => {
    const [low, high] = p < q ? [p, q] : [q, p];
    const of = (operation: Scalar) => apply(operation, [x], ["float32"], "float32");
    const clipped = x.map((v) => v > high ? high : v < low ? low : v);
    assertEquals(of({ op: "clip", low, high }), bitsOf(clipped));
    const leaky = x.map((v) => v < 0 ? fround(p * v) : v);
    assertEquals(of({ op: "leakyRelu", slope: p }), bitsOf(leaky));
    for (const exponent of [-1, 1, 2, 0.5, 0, -2, p]) {
      const actual = of({ op: "powerConstant", exponent });
      const expected = bitsOf(x.map((v) => Math.pow(v, exponent)));
      actual.forEach((bits, i) => {
        assert(Math.abs(bits - expected[i]) <= 1, `${x[i]} to the power of ${exponent}`);
      });
    }
    const cubes = x.map((v) => fround(fround(v * v) * v));
    assertEquals(of({ op: "powerConstant", exponent: 3 }), bitsOf(cubes));
  }));
});

Deno.test("casts between all element types", () => {
  fc.assert(fc.property(someFloats, someIntegers, (x, pairs) => {
    const integers = pairs.map(([v]) => v);
    const bools = integers.map((v) => v & 1);
    const cast = (values: number[], from: DType, to: DType) =>
      apply({ op: "cast" }, [values], [from], to);
    const saturated = x.map((v) =>
      Number.isNaN(v) ? 0 : Math.trunc(Math.min(Math.max(v, -(2 ** 31)), 2 ** 31 - 1)) + 0
    );
    assertEquals(cast(x, "float32", "int32"), saturated);
    assertEquals(cast(x, "float32", "bool"), x.map((v) => Number(v !== 0)));
    assertEquals(cast(integers, "int32", "float32"), bitsOf(integers));
    assertEquals(cast(integers, "int32", "bool"), integers.map((v) => Number(v !== 0)));
    assertEquals(cast(bools, "bool", "float32"), bitsOf(bools));
    assertEquals(cast(bools, "bool", "int32"), bools);
    assertEquals(cast(bools, "bool", "bool"), bools);
    assertEquals(cast(x, "float32", "float32"), bitsOf(x));
  }));
});

Deno.test("an operation without a kernel is an error that names it and the types", () => {
  const tanh = { op: "unary", kind: "tanh" } as const;
  assertThrows(
    () => elementwiseCode(tanh, ["int32"], "int32"),
    Error,
    "no kernel for tanh of int32",
  );
  const and = { op: "binary", kind: "logicalAnd" } as const;
  assertThrows(() => elementwiseCode(and, ["float32", "float32"], "bool"), Error, "logicalAnd");
});

/** Operations whose bits may depend on where an element lies, if something is wrong. */
const positional: UnaryKind[] = [
  "exp",
  "tanh",
  "sin",
  "log1p",
  "expm1",
  "softplus",
  "sigmoid",
  "log",
];

Deno.test("an element's bits depend neither on its place nor on the length", () => {
  const x = arena.someNumbers(67).map((v) => v * 5);
  for (const kind of positional) {
    const whole = apply({ op: "unary", kind }, [x], ["float32"], "float32");
    for (let i = 0; i < x.length; i++) {
      const alone = apply({ op: "unary", kind }, [x.subarray(i, i + 1)], ["float32"], "float32");
      assertEquals(alone[0], whole[i], `${kind} at ${i}`);
    }
  }
});

Deno.test("in place is as good as elsewhere", () => {
  const x = arena.someNumbers(37);
  for (const kind of positional) {
    const { code } = elementwiseCode({ op: "unary", kind }, ["float32"], "float32");
    const address = arena.floats(x);
    kernels.apply(code, address, 0, 0, address, x.length, 0, 0);
    const actual = arena.bitsAt(address, x.length);
    arena.clear();
    assertEquals(actual, apply({ op: "unary", kind }, [x], ["float32"], "float32"));
  }
});

Deno.test("large angles: sin and cos by the long reduction", () => {
  const x = Float32Array.from([1e9, -3e8, 2 ** 28, 2 ** 28 - 16, 3.4e38, Infinity, NaN, 1]);
  for (const kind of ["sin", "cos"] as const) {
    const actual = apply({ op: "unary", kind }, [x], ["float32"], "float32");
    assertEquals(actual, arena.bitsOf(x.map(Math[kind])));
  }
});

Deno.test("a repeated operand gives the bits of one written out", () => {
  const sizes = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    columns: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(511, 512, 513, 700, 1100)),
    kind: fc.constantFrom<BinaryKind>("subtract", "divide", "power", "less", "greaterEqual"),
    repeated: fc.constantFrom(0, 1),
  });
  fc.assert(fc.property(sizes, ({ rows, columns, kind, repeated }) => {
    const n = rows * columns;
    const array = arena.someNumbers(n, rows);
    const row = arena.someNumbers(columns, columns + 100);
    const written = Float32Array.from(array, (_, i) => row[i % columns]);
    const output = kind === "less" || kind === "greaterEqual" ? "bool" : "float32";
    const operation = { op: "binary", kind } as const;
    const operands = repeated ? [array, written] : [written, array];
    const expected = apply(operation, operands, ["float32", "float32"], output);
    const { code } = elementwiseCode(operation, ["float32", "float32"], output);
    const [a, b] = (repeated ? [array, row] : [row, array]).map(arena.floats);
    const out = arena.bytes(n * (output === "bool" ? 1 : 4));
    kernels.applyRepeated(code, a, b, out, n, columns, repeated);
    assertEquals(take(out, n, output), expected);
    arena.clear();
  }));
});

/** Strides of an operand in the output's shape, 0 where it repeats. */
function broadcastStrides(shape: readonly number[], repeats: readonly boolean[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = repeats[axis] ? 0 : stride;
    if (!repeats[axis]) stride *= shape[axis];
  }
  return strides;
}

/** The place of every element of a strided array, in row-major order. */
function offsets(shape: readonly number[], strides: readonly number[]): number[] {
  return shape.reduce<number[]>(
    (all, size, axis) =>
      all.flatMap((offset) => Array.from({ length: size }, (_, i) => offset + i * strides[axis])),
    [0],
  );
}

Deno.test("any broadcasting gives the bits of operands written out", () => {
  const axis = fc.record({
    size: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constantFrom(33, 257)),
    a: fc.boolean(),
    b: fc.boolean(),
  });
  const axes = fc.array(axis, { minLength: 1, maxLength: 5 })
    .filter((all) => all.reduce((product, { size }) => product * size, 1) < 20_000);
  fc.assert(fc.property(axes, (all) => {
    const shape = all.map(({ size }) => size);
    const n = shape.reduce((product, size) => product * size, 1);
    const strides = [all.map(({ a }) => a), all.map(({ b }) => b)]
      .map((repeats) => broadcastStrides(shape, repeats));
    const operands = [arena.someNumbers(n, 3), arena.someNumbers(n, 4)];
    const written = operands.map((values, i) =>
      Float32Array.from(offsets(shape, strides[i]), (offset) => values[offset])
    );
    const operation = { op: "binary", kind: "subtract" } as const;
    const expected = apply(operation, written, ["float32", "float32"], "float32");
    const { code } = elementwiseCode(operation, ["float32", "float32"], "float32");
    const table = arena.integers(shape.flatMap((size, i) => [size, strides[0][i], strides[1][i]]));
    const [a, b] = operands.map(arena.floats);
    const out = arena.bytes(4 * n);
    kernels.applyBroadcast(code, a, b, out, shape.length, table);
    assertEquals(arena.bitsAt(out, n), expected);
    arena.clear();
  }));
});

/** A step of a random chain: an operation and how many operands of which type it has. */
const chainOperations: readonly { operation: Scalar; inputs: readonly DType[]; output: DType }[] = [
  ...(["tanh", "exp", "negate", "square", "relu", "sigmoid"] as const).map((kind) => ({
    operation: { op: "unary", kind } as const,
    inputs: ["float32"] as const,
    output: "float32" as const,
  })),
  ...(["add", "subtract", "multiply", "divide", "maximum"] as const).map((kind) => ({
    operation: { op: "binary", kind } as const,
    inputs: ["float32", "float32"] as const,
    output: "float32" as const,
  })),
  ...(["less", "greaterEqual"] as const).map((kind) => ({
    operation: { op: "binary", kind } as const,
    inputs: ["float32", "float32"] as const,
    output: "bool" as const,
  })),
  { operation: { op: "clip", low: -0.5, high: 0.75 }, inputs: ["float32"], output: "float32" },
  { operation: { op: "select" }, inputs: ["bool", "float32", "float32"], output: "float32" },
  { operation: { op: "cast" }, inputs: ["bool"], output: "float32" },
  { operation: { op: "binary", kind: "logicalAnd" }, inputs: ["bool", "bool"], output: "bool" },
];

Deno.test("a fused chain has the bits of its operations one by one", () => {
  const chain = fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(255, 256, 257, 600)),
    steps: fc.array(
      fc.tuple(fc.nat(chainOperations.length - 1), fc.nat(), fc.nat(), fc.nat()),
      { minLength: 1, maxLength: 12 },
    ),
  });
  fc.assert(fc.property(chain, ({ rows, columns, steps }) => {
    const n = rows * columns;
    // Inputs: two arrays, a row, a scalar, an array of bools, a row of bools.
    const period = [n, n, columns, 1, n, columns];
    const values = period.map((length, i) => {
      const numbers = arena.someNumbers(length, i + 1);
      return {
        values: i < 4 ? numbers : numbers.map((v) => Number(v > 0)),
        dtype: i < 4 ? "float32" : "bool",
      };
    }) as { values: Float32Array; dtype: DType }[];
    const known = values.map(({ values, dtype }) => ({
      values: Array.from({ length: n }, (_, i) => values[i % values.length]),
      dtype,
    }));
    const slots: number[][] = values.map(({ values, dtype }, i) => [
      period[i] === n ? Slot.array : Slot.repeated,
      put(values, dtype),
      period[i],
      dtype === "bool" ? 1 : 4,
    ]);
    const program: { code: number; p: number; q: number; operands: number[] }[] = [];
    for (const [choice, ...places] of steps) {
      const { operation, inputs, output } = chainOperations[choice];
      const operands = inputs.map((dtype, i) => {
        const candidates = known.flatMap((value, id) => value.dtype === dtype ? [id] : []);
        return candidates[places[i] % candidates.length];
      });
      const separate = apply2(operation, operands.map((id) => known[id]), inputs, output);
      known.push({ values: separate, dtype: output });
      program.push({ ...elementwiseCode(operation, inputs, output), operands });
      // Every other result stays in a register, the last one and the others go to memory.
      const size = output === "bool" ? 1 : 4;
      const kept = program.length % 2 === 0 && program.length < steps.length;
      slots.push(
        kept
          ? [Slot.register, arena.bytes(BLOCK * size), 0, size]
          : [Slot.array, arena.bytes(n * size), 0, size],
      );
    }
    const address = arena.bytes(16 + 16 * slots.length + 32 * program.length);
    const words = arena.integersAt(address, 4 + 4 * slots.length + 8 * program.length);
    const floats = new Float32Array(words.buffer, address, words.length);
    words.set([slots.length, program.length, 0, 0, ...slots.flat()]);
    program.forEach(({ code, p, q, operands }, i) => {
      const step = 4 + 4 * slots.length + 8 * i;
      const [a, b = slots.length, c = slots.length] = operands;
      words.set([code, values.length + i, a, b, c], step);
      floats.set([p, q], step + 5);
      words[step + 7] = 0;
    });
    const room = slots.filter(([kind]) => kind === Slot.repeated)
      .reduce((sum, [, , period, size]) => sum + Math.ceil((period + BLOCK) * size / 16) * 16, 0);
    kernels.elementwise(address, arena.bytes(room), n);
    slots.forEach(([kind, address], i) => {
      if (i < values.length || kind !== Slot.array) return;
      const { dtype, values: expected } = known[i];
      const actual = take(address, n, dtype);
      assertEquals(
        actual,
        dtype === "float32" ? bitsOf(expected) : expected,
        `step ${i - values.length}`,
      );
    });
    arena.clear();
  }));
});

/** `apply` beside what the arena already holds: results as numbers. */
function apply2(
  operation: Scalar,
  operands: readonly { values: readonly number[] }[],
  dtypes: readonly DType[],
  output: DType,
): number[] {
  const { code, p, q } = elementwiseCode(operation, dtypes, output);
  const n = operands[0].values.length;
  const [a, b = 0, c = 0] = operands.map(({ values }, i) => put(values, dtypes[i]));
  const out = arena.bytes(n * (output === "bool" ? 1 : 4));
  kernels.apply(code, a, b, c, out, n, p, q);
  return Array.from(output === "bool" ? arena.boolsAt(out, n) : arena.floatsAt(out, n));
}
