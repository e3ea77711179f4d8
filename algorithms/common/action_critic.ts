/** Q(s, a) for vectors of actions: a network of the observation and the action together. */
import * as tf from "@tensorflow/tfjs-core";
import type { Generator } from "../../random/generator.ts";
import { type Parameters, perceptron, type Tensors } from "./network.ts";

/** What a critic is made of. */
export interface ActionCriticOptions {
  /** Prefix of the names of its parameters. */
  readonly name: string;
  /** Numbers that a network sees of an observation. */
  readonly features: number;
  /** Numbers of an action. */
  readonly actionSize: number;
  /** Units of each hidden layer (ReLU). */
  readonly hidden: readonly number[];
  /** Draws the first weights. */
  readonly random: Generator;
}

/** A network that values actions. */
export interface ActionCritic {
  readonly parameters: Parameters;
  /**
   * The value of each row's action, [batch].
   *
   * @param prefix reads the parameters of a copy, such as `target.`
   */
  value(
    features: tf.Tensor2D,
    action: tf.Tensor2D,
    tensors: Tensors,
    prefix?: string,
  ): tf.Tensor1D;
}

/** Makes a critic. The action joins the observation at the first layer. */
export function actionCritic(
  { name, features, actionSize, hidden, random }: ActionCriticOptions,
): ActionCritic {
  const { parameters, apply } = perceptron({
    name,
    sizes: [features + actionSize, ...hidden, 1],
    activation: "relu",
    initialisation: "pytorch",
    random,
  });
  return {
    parameters,
    value: (features, action, tensors, prefix) =>
      tf.reshape(apply(tf.concat([features, action], 1), tensors, prefix), [-1]),
  };
}
