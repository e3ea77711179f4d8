/**
 * QR-DQN: distributional Q-learning by quantile regression (Dabney et al. 2018, "Distributional
 * reinforcement learning with quantile regression", algorithm 1).
 *
 * The network learns not the mean of the return alone but its distribution: for each action N values
 * theta_i, the return's quantiles at the levels tau_i = (2 i - 1) / (2 N). Each is moved towards each
 * quantile of the target distribution, by a loss that weighs errors on both sides so that a part tau_i
 * of them lies below:
 *
 * ```math
 * L(\theta) = \mathbb{E}\Bigl[ \sum_{i=1}^{N} \frac{1}{N} \sum_{j=1}^{N}
 *   \bigl| \tau_i - \mathbf{1}\{u_{ij} < 0\} \bigr| \, \ell(u_{ij}) \Bigr], \qquad
 * u_{ij} = R + \gamma \theta'_j(S', a^*) - \theta_i(S, A)
 * ```
 *
 * where l is Huber's function with threshold 1 (the paper's QR-DQN-1) and a* is the action with the
 * largest mean under the target network. The agent acts on the means. The loop is DQN's (dqn.ts).
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Context, ControlAlgorithm } from "./algorithm.ts";
import type { DeepQMethod } from "./common/deep_q_programs.ts";
import { perceptron } from "./common/network.ts";
import { oneHot } from "./common/one_hot.ts";
import {
  DqnLearner,
  dqnOptions,
  huber,
  type MethodOptions,
  startsLateEnough,
  startsTooEarly,
} from "./dqn.ts";

const config = z.strictObject(dqnOptions).omit({ loss: true }).extend({
  quantiles: z.int().min(1).default(25).describe("Quantiles N of the return of each action."),
}).refine(startsLateEnough, startsTooEarly);

type Config = z.infer<typeof config>;

function qrDqnMethod(
  { config, features, actions, random }: MethodOptions<Config>,
): DeepQMethod {
  const { hidden, quantiles } = config;
  // The output holds the N quantiles of the first action, then those of the next one.
  const byAction = (output: tf.Tensor2D) => tf.reshape(output, [-1, actions, quantiles]);
  const means = (theta: tf.Tensor) => tf.mean(theta, 2) as tf.Tensor2D;
  return {
    network: perceptron({
      name: "quantiles",
      sizes: [features, ...hidden, actions * quantiles],
      activation: "relu",
      initialisation: "pytorch",
      random,
    }),
    actionValues: (output) => means(byAction(output)),
    target({ reward, discount }, next) {
      const theta = byAction(next.target) as tf.Tensor3D;
      const best = tf.argMax(means(theta), 1) as tf.Tensor1D;
      return qrDqnTarget(reward, discount, quantilesOf(theta, best));
    },
    loss(output, action, target) {
      const theta = quantilesOf(byAction(output) as tf.Tensor3D, action);
      return {
        loss: quantileHuberLoss(theta, target as tf.Tensor2D),
        error: tf.sub(tf.mean(theta, 1), tf.mean(target, 1)),
      };
    },
  };
}

/** The quantiles [batch, N] of the given actions, from those of all actions [batch, actions, N]. */
function quantilesOf(theta: tf.Tensor3D, action: tf.Tensor1D): tf.Tensor2D {
  const chosen = oneHot(action, theta.shape[1]);
  return tf.sum(tf.mul(theta, tf.expandDims(chosen, 2)), 1);
}

/** y_j = r + gamma theta'_j(s', a*) [batch, N], from theta'(s', a*); gamma is 0 after a termination. */
export function qrDqnTarget(
  reward: tf.Tensor1D,
  discount: tf.Tensor1D,
  next: tf.Tensor2D,
): tf.Tensor2D {
  return tf.add(tf.expandDims(reward, 1), tf.mul(tf.expandDims(discount, 1), next));
}

/** The sum over i of the mean over j of the loss of u_ij, for each row of theta and y [batch, N]. */
export function quantileHuberLoss(theta: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  const n = theta.shape[1];
  const levels = Float32Array.from({ length: n }, (_, i) => (2 * i + 1) / (2 * n));
  // [batch, i, j]
  const u = tf.sub(tf.expandDims(y, 1), tf.expandDims(theta, 2));
  const below = tf.step(tf.neg(u));
  const weight = tf.abs(tf.sub(tf.tensor3d(levels, [1, n, 1]), below));
  return tf.sum(tf.mean(tf.mul(weight, huber(u)), 2), 1);
}

/** QR-DQN. */
export const qrDqn: ControlAlgorithm = {
  name: "qr_dqn",
  title: "QR-DQN",
  description:
    "DQN that learns the whole distribution of the return, as quantiles, and acts on its mean.",
  source: "Dabney et al. (2018)",
  taxonomy: {
    family: "value-based",
    update: "TD",
    policy: "off-policy",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new DqnLearner("qr_dqn", context, qrDqnMethod),
};

export default qrDqn;
