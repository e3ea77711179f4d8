/**
 * Distributions over actions, as stochastic policies need them: categorical over numbered actions,
 * diagonal Gaussian over vectors. All are recorded functions of the policy network's outputs; random
 * numbers are inputs.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Generator } from "../../random/generator.ts";
import type { TensorSpec } from "../../engine/mod.ts";
import type { Action } from "../../envs/environment.ts";
import { log } from "../../math/math.ts";
import type { ContinuousActions, DiscreteActions } from "./action_space.ts";
import type { Parameters, Tensors } from "./network.ts";
import { oneHot } from "./one_hot.ts";

/** A family of distributions over the actions of one space. */
export interface ActionDistribution {
  /** How many outputs the policy network has. */
  readonly outputs: number;
  /** Parameters that do not depend on the observation: `policy.logStandardDeviation`, or none. */
  readonly parameters: Parameters;
  /** Random numbers per action. */
  readonly noise: number;
  /** Fills an array with the random numbers that `sample` takes. */
  fillNoise(random: Generator, out: Float32Array): void;
  /** Shape and dtype of `batch` actions as an input of a program. */
  spec(batch: number): TensorSpec;
  /** Room for `count` actions. */
  array(count: number): Int32Array | Float32Array;
  /** An action for each row, by the random numbers [batch, noise]: int32 [batch] or float32 [batch, size]. */
  sample(outputs: tf.Tensor2D, noise: tf.Tensor2D, tensors: Tensors): tf.Tensor;
  /** The most probable action of each row, in the same form. */
  mode(outputs: tf.Tensor2D): tf.Tensor;
  /** The log-probability (density) of each row's action, summed over its numbers: [batch]. */
  logProbability(outputs: tf.Tensor2D, action: tf.Tensor, tensors: Tensors): tf.Tensor1D;
  /** The entropy of each row: [batch]. */
  entropy(outputs: tf.Tensor2D, tensors: Tensors): tf.Tensor1D;
  /**
   * The divergence KL(p, q) of each row, [batch]: p by its outputs and tensors, q by its own.
   */
  divergence(
    p: { readonly outputs: tf.Tensor2D; readonly tensors: Tensors },
    q: { readonly outputs: tf.Tensor2D; readonly tensors: Tensors },
  ): tf.Tensor1D;
}

/** The name of the Gaussian's own parameter. */
export const logStandardDeviation = "policy.logStandardDeviation";

/**
 * The distribution for a space.
 *
 * @param initialLogStandardDeviation first value of the Gaussian's parameter, for each number
 */
export function actionDistribution(
  actions: DiscreteActions | ContinuousActions,
  initialLogStandardDeviation = 0,
): ActionDistribution {
  return actions.type === "discrete"
    ? categorical(actions.n)
    : gaussian(actions.size, initialLogStandardDeviation);
}

/**
 * Reads sampled actions as the environment takes them: numbered from its start, or clipped to its
 * bounds. The vector that it gives is reused.
 *
 * @param sampled actions of a distribution, one behind the other
 */
export function actionReader(
  space: DiscreteActions | ContinuousActions,
  sampled: Int32Array | Float32Array,
): (index: number) => Action {
  if (space.type === "discrete") return (index) => sampled[index] + space.start;
  const { size, low, high } = space;
  const action = new Float32Array(size);
  return (index) => {
    for (let i = 0; i < size; i++) {
      action[i] = Math.max(low[i], Math.min(high[i], sampled[index * size + i]));
    }
    return action;
  };
}

/** Outputs are logits. Sampled by the Gumbel-max trick (Gumbel 1954): argmax of logit - log(-log u). */
function categorical(n: number): ActionDistribution {
  return {
    outputs: n,
    parameters: {},
    noise: n,
    fillNoise: (random, out) => random.fillRandomFloat32(out),
    spec: (batch) => ({ shape: [batch], dtype: "int32" }),
    array: (count) => new Int32Array(count),
    // A draw of 0 gives -infinity: that action is not taken, which has probability 2^-24.
    sample: (logits, noise) => tf.argMax(tf.sub(logits, tf.log(tf.neg(tf.log(noise)))), 1),
    mode: (logits) => tf.argMax(logits, 1),
    logProbability: (logits, action) => tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(action, n)), 1),
    entropy: (logits) => {
      const logProbabilities = tf.logSoftmax(logits);
      return tf.neg(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1));
    },
    divergence: (p, q) => {
      const logP = tf.logSoftmax(p.outputs);
      return tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, tf.logSoftmax(q.outputs))), 1);
    },
  };
}

/** log(2 pi). */
const LOG_2_PI = log(2 * Math.PI);

/** Outputs are means; one standard deviation for each number, whatever the observation. */
function gaussian(size: number, initial: number): ActionDistribution {
  const logDeviation = (tensors: Tensors) => tensors[logStandardDeviation];
  return {
    outputs: size,
    parameters: { [logStandardDeviation]: { shape: [size], values: initial } },
    noise: size,
    fillNoise: (random, out) => {
      for (let i = 0; i < out.length; i++) out[i] = random.standardNormal();
    },
    spec: (batch) => ({ shape: [batch, size] }),
    array: (count) => new Float32Array(count * size),
    sample: (mean, noise, tensors) => tf.add(mean, tf.mul(tf.exp(logDeviation(tensors)), noise)),
    mode: (mean) => mean,
    // -1/2 sum ((a - mean) / deviation)^2 - sum log deviation - size/2 log(2 pi)
    logProbability: (mean, action, tensors) => {
      const z = tf.mul(tf.sub(action, mean), tf.exp(tf.neg(logDeviation(tensors))));
      const constant = tf.add(tf.sum(logDeviation(tensors)), size / 2 * LOG_2_PI);
      return tf.sub(tf.mul(tf.sum(tf.square(z), 1), -0.5), constant);
    },
    entropy: (mean, tensors) => {
      const each = tf.add(tf.sum(logDeviation(tensors)), size / 2 * (1 + LOG_2_PI));
      return tf.mul(tf.ones([mean.shape[0]]), each);
    },
    // sum log(dq / dp) + (dp^2 + (mp - mq)^2) / (2 dq^2) - 1/2
    divergence: (p, q) => {
      const logP = logDeviation(p.tensors), logQ = logDeviation(q.tensors);
      const precision = tf.exp(tf.mul(logQ, -2));
      const squares = tf.add(tf.exp(tf.mul(logP, 2)), tf.square(tf.sub(p.outputs, q.outputs)));
      const each = tf.add(tf.sub(logQ, logP), tf.mul(tf.mul(squares, precision), 0.5));
      return tf.sum(tf.sub(each, 0.5), 1);
    },
  };
}
