/**
 * Each operation by itself: written in tfjs, exported, and run by onnxruntime on one, seven and 64
 * rows from the same file; compared with eager tfjs.
 */
import * as tf from "@tensorflow/tfjs-core";
import { defaultGenerator } from "../../../random/generator.ts";
import { assertExported, type ExportCase, withoutRuntime } from "./exported.ts";

/** Numbers with halves, zeros and equal ones among them. */
const plain = (size: number) => {
  const random = defaultGenerator(size);
  return Array.from(
    { length: size },
    () =>
      random.integers(0, 3) > 0
        ? Math.fround(random.normal(0, 2))
        : [0, 0.5, -0.5, 1, -1, 1.5, 2.5][random.integers(0, 7)],
  );
};
const positive = (size: number) => plain(size).map((x) => Math.abs(x) + 0.125);
/** Above -1, and very small ones among them. */
const aboveMinus1 = (size: number) =>
  plain(size).map((x, i) => i % 3 === 0 ? x * 1e-6 : Math.abs(x) - 0.9375);
const special = (size: number) =>
  Array.from(
    { length: size },
    (_, i) => [NaN, Infinity, -Infinity, -0, 0, 1e-30, -1e-30, 1e30, -1e30, 100, -100][i % 11],
  );
const integers = (size: number) => {
  const random = defaultGenerator(size + 1);
  return Array.from({ length: size }, () => random.integers(-9, 10));
};
const nonzero = (size: number) => integers(size).map((i) => i >= 0 ? i + 1 : i);
const bits = (size: number) => integers(size).map((i) => i > 0 ? 1 : 0);
const indices = (size: number) => integers(size).map((i) => Math.abs(i) % 5);

const x = { shape: ["N", 6], values: plain } as const;
const y = { shape: ["N", 6], values: (size: number) => plain(size + 1).slice(1) } as const;
const image = { shape: ["N", 5, 6, 3], values: plain } as const;
const random = defaultGenerator(77);
const draw = (...shape: number[]) => ({
  shape,
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal(0, 1)),
});

/** A case with one input x. */
function on(
  run: (x: tf.Tensor, state: Record<string, tf.Variable>) => tf.Tensor,
  options: Partial<ExportCase> = {},
): ExportCase {
  return { inputs: { x }, run: (inputs, state) => ({ out: run(inputs.x, state) }), ...options };
}

/** A case with two inputs. */
function both(
  run: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
  options: Partial<ExportCase> = {},
): ExportCase {
  return { inputs: { x, y }, run: ({ x, y }) => ({ out: run(x, y) }), ...options };
}

const close = { tolerance: 2e-6 };
const ofSpecial = {
  inputs: { x: { shape: ["N", 11], values: special } },
  tolerance: 2e-6,
} as const;
const ofIntegers = {
  inputs: {
    x: { shape: ["N", 6], dtype: "int32", values: integers },
    y: { shape: ["N", 6], dtype: "int32", values: nonzero },
  },
} as const;
const ofBits = {
  inputs: {
    x: { shape: ["N", 6], dtype: "bool", values: bits },
    y: { shape: ["N", 6], dtype: "bool", values: (size: number) => bits(size + 5).slice(5) },
  },
} as const;
const as4D = (t: tf.Tensor) => t as tf.Tensor4D;
const asMatrix = (t: tf.Tensor) => t as tf.Tensor2D;
const asVector = (t: tf.Tensor) => t as tf.Tensor1D;

const cases: Record<string, ExportCase> = {
  abs: on(tf.abs),
  ceil: on(tf.ceil),
  cos: on(tf.cos, close),
  elu: on(tf.elu, close),
  exp: on(tf.exp, close),
  expm1: on(tf.expm1, { ...close, inputs: { x: { shape: ["N", 6], values: aboveMinus1 } } }),
  floor: on(tf.floor),
  log: on(tf.log, { ...close, inputs: { x: { shape: ["N", 6], values: positive } } }),
  log1p: on(tf.log1p, { ...close, inputs: { x: { shape: ["N", 6], values: aboveMinus1 } } }),
  neg: on(tf.neg),
  reciprocal: on(tf.reciprocal, { inputs: { x: { shape: ["N", 6], values: positive } } }),
  relu: on(tf.relu),
  relu6: on(tf.relu6),
  "round, halves to even": on(tf.round),
  rsqrt: on(tf.rsqrt, { ...close, inputs: { x: { shape: ["N", 6], values: positive } } }),
  sigmoid: on(tf.sigmoid, close),
  sign: on(tf.sign),
  sin: on(tf.sin, close),
  softplus: on(tf.softplus, close),
  sqrt: on(tf.sqrt, { inputs: { x: { shape: ["N", 6], values: positive } } }),
  square: on(tf.square),
  step: on((x) => tf.step(x)),
  tanh: on(tf.tanh, close),
  leakyRelu: on((x) => tf.leakyRelu(x, 0.125)),
  clipByValue: on((x) => tf.clipByValue(x, -0.75, 1.25)),
  "pow with a constant": on((x) => tf.pow(x, 3), close),
  "expm1 of special values": on(tf.expm1, ofSpecial),
  "log1p of special values": on(tf.log1p, ofSpecial),
  "exp of special values": on(tf.exp, ofSpecial),
  "tanh of special values": on(tf.tanh, ofSpecial),
  "sigmoid of special values": on(tf.sigmoid, ofSpecial),
  "step of special values": on((x) => tf.step(x), ofSpecial),
  "relu of special values": on(tf.relu, ofSpecial),
  "relu6 of special values": on(tf.relu6, ofSpecial),
  "clip of special values": on((x) => tf.clipByValue(x, -2, 3), ofSpecial),
  "maximum of special values": on((x) => tf.maximum(x, tf.scalar(0)), ofSpecial),
  "minimum of special values": on((x) => tf.minimum(tf.scalar(0), x), ofSpecial),
  "elu of special values": on(tf.elu, ofSpecial),
  "softplus of special values": on(tf.softplus, ofSpecial),
  "abs, round, sqrt of special values": on((x) => tf.sqrt(tf.abs(tf.round(x))), ofSpecial),
  "isNaN, isInf, isFinite": {
    inputs: ofSpecial.inputs,
    run: ({ x }) => ({ nan: tf.isNaN(x), infinite: tf.isInf(x), finite: tf.isFinite(x) }),
  },
  "add, sub, mul, div": {
    inputs: { x, y: { ...y, values: positive } },
    run: ({ x, y }) => ({
      sum: tf.add(x, y),
      difference: tf.sub(x, y),
      product: tf.mul(x, y),
      quotient: tf.div(x, y),
    }),
  },
  "maximum, minimum, squaredDifference": {
    inputs: { x, y },
    run: ({ x, y }) => ({
      most: tf.maximum(x, y),
      least: tf.minimum(x, y),
      squared: tf.squaredDifference(x, y),
    }),
    ...close,
  },
  mod: both(tf.mod, { inputs: { x, y: { ...y, values: (n) => plain(n).map((v) => v || 2) } } }),
  "floorDiv of floats": both(tf.floorDiv, { inputs: { x, y: { ...y, values: positive } } }),
  pow: both(tf.pow, { ...close, inputs: { x: { ...x, values: positive }, y } }),
  comparisons: {
    inputs: { x, y },
    run: ({ x, y }) => ({
      equal: tf.equal(x, y),
      notEqual: tf.notEqual(x, y),
      less: tf.less(x, y),
      lessEqual: tf.lessEqual(x, y),
      greater: tf.greater(x, y),
      greaterEqual: tf.greaterEqual(x, y),
    }),
  },
  "a row, a column and a scalar are broadcast": on(
    (x, { row, column, scalar }) =>
      tf.mul(tf.add(x, row), tf.sub(tf.mul(tf.slice(x, [0, 2], [-1, 1]), column), scalar)),
    { state: { row: draw(6), column: draw(1, 1), scalar: draw() } },
  ),
  where: both((x, y) => tf.where(tf.greater(x, y), x, tf.neg(y))),
  "where with a scalar": both((x, y) => tf.where(tf.less(x, tf.scalar(0)), y, tf.scalar(7))),
  "integers: add, sub, mul": {
    ...ofIntegers,
    run: ({ x, y }) => ({
      sum: tf.add(x, y),
      difference: tf.sub(x, y),
      product: tf.mul(x, y),
      most: tf.maximum(x, y),
      negative: tf.neg(x),
      size: tf.abs(x),
      square: tf.square(x),
      sign: tf.sign(x),
    }),
  },
  "integers: floorDiv and mod": {
    ...ofIntegers,
    run: ({ x, y }) => ({ quotient: tf.floorDiv(x, y), remainder: tf.mod(x, y) }),
  },
  "integers: comparisons and casts": {
    ...ofIntegers,
    run: ({ x, y }) => ({
      less: tf.less(x, y),
      equal: tf.equal(x, y),
      float: tf.tanh(tf.cast(x, "float32")),
      truth: tf.cast(x, "bool"),
    }),
    tolerance: 2e-6,
  },
  "casts of floats": on((x) => tf.cast(x, "int32")),
  "casts of floats to bool": on((x) => tf.cast(x, "bool")),
  logical: {
    ...ofBits,
    run: ({ x, y }) => ({
      and: tf.logicalAnd(x, y),
      or: tf.logicalOr(x, y),
      not: tf.logicalNot(x),
      xor: tf.logicalXor(x, y),
      number: tf.cast(x, "int32"),
      float: tf.cast(x, "float32"),
    }),
  },
  "any and all": {
    ...ofBits,
    run: ({ x, y }) => ({ any: tf.any(x, 1), all: tf.all(tf.logicalOr(x, y), 1) }),
  },
  "reshape with the batch first, last and twice": {
    inputs: { x: { shape: ["N", 6], values: plain } },
    run: ({ x }) => ({
      split: tf.reshape(x, [-1, 2, 3]),
      flat: tf.reshape(x, [-1]),
      behind: tf.reshape(tf.transpose(tf.reshape(x, [-1, 2, 3]), [1, 2, 0]), [2, 3, -1]),
      pairs: tf.reshape(tf.mul(x, tf.reshape(x, [-1, 1, 6])), [x.shape[0], x.shape[0], 2, 3]),
    }),
  },
  "expandDims and squeeze": on((x) => tf.squeeze(tf.expandDims(tf.expandDims(x, 1), -1), [1])),
  transpose: {
    inputs: { x: image },
    run: ({ x }) => ({
      reversed: tf.transpose(x),
      turned: tf.transpose(x, [0, 2, 1, 3]),
      first: tf.transpose(x, [3, 0, 1, 2]),
    }),
  },
  "transpose of a parameter": on((_, { w }) => tf.transpose(w, [2, 0, 1]), {
    state: { w: draw(2, 3, 4) },
  }),
  "slice of the batch": {
    inputs: { x },
    run: ({ x }) => {
      const twice = tf.concat([x, x], 0);
      return {
        first: tf.slice(twice, [0, 0], [1, 6]),
        all: tf.slice(twice, [1, 2], [-1, 3]),
        butLast: tf.slice(twice, [0, 0], [2 * x.shape[0] - 1, 6]),
        middle: tf.slice(twice, [1, 0], [2 * x.shape[0] - 2, 6]),
      };
    },
  },
  slice: {
    inputs: { x: image },
    run: ({ x }) => ({
      inner: tf.slice(x, [0, 1, 2, 0], [-1, 3, 2, -1]),
      strided: tf.stridedSlice(x, [0, 1, 0, 0], [x.shape[0], 5, 6, 3], [1, 2, 3, 1]),
      first: tf.slice(x, [0, 0, 0, 0], [1, 5, 6, 3]),
      column: tf.squeeze(tf.slice(x, [0, 2, 2, 1], [-1, 1, 1, 1]), [1, 2, 3]),
    }),
  },
  "split, stack, unstack": {
    inputs: { x },
    run: ({ x }) => {
      const [left, right] = tf.split(x, 2, 1);
      return {
        sum: tf.add(left, right),
        stack: tf.stack([left, right], 1),
        last: tf.unstack(x, 1)[5],
      };
    },
  },
  pad: on((x) => tf.pad(x, [[0, 0], [2, 1]], 0.25)),
  "pad of the batch": on((x) => tf.pad(x, [[1, 2], [0, 1]])),
  concat: both((x, y) => tf.concat([x, y, tf.slice(x, [0, 0], [-1, 1])], 1)),
  "concat along the batch": both((x, y) => tf.concat([x, y], 0)),
  tile: on((x) => tf.tile(x, [1, 3])),
  "a parameter is tiled to the batch": on(
    (x, { row }) => tf.add(x, tf.tile(tf.reshape(row, [1, 6]), [x.shape[0], 1])),
    { state: { row: draw(6) } },
  ),
  "a parameter is broadcast to the batch": on(
    (x, { row }) => tf.concat([x, tf.broadcastTo(row, [x.shape[0], 6])], 1),
    { state: { row: draw(1, 6) } },
  ),
  "constants of the batch's size that are the same in each row": on((x) =>
    tf.concat([
      tf.add(x, tf.onesLike(x)),
      tf.fill([x.shape[0], 1], 3.5),
      tf.tensor(Array(x.shape[0]).fill([1, 2]).flat(), [x.shape[0], 2]),
    ], 1)
  ),
  "sum, mean, max, min and prod": {
    inputs: { x: image },
    run: ({ x }) => ({
      sum: tf.sum(x, 3),
      mean: tf.mean(x, [1, 2]),
      max: tf.max(x, [1, 3]),
      min: tf.min(x, 2, true),
      prod: tf.prod(tf.tanh(x), 3),
      whole: tf.sum(tf.square(x), [1, 2, 3]),
    }),
    tolerance: 5e-6,
  },
  "mean over the batch": on((x) => tf.mean(x, 0), close),
  softmax: on((x) => tf.softmax(x), close),
  "softmax over another axis": {
    inputs: { x: image },
    run: ({ x }) => ({ out: tf.transpose(tf.softmax(tf.transpose(x, [0, 3, 2, 1]))) }),
    tolerance: 2e-6,
  },
  logSoftmax: on((x) => tf.logSoftmax(x), { tolerance: 4e-6 }),
  logSumExp: on((x) => tf.logSumExp(x, 1), close),
  "argMax and argMin, the first of equal ones": {
    inputs: { x: { shape: ["N", 4, 3], values: (size) => integers(size).map((i) => i % 3) } },
    run: ({ x }) => ({ most: tf.argMax(x, 1), least: tf.argMin(x, 2) }),
  },
  "oneHot, indices out of range included": {
    inputs: { x: { shape: ["N"], dtype: "int32", values: integers } },
    run: ({ x }) => ({
      hot: tf.oneHot(asVector(x), 5),
      other: tf.oneHot(asVector(x), 3, 0.5, -0.25, "float32"),
    }),
  },
  "gather rows of a table": {
    inputs: { x: { shape: ["N"], dtype: "int32", values: indices } },
    state: { table: draw(5, 3) },
    run: ({ x }, { table }) => ({ out: tf.gather(table, asVector(x)) }),
  },
  "gather columns": on((x) => tf.gather(x, tf.tensor1d([5, 0, 0, 3], "int32"), 1)),
  "matrix products of every transposition": {
    inputs: { x, z: { shape: [6, "N"], values: plain } },
    state: { w: draw(6, 3), v: draw(3, 6) },
    run: ({ x, z }, { w, v }) => ({
      plain: tf.matMul(x, w as tf.Tensor),
      right: tf.matMul(x, v as tf.Tensor, false, true),
      left: tf.matMul(z, w as tf.Tensor, true, false),
      both: tf.matMul(z, v as tf.Tensor, true, true),
      square: tf.matMul(x, x, false, true),
    }),
    tolerance: 5e-6,
  },
  "batches of matrix products": {
    inputs: { x: { shape: ["N", 2, 3], values: plain }, y: { shape: ["N", 4, 3], values: plain } },
    state: { w: draw(1, 3, 5) },
    run: ({ x, y }, { w }) => ({
      pairs: tf.matMul(x, y, false, true),
      shared: tf.matMul(x, tf.tile(w as tf.Tensor, [x.shape[0], 1, 1])),
    }),
    tolerance: 5e-6,
  },
  "a fused matrix product with bias and activation": on(
    (x, { w, b }) =>
      tf.fused.matMul({
        a: asMatrix(x),
        b: w as unknown as tf.Tensor2D,
        bias: b,
        activation: "relu",
      }),
    { state: { w: draw(6, 4), b: draw(4) }, tolerance: 5e-6 },
  ),
  "convolution: valid, same, strides": {
    inputs: { x: image },
    state: { w: draw(3, 2, 3, 4) },
    run: ({ x }, { w }) => {
      const filter = w as unknown as tf.Tensor4D;
      return {
        valid: tf.conv2d(as4D(x), filter, 1, "valid"),
        same: tf.conv2d(as4D(x), filter, 1, "same"),
        strided: tf.conv2d(as4D(x), filter, [2, 1], "same"),
      };
    },
    tolerance: 1e-5,
  },
  "a convolution as the input of another": {
    inputs: { x: image },
    state: { w: draw(3, 3, 3, 4), b: draw(4), v: draw(2, 2, 4, 2), u: draw(12, 2) },
    run: ({ x }, { w, b, v, u }) => {
      const hidden = tf.relu(
        tf.add(tf.conv2d(as4D(x), w as unknown as tf.Tensor4D, 1, "valid"), b),
      );
      const second = tf.conv2d(hidden as tf.Tensor4D, v as unknown as tf.Tensor4D, 1, "valid");
      return { out: tf.matMul(tf.reshape(second, [-1, 12]), u as tf.Tensor) };
    },
    tolerance: 2e-5,
  },
  maxPool: {
    inputs: { x: image },
    run: ({ x }) => ({
      valid: tf.maxPool(as4D(x), 2, 2, "valid"),
      same: tf.maxPool(as4D(x), [3, 2], [2, 1], "same"),
    }),
  },
  "an input as output, and one value under two names": {
    inputs: { x },
    state: { w: draw(2) },
    run: ({ x }, { w }) => {
      const y = tf.abs(x);
      return { same: x, one: y, two: y, w };
    },
  },
};

for (const [name, example] of Object.entries(cases)) {
  Deno.test({
    name: `exported ${name}`,
    ignore: withoutRuntime,
    fn: () => assertExported(name, example),
  });
}
