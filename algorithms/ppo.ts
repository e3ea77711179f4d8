/**
 * PPO: proximal policy optimisation with a clipped objective (Schulman et al. 2017, "Proximal policy
 * optimization algorithms", algorithm 1).
 *
 * The policy acts for a while; then the same steps are learned from several times. So that the policy
 * does not run away from the one that acted, an action gains nothing more once its probability has
 * grown or shrunk by the clip range. With the ratio of probabilities `r = pi(A|S) / pi_old(A|S)`, each
 * minibatch takes a step of Adam down
 *
 * ```math
 * L = -\mathbb{E}\big[\min(r \hat A,\ \mathrm{clip}(r, 1 - \epsilon, 1 + \epsilon) \hat A)\big]
 *     + c_v \mathbb{E}\big[(V(S) - \hat A - V_{old}(S))^2\big]
 *     - c_e \mathbb{E}\big[\mathcal{H}(\pi(\cdot|S))\big]
 * ```
 *
 * How much better an action was than the policy's average is estimated by generalised advantage
 * estimation (Schulman et al. 2016), a sum of TD errors that ends where the episode or the rollout does:
 *
 * ```math
 * \hat A_t = \sum_{k \ge 0} (\gamma \lambda)^k
 *   \big(R_{t+k+1} + \gamma V_{old}(S_{t+k+1}) - V_{old}(S_{t+k})\big)
 * ```
 *
 * What the paper leaves open is done as in the authors' code, which Huang et al. (2022, "The 37
 * implementation details of proximal policy optimization") describe, but for five things. The learning
 * rate decays and value errors are clipped only if asked for. Squared value errors are not halved, as in
 * the paper, so that their weight of 0.5 is twice that of the authors' code. Policy and value function
 * share no layers, with numbered actions too. After a time limit the value of the last observation stands
 * for what would have followed, as everywhere in this project. And the moments of observations change
 * between rollouts only, so that all ratios are exactly 1 in the first minibatch.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import { adam, adamState, clipByGlobalNorm, compile, State } from "../engine/mod.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { type ActorCritic, actorCritic } from "./common/actor_critic.ts";
import { copyRows } from "./common/minibatches.ts";
import { trainable } from "./common/network.ts";
import { Rollout } from "./common/rollout.ts";
import { setNormalisation } from "./common/running_moments.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { standardised } from "./common/standardised.ts";

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  lambda: z.number().min(0).max(1).default(0.95)
    .describe("Decay of generalised advantage estimation: 0 for one-step errors, 1 for returns."),
  hidden: z.array(z.int().min(1)).default([64, 64])
    .describe("Units of each hidden layer, of the policy and of the value function."),
  activation: z.enum(["tanh", "relu"]).default("tanh").describe("Nonlinearity of hidden layers."),
  environments: z.int().min(1).default(1).describe("Copies of the environment that act, N."),
  rolloutSteps: z.int().min(1).default(2048).describe("Steps of each copy between updates, T."),
  epochs: z.int().min(1).default(10).describe("Times that each rollout is learned from."),
  minibatchSize: z.int().min(1).default(64)
    .describe("Steps per gradient; divides environments times rolloutSteps."),
  learningRate: scheduleSchema.default(3e-4)
    .describe("Adam's step size: constant, or { from, to, steps } for linear decay."),
  clipRange: scheduleSchema.default(0.2)
    .describe("How far a ratio may be from 1: constant, or { from, to, steps } for linear decay."),
  valueClipRange: z.number().positive().nullable().default(null).describe(
    "How far a value may move from the one before the update for its error to count as smaller; " +
      "null for no limit.",
  ),
  valueCoefficient: z.number().min(0).default(0.5)
    .describe("Weight of the values' mean squared error (not of half of it)."),
  entropyCoefficient: z.number().min(0).default(0).describe("Weight of the policy's entropy."),
  maxGradientNorm: z.number().positive().nullable().default(0.5)
    .describe("All gradients are scaled down to this common norm; null for no limit."),
  targetKl: z.number().positive().nullable().default(null).describe(
    "The update ends before a minibatch whose estimated divergence from the old policy is above 1.5 " +
      "times this; null for never.",
  ),
  normaliseAdvantages: z.boolean().default(true)
    .describe("Whether advantages have mean 0 and deviation 1 in each minibatch."),
  normaliseObservations: z.boolean().default(false)
    .describe(
      "Whether networks see observations minus their running mean, over their running deviation, as they " +
        "were when the rollout began; one-hot vectors never are.",
    ),
  scaleRewards: z.boolean().default(false)
    .describe("Whether rewards are divided by the running deviation of the discounted return."),
  initialLogStandardDeviation: z.number().default(0)
    .describe("First logarithm of the deviation of continuous actions."),
}).refine(
  ({ environments, rolloutSteps, minibatchSize }) =>
    environments * rolloutSteps % minibatchSize === 0,
  { path: ["minibatchSize"], error: "must divide environments times rolloutSteps" },
);

type Config = z.infer<typeof config>;

type Saved = {
  steps: number;
  diverged: boolean;
  state: Uint8Array;
  rollout: Snapshot;
  minibatches: PCG64State;
};

/**
 * The clipped objective, negated: the mean of `-min(r A, clip(r, 1 - range, 1 + range) A)`.
 *
 * @param ratio r: new probability of each action over the old one
 */
export function clippedLoss(
  ratio: tf.Tensor,
  advantage: tf.Tensor,
  clipRange: tf.Scalar,
): tf.Scalar {
  const clipped = tf.minimum(tf.maximum(ratio, tf.sub(1, clipRange)), tf.add(1, clipRange));
  const objective = tf.minimum(tf.mul(ratio, advantage), tf.mul(clipped, advantage));
  return tf.neg(tf.mean(objective));
}

/**
 * The mean squared error of the values; with a clip range, of each the larger of its square and that of
 * a value which keeps within the range of the old one.
 */
export function valueLoss(
  value: tf.Tensor,
  { target, oldValue, clipRange }: {
    readonly target: tf.Tensor;
    readonly oldValue: tf.Tensor;
    readonly clipRange: number | null;
  },
): tf.Scalar {
  const error = tf.square(tf.sub(value, target));
  if (clipRange === null) return tf.mean(error);
  const near = tf.add(oldValue, tf.clipByValue(tf.sub(value, oldValue), -clipRange, clipRange));
  return tf.mean(tf.maximum(error, tf.square(tf.sub(near, target))));
}

/**
 * An estimate of KL(old, new) from the logarithms of ratios: the mean of `exp(x) - 1 - x`, no term of
 * which is negative (Schulman 2020, "Approximating KL divergence").
 */
export function estimatedDivergence(logRatio: tf.Tensor): tf.Scalar {
  return tf.mean(tf.sub(tf.sub(tf.exp(logRatio), 1), logRatio));
}

/** What acts and what learns, over one memory of parameters. */
function programs(config: Config, model: ActorCritic) {
  const { encoder, distribution } = model;
  const parameters = { ...model.policyParameters, ...model.valueParameters };
  const state = new State({ ...parameters, ...adamState(parameters), ...model.moments });

  const size = config.minibatchSize;
  const steps = { observation: encoder.spec(size), action: distribution.spec(size) };
  const numbers = { shape: [size] };

  const update = compile({
    state,
    inputs: {
      ...steps,
      oldLogProbability: numbers,
      oldValue: numbers,
      advantage: numbers,
      target: numbers,
      clipRange: { shape: [] },
      learningRate: { shape: [] },
    },
    run(inputs, s) {
      const { observation, action, target, oldValue } = inputs;
      const advantage = config.normaliseAdvantages
        ? standardised(inputs.advantage)
        : inputs.advantage;
      const { value: loss, grads } = tf.variableGrads(() => {
        const features = model.features(observation, s);
        const outputs = model.policy(features, s);
        const logProbability = distribution.logProbability(outputs, action, s);
        const ratio = tf.exp(tf.sub(logProbability, inputs.oldLogProbability));
        const policyLoss = clippedLoss(ratio, advantage, inputs.clipRange as tf.Scalar);
        const errors = valueLoss(model.value(features, s), {
          target,
          oldValue,
          clipRange: config.valueClipRange,
        });
        const total = tf.add(policyLoss, tf.mul(errors, config.valueCoefficient)) as tf.Scalar;
        if (config.entropyCoefficient === 0) return total;
        const entropy = tf.mean(distribution.entropy(outputs, s));
        return tf.sub(total, tf.mul(entropy, config.entropyCoefficient));
      }, trainable(parameters, s));
      const gradients = config.maxGradientNorm === null
        ? grads
        : clipByGlobalNorm(grads, config.maxGradientNorm).gradients;
      adam(s, gradients, { learningRate: inputs.learningRate as tf.Scalar, epsilon: 1e-5 });
      return { loss };
    },
  });

  const divergence = config.targetKl === null ? null : compile({
    state,
    inputs: { ...steps, oldLogProbability: numbers },
    run({ observation, action, oldLogProbability }, s) {
      const outputs = model.policy(model.features(observation, s), s);
      const logProbability = distribution.logProbability(outputs, action, s);
      return { divergence: estimatedDivergence(tf.sub(logProbability, oldLogProbability)) };
    },
  });

  return { state, update, divergence };
}

class PpoLearner implements Learner {
  steps = 0;
  diverged = false;
  readonly #config: Config;
  readonly #context: Context<Config>;
  readonly #model: ActorCritic;
  readonly #programs: ReturnType<typeof programs>;
  readonly #rollout: Rollout;
  /** Steps of all copies in a rollout. */
  readonly #size: number;
  /** What is learned from, field by field. */
  readonly #batch;
  readonly #minibatch;

  constructor(context: Context<Config>) {
    const { config, streams } = context;
    const { environments, rolloutSteps, minibatchSize } = config;
    this.#config = config;
    this.#context = context;
    const model = actorCritic({
      ...config,
      environment: context.makeEnvironment(),
      random: streams.initialisation,
    });
    this.#model = model;
    this.#programs = programs(config, model);
    this.#rollout = new Rollout({
      context,
      encoder: model.encoder,
      distribution: model.distribution,
      copies: environments,
      steps: rolloutSteps,
      scaleRewards: config.scaleRewards ? config.discount : undefined,
      observationMoments: config.normaliseObservations,
      ...model.acting(this.#programs.state, environments),
    });
    this.#size = environments * rolloutSteps;
    this.#batch = {
      observation: this.#rollout.observations,
      action: this.#rollout.actions,
      oldLogProbability: this.#rollout.logProbabilities,
      oldValue: this.#rollout.values,
      advantage: new Float32Array(this.#size),
      target: new Float32Array(this.#size),
    };
    this.#minibatch = {
      observation: model.encoder.array(minibatchSize),
      action: model.distribution.array(minibatchSize),
      oldLogProbability: new Float32Array(minibatchSize),
      oldValue: new Float32Array(minibatchSize),
      advantage: new Float32Array(minibatchSize),
      target: new Float32Array(minibatchSize),
    };
  }

  train(untilStep: number): void {
    const rollout = this.#rollout;
    while (this.steps < untilStep && !this.diverged) {
      // The moments change between rollouts only: the exported policy has those it was trained with.
      const begins = this.steps > 0 && this.steps % this.#size === 0;
      if (rollout.moments && begins) setNormalisation(this.#programs.state, rollout.moments);
      // Run policy pi_old in N environments for T steps.
      this.steps += rollout.collect(untilStep - this.steps);
      if (!rollout.full) return;
      // Compute advantage estimates A_1, ..., A_T.
      const { discount, lambda } = this.#config;
      rollout.advantages(discount, lambda, this.#batch.advantage, this.#batch.target);
      // Optimise the surrogate L, with K epochs and minibatches of size M <= N T.
      this.#optimise();
      rollout.clear();
    }
  }

  #optimise(): void {
    const { epochs, minibatchSize, learningRate, clipRange, targetKl } = this.#config;
    const { update, divergence } = this.#programs;
    const minibatch = this.#minibatch;
    // Rates are those of the rollout's first step: one that decays to 0 still learns from the last.
    const begun = this.steps - this.#size;
    const rates = {
      learningRate: rateAt(learningRate, begun),
      clipRange: rateAt(clipRange, begun),
    };
    for (let epoch = 0; epoch < epochs; epoch++) {
      // Every step once in each epoch, in a random order.
      const order = this.#context.streams.minibatches.permutation(this.#size);
      for (let begin = 0; begin < this.#size; begin += minibatchSize) {
        copyRows(this.#batch, minibatch, { order, begin, size: minibatchSize });
        if (divergence !== null) {
          const { observation, action, oldLogProbability } = minibatch;
          divergence.run({ observation, action, oldLogProbability });
          if (divergence.output("divergence")[0] > 1.5 * targetKl!) return;
        }
        update.run({ ...minibatch, ...rates });
        // The loss may be finite and what it has made of the parameters not.
        this.diverged = !update.finite();
        if (this.diverged) return;
      }
    }
  }

  policy(): Policy {
    return this.#model.greedy("ppo", this.#rollout.environment, this.#programs.state);
  }

  save(): Saved {
    return {
      steps: this.steps,
      diverged: this.diverged,
      state: this.#programs.state.save(),
      rollout: this.#rollout.save(),
      minibatches: this.#context.streams.minibatches.bits.state,
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.#programs.state.restore(saved.state);
    this.#rollout.restore(saved.rollout);
    this.#context.streams.minibatches.bits.state = saved.minibatches;
    this.steps = saved.steps;
    this.diverged = saved.diverged;
  }
}

/** PPO. */
export const ppo: ControlAlgorithm = {
  name: "ppo",
  title: "PPO",
  description:
    "Learns several times from each batch of steps, with an objective that gives no reason to move " +
    "far from the policy that acted.",
  source: "Schulman et al. (2017)",
  taxonomy: {
    family: "actor-critic",
    update: "TD(lambda)",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["discrete", "continuous"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new PpoLearner(context),
};

export default ppo;
