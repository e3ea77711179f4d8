/**
 * SAC, soft actor-critic (Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications",
 * arXiv:1812.05905, algorithm 1).
 *
 * The agent maximises reward and, with a weight alpha (the temperature), the entropy of its policy: it
 * stays as random as it can afford, which is how it explores. The policy is a Gaussian that depends on the
 * observation, squashed into the box by tanh; as in TD3 the lower one of two critics counts. With actions
 * drawn anew as functions of the actor's outputs and noise (the reparameterisation trick), the slow copies
 * Q'1 and Q'2, and the wanted entropy H, which is minus the numbers of an action:
 *
 * ```math
 * \begin{aligned}
 * y &= r + \gamma \Big(\min_{i=1,2} Q'_i(s', a') - \alpha \log \pi(a' \mid s')\Big),
 *   \quad a' \sim \pi(s') \\
 * L(Q) &= \tfrac{1}{N} \sum \sum_{i=1,2} \tfrac{1}{2} \big(y - Q_i(s, a)\big)^2 \\
 * L(\pi) &= \tfrac{1}{N} \sum \Big(\alpha \log \pi(\tilde a \mid s) - \min_{i=1,2} Q_i(s, \tilde a)\Big),
 *   \quad \tilde a \sim \pi(s) \\
 * L(\log \alpha) &= -\tfrac{1}{N} \sum \log \alpha \, \big(\log \pi(\tilde a \mid s) + H\big)
 * \end{aligned}
 * ```
 *
 * where gamma is 0 after a termination (not at a time limit). The critics' loss has the paper's factor 1/2,
 * which some have not. All three losses of an update use the temperature from before it.
 *
 * Actions are normalised to [-1, 1] (`common/action_space.ts`): so they are stored and seen by the critics,
 * and densities are those of normalised actions, so that the entropy does not depend on the box. The policy
 * that is evaluated takes the middle of the Gaussian, tanh of its mean.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import { adam, adamState, compile, polyakAverage, State } from "../engine/mod.ts";
import { log } from "../math/math.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { actionCritic } from "./common/action_critic.ts";
import { AutoregressiveNoise, fillStandardNormal } from "./common/action_noise.ts";
import { continuousActionsOf, rescale, rescaler } from "./common/action_space.ts";
import { copyOf, type Parameters, perceptron, trainable } from "./common/network.ts";
import { neuralPolicy } from "./common/neural_policy.ts";
import { type ObservationEncoder, observationEncoder } from "./common/observation_encoder.ts";
import { ReplayBuffer } from "./common/replay_buffer.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { TrainingEnvironment } from "./common/training_environment.ts";

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  hidden: z.array(z.int().min(1)).default([64, 64])
    .describe("Units of each hidden layer (ReLU) of the actor, and of each critic."),
  actorLearningRate: scheduleSchema.default(1e-3).describe(
    "Adam's step size for the actor and the temperature: constant, or { from, to, steps } for linear decay.",
  ),
  criticLearningRate: scheduleSchema.default(1e-3)
    .describe(
      "Adam's step size for the critics: constant, or { from, to, steps } for linear decay.",
    ),
  replayCapacity: z.int().min(1).default(1_000_000)
    .describe("Transitions kept; the oldest is replaced."),
  batchSize: z.int().min(1).default(100).describe("Transitions per update."),
  learningStarts: z.int().min(1).default(1000)
    .describe("So many first actions are uniformly random; the first update comes after them."),
  trainEvery: z.int().min(1).default(1).describe("Environment steps between updates."),
  updates: z.int().min(1).default(1).describe("Updates each time."),
  target: z.strictObject({ rate: z.number().min(0).max(1) }).default({ rate: 0.005 })
    .describe("Rate of the target critics' Polyak average."),
  temperature: z.union([z.literal("automatic"), z.number().positive()]).default("automatic")
    .describe(
      'Weight alpha of the entropy: a number, or "automatic" to keep the entropy at minus the numbers of ' +
        "an action (alpha starts at 1).",
    ),
  noiseCorrelation: z.number().min(0).lt(1).default(0).describe(
    "Correlation of the noise of one action with that of the next while acting (Ornstein-Uhlenbeck noise " +
      "in place of the Gaussian's, as in Eberhard et al. 2023); 0 is the paper's independent noise.",
  ),
});

type Config = z.infer<typeof config>;

type Saved = {
  steps: number;
  diverged: boolean;
  state: Uint8Array;
  task: Snapshot;
  replay: Snapshot;
  noise: Snapshot;
  exploration: PCG64State;
  minibatches: PCG64State;
};

/** The log standard deviation is clipped to these. */
export const LOG_DEVIATION = { least: -20, most: 2 } as const;

const LOG_2 = log(2);
const HALF_LOG_2_PI = log(2 * Math.PI) / 2;

/**
 * Draws from the squashed Gaussian: u = mean + deviation noise, a = tanh(u). Its log-density has the
 * Jacobian of tanh in it (the paper's appendix C), log(1 - tanh(u)^2) = 2 (log 2 - u - softplus(-2u)),
 * written so that it stays finite where tanh(u) rounds to 1.
 *
 * @param outputs the actor's: means, then log standard deviations, [batch, 2 size]
 * @param noise standard normal numbers, [batch, size]
 * @returns the actions [batch, size], and log pi of each [batch], both with gradients to `outputs`
 */
export function squashedGaussian(
  outputs: tf.Tensor2D,
  noise: tf.Tensor,
): { readonly action: tf.Tensor2D; readonly logProbability: tf.Tensor1D } {
  const { mean, logDeviation } = meanAndLogDeviation(outputs);
  const u = tf.add(mean, tf.mul(tf.exp(logDeviation), noise));
  const gaussian = tf.neg(
    tf.add(tf.add(tf.mul(0.5, tf.square(noise)), logDeviation), HALF_LOG_2_PI),
  );
  const jacobian = tf.mul(2, tf.sub(tf.sub(LOG_2, u), tf.softplus(tf.mul(-2, u))));
  return {
    action: tf.tanh(u) as tf.Tensor2D,
    logProbability: tf.sum(tf.sub(gaussian, jacobian), 1),
  };
}

/** The middle of the squashed Gaussian: the action of the policy that is evaluated. */
export function middle(outputs: tf.Tensor2D): tf.Tensor2D {
  return tf.tanh(meanAndLogDeviation(outputs).mean);
}

function meanAndLogDeviation(outputs: tf.Tensor2D) {
  const size = outputs.shape[1] / 2;
  const logDeviation = tf.slice(outputs, [0, size], [-1, size]);
  return {
    mean: tf.slice(outputs, [0, 0], [-1, size]),
    logDeviation: tf.clipByValue(logDeviation, LOG_DEVIATION.least, LOG_DEVIATION.most),
  };
}

/** L(Q): half the mean squares of the errors, summed over the critics. */
export function criticsLoss(values: readonly tf.Tensor[], target: tf.Tensor): tf.Scalar {
  const losses = values.map((value) => tf.mean(tf.square(tf.sub(value, target))));
  return tf.mul(0.5, losses.reduce((sum, loss) => tf.add(sum, loss))) as tf.Scalar;
}

/** L(pi), given both critics' values of the actions drawn. */
export function actorLoss(
  logProbability: tf.Tensor,
  [first, second]: readonly tf.Tensor[],
  temperature: tf.Tensor,
): tf.Scalar {
  const value = tf.minimum(first, second);
  return tf.mean(tf.sub(tf.mul(temperature, logProbability), value)) as tf.Scalar;
}

/** L(log alpha); the log-probabilities are given numbers here. */
export function temperatureLoss(
  logTemperature: tf.Tensor,
  logProbability: tf.Tensor,
  wantedEntropy: number,
): tf.Scalar {
  const surplus = tf.mean(tf.add(logProbability, wantedEntropy));
  return tf.neg(tf.mul(logTemperature, surplus)) as tf.Scalar;
}

/** What acts and what learns, over one memory of parameters. */
function programs(config: Config, { encoder, actionSize, random }: {
  encoder: ObservationEncoder;
  actionSize: number;
  random: Context<Config>["streams"]["initialisation"];
}) {
  const { features } = encoder;
  const { hidden, temperature } = config;
  const actor = perceptron({
    name: "actor",
    sizes: [features, ...hidden, 2 * actionSize],
    activation: "relu",
    initialisation: "pytorch",
    random,
  });
  const critics = ["critic1", "critic2"].map((name) =>
    actionCritic({ name, features, actionSize, hidden, random })
  );
  const ofCritics = { ...critics[0].parameters, ...critics[1].parameters };
  const automatic = temperature === "automatic";
  const ofTemperature: Parameters = {
    logTemperature: { shape: [], values: automatic ? 0 : log(temperature) },
  };
  const ofActor = automatic ? { ...actor.parameters, ...ofTemperature } : actor.parameters;
  const state = new State({
    ...ofCritics,
    ...copyOf(ofCritics, "target."),
    ...actor.parameters,
    ...ofTemperature,
    ...adamState(ofCritics, "criticAdam"),
    ...adamState(ofActor, "actorAdam"),
  });

  const act = compile({
    state,
    inputs: { observation: encoder.spec(1), noise: { shape: [1, actionSize] } },
    run: ({ observation, noise }, s) => {
      const outputs = actor.apply(encoder.encode(observation), s);
      return { action: squashedGaussian(outputs, noise).action };
    },
  });

  const batch = config.batchSize;
  const update = compile({
    state,
    inputs: {
      observation: encoder.spec(batch),
      action: { shape: [batch, actionSize] },
      reward: { shape: [batch] },
      discount: { shape: [batch] },
      next: encoder.spec(batch),
      nextNoise: { shape: [batch, actionSize] },
      noise: { shape: [batch, actionSize] },
      actorLearningRate: { shape: [] },
      criticLearningRate: { shape: [] },
    },
    run({ observation, action, reward, discount, next, nextNoise, noise, ...rates }, s) {
      const now = encoder.encode(observation), later = encoder.encode(next);
      const alpha = tf.exp(s.logTemperature);
      // a' ~ pi(s'); y = r + gamma (min Q'(s', a') - alpha log pi(a' | s')).
      const drawn = squashedGaussian(actor.apply(later, s), nextNoise);
      const [first, second] = critics.map((critic) =>
        critic.value(later, drawn.action, s, "target.")
      );
      const entropy = tf.mul(alpha, drawn.logProbability);
      const y = tf.add(reward, tf.mul(discount, tf.sub(tf.minimum(first, second), entropy)));
      // Update the critics.
      const forCritics = tf.variableGrads(
        () => criticsLoss(critics.map((critic) => critic.value(now, action as tf.Tensor2D, s)), y),
        trainable(ofCritics, s),
      );
      const criticLearningRate = rates.criticLearningRate as tf.Scalar;
      adam(s, forCritics.grads, { learningRate: criticLearningRate, name: "criticAdam" });
      // Update the actor, with the critics as they are now.
      const forActor = tf.variableGrads(() => {
        const { action, logProbability } = squashedGaussian(actor.apply(now, s), noise);
        const values = critics.map((critic) => critic.value(now, action, s));
        return actorLoss(logProbability, values, alpha);
      }, trainable(actor.parameters, s));
      // Update the temperature by the same log-probabilities, outside of any gradient to the actor. Adam
      // takes each parameter for itself, so that one call does for both.
      const { logProbability } = squashedGaussian(actor.apply(now, s), noise);
      const forTemperature = tf.variableGrads(
        () => temperatureLoss(s.logTemperature, logProbability, -actionSize),
        [s.logTemperature],
      );
      const gradients = automatic ? { ...forActor.grads, ...forTemperature.grads } : forActor.grads;
      const actorLearningRate = rates.actorLearningRate as tf.Scalar;
      adam(s, gradients, { learningRate: actorLearningRate, name: "actorAdam" });
      // Update the target networks.
      const pairs = Object.keys(ofCritics).map((name) => [s[`target.${name}`], s[name]] as const);
      polyakAverage(pairs, config.target.rate);
      return { criticLoss: forCritics.value, actorLoss: forActor.value };
    },
  });
  return { actor, state, act, update };
}

class SacLearner implements Learner {
  steps = 0;
  diverged = false;
  readonly #config: Config;
  readonly #streams: Context<Config>["streams"];
  readonly #task: TrainingEnvironment;
  readonly #programs: ReturnType<typeof programs>;
  readonly #replay: ReplayBuffer;
  readonly #noise: AutoregressiveNoise;
  readonly #encoder: ObservationEncoder;
  readonly #toEnvironment: ReturnType<typeof rescaler>;
  // Room for one observation and its noise, a normalised action, the environment's, and a minibatch.
  readonly #one;
  readonly #oneNoise: Float32Array;
  readonly #action: Float32Array;
  readonly #command: Float32Array;
  readonly #minibatch;

  constructor(context: Context<Config>) {
    const { config, streams } = context;
    this.#config = config;
    this.#streams = streams;
    this.#task = new TrainingEnvironment(context);
    const { environment } = this.#task;
    const actions = continuousActionsOf(environment);
    const actionSize = actions.size;
    const encoder = observationEncoder(environment.observationSpace);
    this.#encoder = encoder;
    this.#programs = programs(config, { encoder, actionSize, random: streams.initialisation });
    const replay = new ReplayBuffer({ capacity: config.replayCapacity, encoder, actionSize });
    this.#replay = replay;
    // Every action's noise is standard normal by itself, however strongly it follows the last one.
    const decay = config.noiseCorrelation;
    const scale = Math.sqrt(1 - decay * decay);
    this.#noise = new AutoregressiveNoise(actionSize, { decay, scale, start: "stationary" });
    this.#noise.reset(streams.exploration);
    this.#toEnvironment = rescaler(actions);
    this.#one = encoder.array(1);
    this.#oneNoise = new Float32Array(actionSize);
    this.#action = new Float32Array(actionSize);
    this.#command = new Float32Array(actionSize);
    const size = config.batchSize * actionSize;
    this.#minibatch = {
      ...replay.minibatch(config.batchSize),
      nextNoise: new Float32Array(size),
      noise: new Float32Array(size),
    };
  }

  train(untilStep: number): void {
    const { discount, learningStarts, trainEvery, updates } = this.#config;
    const task = this.#task;
    while (this.steps < untilStep && !this.diverged) {
      // Sample a ~ pi(s).
      const action = this.#explore();
      this.#toEnvironment(action, this.#command);
      // Execute it, observe r and s'; store the transition. A terminal s' is worth 0.
      const { observation: next, reward, terminated, truncated } = task.step(this.#command);
      this.#replay.add(task.observation, action, reward, terminated ? 0 : discount, next);
      // The noise of a new episode does not depend on the last one's.
      if (terminated || truncated) this.#noise.reset(this.#streams.exploration);
      task.advance();
      this.steps++;

      // Sample minibatches; an update on each.
      if (this.steps >= learningStarts && this.steps % trainEvery === 0) {
        for (let i = 0; i < updates && !this.diverged; i++) this.#update();
      }
    }
  }

  /** A uniformly random action at first, then one drawn from the policy; normalised. */
  #explore(): Float32Array {
    const { exploration } = this.#streams;
    const action = this.#action;
    if (this.steps < this.#config.learningStarts) {
      for (let i = 0; i < action.length; i++) action[i] = exploration.uniform(-1, 1);
      return action;
    }
    const { act } = this.#programs;
    this.#encoder.store(this.#task.observation, this.#one, 0);
    this.#oneNoise.set(this.#noise.next(exploration));
    act.run({ observation: this.#one, noise: this.#oneNoise });
    action.set(act.output("action"));
    return action;
  }

  #update(): void {
    const { update } = this.#programs;
    const { actorLearningRate, criticLearningRate } = this.#config;
    const { minibatches } = this.#streams;
    this.#replay.sample(minibatches, this.#minibatch);
    fillStandardNormal(minibatches, this.#minibatch.nextNoise);
    fillStandardNormal(minibatches, this.#minibatch.noise);
    update.run({
      ...this.#minibatch,
      actorLearningRate: rateAt(actorLearningRate, this.steps),
      criticLearningRate: rateAt(criticLearningRate, this.steps),
    });
    // Losses and parameters: an actor that is not finite must never act.
    this.diverged = !update.finite();
  }

  policy(): Policy {
    const { actor, state } = this.#programs;
    const { environment } = this.#task;
    const actions = continuousActionsOf(environment);
    return neuralPolicy({
      name: "sac",
      environment,
      state,
      parameters: Object.keys(actor.parameters),
      action: (features, tensors) => rescale(actions, middle(actor.apply(features, tensors))),
    });
  }

  save(): Saved {
    const { exploration, minibatches } = this.#streams;
    return {
      steps: this.steps,
      diverged: this.diverged,
      state: this.#programs.state.save(),
      task: this.#task.save(),
      replay: this.#replay.save(),
      noise: this.#noise.save(),
      exploration: exploration.bits.state,
      minibatches: minibatches.bits.state,
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.#programs.state.restore(saved.state);
    this.#task.restore(saved.task);
    this.#replay.restore(saved.replay);
    this.#noise.restore(saved.noise);
    const { exploration, minibatches } = this.#streams;
    exploration.bits.state = saved.exploration;
    minibatches.bits.state = saved.minibatches;
    this.steps = saved.steps;
    this.diverged = saved.diverged;
  }
}

/** SAC. */
export const sac: ControlAlgorithm = {
  name: "sac",
  title: "SAC",
  description:
    "An actor-critic that maximises reward and the randomness of its own policy together; the weight of " +
    "the latter adapts itself.",
  source: "Haarnoja et al. (2018)",
  taxonomy: {
    family: "actor-critic",
    update: "TD",
    policy: "off-policy",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["continuous"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new SacLearner(context),
};

export default sac;
