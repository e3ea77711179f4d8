/**
 * What the members of the DQN family compute: the action values of one observation, the update on a
 * minibatch, and the copy to the target network, as programs over one memory of parameters.
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  adam,
  adamState,
  clipByGlobalNorm,
  compile,
  polyakAverage,
  State,
  type TensorSpec,
} from "../../engine/mod.ts";
import { copyOf, type Network, trainable } from "./network.ts";
import type { ObservationEncoder } from "./observation_encoder.ts";

/** What sets one member of the family apart. All functions are recorded. */
export interface DeepQMethod {
  /** The network. */
  readonly network: Network;
  /** Q(s, .) [batch, actions] from the network's output for s. */
  actionValues(output: tf.Tensor2D): tf.Tensor2D;
  /**
   * y: what the network's output for S and A is moved towards. No gradient goes through it.
   *
   * @param transitions rewards and discounts [batch]; the discount is 0 after a termination
   * @param next the outputs for S' of the network itself and of the target network
   */
  target(
    transitions: { readonly reward: tf.Tensor1D; readonly discount: tf.Tensor1D },
    next: { readonly online: tf.Tensor2D; readonly target: tf.Tensor2D },
  ): tf.Tensor;
  /** Loss and TD error of each transition [batch], from the output for S, the actions A and y. */
  loss(output: tf.Tensor2D, action: tf.Tensor1D, target: tf.Tensor): {
    readonly loss: tf.Tensor1D;
    readonly error: tf.Tensor1D;
  };
}

/** How the target network follows. */
export type TargetNetwork = "none" | { readonly every: number } | { readonly rate: number };

/** What the programs are made for. */
export interface DeepQOptions {
  readonly encoder: ObservationEncoder;
  readonly batchSize: number;
  readonly target: TargetNetwork;
  /** Gradients are scaled down to this common norm; null for no limit. */
  readonly maxGradientNorm: number | null;
  /** Whether the update takes a weight for each transition. */
  readonly weighted: boolean;
}

/** Compiles a method. Its network's first parameters are those of the target network, too. */
export function deepQPrograms(
  { network, actionValues, target, loss }: DeepQMethod,
  { encoder, batchSize, target: follow, maxGradientNorm, weighted }: DeepQOptions,
) {
  const { parameters } = network;
  // Without a target network, the network itself is its own.
  const prefix = follow === "none" ? "" : "target.";
  const state = new State({
    ...parameters,
    ...(prefix && copyOf(parameters, prefix)),
    ...adamState(parameters),
  });
  const pairs = (s: Record<string, tf.Variable>) =>
    Object.keys(parameters).map((name) => [s[prefix + name], s[name]] as const);

  const act = compile({
    state,
    inputs: { observation: encoder.spec(1) },
    run: ({ observation }, s) => ({
      action: tf.argMax(actionValues(network.apply(encoder.encode(observation), s)), 1),
    }),
  });

  const batch = { shape: [batchSize] };
  const inputs: Record<string, TensorSpec> = {
    observation: encoder.spec(batchSize),
    action: { ...batch, dtype: "int32" },
    reward: batch,
    discount: batch,
    next: encoder.spec(batchSize),
    learningRate: { shape: [] },
    ...(weighted && { weight: batch }),
  };
  const update = compile({
    state,
    inputs,
    run(given, s) {
      const observation = encoder.encode(given.observation);
      const next = encoder.encode(given.next);
      const reward = given.reward as tf.Tensor1D;
      const discount = given.discount as tf.Tensor1D;
      const y = target({ reward, discount }, {
        online: network.apply(next, s),
        target: network.apply(next, s, prefix),
      });
      let errors: tf.Tensor | undefined;
      const { value, grads } = tf.variableGrads(() => {
        const output = network.apply(observation, s);
        const { loss: losses, error } = loss(output, given.action as tf.Tensor1D, y);
        errors = tf.keep(error); // past the end of variableGrads
        return tf.mean(weighted ? tf.mul(given.weight, losses) : losses) as tf.Scalar;
      }, trainable(parameters, s));
      const gradients = maxGradientNorm === null
        ? grads
        : clipByGlobalNorm(grads, maxGradientNorm).gradients;
      adam(s, gradients, { learningRate: given.learningRate as tf.Scalar });
      if (typeof follow === "object" && "rate" in follow) polyakAverage(pairs(s), follow.rate);
      return { loss: value, error: errors! };
    },
  });

  const copyToTarget = compile({ state, inputs: {}, run: (_, s) => polyakAverage(pairs(s), 1) });
  return { state, act, update, copyToTarget };
}
