/**
 * REINFORCE: the Monte-Carlo policy gradient (Williams 1992, "Simple statistical gradient-following
 * algorithms for connectionist reinforcement learning"; Sutton & Barto 2018, sections 13.3 and 13.4).
 *
 * The agent plays whole episodes by its stochastic policy. Then every action of them is made more
 * probable in proportion to the return G that followed it, or, with a baseline, in proportion to how
 * much better that was than a second network had expected of the observation:
 *
 * ```math
 * L(\theta) = -\frac{1}{E} \sum_{e=1}^{E} \sum_{t=0}^{T_e-1}
 *   \gamma^{t\,d}\, \big(G_{et} - v_w(s_{et})\big) \log \pi_\theta(a_{et} \mid s_{et}),
 * \qquad G_t = \sum_{k \ge t} \gamma^{k-t} r_k
 * ```
 *
 * The baseline changes the variance of the gradient and not its mean. It is fitted to the returns by the
 * mean square over all M steps:
 *
 * ```math
 * L(w) = \frac{1}{M} \sum_{e,t} \big(G_{et} - v_w(s_{et})\big)^2
 * ```
 *
 * What is chosen here where descriptions differ:
 *
 * - gamma^t is left out (d = 0) unless `discountLaterSteps` is on, as in almost all code. Sutton and Barto
 *   have it (d = 1): only with it, or with gamma = 1, is the gradient, on the average over episodes, exactly
 *   that of the discounted return from the start.
 * - An update is made of `episodesPerUpdate` episodes at once by Adam; the book steps after each time step.
 * - An episode that a time limit cuts off has no return. With a baseline, its value of the last
 *   observation stands for the rest; without one, the return ends there.
 * - The baseline's values enter as numbers, as they were when the agent acted: no gradient goes through.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import { adam, adamState, compile, State } from "../engine/mod.ts";
import type { Action, Observation } from "../envs/environment.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { actionReader } from "./common/action_distribution.ts";
import { actionsOf } from "./common/action_space.ts";
import { type ActorCritic, actorCritic } from "./common/actor_critic.ts";
import { Episodes } from "./common/episodes.ts";
import { type Parameters, trainable } from "./common/network.ts";
import type { ObservationArray } from "./common/observation_encoder.ts";
import { RewardScaler, RunningMoments, setNormalisation } from "./common/running_moments.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { TrainingEnvironment } from "./common/training_environment.ts";

const config = z.strictObject({
  baseline: z.boolean().default(true)
    .describe("Whether a second network's estimate of the return is taken off the returns."),
  episodesPerUpdate: z.int().min(1).default(1).describe("Whole episodes per update, E."),
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  discountLaterSteps: z.boolean().default(false).describe(
    "Whether step t of an episode counts gamma^t in the policy's loss, as in Sutton and Barto's algorithm.",
  ),
  hidden: z.array(z.int().min(1)).default([64, 64])
    .describe("Units of each hidden layer (tanh) of the policy, and of the baseline."),
  learningRate: scheduleSchema.default(1e-3)
    .describe(
      "Adam's step size for the policy: constant, or { from, to, steps } for linear decay.",
    ),
  baselineLearningRate: scheduleSchema.default(1e-3)
    .describe("Adam's step size for the baseline, in the same forms."),
  normaliseAdvantages: z.boolean().default(false).describe(
    "Whether returns minus baseline are shifted and scaled to mean 0 and deviation 1 in each update.",
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

type Saved = {
  steps: number;
  diverged: boolean;
  state: Uint8Array;
  task: Snapshot;
  episodes: Snapshot;
  moments: Snapshot;
  scaler: Snapshot;
  exploration: PCG64State;
};

/**
 * The policy's loss: each action's log-probability by its weight, which is a constant.
 *
 * @param weight gamma^t (G - v) / E; 0 for a row that is not there
 */
export function policyLoss(logProbability: tf.Tensor1D, weight: tf.Tensor1D): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(weight, logProbability))) as tf.Scalar;
}

/**
 * The baseline's loss: weighted squared errors.
 *
 * @param weight 1 / M; 0 for a row that is not there
 */
export function baselineLoss(
  value: tf.Tensor1D,
  target: tf.Tensor1D,
  weight: tf.Tensor1D,
): tf.Scalar {
  return tf.sum(tf.mul(weight, tf.square(tf.sub(target, value)))) as tf.Scalar;
}

/**
 * Steps that go through the network at once. Episodes have any length, programs a fixed size: gradients
 * are summed over chunks of so many steps, the last one filled up with rows of weight 0.
 */
const CHUNK = 64;

/** What acts and what learns, over one memory of parameters. */
function programs(config: Config, model: ActorCritic) {
  const { encoder, distribution } = model;
  const policy = model.policyParameters;
  const baseline = config.baseline ? model.valueParameters : {};
  const parameters = { ...policy, ...baseline };
  const state = new State<string>({
    ...parameters,
    ...sumsOf(parameters),
    ...adamState(policy, "policyAdam"),
    ...(config.baseline && adamState(baseline, "valueAdam")),
    ...model.moments,
  });

  const act = compile({
    state,
    inputs: { observation: encoder.spec(1), noise: { shape: [1, distribution.noise] } },
    run({ observation, noise }, s) {
      const features = model.features(observation, s);
      const outputs = model.policy(features, s);
      return {
        action: distribution.sample(outputs, noise as tf.Tensor2D, s),
        value: config.baseline ? model.value(features, s) : tf.zeros([1]),
      };
    },
  });

  /** Adds the gradients of a chunk to the sums. */
  const accumulate = compile({
    state,
    inputs: {
      observation: encoder.spec(CHUNK),
      action: distribution.spec(CHUNK),
      weight: { shape: [CHUNK] },
      target: { shape: [CHUNK] },
      targetWeight: { shape: [CHUNK] },
    },
    run({ observation, action, weight, target, targetWeight }, s) {
      const features = model.features(observation, s);
      const { grads } = tf.variableGrads(() => {
        const outputs = model.policy(features, s);
        const logProbability = distribution.logProbability(outputs, action, s);
        return policyLoss(logProbability, weight as tf.Tensor1D);
      }, trainable(policy, s));
      if (config.baseline) {
        const fit = tf.variableGrads(() => {
          const value = model.value(features, s);
          return baselineLoss(value, target as tf.Tensor1D, targetWeight as tf.Tensor1D);
        }, trainable(baseline, s));
        Object.assign(grads, fit.grads);
      }
      for (const name of Object.keys(parameters)) {
        const sum = s[sumOf(name)];
        sum.assign(tf.add(sum, grads[name]));
      }
    },
  });

  /** Steps along the summed gradients, and begins new sums. */
  const apply = compile({
    state,
    inputs: { learningRate: { shape: [] }, baselineLearningRate: { shape: [] } },
    run({ learningRate, baselineLearningRate }, s) {
      const summed = (of: Parameters) =>
        Object.fromEntries(Object.keys(of).map((name) => [name, s[sumOf(name)]]));
      const step = (of: Parameters, name: string, rate: tf.Tensor) =>
        adam(s, summed(of), { learningRate: rate as tf.Scalar, name });
      step(policy, "policyAdam", learningRate);
      if (config.baseline) step(baseline, "valueAdam", baselineLearningRate);
      for (const name of Object.keys(parameters)) {
        s[sumOf(name)].assign(tf.zerosLike(s[sumOf(name)]));
      }
    },
  });

  return { state, act, accumulate, apply };
}

const sumOf = (parameter: string) => `gradient.${parameter}`;

/** A sum of gradients for each parameter, 0 at first. */
function sumsOf(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => [sumOf(name), { shape }]),
  );
}

class ReinforceLearner implements Learner {
  steps = 0;
  diverged = false;
  readonly #config: Config;
  readonly #random: Context<Config>["streams"]["exploration"];
  readonly #task: TrainingEnvironment;
  readonly #model: ActorCritic;
  readonly #programs: ReturnType<typeof programs>;
  readonly #episodes: Episodes;
  readonly #moments: RunningMoments | null;
  readonly #scaler: RewardScaler | null;
  /** The observation to act on, the random numbers to act by, and the action, as programs take them. */
  readonly #one: ObservationArray;
  readonly #noise: Float32Array;
  readonly #action: Int32Array | Float32Array;
  readonly #toEnvironment: (index: number) => Action;
  readonly #chunk;

  constructor(context: Context<Config>) {
    const { config, streams } = context;
    this.#config = config;
    this.#random = streams.exploration;
    this.#task = new TrainingEnvironment(context);
    const { environment } = this.#task;
    this.#model = actorCritic({
      environment,
      hidden: config.hidden,
      activation: "tanh",
      initialLogStandardDeviation: config.initialLogStandardDeviation,
      normaliseObservations: config.normaliseObservations,
      random: streams.initialisation,
    });
    const { encoder, distribution } = this.#model;
    this.#programs = programs(config, this.#model);
    this.#episodes = new Episodes(encoder, distribution);
    const normalise = config.normaliseObservations && !encoder.oneHot;
    this.#moments = normalise ? new RunningMoments(encoder.features) : null;
    this.#scaler = config.scaleRewards ? new RewardScaler(1, config.discount) : null;
    this.#one = encoder.array(1);
    this.#noise = new Float32Array(distribution.noise);
    this.#action = distribution.array(1);
    this.#toEnvironment = actionReader(actionsOf(environment), this.#action);
    this.#chunk = {
      observation: encoder.array(CHUNK),
      action: distribution.array(CHUNK),
      weight: new Float32Array(CHUNK),
      target: new Float32Array(CHUNK),
      targetWeight: new Float32Array(CHUNK),
    };
  }

  train(untilStep: number): void {
    const { episodesPerUpdate } = this.#config;
    const task = this.#task;
    const episodes = this.#episodes;
    while (this.steps < untilStep && !this.diverged) {
      // Generate an episode S_0, A_0, R_1, ..., following pi(.|., theta).
      const value = this.#choose(task.observation);
      const { observation, reward, terminated, truncated } = task.step(this.#toEnvironment(0));
      const ended = terminated || truncated;
      const scaled = this.#scaler?.scaled(0, reward, ended) ?? reward;
      episodes.add(task.observation, this.#action, scaled, value);
      if (ended) episodes.end(terminated ? 0 : this.#valueOf(observation));
      task.advance();
      this.steps++;

      // After E whole episodes, learn from each of their steps.
      if (episodes.ended === episodesPerUpdate) this.#update();
    }
  }

  /** Draws an action, and gives the baseline's value of the observation: 0 without a baseline. */
  #choose(observation: Observation): number {
    this.#model.distribution.fillNoise(this.#random, this.#noise);
    const value = this.#valueOf(observation);
    this.#action.set(this.#programs.act.output("action"));
    this.#moments?.add(this.#one);
    return value;
  }

  /** The baseline's value; draws nothing. */
  #valueOf(observation: Observation): number {
    const { act } = this.#programs;
    this.#model.encoder.store(observation, this.#one, 0);
    act.run({ observation: this.#one, noise: this.#noise });
    return act.output("value")[0];
  }

  #update(): void {
    const { discount, discountLaterSteps, normaliseAdvantages } = this.#config;
    const episodes = this.#episodes;
    // G <- the return from step t; delta <- G - v(S_t, w)
    const { returns, powers } = episodes.returns(discount);
    const advantages = returns.map((value, t) => value - episodes.values[t]);
    if (normaliseAdvantages) standardise(advantages);
    // w <- w + alpha_w delta grad v(S_t, w);  theta <- theta + alpha gamma^t delta grad ln pi(A_t|S_t)
    const weights = advantages.map((advantage, t) =>
      (discountLaterSteps ? powers[t] : 1) * advantage / episodes.ended
    );
    for (let from = 0; from < episodes.steps; from += CHUNK) {
      this.#accumulate(from, weights, returns);
    }
    const { apply, state } = this.#programs;
    const { learningRate, baselineLearningRate } = this.#config;
    apply.run({
      learningRate: rateAt(learningRate, this.steps),
      baselineLearningRate: rateAt(baselineLearningRate, this.steps),
    });
    this.diverged = !apply.finite();
    if (this.#moments) setNormalisation(state, this.#moments);
    episodes.clear();
  }

  /** Adds the gradients of the steps from `from` on, up to a chunk's size. */
  #accumulate(from: number, weights: Float64Array, returns: Float64Array): void {
    const { observations, actions, steps } = this.#episodes;
    const chunk = this.#chunk;
    const { size } = this.#model.encoder;
    const actionSize = this.#action.length;
    const to = Math.min(from + CHUNK, steps);
    fillRows(chunk.observation, observations.subarray(from * size, to * size));
    fillRows(chunk.action, actions.subarray(from * actionSize, to * actionSize));
    fillRows(chunk.weight, weights.subarray(from, to));
    fillRows(chunk.target, returns.subarray(from, to));
    chunk.targetWeight.fill(1 / steps, 0, to - from).fill(0, to - from);
    this.#programs.accumulate.run(chunk);
  }

  policy(): Policy {
    return this.#model.greedy("reinforce", this.#task.environment, this.#programs.state);
  }

  save(): Saved {
    return {
      steps: this.steps,
      diverged: this.diverged,
      state: this.#programs.state.save(),
      task: this.#task.save(),
      episodes: this.#episodes.save(),
      moments: this.#moments?.save() ?? null,
      scaler: this.#scaler?.save() ?? null,
      exploration: this.#random.bits.state,
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.#programs.state.restore(saved.state);
    this.#task.restore(saved.task);
    this.#episodes.restore(saved.episodes);
    this.#moments?.restore(saved.moments);
    this.#scaler?.restore(saved.scaler);
    this.#random.bits.state = saved.exploration;
    this.steps = saved.steps;
    this.diverged = saved.diverged;
  }
}

/** Puts rows at the beginning of an array and zeros behind them. */
function fillRows(out: ObservationArray, rows: ArrayLike<number>): void {
  out.set(rows);
  out.fill(0, rows.length);
}

/** Shifts and scales to mean 0 and deviation 1; a single number is left as it is. */
function standardise(values: Float64Array): void {
  const { length } = values;
  if (length < 2) return;
  let mean = 0;
  for (const value of values) mean += value / length;
  let variance = 0;
  for (const value of values) variance += (value - mean) * (value - mean) / length;
  const scale = 1 / (Math.sqrt(variance) + 1e-8);
  for (let i = 0; i < length; i++) values[i] = (values[i] - mean) * scale;
}

/** REINFORCE. */
export const reinforce: ControlAlgorithm = {
  name: "reinforce",
  title: "REINFORCE",
  description:
    "Plays whole episodes and makes each action more probable in proportion to the return that " +
    "followed it, less what a learned baseline had expected.",
  source: "Williams (1992); Sutton & Barto (2018), sections 13.3 and 13.4",
  taxonomy: {
    family: "policy-based",
    update: "Monte-Carlo",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["discrete", "continuous"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new ReinforceLearner(context),
};

export default reinforce;
