/**
 * Dueling DQN (Wang et al. 2016, "Dueling network architectures for deep reinforcement learning").
 *
 * In many states it matters little which action is taken, but much how good the state is. The network
 * has a shared trunk and two heads: one for the state's value V, one for the advantage A of each
 * action over the others. They are put together so that the advantages' mean over the actions is 0:
 *
 * ```math
 * Q(s, a) = V(s) + A(s, a) - \frac{1}{|\mathcal{A}|} \sum_{a'} A(s, a')
 * ```
 *
 * Every update thus moves V, and with it the values of all actions. As in the paper, the next action
 * is chosen as in Double DQN unless `double` is off, and the gradients that enter the trunk from the
 * two heads are scaled by 1 / sqrt 2. The loop is DQN's (dqn.ts), with or without a target network.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Context, ControlAlgorithm } from "./algorithm.ts";
import type { DeepQMethod } from "./common/deep_q_programs.ts";
import { type Network, perceptron } from "./common/network.ts";
import { doubleDqnTarget } from "./double_dqn.ts";
import {
  DqnLearner,
  dqnOptions,
  dqnTarget,
  type MethodOptions,
  startsLateEnough,
  startsTooEarly,
  tdLoss,
} from "./dqn.ts";

const config = z.strictObject({
  ...dqnOptions,
  hidden: z.array(z.int().min(1)).min(1).default([64])
    .describe("Units of each hidden layer of the trunk (ReLU)."),
  streams: z.array(z.int().min(1)).default([32])
    .describe("Units of each hidden layer of either head (ReLU)."),
  scaleTrunkGradients: z.boolean().default(true)
    .describe("Scales the gradients that enter the trunk by 1 / sqrt 2, as both heads send one."),
  double: z.boolean().default(true)
    .describe("Chooses the next action by the network that learns, as Double DQN does."),
}).refine(startsLateEnough, startsTooEarly);

type Config = z.infer<typeof config>;

function duelingDqnMethod(options: MethodOptions<Config>): DeepQMethod {
  const { double, loss } = options.config;
  return {
    network: duelingNetwork(options),
    actionValues: (output) => output,
    target: ({ reward, discount }, next) =>
      double
        ? doubleDqnTarget(reward, discount, next.online, next.target)
        : dqnTarget(reward, discount, next.target),
    loss: (values, action, target) => tdLoss(values, action, target, loss),
  };
}

/** A trunk with two heads, whose output are the action values. */
export function duelingNetwork(
  { config, features, actions, random }: MethodOptions<
    Pick<Config, "hidden" | "streams" | "scaleTrunkGradients">
  >,
): Network {
  const layers = (name: string, sizes: readonly number[]) =>
    perceptron({ name, sizes, activation: "relu", initialisation: "pytorch", random });
  const { hidden, streams, scaleTrunkGradients } = config;
  const trunk = layers("trunk", [features, ...hidden]);
  const width = hidden[hidden.length - 1];
  const value = layers("value", [width, ...streams, 1]);
  const advantage = layers("advantage", [width, ...streams, actions]);
  return {
    parameters: { ...trunk.parameters, ...value.parameters, ...advantage.parameters },
    apply(x, tensors, prefix) {
      let shared = tf.relu(trunk.apply(x, tensors, prefix));
      if (scaleTrunkGradients) shared = scaleGradient(shared, Math.SQRT1_2);
      return duelingValues(
        value.apply(shared, tensors, prefix),
        advantage.apply(shared, tensors, prefix),
      );
    },
  };
}

/** Q(s, a) = V(s) + A(s, a) - mean_a' A(s, a'), from V [batch, 1] and A [batch, actions]. */
export function duelingValues(value: tf.Tensor2D, advantage: tf.Tensor2D): tf.Tensor2D {
  return tf.add(value, tf.sub(advantage, tf.mean(advantage, 1, true)));
}

/** The same values; gradients are multiplied by the factor on their way back. */
function scaleGradient(x: tf.Tensor2D, factor: number): tf.Tensor2D {
  const scaled = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, factor),
  }));
  return scaled(x) as tf.Tensor2D;
}

/** Dueling DQN. */
export const duelingDqn: ControlAlgorithm = {
  name: "dueling_dqn",
  title: "Dueling DQN",
  description:
    "DQN with a network that has one head for the value of the state and one for the advantages of " +
    "the actions, so that every update teaches something about all actions.",
  source: "Wang et al. (2016)",
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
  create: (context: Context<Config>) => new DqnLearner("dueling_dqn", context, duelingDqnMethod),
};

export default duelingDqn;
