/**
 * What the on-policy methods with a policy network and a value network have in common: the two
 * networks, what they compute, and the programs that act with them in a rollout.
 */
import * as tf from "@tensorflow/tfjs-core";
import { compile, type State } from "../../engine/mod.ts";
import type { Environment } from "../../envs/environment.ts";
import type { Generator } from "../../random/generator.ts";
import type { Policy } from "../algorithm.ts";
import { type ActionDistribution, actionDistribution } from "./action_distribution.ts";
import { actionsOf } from "./action_space.ts";
import { type Activation, type Parameters, perceptron, type Tensors } from "./network.ts";
import { neuralPolicy } from "./neural_policy.ts";
import { type ObservationEncoder, observationEncoder } from "./observation_encoder.ts";
import type { RolloutOptions } from "./rollout.ts";
import { normalisationState, normalised } from "./running_moments.ts";

/** What the networks are made of. */
export interface ActorCriticOptions {
  /** Gives the spaces. */
  readonly environment: Environment;
  /** Units of each hidden layer, the same in both networks. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** First value of the Gaussian policy's own parameter. */
  readonly initialLogStandardDeviation: number;
  /** Whether both networks see observations by their running moments, which the State then holds. */
  readonly normaliseObservations: boolean;
  /** Draws the first weights: the policy's, then the value function's. */
  readonly random: Generator;
}

/** A policy and a value function, each a network of its own. */
export interface ActorCritic {
  readonly encoder: ObservationEncoder;
  readonly distribution: ActionDistribution;
  /** Names begin with `policy.`. */
  readonly policyParameters: Parameters;
  /** Names begin with `value.`. */
  readonly valueParameters: Parameters;
  /** What the State holds beside them: the moments that observations are normalised by, or nothing. */
  readonly moments: Parameters;
  /** What both networks see of observations as they are stored. */
  features(observations: tf.Tensor, tensors: Tensors): tf.Tensor2D;
  /** The outputs of the policy network, which say the distribution of the actions. */
  policy(features: tf.Tensor2D, tensors: Tensors): tf.Tensor2D;
  /** The value of each row: [batch]. */
  value(features: tf.Tensor2D, tensors: Tensors): tf.Tensor1D;
  /** What `Rollout` acts with, for this many copies of the environment. */
  acting(state: State, copies: number): Pick<RolloutOptions, "act" | "value">;
  /** The policy that takes the most probable action, with a copy of the present parameters. */
  greedy(name: string, environment: Environment, state: State): Policy;
}

/**
 * Makes the two networks: orthogonal first weights with gain sqrt(2) for hidden layers, 0.01 for the
 * policy's outputs (all actions nearly equally likely) and 1 for the value; biases 0.
 */
export function actorCritic(options: ActorCriticOptions): ActorCritic {
  const { environment, hidden, activation, random } = options;
  const encoder = observationEncoder(environment.observationSpace);
  const distribution = actionDistribution(
    actionsOf(environment),
    options.initialLogStandardDeviation,
  );
  const network = (name: string, outputs: number, outputGain: number) =>
    perceptron({
      name,
      sizes: [encoder.features, ...hidden, outputs],
      activation,
      initialisation: { outputGain },
      random,
    });
  const policy = network("policy", distribution.outputs, 0.01);
  const value = network("value", 1, 1);
  // A one-hot vector is as it should be.
  const normalise = options.normaliseObservations && !encoder.oneHot;
  const moments = normalise ? normalisationState(encoder.features) : {};
  const seen = normalise ? normalised : (features: tf.Tensor2D) => features;

  const model: ActorCritic = {
    encoder,
    distribution,
    policyParameters: { ...policy.parameters, ...distribution.parameters },
    valueParameters: value.parameters,
    moments,
    features: (observations, tensors) => seen(encoder.encode(observations), tensors),
    policy: (features, tensors) => policy.apply(features, tensors),
    value: (features, tensors) => tf.reshape(value.apply(features, tensors), [-1]),

    acting(state, copies) {
      const act = compile({
        state,
        inputs: {
          observation: encoder.spec(copies),
          noise: { shape: [copies, distribution.noise] },
        },
        run({ observation, noise }, s) {
          const features = model.features(observation, s);
          const outputs = model.policy(features, s);
          const action = distribution.sample(outputs, noise as tf.Tensor2D, s);
          return {
            action,
            logProbability: distribution.logProbability(outputs, action, s),
            value: model.value(features, s),
          };
        },
      });
      const valueOfOne = compile({
        state,
        inputs: { observation: encoder.spec(1) },
        run: ({ observation }, s) => ({ value: model.value(model.features(observation, s), s) }),
      });
      return {
        act(observation, noise) {
          act.run({ observation, noise });
          return {
            action: act.output("action") as Int32Array | Float32Array,
            logProbability: act.output("logProbability") as Float32Array,
            value: act.output("value") as Float32Array,
          };
        },
        value(observation) {
          valueOfOne.run({ observation });
          return valueOfOne.output("value")[0];
        },
      };
    },

    greedy: (name, environment, state) =>
      neuralPolicy({
        name,
        environment,
        state,
        parameters: [...Object.keys(policy.parameters), ...Object.keys(moments)],
        // The preferences of numbered actions, or the mean of the Gaussian.
        action: (features, tensors) => policy.apply(seen(features, tensors), tensors),
      }),
  };
  return model;
}
