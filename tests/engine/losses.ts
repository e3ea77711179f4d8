/** The losses, gradients and updates that the engine is made for, as functions to record. */
import * as tf from "@tensorflow/tfjs-core";
import type { Recordable } from "../../engine/record/record.ts";
import type { Spec } from "./functions.ts";

/** A function with what random values it wants. */
export interface Loss extends Recordable {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Spec>>;
  readonly state: Readonly<Record<string, Spec>>;
}

type Tensors = Record<string, tf.Tensor>;
type Variables = Record<string, tf.Variable>;

const BATCH = 6;

/** A layer `name` of the state. */
function dense(x: tf.Tensor, state: Variables, name: string): tf.Tensor {
  return tf.add(tf.matMul(x as tf.Tensor2D, state[`${name}.w`] as tf.Tensor2D), state[`${name}.b`]);
}

/** The state of layers, each `name: [inputs, outputs]`. */
function layers(sizes: Record<string, [number, number]>): Record<string, Spec> {
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([name, [inputs, outputs]]) => [
      [`${name}.w`, { shape: [inputs, outputs] }],
      [`${name}.b`, { shape: [outputs] }],
    ]),
  );
}

/** The loss and the gradients of all trainable state as outputs. */
function withGradients(loss: () => tf.Tensor): Tensors {
  const { value, grads } = tf.variableGrads(() => loss() as tf.Scalar);
  return { loss: value, ...grads };
}

const adamState = {
  "w": { shape: [4, 3] },
  "m": { shape: [4, 3] },
  "v": { shape: [4, 3] },
  "step": { shape: [] },
};

/** Everything. */
export const losses: readonly Loss[] = [
  {
    name: "squared error of selected values (one-hot), relu",
    inputs: {
      x: { shape: [BATCH, 4] },
      action: { shape: [BATCH], dtype: "int32", below: 3 },
      target: { shape: [BATCH] },
    },
    state: layers({ hidden: [4, 8], out: [8, 3] }),
    run: ({ x, action, target }, s) =>
      withGradients(() => {
        const values = dense(tf.relu(dense(x, s, "hidden")), s, "out");
        const selected = tf.sum(tf.mul(values, tf.oneHot(action, 3)), 1);
        return tf.mean(tf.square(tf.sub(selected, target)));
      }),
  },
  {
    name: "Huber loss of selected values (gather, gatherND), double selection, weights",
    inputs: {
      x: { shape: [BATCH, 4] },
      next: { shape: [BATCH, 4] },
      action: { shape: [BATCH], dtype: "int32", below: 3 },
      done: { shape: [BATCH], dtype: "bool" },
      weights: { shape: [BATCH] },
    },
    state: layers({ hidden: [4, 8], out: [8, 3] }),
    run: ({ x, next, action, done, weights }, s) => {
      const rows = tf.range(0, BATCH, 1, "int32");
      const values = (from: tf.Tensor) => dense(tf.elu(dense(from, s, "hidden")), s, "out");
      const pick = (table: tf.Tensor, column: tf.Tensor) =>
        tf.gatherND(table, tf.stack([rows, column], 1));
      const nextValues = values(next);
      const best = pick(nextValues, tf.argMax(nextValues, 1));
      const target = tf.where(done as tf.Tensor1D, tf.zerosLike(best), tf.mul(best, 0.99));
      return withGradients(() => {
        // gatherND has no gradient in TensorFlow.js; gather has.
        const places = tf.add(tf.mul(rows, tf.scalar(3, "int32")), action) as tf.Tensor1D;
        const selected = tf.gather(tf.reshape(values(x), [-1]), places);
        const error = tf.abs(tf.sub(selected, target));
        const small = tf.minimum(error, 1);
        const huber = tf.add(tf.mul(0.5, tf.square(small)), tf.sub(error, small));
        return tf.mean(tf.mul(weights, huber));
      });
    },
  },
  {
    name: "tf.losses.huberLoss with gathered rows",
    inputs: {
      row: { shape: [BATCH], dtype: "int32", below: 5 },
      target: { shape: [BATCH, 3] },
    },
    state: { table: { shape: [5, 3] } },
    run: ({ row, target }, { table }) =>
      withGradients(() => {
        return tf.losses.huberLoss(target, tf.gather(table, row as tf.Tensor1D), undefined, 0.7);
      }),
  },
  {
    name: "clipped ratio with entropy and value loss",
    inputs: {
      x: { shape: [BATCH, 4] },
      action: { shape: [BATCH], dtype: "int32", below: 3 },
      oldLogProbability: { shape: [BATCH] },
      advantage: { shape: [BATCH] },
      returns: { shape: [BATCH] },
    },
    state: layers({ a1: [4, 8], a2: [8, 3], v1: [4, 8], v2: [8, 1] }),
    run: ({ x, action, oldLogProbability, advantage, returns }, s) => {
      const { mean, variance } = tf.moments(advantage);
      const normalized = tf.div(tf.sub(advantage, mean), tf.add(tf.sqrt(variance), 1e-8));
      return withGradients(() => {
        const logits = tf.logSoftmax(dense(tf.tanh(dense(x, s, "a1")), s, "a2"));
        const logProbability = tf.sum(tf.mul(tf.oneHot(action, 3), logits), -1);
        const ratio = tf.exp(tf.sub(logProbability, oldLogProbability));
        const clipped = tf.clipByValue(ratio, 0.8, 1.2);
        const policy = tf.neg(
          tf.mean(tf.minimum(tf.mul(ratio, normalized), tf.mul(clipped, normalized))),
        );
        const entropy = tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logits), logits), -1)));
        const value = tf.squeeze(dense(tf.tanh(dense(x, s, "v1")), s, "v2"), [1]);
        const valueLoss = tf.mean(tf.square(tf.sub(value, returns)));
        return tf.addN([policy, tf.mul(-0.01, entropy), tf.mul(0.5, valueLoss)]);
      });
    },
  },
  {
    name: "Gaussian log-probability with tanh correction",
    inputs: { x: { shape: [BATCH, 4] }, noise: { shape: [BATCH, 2] } },
    state: {
      ...layers({ trunk: [4, 8], mean: [8, 2], logStd: [8, 2], q: [6, 1] }),
      logAlpha: { shape: [] },
    },
    run: ({ x, noise }, s) =>
      withGradients(() => {
        const hidden = tf.relu(dense(x, s, "trunk"));
        const mean = dense(hidden, s, "mean");
        const logStd = tf.clipByValue(dense(hidden, s, "logStd"), -5, 2);
        const raw = tf.add(mean, tf.mul(tf.exp(logStd), noise));
        const gaussian = tf.sub(
          tf.mul(-0.5, tf.square(tf.div(tf.sub(raw, mean), tf.exp(logStd)))),
          tf.add(logStd, 0.9189385),
        );
        // log(1 - tanh(u)^2), without cancellation
        const correction = tf.mul(
          2,
          tf.sub(tf.sub(Math.LN2, raw), tf.softplus(tf.mul(-2, raw))),
        );
        const logProbability = tf.sum(tf.sub(gaussian, correction), 1, true);
        const q = dense(tf.concat([x, tf.tanh(raw)], 1), s, "q");
        return tf.mean(tf.sub(tf.mul(tf.exp(s.logAlpha), logProbability), q));
      }),
  },
  {
    name: "Kullback-Leibler divergence of categorical and of Gaussian distributions",
    inputs: { x: { shape: [BATCH, 4] }, old: { shape: [BATCH, 3] } },
    state: { ...layers({ out: [4, 3] }), logStd: { shape: [3] }, oldLogStd: { shape: [3] } },
    run: ({ x, old }, s) =>
      withGradients(() => {
        const fresh = dense(x, s, "out");
        const [p, q] = [tf.logSoftmax(old), tf.logSoftmax(fresh)];
        const categorical = tf.mean(tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1));
        const variance = (logStd: tf.Tensor) => tf.exp(tf.mul(2, logStd));
        const gaussian = tf.sub(
          tf.add(
            tf.sub(s.logStd, s.oldLogStd),
            tf.div(
              tf.add(variance(s.oldLogStd), tf.squaredDifference(old, fresh)),
              tf.mul(2, variance(s.logStd)),
            ),
          ),
          0.5,
        );
        return tf.add(categorical, tf.mean(tf.sum(gaussian, 1)));
      }),
  },
  {
    name: "Fisher-vector product (gradient of a gradient)",
    inputs: {
      x: { shape: [BATCH, 4] },
      "v.w1": { shape: [4, 5] },
      "v.b1": { shape: [5] },
      "v.w2": { shape: [5, 3] },
    },
    state: { w1: { shape: [4, 5] }, b1: { shape: [5] }, w2: { shape: [5, 3] } },
    run: (inputs, { w1, b1, w2 }) => {
      const parameters = [w1, b1, w2];
      const vector = [inputs["v.w1"], inputs["v.b1"], inputs["v.w2"]];
      const divergence = (...[w1, b1, w2]: tf.Tensor[]) => {
        const hidden = tf.tanh(tf.add(tf.matMul(inputs.x as tf.Tensor2D, w1 as tf.Tensor2D), b1));
        const logits = tf.logSoftmax(tf.matMul(hidden as tf.Tensor2D, w2 as tf.Tensor2D));
        const fixed = tf.customGrad((x) => ({
          value: tf.clone(x as tf.Tensor),
          gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
        }))(logits);
        return tf.mean(tf.sum(tf.mul(tf.exp(fixed), tf.sub(fixed, logits)), 1));
      };
      const inner = (...parameters: tf.Tensor[]) => {
        const gradients = tf.grads(divergence)(parameters);
        const products = gradients.map((gradient, i) => tf.sum(tf.mul(gradient, vector[i])));
        return tf.addN(products);
      };
      const [p1, pb, p2] = tf.grads(inner)(parameters);
      return { p1: tf.add(p1, tf.mul(0.1, vector[0])), pb, p2 };
    },
  },
  {
    name: "convolution net with two heads (value plus centred advantages)",
    inputs: {
      image: { shape: [2, 6, 5, 3] },
      action: { shape: [2], dtype: "int32", below: 4 },
      target: { shape: [2] },
    },
    state: {
      filter: { shape: [3, 3, 3, 4] },
      filterBias: { shape: [4] },
      second: { shape: [2, 2, 4, 2] },
      ...layers({ value: [8, 1], advantage: [8, 4] }),
    },
    run: ({ image, action, target }, s) =>
      withGradients(() => {
        const first = tf.conv2d(
          image as tf.Tensor4D,
          s.filter as unknown as tf.Tensor4D,
          1,
          "same",
        );
        const hidden = tf.relu(tf.add(first, s.filterBias)) as tf.Tensor4D;
        const second = tf.conv2d(hidden, s.second as unknown as tf.Tensor4D, 2, "valid");
        const flat = tf.slice(tf.reshape(tf.sigmoid(second), [2, -1]), [0, 1], [-1, 8]);
        const advantage = dense(flat, s, "advantage");
        const values = tf.add(
          dense(flat, s, "value"),
          tf.sub(advantage, tf.mean(advantage, 1, true)),
        );
        const selected = tf.sum(tf.mul(values, tf.cast(tf.oneHot(action, 4), "float32")), 1);
        return tf.losses.huberLoss(target, selected);
      }),
  },
  {
    name: "max-pool and its gradient",
    inputs: { image: { shape: [2, 5, 5, 2] } },
    state: { scale: { shape: [2] } },
    run: ({ image }, { scale }) =>
      withGradients(() => {
        const pooled = tf.maxPool(tf.mul(image, scale) as tf.Tensor4D, 2, 2, "same");
        return tf.sum(tf.square(pooled));
      }),
  },
  {
    name: "distribution over fixed values, projected",
    inputs: { x: { shape: [BATCH, 4] }, reward: { shape: [BATCH] } },
    state: layers({ out: [4, 5] }),
    run: ({ x, reward }, s) => {
      const support = tf.linspace(-2, 2, 5);
      const moved = tf.clipByValue(tf.add(tf.expandDims(reward, 1), tf.mul(0.9, support)), -2, 2);
      const distance = tf.abs(tf.sub(tf.expandDims(moved, 2), tf.reshape(support, [1, 1, 5])));
      const nearness = tf.clipByValue(tf.sub(1, tf.div(distance, 1)), 0, 1);
      const projected = tf.sum(tf.mul(nearness, 0.2), 1);
      return withGradients(() => {
        const logits = tf.logSoftmax(dense(x, s, "out"));
        return tf.neg(tf.mean(tf.sum(tf.mul(projected, logits), 1)));
      });
    },
  },
  {
    name: "Adam with a clipped norm; two states change places",
    inputs: { x: { shape: [BATCH, 4] }, y: { shape: [BATCH, 3] }, rate: { shape: [] } },
    state: { ...adamState, first: { shape: [2] }, second: { shape: [2] } },
    run: ({ x, y, rate }, { w, m, v, step, first, second }) => {
      const loss = () =>
        tf.mean(tf.squaredDifference(tf.matMul(x as tf.Tensor2D, w as unknown as tf.Tensor2D), y));
      const { value, grads } = tf.variableGrads(() => loss() as tf.Scalar, [w]);
      const norm = tf.sqrt(tf.sum(tf.square(grads.w)));
      const g = tf.mul(grads.w, tf.minimum(1, tf.div(0.5, tf.add(norm, 1e-6))));
      step.assign(tf.add(step, 1));
      m.assign(tf.add(tf.mul(m, 0.9), tf.mul(g, 0.1)));
      v.assign(tf.add(tf.mul(tf.square(v), 0.999), tf.mul(tf.square(g), 0.001)));
      const c1 = tf.sub(1, tf.pow(0.9, tf.abs(step)));
      const c2 = tf.sub(1, tf.pow(0.999, tf.abs(step)));
      const denominator = tf.add(tf.sqrt(tf.div(v, c2)), 1e-8);
      w.assign(tf.sub(w, tf.div(tf.mul(rate, tf.div(m, c1)), denominator)));
      const kept = tf.clone(first);
      first.assign(second);
      second.assign(kept);
      return { loss: value, norm };
    },
  },
];
