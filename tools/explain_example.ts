/** The function that docs/engine.md follows through the engine: one update of a small network. */
import * as tf from "@tensorflow/tfjs-core";
import type { Compilable } from "../engine/compile.ts";
import { orthogonal } from "../engine/initializers.ts";
import { adam, adamState } from "../engine/optimizers.ts";
import { State } from "../engine/state.ts";
import { defaultGenerator } from "../random/generator.ts";

const random = defaultGenerator(0);
const parameters = {
  w1: { shape: [4, 16], values: orthogonal(random, [4, 16]) },
  b1: { shape: [16] },
  w2: { shape: [16, 2], values: orthogonal(random, [16, 2]) },
  b2: { shape: [2] },
};
/** What the update changes. */
export const state = new State({ ...parameters, ...adamState(parameters) });

type Variables = Record<string, tf.Variable>;

/** The network: 4 numbers in, 2 out. */
function network(x: tf.Tensor, { w1, b1, w2, b2 }: Variables): tf.Tensor {
  const hidden = tf.tanh(tf.add(tf.matMul(x, w1 as tf.Tensor), b1));
  return tf.add(tf.matMul(hidden, w2 as tf.Tensor), b2);
}

/** One step of Adam on the mean squared error of 32 examples. */
export const update: Compilable = {
  state,
  inputs: { x: { shape: [32, 4] }, target: { shape: [32, 2] }, learningRate: { shape: [] } },
  run({ x, target, learningRate }, variables) {
    const { value, grads } = tf.variableGrads(
      () => tf.mean(tf.square(tf.sub(network(x, variables), target))) as tf.Scalar,
      Object.keys(parameters).map((name) => variables[name]),
    );
    adam(variables, grads, { learningRate: learningRate as tf.Scalar });
    return { loss: value };
  },
};

/** The network by itself, for any number of examples. */
export const forward = {
  name: "network",
  state,
  inputs: { x: { shape: ["N", 4] } },
  run: ({ x }: Record<string, tf.Tensor>, variables: Variables) => ({ y: network(x, variables) }),
} as const;
