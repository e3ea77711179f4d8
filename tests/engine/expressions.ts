/**
 * Random TensorFlow.js functions for property tests: a pool of tensors grows by random operations on
 * random members, then everything is summed into one number, whose gradient is taken.
 */
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import type { Loss } from "./losses.ts";

/** One operation: which, and which members of the pool it takes (any numbers will do). */
export type Step = readonly [operation: number, a: number, b: number, c: number];

type Operation = (a: tf.Tensor, b: tf.Tensor, c: number) => tf.Tensor;

/** Whether an axis can be split: TensorFlow.js has no gradient for splitting into one part. */
function isLong(a: tf.Tensor, axis: number): boolean {
  return a.rank > 0 && a.shape[axis % a.rank] > 1;
}

/** Of one tensor of any shape. */
const unary: readonly Operation[] = [
  tf.tanh,
  tf.sigmoid,
  tf.softplus,
  tf.relu,
  tf.relu6,
  tf.elu,
  tf.abs,
  tf.neg,
  tf.square,
  tf.sin,
  tf.cos,
  tf.clone,
  tf.sign,
  tf.floor,
  (a) => tf.leakyRelu(a, 0.1),
  (a) => tf.exp(tf.clipByValue(a, -3, 3)),
  (a) => tf.expm1(tf.minimum(a, 2)),
  (a) => tf.log(tf.add(tf.abs(a), 1)),
  (a) => tf.log1p(tf.square(a)),
  (a) => tf.sqrt(tf.add(tf.square(a), 0.1)),
  (a) => tf.rsqrt(tf.add(tf.square(a), 0.1)),
  (a) => tf.reciprocal(tf.add(tf.abs(a), 0.5)),
  (a) => tf.pow(a, 2),
  (a) => tf.pow(tf.add(tf.abs(a), 0.2), 1.5),
  (a) => tf.clipByValue(a, -0.5, 0.7),
  (a) => tf.mul(a, 1),
  (a) => tf.add(tf.mul(a, 0.5), 0),
  (a) => tf.div(a, 8),
  (a) => tf.cast(tf.greaterEqual(a, 0.1), "float32"),
  (a, _, c) => tf.sum(a, a.rank === 0 ? undefined : c % a.rank, c % 3 === 0),
  (a, _, c) => tf.mean(a, a.rank === 0 ? undefined : c % a.rank, c % 3 === 0),
  (a, _, c) => tf.max(a, a.rank === 0 ? undefined : c % a.rank, c % 3 === 0),
  (a) => tf.mean(a),
  (a) => tf.reshape(a, [...a.shape].reverse()),
  (a) => tf.reshape(a, [-1]),
  (a) => tf.expandDims(a, 0),
  (a) => tf.squeeze(a),
  (a) => tf.transpose(a),
  (a) => tf.onesLike(a),
  (a) => a.rank === 0 ? a : tf.softmax(a),
  (a) => a.rank === 0 ? a : tf.logSoftmax(a),
  (a, _, c) => a.rank === 0 ? a : tf.slice(a, a.shape.map((size) => c % size)),
  (a) => a.rank === 0 ? a : tf.pad(a, a.shape.map((_, i) => [i, 1])),
  (a) => a.rank === 0 ? a : tf.tile(a, a.shape.map((_, i) => i === 0 ? 2 : 1)),
  (a, _, c) => isLong(a, c) ? tf.split(a, a.shape[c % a.rank], c % a.rank)[0] : a,
  (a, _, c) => isLong(a, c) ? tf.unstack(a, c % a.rank)[0] : a,
  (a, _, c) => a.rank === 0 ? a : tf.gather(a, tf.tensor1d([c % a.shape[0], 0, 0], "int32")),
  (a, _, c) => a.rank === 0 ? a : tf.cast(tf.oneHot(tf.argMax(a, c % a.rank), 3), "float32"),
];

/** Of integers, which have no gradient: the result is theirs as float32. */
const integer: readonly Operation[] = [
  (n, m) => tf.add(tf.mul(n, m), tf.scalar(-3, "int32")),
  (n, m) => tf.sub(tf.maximum(n, m), tf.minimum(n, tf.scalar(1, "int32"))),
  (n, m) => tf.squaredDifference(n, m),
  (n) => tf.add(tf.neg(n), tf.abs(tf.square(n))),
  (n, m) => tf.where(tf.greater(n, m), n, tf.neg(m)),
  (n, m) => tf.mod(n, tf.add(tf.abs(m), tf.scalar(1, "int32"))),
  (n, _, c) => n.rank === 0 ? n : tf.argMax(tf.neg(n), c % n.rank),
  (n, m, c) => n.rank === 0 ? n : tf.argMin(tf.equal(n, m), c % n.rank),
  (n, m, c) => tf.sum(tf.less(n, m), n.rank === 0 ? undefined : c % n.rank),
  (n, _, c) => tf.max(tf.cast(n, "bool"), n.rank === 0 ? undefined : c % n.rank),
  (n, _, c) => tf.mean(n, n.rank === 0 ? undefined : c % n.rank),
  (n, m, c) => n.rank === 0 ? n : tf.concat([n, m], c % n.rank),
];

function isAlike(a: tf.Tensor, b: tf.Tensor): boolean {
  return String(a.shape) === String(b.shape);
}

/** Of two tensors that broadcast. */
const binary: readonly Operation[] = [
  tf.add,
  tf.sub,
  tf.mul,
  // The gradients of these do not sum over what was broadcast in TensorFlow.js.
  (a, b) => isAlike(a, b) ? tf.maximum(a, b) : a,
  (a, b) => isAlike(a, b) ? tf.minimum(a, b) : b,
  (a, b) => isAlike(a, b) ? tf.squaredDifference(a, b) : tf.sub(b, a),
  (a, b) => tf.div(a, tf.add(tf.square(b), 0.5)),
  (a, b) => tf.where(tf.greaterEqual(a, b), a, b),
];

const kinds = unary.length + 2 * binary.length + integer.length + 4;

function fits(a: readonly number[], b: readonly number[]): boolean {
  const length = Math.min(a.length, b.length);
  const [x, y] = [a.slice(a.length - length), b.slice(b.length - length)];
  return x.every((size, axis) => size === y[axis] || size === 1 || y[axis] === 1);
}

/** What a step makes of the pool. Any step is possible after any other. */
function made(
  pool: readonly tf.Tensor[],
  n: tf.Tensor,
  [operation, i, j, c]: Step,
): tf.Tensor {
  const a = pool[i % pool.length];
  const kind = operation % kinds - integer.length;
  if (kind < 0) {
    // Whole numbers that do not depend on rounding, in several shapes.
    const shapes = [[4], [2, 2], [4, 1], [1, 4], [2, 1, 2]];
    const shaped = tf.reshape(tf.sub(n, tf.scalar(c % 4, "int32")), shapes[i % shapes.length]);
    const other = tf.sub(tf.scalar(j % 5, "int32"), shaped);
    return tf.cast(integer[kind + integer.length](shaped, other, c), "float32");
  }
  if (kind < unary.length) return unary[kind](a, a, c);
  const matching = pool.filter((b) => fits(a.shape, b.shape));
  const b = matching[j % matching.length];
  const at = kind - unary.length;
  if (at < 2 * binary.length) return binary[at % binary.length](a, b, c);
  const alike = pool.filter((b) => isAlike(a, b));
  const other = alike[j % alike.length];
  if (at === 2 * binary.length) {
    return a.rank === 0 ? tf.stack([a, other]) : tf.concat([a, other], c % a.rank);
  }
  if (at === 2 * binary.length + 1) return tf.stack([a, other], c % (a.rank + 1));
  if (at === 2 * binary.length + 2) {
    // Most comparisons have no gradient in TensorFlow.js, so only the input is compared.
    if (!fits(a.shape, pool[0].shape)) return a;
    const condition = tf.logicalAnd(tf.less(pool[0], 0.3), tf.logicalNot(tf.equal(pool[0], 0)));
    return tf.where(condition, a, tf.zerosLike(a));
  }
  if (a.rank !== 2) return a;
  return tf.matMul(a as tf.Tensor2D, other as tf.Tensor2D, c % 2 === 0, c % 2 === 1);
}

/** The function of some steps: its value, the gradient of all state, and the last tensor of the pool. */
export function expression(steps: readonly Step[]): Loss {
  return {
    name: "expression",
    inputs: { x: { shape: [3, 4] }, n: { shape: [4], dtype: "int32", below: 3 } },
    state: {
      w: { shape: [3, 4] },
      row: { shape: [4] },
      column: { shape: [3, 1] },
      s: { shape: [] },
    },
    run: ({ x, n }, { w, row, column, s }) => {
      const grown = (...state: tf.Tensor[]) => {
        const pool = [x, tf.cast(n, "float32"), ...state];
        for (const step of steps) {
          const tensor = made(pool, n, step);
          if (tensor.rank <= 4 && tensor.size <= 600) pool.push(tensor);
        }
        return pool;
      };
      const loss = (...state: tf.Tensor[]) =>
        tf.addN(grown(...state).map((tensor) => tf.mean(tf.tanh(tf.mul(tensor, 0.3)))));
      const { value, grads: [w1, row1, column1, s1] } = tf.valueAndGrads(loss)([w, row, column, s]);
      const last = grown(w, row, column, s).at(-1)!;
      row.assign(tf.sub(row, tf.mul(0.1, row1)));
      return { value, w1, column1, s1, last };
    },
  };
}

/** Random steps. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(fc.nat(997), fc.nat(997), fc.nat(997), fc.nat(997)),
  { minLength: 1, maxLength: 14 },
);
