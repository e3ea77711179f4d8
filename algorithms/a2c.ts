/**
 * A2C: advantage actor-critic (Mnih et al. 2016, "Asynchronous methods for deep reinforcement
 * learning", algorithm S3, with copies of the environment that are stepped together instead of threads).
 *
 * The actor is a network that gives the probabilities of the actions; the critic estimates how much
 * return follows an observation. A few steps in each of N environments tell whether actions turned out
 * better than the critic had expected (the advantage A). One gradient step then makes those that did
 * more probable and moves the critic's values V towards the returns R that were seen:
 *
 * ```math
 * L(\theta) = \frac{1}{NT} \sum_{i,t} \Big( -\log \pi_\theta(a_{it} \mid s_{it})\, A_{it}
 *   + c_V \big(R_{it} - V_\theta(s_{it})\big)^2 - c_H\, H\big(\pi_\theta(\cdot \mid s_{it})\big) \Big)
 * ```
 *
 * Advantages are generalised advantage estimates (Schulman et al. 2016); with V_T for the value of
 * where the rollout stops, and the sum ending where an episode does:
 *
 * ```math
 * A_t = \sum_{k=t}^{T-1} (\gamma\lambda)^{k-t} \big(r_k + \gamma V(s_{k+1}) - V(s_k)\big),
 * \qquad R_t = A_t + V(s_t)
 * ```
 *
 * With lambda = 1 these are the paper's n-step returns: all rewards up to the rollout's end and then the
 * critic's value; in rollouts as long as an episode they are Monte-Carlo returns. With lambda = 0 they
 * are one-step TD targets. A terminal observation is worth 0; one that a time limit cuts off is worth
 * what the critic says of it. Advantages and returns are numbers to the loss: no gradient goes through
 * them.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import {
  clipByGlobalNorm,
  compile,
  rmsProp,
  rmsPropState,
  rmsPropTensorFlow,
  rmsPropTensorFlowState,
  State,
} from "../engine/mod.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { type ActorCritic, actorCritic } from "./common/actor_critic.ts";
import { trainable } from "./common/network.ts";
import { Rollout } from "./common/rollout.ts";
import { setNormalisation } from "./common/running_moments.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { standardised } from "./common/standardised.ts";

const config = z.strictObject({
  environments: z.int().min(1).default(8).describe("Copies of the environment, N."),
  rolloutSteps: z.int().min(1).default(5).describe("Steps of each copy between updates, T."),
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  lambda: z.number().min(0).max(1).default(1).describe(
    "What advantages are made of: 1 for all rewards up to the rollout's end (n-step returns, as " +
      "published), 0 for one-step TD errors, between for generalised advantage estimation.",
  ),
  hidden: z.array(z.int().min(1)).default([64, 64])
    .describe(
      "Units of each hidden layer (tanh) of the actor, and of the critic, a network of its own.",
    ),
  learningRate: scheduleSchema.default(7e-4)
    .describe("RMSProp's step size: constant, or { from, to, steps } for linear decay."),
  optimizer: z.enum(["rmsProp", "rmsPropTensorFlow"]).default("rmsProp").describe(
    "RMSProp in PyTorch's form (epsilon outside the root) or in TensorFlow's (inside; smaller first steps).",
  ),
  rmsPropDecay: z.number().min(0).max(1).default(0.99)
    .describe("Decay of RMSProp's mean of squared gradients."),
  rmsPropEpsilon: z.number().positive().default(1e-5)
    .describe("What keeps RMSProp's divisor from 0."),
  valueCoefficient: z.number().min(0).default(0.5)
    .describe("Weight of the critic's mean squared error in the loss, c_V."),
  entropyCoefficient: z.number().min(0).default(0)
    .describe("Weight of the actor's entropy in the loss, c_H."),
  maxGradientNorm: z.number().positive().nullable().default(0.5)
    .describe("Gradients are scaled down to this common norm; null for no limit."),
  normaliseAdvantages: z.boolean().default(false)
    .describe(
      "Whether advantages are shifted and scaled to mean 0 and deviation 1 in each update.",
    ),
  normaliseObservations: z.boolean().default(false).describe(
    "Whether observations are shifted and scaled by their running mean and deviation, as they were at " +
      "the last update; one-hot vectors never are.",
  ),
  scaleRewards: z.boolean().default(false)
    .describe("Whether rewards are divided by the running deviation of the discounted return."),
  initialLogStandardDeviation: z.number().default(0)
    .describe("Log of the first standard deviation of continuous actions."),
});

type Config = z.infer<typeof config>;

type Saved = { steps: number; diverged: boolean; state: Uint8Array; rollout: Snapshot };

/**
 * The loss of the formula above.
 *
 * @param batch for each step, [batch]: the log-probability of its action, the entropy of the policy, the
 *   critic's value; and the advantage and the return, which are constants
 */
export function a2cLoss(
  { logProbability, entropy, value, advantage, target }: Record<
    "logProbability" | "entropy" | "value" | "advantage" | "target",
    tf.Tensor1D
  >,
  { valueCoefficient, entropyCoefficient }: Pick<
    Config,
    "valueCoefficient" | "entropyCoefficient"
  >,
): tf.Scalar {
  const policyLoss = tf.neg(tf.mean(tf.mul(logProbability, advantage)));
  const valueLoss = tf.mean(tf.square(tf.sub(target, value)));
  const bonus = tf.mul(tf.mean(entropy), entropyCoefficient);
  return tf.sub(tf.add(policyLoss, tf.mul(valueLoss, valueCoefficient)), bonus) as tf.Scalar;
}

/** One update of all parameters by a whole rollout. */
function updateProgram(config: Config, model: ActorCritic) {
  const { environments, rolloutSteps, optimizer, maxGradientNorm } = config;
  const parameters = { ...model.policyParameters, ...model.valueParameters };
  const [optimizerState, optimize] = optimizer === "rmsProp"
    ? [rmsPropState, rmsProp]
    : [rmsPropTensorFlowState, rmsPropTensorFlow];
  const state = new State<string>({
    ...parameters,
    ...optimizerState(parameters),
    ...model.moments,
  });
  const batch = environments * rolloutSteps;
  const update = compile({
    state,
    inputs: {
      observation: model.encoder.spec(batch),
      action: model.distribution.spec(batch),
      advantage: { shape: [batch] },
      target: { shape: [batch] },
      learningRate: { shape: [] },
    },
    run({ observation, action, advantage, target, learningRate }, s) {
      const features = model.features(observation, s);
      const weight = config.normaliseAdvantages ? standardised(advantage) : advantage;
      const { value: loss, grads } = tf.variableGrads(() => {
        const outputs = model.policy(features, s);
        return a2cLoss({
          logProbability: model.distribution.logProbability(outputs, action, s),
          entropy: model.distribution.entropy(outputs, s),
          value: model.value(features, s),
          advantage: weight as tf.Tensor1D,
          target: target as tf.Tensor1D,
        }, config);
      }, trainable(parameters, s));
      const gradients = maxGradientNorm === null
        ? grads
        : clipByGlobalNorm(grads, maxGradientNorm).gradients;
      optimize(s, gradients, {
        learningRate: learningRate as tf.Scalar,
        decay: config.rmsPropDecay,
        epsilon: config.rmsPropEpsilon,
      });
      return { loss };
    },
  });
  return { state, update };
}

class A2cLearner implements Learner {
  steps = 0;
  diverged = false;
  readonly #config: Config;
  readonly #model: ActorCritic;
  readonly #state: State;
  readonly #program: ReturnType<typeof updateProgram>["update"];
  readonly #rollout: Rollout;
  readonly #advantages: Float32Array;
  readonly #targets: Float32Array;

  constructor(context: Context<Config>) {
    const { config, streams, makeEnvironment } = context;
    this.#config = config;
    this.#model = actorCritic({
      environment: makeEnvironment(),
      hidden: config.hidden,
      activation: "tanh",
      initialLogStandardDeviation: config.initialLogStandardDeviation,
      normaliseObservations: config.normaliseObservations,
      random: streams.initialisation,
    });
    const { state, update } = updateProgram(config, this.#model);
    this.#state = state;
    this.#program = update;
    this.#rollout = new Rollout({
      context,
      encoder: this.#model.encoder,
      distribution: this.#model.distribution,
      copies: config.environments,
      steps: config.rolloutSteps,
      ...(config.scaleRewards && { scaleRewards: config.discount }),
      observationMoments: config.normaliseObservations,
      ...this.#model.acting(state, config.environments),
    });
    this.#advantages = new Float32Array(this.#rollout.rewards.length);
    this.#targets = new Float32Array(this.#rollout.rewards.length);
  }

  train(untilStep: number): void {
    const rollout = this.#rollout;
    while (this.steps < untilStep && !this.diverged) {
      // Perform a_t according to pi(a_t | s_t), T steps in each environment.
      this.steps += rollout.collect(untilStep - this.steps);
      if (rollout.full) this.#update();
    }
  }

  #update(): void {
    const { discount, lambda, learningRate } = this.#config;
    const rollout = this.#rollout;
    // R and A, from the last step back to the first.
    rollout.advantages(discount, lambda, this.#advantages, this.#targets);
    // One step along the gradients of all steps together.
    this.#program.run({
      observation: rollout.observations,
      action: rollout.actions,
      advantage: this.#advantages,
      target: this.#targets,
      learningRate: rateAt(learningRate, this.steps),
    });
    this.diverged = !this.#program.finite();
    if (rollout.moments) setNormalisation(this.#state, rollout.moments);
    rollout.clear();
  }

  policy(): Policy {
    return this.#model.greedy("a2c", this.#rollout.environment, this.#state);
  }

  save(): Saved {
    return {
      steps: this.steps,
      diverged: this.diverged,
      state: this.#state.save(),
      rollout: this.#rollout.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.#state.restore(saved.state);
    this.#rollout.restore(saved.rollout);
    this.steps = saved.steps;
    this.diverged = saved.diverged;
  }
}

/** A2C. */
export const a2c: ControlAlgorithm = {
  name: "a2c",
  title: "A2C",
  description:
    "A policy and a value function, learned together from short stretches of several environments: " +
    "actions that turned out better than the values had promised become more probable.",
  source: "Mnih et al. (2016)",
  taxonomy: {
    family: "actor-critic",
    update: "n-step TD",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["discrete", "continuous"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new A2cLearner(context),
};

export default a2c;
