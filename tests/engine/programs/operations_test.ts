/**
 * Every operation of the graph language, through planning and running, against what TensorFlow.js computes
 * eagerly on its CPU backend: random shapes, and values with zeros, infinities and NaN among them.
 */
import { assert, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { build } from "../../../engine/compile.ts";
import type {
  BinaryKind,
  DType,
  Graph,
  Operation,
  ReduceKind,
  UnaryKind,
} from "../../../engine/program/ir.ts";
import { sizeOf, type TensorSpec } from "../../../engine/program/tensor_spec.ts";
import { record } from "../../../engine/record/record.ts";
import { State } from "../../../engine/state.ts";
import { runEagerly } from "../functions.ts";
import { type Elements, emptyElements } from "../reference_interpreter.ts";

tf.enableProdMode();

/** A function of some tensors. */
interface Sample {
  readonly specs: readonly TensorSpec[];
  readonly run: (...tensors: tf.Tensor[]) => tf.Tensor;
}

/** What is drawn: a sample, its values by a stream of numbers, and how much the results may differ. */
interface Case {
  readonly name: string;
  readonly samples: fc.Arbitrary<Sample>;
  /** Largest allowed difference, relative to the larger of 1 and the value; default 2e-6. */
  readonly tolerance?: number;
  /** Float32 values; default: everything there is. */
  readonly values?: fc.Arbitrary<number>;
  /** int32 values are below this; default 1000, and above its negative. */
  readonly below?: number;
}

const special = fc.constantFrom(0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-40, 3e38, 0.5, 2, -2.5);
const ordinary = fc.double({ min: -4, max: 4, noNaN: true }).map(Math.fround);
const anything = fc.oneof({ weight: 3, arbitrary: ordinary }, { weight: 1, arbitrary: special });

const size = fc.integer({ min: 1, max: 6 });
/** Mostly small; now and then long enough for several vectors of 16 and for what is left over. */
const shape = fc.oneof(
  fc.array(size, { maxLength: 4 }),
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 15, max: 300 })).map((it) => [...it]),
);
const axisOf = (rank: number) => fc.nat(rank - 1);
const someShape = (rank: number) => fc.array(size, { minLength: rank, maxLength: rank });

/** Two or three shapes that broadcast to one. */
const broadcasting = (count: number) =>
  shape.chain((full) =>
    fc.tuple(
      ...Array.from(
        { length: count },
        () => fc.tuple(fc.nat(full.length), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })),
      ),
    )
      .map((cuts) =>
        cuts.map(([cut, ones], k) =>
          k === 0 ? full : full.map((length, i) => ones[i] ? 1 : length).slice(cut)
        )
      )
  );

const specs = (shapes: readonly (readonly number[])[], dtype: DType = "float32") =>
  shapes.map((shape) => ({ shape, dtype }));

const floatUnary: Record<
  Exclude<UnaryKind, "logicalNot" | "eluGrad" | "sign">,
  (x: tf.Tensor) => tf.Tensor
> = {
  abs: tf.abs,
  ceil: tf.ceil,
  cos: tf.cos,
  elu: tf.elu,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  log: tf.log,
  log1p: tf.log1p,
  negate: tf.neg,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  round: tf.round,
  rsqrt: tf.rsqrt,
  sigmoid: tf.sigmoid,
  sin: tf.sin,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  square: tf.square,
  step: tf.step,
  tanh: tf.tanh,
  isNaN: tf.isNaN,
  isFinite: tf.isFinite,
  isInf: tf.isInf,
};

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
const arithmetic: Partial<Record<BinaryKind, Binary>> = {
  add: tf.add,
  subtract: tf.sub,
  multiply: tf.mul,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  equal: tf.equal,
  notEqual: tf.notEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
};
const floatBinary = {
  ...arithmetic,
  divide: tf.div,
  power: tf.pow,
  modulo: tf.mod,
};
const logical = { logicalAnd: tf.logicalAnd, logicalOr: tf.logicalOr };

const reductions: Record<Exclude<ReduceKind, "any" | "all">, typeof tf.sum> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  product: tf.prod,
};

const elementwise = (run: Sample["run"], dtype: DType = "float32") =>
  shape.map((shape): Sample => ({ specs: specs([shape], dtype), run }));
const broadcast = (run: Sample["run"], dtype: DType = "float32") =>
  broadcasting(2).map((shapes): Sample => ({ specs: specs(shapes, dtype), run }));
const named = (part: string, functions: object, samples: (run: Binary) => fc.Arbitrary<Sample>) =>
  Object.entries(functions).map(([name, run]): Case => ({
    name: `${part} ${name}`,
    samples: samples(run),
  }));

/** A shape of at least one axis, and some of its axes. */
const shapeWithAxes = fc.integer({ min: 1, max: 4 }).chain((rank) =>
  fc.tuple(
    someShape(rank),
    fc.subarray(Array.from({ length: rank }, (_, axis) => axis), { minLength: 1 }),
  )
);
const shapeWithAxis = fc.integer({ min: 1, max: 4 }).chain((rank) =>
  fc.tuple(someShape(rank), axisOf(rank))
);

const matrixSize = fc.oneof(size, fc.integer({ min: 1, max: 40 }));
const products = fc.record({
  m: matrixSize,
  n: matrixSize,
  k: matrixSize,
  batch: fc.constantFrom([], [3], [2, 2]),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  activation: fc.constantFrom(undefined, "linear", "relu", "elu", "sigmoid"),
  bias: fc.boolean(),
}).map(({ m, n, k, batch, transposeA, transposeB, activation, bias }): Sample => {
  const [a, b] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
  const fused = activation !== undefined && batch.length === 0;
  return {
    specs: specs([[...batch, ...a], [...batch, ...b], ...fused && bias ? [[n]] : []]),
    run: (a, b, bias) =>
      fused
        ? tf.fused.matMul({
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          transposeA,
          transposeB,
          bias,
          activation: activation as "relu",
        })
        : tf.matMul(a, b, transposeA, transposeB),
  };
});

const convolutions = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  side: fc.integer({ min: 3, max: 8 }),
  channels: fc.integer({ min: 1, max: 5 }),
  filters: fc.integer({ min: 1, max: 6 }),
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom("same" as const, "valid" as const),
});

/** Any integers as indices. */
const below = (x: tf.Tensor, count: number) =>
  tf.cast(tf.mod(tf.abs(x), count), "int32") as tf.Tensor1D;

const cases: Case[] = [
  ...named("unary", floatUnary, elementwise),
  // TensorFlow.js gives 0 for the sign of NaN; here NaN goes through everything.
  { name: "unary sign", samples: elementwise(tf.sign), values: anything.map((x) => x || 0) },
  ...named("binary", floatBinary, broadcast),
  // What a quotient too large for an int32 becomes is left open.
  {
    name: "binary floorDivide",
    samples: broadcast(tf.floorDiv),
    values: ordinary.map((x) => Math.abs(x) < 1e-3 ? 1 : x),
  },
  ...named("int32 binary", arithmetic, (run) => broadcast(run, "int32")),
  ...named(
    "int32 unary",
    { abs: tf.abs, negate: tf.neg, square: tf.square },
    (run) => elementwise(run as Sample["run"], "int32"),
  ),
  ...named("binary", logical, (run) => broadcast(run, "bool")),
  { name: "unary logicalNot", samples: elementwise(tf.logicalNot, "bool") },
  {
    name: "unary eluGrad",
    samples: elementwise((x) => tf.grad(tf.elu)(x)),
    values: ordinary,
  },
  {
    name: "powerConstant",
    samples: fc.tuple(shape, fc.constantFrom(2, 3, 0.5, -1, 1.5, -0.5, 0)).map((
      [shape, exponent],
    ) => ({
      specs: specs([shape]),
      run: (x) => tf.pow(x, exponent),
    })),
  },
  { name: "leakyRelu", samples: elementwise((x) => tf.leakyRelu(x, 0.2)) },
  { name: "clip", samples: elementwise((x) => tf.clipByValue(x, -0.5, 1.25)) },
  {
    name: "select",
    samples: broadcasting(3).map(([full, a, b]) => ({
      specs: [{ shape: a, dtype: "bool" as const }, ...specs([full, b])],
      run: (condition, x, y) =>
        tf.where(tf.broadcastTo(condition, full), x, tf.broadcastTo(y, full)),
    })),
  },
  ...(["float32", "int32", "bool"] as const).flatMap((from) =>
    (["float32", "int32", "bool"] as const).map((to): Case => ({
      name: `cast ${from} to ${to}`,
      samples: elementwise((x) => tf.cast(x, to), from),
      values: ordinary, // what becomes of NaN as an integer is nobody's business
    }))
  ),
  {
    name: "reshape",
    samples: shape.map((shape) => ({
      specs: specs([shape]),
      run: (x) => tf.square(tf.reshape(x, [...shape].reverse())),
    })),
  },
  {
    name: "transpose",
    samples: fc.integer({ min: 1, max: 5 }).chain((rank) =>
      fc.tuple(
        someShape(rank),
        fc.shuffledSubarray(Array.from({ length: rank }, (_, axis) => axis), { minLength: rank }),
        fc.constantFrom("float32" as const, "bool" as const),
      )
    ).map(([shape, permutation, dtype]) => ({
      specs: specs([shape], dtype),
      run: (x) => tf.transpose(x, permutation),
    })),
  },
  {
    name: "slice",
    samples: fc.array(fc.tuple(size, fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 4 })
      .map((axes) => {
        const shape = axes.map(([size]) => size);
        const begin = axes.map(([size, at]) => at % size);
        const sizes = axes.map(([size, , length], i) => 1 + length % (size - begin[i]));
        return { specs: specs([shape]), run: (x) => tf.slice(x, begin, sizes) };
      }),
  },
  {
    name: "slice with strides",
    samples: fc.tuple(
      fc.array(size, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(1, 2, 3),
    )
      .map(([shape, stride]) => {
        const begin = shape.map(() => 0);
        const strides = shape.map(() => stride);
        return { specs: specs([shape]), run: (x) => tf.stridedSlice(x, begin, shape, strides) };
      }),
  },
  {
    name: "pad",
    samples: fc.array(fc.tuple(size, fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 4 })
      .map((axes) => ({
        specs: specs([axes.map(([size]) => size)]),
        run: (x) => tf.pad(x, axes.map(([, before, after]) => [before, after]), 0.75),
      })),
  },
  {
    name: "concat",
    samples: fc.tuple(shapeWithAxis, fc.array(size, { minLength: 2, maxLength: 4 }))
      .map(([[shape, axis], sizes]) => ({
        specs: specs(sizes.map((size) => shape.with(axis, size))),
        run: (...parts) => tf.concat(parts, axis),
      })),
  },
  {
    name: "tile",
    samples: fc.array(fc.tuple(size, fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 3,
    })
      .map((axes) => ({
        specs: specs([axes.map(([size]) => size)]),
        run: (x) => tf.tile(x, axes.map(([, count]) => count)),
      })),
  },
  {
    name: "broadcast",
    samples: broadcasting(2).map(([full, part]) => ({
      specs: specs([part]),
      run: (x) => tf.broadcastTo(x, full),
    })),
  },
  ...Object.entries(reductions).map(([name, reduce]): Case => ({
    name: `reduce ${name}`,
    samples: shapeWithAxes.map(([shape, axes]) => ({
      specs: specs([shape]),
      run: (x) => reduce(x, axes),
    })),
    values: ordinary,
    tolerance: 1e-5,
  })),
  ...Object.entries({ any: tf.any, all: tf.all }).map(([name, reduce]): Case => ({
    name: `reduce ${name}`,
    samples: shapeWithAxes.map(([shape, axes]) => ({
      specs: specs([shape], "bool"),
      run: (x) => reduce(x, axes),
    })),
  })),
  {
    name: "reduce max and min of specials",
    samples: shapeWithAxes.map(([shape, axes]) => ({
      specs: specs([shape]),
      run: (x) => tf.concat([tf.reshape(tf.max(x, axes), [-1]), tf.reshape(tf.min(x, axes), [-1])]),
    })),
  },
  {
    name: "softmax",
    samples: shapeWithAxis.map(([shape]) => ({ specs: specs([shape]), run: (x) => tf.softmax(x) })),
    values: ordinary,
  },
  {
    name: "logSoftmax",
    samples: shapeWithAxis.map(([shape]) => ({
      specs: specs([shape]),
      run: (x) => tf.logSoftmax(x),
    })),
    values: ordinary,
  },
  ...Object.entries({ argMax: tf.argMax, argMin: tf.argMin }).map(([name, run]): Case => ({
    name,
    samples: shapeWithAxis.map(([shape, axis]) => ({
      specs: specs([shape]),
      run: (x) => run(x, axis),
    })),
  })),
  {
    name: "oneHot",
    samples: shape.map((shape) => ({
      specs: specs([shape], "int32"),
      run: (x) => tf.oneHot(x, 5, 2, -1),
    })),
    below: 7,
  },
  {
    name: "gather",
    samples: fc.tuple(shapeWithAxis, size).map(([[shape, axis], count]) => ({
      specs: [{ shape }, { shape: [count], dtype: "int32" as const }],
      run: (x, indices) => tf.gather(x, below(indices, shape[axis]), axis),
    })),
    values: ordinary,
  },
  {
    name: "scatterAdd",
    samples: fc.tuple(fc.array(size, { minLength: 1, maxLength: 3 }), size).map((
      [shape, rows],
    ) => ({
      specs: [{ shape }, { shape: [shape[0]], dtype: "int32" as const }],
      run: (x, ids) => tf.unsortedSegmentSum(x, below(ids, rows), rows),
    })),
    values: ordinary,
  },
  { name: "matMul", samples: products, values: ordinary, tolerance: 1e-5 },
  {
    name: "conv2d",
    samples: convolutions.map((it) => ({
      specs: specs([
        [it.batch, it.side, it.side, it.channels],
        [it.window, it.window, it.channels, it.filters],
      ]),
      run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, it.stride, it.padding),
    })),
    values: ordinary,
    tolerance: 1e-5,
  },
  ...["conv2dInputGradient", "conv2dFilterGradient"].map((name, which): Case => ({
    name,
    samples: convolutions.map((it) => ({
      specs: specs([
        [it.batch, it.side, it.side, it.channels],
        [it.window, it.window, it.channels, it.filters],
      ]),
      run: (x, filter) =>
        tf.grads((a, b) =>
          tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, it.stride, it.padding)))
        )([x, filter])[which],
    })),
    values: ordinary,
    tolerance: 2e-4,
  })),
  ...["maxPool", "maxPoolGradient"].map((name, which): Case => ({
    name,
    samples: convolutions.map((it) => ({
      specs: specs([[it.batch, it.side, it.side, it.channels]]),
      run: (x) => {
        const pool = (x: tf.Tensor) =>
          tf.maxPool(x as tf.Tensor4D, it.window, it.stride, it.padding);
        return which === 0 ? pool(x) : tf.grad((x) => tf.sum(tf.square(pool(x))))(x);
      },
    })),
    values: ordinary,
    tolerance: 1e-5,
  })),
  {
    name: "constant",
    samples: elementwise((x) => tf.add(x, tf.tensor1d([0.25]))),
  },
];

/** Fills tensors with values drawn one after another. */
function fill(sample: Sample, test: Case, draw: () => number): Record<string, Elements> {
  const { below = 1000 } = test;
  return Object.fromEntries(sample.specs.map(({ shape, dtype = "float32" }, i) => {
    const values = emptyElements(dtype, sizeOf(shape));
    for (let k = 0; k < values.length; k++) {
      const value = draw();
      const whole = Math.trunc((Number.isFinite(value) ? value : 3) * 1000) % below;
      values[k] = dtype === "float32" ? value : dtype === "int32" ? whole : whole & 1;
    }
    return [`x${i}`, values];
  }));
}

/** What the recorded graph gives, without any simplification. */
function runProgram(
  graph: Graph,
  inputs: Record<string, TensorSpec>,
  values: Record<string, Elements>,
) {
  const program = build<string, "y">(graph, inputs, new State({}));
  program.run(values as Record<string, Float32Array>);
  return program.output("y");
}

const met = new Set<Operation["op"]>();

for (const test of cases) {
  Deno.test(`${test.name}: a program gives what TensorFlow.js gives`, () => {
    const numbers = fc.array(test.values ?? anything, { minLength: 30, maxLength: 120 });
    fc.assert(
      fc.property(test.samples, numbers, (sample, numbers) => {
        let drawn = 0;
        const values = fill(sample, test, () => numbers[drawn++ % numbers.length]);
        const inputs = Object.fromEntries(sample.specs.map((spec, i) => [`x${i}`, spec]));
        const recordable = {
          inputs,
          state: {},
          run: (tensors: Record<string, tf.Tensor>) => ({
            y: sample.run(...sample.specs.map((_, i) => tensors[`x${i}`])),
          }),
        };
        const graph = record(recordable);
        for (const { operation } of graph.nodes) met.add(operation.op);
        const own = runProgram(graph, inputs, values);
        const expected = runEagerly(recordable, values, {}).outputs.get("y")!;
        assertEquals(own.constructor, emptyElements(graph.nodes.at(-1)!.dtype, 0).constructor);
        assertEquals(own.length, expected.length);
        expected.forEach((value, i) => {
          const allowed = (test.tolerance ?? 2e-6) * Math.max(1, Math.abs(value));
          const close = own[i] === value || Math.abs(own[i] - value) <= allowed ||
            Number.isNaN(own[i]) && Number.isNaN(value);
          assert(close, `[${i}]: ${own[i]}, TensorFlow.js ${value}`);
        });
      }),
      { numRuns: 30 },
    );
  });
}

Deno.test("no operation of the graph language was left out", () => {
  const all: Record<Exclude<Operation["op"], "state" | "elementwise" | "logSoftmax">, true> = {
    input: true,
    constant: true,
    unary: true,
    powerConstant: true,
    leakyRelu: true,
    clip: true,
    binary: true,
    select: true,
    cast: true,
    reshape: true,
    transpose: true,
    slice: true,
    pad: true,
    concat: true,
    tile: true,
    broadcast: true,
    reduce: true,
    softmax: true,
    argMax: true,
    argMin: true,
    oneHot: true,
    gather: true,
    scatterAdd: true,
    matMul: true,
    conv2d: true,
    conv2dInputGradient: true,
    conv2dFilterGradient: true,
    maxPool: true,
    maxPoolGradient: true,
  };
  assertEquals(Object.keys(all).filter((op) => !met.has(op as Operation["op"])), []);
});
