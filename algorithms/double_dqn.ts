/**
 * Double DQN (van Hasselt, Guez & Silver 2016, "Deep reinforcement learning with double Q-learning").
 *
 * The maximum over noisy values is too high on average: the action with the largest error in its
 * favour tends to win. DQN with the choice of the next action taken from its evaluation: the network
 * that learns chooses, the target network says what the choice is worth.
 *
 * ```math
 * y = R + \gamma \, Q_{\theta'}\bigl( S', \arg\max_a Q_\theta(S', a) \bigr)
 * ```
 *
 * All else, the loop above all, is DQN's (dqn.ts). Without a target network the two are the same.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Context, ControlAlgorithm } from "./algorithm.ts";
import type { DeepQMethod } from "./common/deep_q_programs.ts";
import {
  type DqnConfig,
  DqnLearner,
  dqnMethod,
  dqnOptions,
  type MethodOptions,
  startsLateEnough,
  startsTooEarly,
  valuesOf,
} from "./dqn.ts";

const config = z.strictObject(dqnOptions).refine(startsLateEnough, startsTooEarly);

/** Network and loss are DQN's. */
function doubleDqnMethod(options: MethodOptions<DqnConfig>): DeepQMethod {
  return {
    ...dqnMethod(options),
    target: ({ reward, discount }, next) =>
      doubleDqnTarget(reward, discount, next.online, next.target),
  };
}

/** y = r + gamma Q'(s', argmax_a Q(s', a)) for each transition; gamma is 0 after a termination. */
export function doubleDqnTarget(
  reward: tf.Tensor1D,
  discount: tf.Tensor1D,
  nextOnline: tf.Tensor2D,
  nextTarget: tf.Tensor2D,
): tf.Tensor1D {
  const best = tf.argMax(nextOnline, 1) as tf.Tensor1D;
  return tf.add(reward, tf.mul(discount, valuesOf(nextTarget, best)));
}

/** Double DQN. */
export const doubleDqn: ControlAlgorithm = {
  name: "double_dqn",
  title: "Double DQN",
  description:
    "DQN in which one network chooses the next action and the other one says what it is worth, so " +
    "that errors do not add up to values that are too high.",
  source: "van Hasselt, Guez & Silver (2016)",
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
  create: (context: Context<DqnConfig>) => new DqnLearner("double_dqn", context, doubleDqnMethod),
};

export default doubleDqn;
