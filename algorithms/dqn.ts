/**
 * DQN: Q-learning with a neural network, a replay memory and a target network (Mnih et al. 2015,
 * "Human-level control through deep reinforcement learning", algorithm 1).
 *
 * The agent acts epsilon-greedily and keeps its transitions. Minibatches drawn from them move
 * Q(S, A) towards the reward plus the discounted value of the best next action, as judged by Q', a
 * copy of the network that follows slowly:
 *
 * ```math
 * L(\theta) = \mathbb{E}\left[ \ell\bigl( Q_\theta(S, A) - y \bigr) \right], \qquad
 * y = R + \gamma \max_a Q_{\theta'}(S', a)
 * ```
 *
 * where l is Huber's function or the square, and y = R if S' is terminal. At a time limit S' is the
 * last observation of the episode, and its value counts.
 *
 * Each part can be left out or replaced, so that its effect can be measured: the target network, the
 * replay memory (or drawn by priority: Schaul et al. 2016), and the single step (n-step returns:
 * Hessel et al. 2018, without correction for actions that the greedy policy would not have taken).
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import type { Generator } from "../random/generator.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { type DiscreteActions, discreteActionsOf } from "./common/action_space.ts";
import { type DeepQMethod, deepQPrograms } from "./common/deep_q_programs.ts";
import { NStepReturns } from "./common/n_step_returns.ts";
import { perceptron } from "./common/network.ts";
import { neuralPolicy } from "./common/neural_policy.ts";
import { type ObservationEncoder, observationEncoder } from "./common/observation_encoder.ts";
import { oneHot } from "./common/one_hot.ts";
import { PrioritizedReplay } from "./common/prioritized_replay.ts";
import { ReplayBuffer } from "./common/replay_buffer.ts";
import { scaledToBounds } from "./common/scaled_observations.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { TrainingEnvironment } from "./common/training_environment.ts";

/** The options that all members of the family have. */
export const dqnOptions = {
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  hidden: z.array(z.int().min(1)).default([64, 64]).describe("Units of each hidden layer (ReLU)."),
  scaleObservations: z.boolean().default(false)
    .describe("Maps observations from the bounds of their space, where it has some, to [-1, 1]."),
  learningRate: scheduleSchema.default(1e-3)
    .describe("Adam's step size: constant, or { from, to, steps } for linear decay."),
  epsilon: scheduleSchema.default({ from: 1, to: 0.05, steps: 10_000 })
    .describe("Probability of a random action: constant, or { from, to, steps } for linear decay."),
  n: z.int().min(1).default(1).describe("Steps of reward in a target before the value takes over."),
  replay: z.union([
    z.enum(["uniform", "none"]),
    z.strictObject({
      alpha: z.number().min(0).max(1).default(0.6),
      beta: scheduleSchema.default({ from: 0.4, to: 1, steps: 50_000 }),
    }),
  ]).default("uniform").describe(
    'What an update learns from: "uniform" for transitions drawn from the replay memory; { alpha, ' +
      'beta } for drawing by priority; "none" for the latest batchSize transitions, without memory.',
  ),
  replayCapacity: z.int().min(1).default(100_000)
    .describe("Transitions kept in the replay memory; the oldest is replaced."),
  batchSize: z.int().min(1).default(64).describe("Transitions per update."),
  learningStarts: z.int().min(1).default(1000)
    .describe("Environment steps before the first update."),
  trainEvery: z.int().min(1).default(4).describe("Environment steps between updates."),
  updates: z.int().min(1).default(1).describe("Updates each time."),
  target: z.union([
    z.literal("none"),
    z.strictObject({ every: z.int().min(1) }),
    z.strictObject({ rate: z.number().min(0).max(1) }),
  ]).default({ every: 500 }).describe(
    'Target network: "none" (the network itself), { every } for a copy each so many environment ' +
      "steps, { rate } for a Polyak average at each update.",
  ),
  loss: z.enum(["huber", "squared"]).default("huber")
    .describe("Loss of the TD error: Huber's (the clipped error of the paper), or its square."),
  maxGradientNorm: z.number().positive().nullable().default(10)
    .describe("Gradients are scaled down to this common norm; null for no limit."),
};

/** Their values. */
export type DqnConfig = z.infer<z.ZodObject<typeof dqnOptions>>;

/** What the learner itself reads of them. */
export type LearnerConfig = Omit<DqnConfig, "loss">;

/** Whether the first update has transitions to learn from. */
export function startsLateEnough(
  { learningStarts, n, replay, batchSize }: LearnerConfig,
): boolean {
  return learningStarts >= n - 1 + (replay === "none" ? batchSize : 1);
}

/** What to say of a configuration that starts too early. */
export const startsTooEarly = {
  path: ["learningStarts"],
  error: "must be at least n, without replay n - 1 + batchSize",
};

const config = z.strictObject(dqnOptions).refine(startsLateEnough, startsTooEarly);

/** What a method is made from. */
export interface MethodOptions<Config> {
  readonly config: Config;
  /** Numbers in. */
  readonly features: number;
  /** Number of actions. */
  readonly actions: number;
  /** Draws the first weights. */
  readonly random: Generator;
}

/** DQN's network, target and loss. */
export function dqnMethod(
  { config, features, actions, random }: MethodOptions<DqnConfig>,
): DeepQMethod {
  return {
    network: perceptron({
      name: "q",
      sizes: [features, ...config.hidden, actions],
      activation: "relu",
      initialisation: "pytorch",
      random,
    }),
    actionValues: (output) => output,
    target: ({ reward, discount }, next) => dqnTarget(reward, discount, next.target),
    loss: (values, action, target) => tdLoss(values, action, target, config.loss),
  };
}

/** y = r + gamma max_a Q'(s', a) for each transition; gamma is 0 after a termination. */
export function dqnTarget(
  reward: tf.Tensor1D,
  discount: tf.Tensor1D,
  nextValues: tf.Tensor2D,
): tf.Tensor1D {
  return tf.add(reward, tf.mul(discount, tf.max(nextValues, 1)));
}

/** The TD error Q(s, a) - y of each transition, and its square or Huber's function of it. */
export function tdLoss(
  values: tf.Tensor2D,
  action: tf.Tensor1D,
  target: tf.Tensor,
  loss: DqnConfig["loss"],
): { loss: tf.Tensor1D; error: tf.Tensor1D } {
  const error = tf.sub(valuesOf(values, action), target) as tf.Tensor1D;
  return { loss: loss === "huber" ? huber(error) : tf.square(error), error };
}

/** Q(s, a) of the given action in each row of Q(s, .). */
export function valuesOf(values: tf.Tensor2D, action: tf.Tensor1D): tf.Tensor1D {
  return tf.sum(tf.mul(values, oneHot(action, values.shape[1])), 1);
}

/**
 * Huber's function with threshold 1: e^2 / 2 up to there, |e| - 1/2 beyond. Its slope is the error
 * clipped to [-1, 1]; told here, it costs less than what would be derived.
 */
export function huber<T extends tf.Tensor>(error: T): T {
  const withSlope = tf.customGrad((x, save) => {
    const e = x as tf.Tensor;
    const clipped = tf.maximum(tf.minimum(e, 1), -1);
    (save as tf.GradSaveFunc)([clipped]);
    return {
      value: tf.mul(clipped, tf.sub(e, tf.mul(0.5, clipped))),
      gradFunc: (dy: tf.Tensor, [clipped]: tf.Tensor[]) => tf.mul(dy, clipped),
    };
  });
  return withSlope(error) as T;
}

type Saved = {
  steps: number;
  diverged: boolean;
  state: Uint8Array;
  task: Snapshot;
  returns: Snapshot;
  memory: Snapshot;
  exploration: PCG64State;
  minibatches: PCG64State;
};

/** The learner of all members of the family: they differ in their method alone. */
export class DqnLearner<Config extends LearnerConfig> implements Learner {
  steps = 0;
  diverged = false;
  readonly #name: string;
  readonly #config: Config;
  readonly #context: Context<Config>;
  readonly #task: TrainingEnvironment;
  readonly #encoder: ObservationEncoder;
  readonly #actions: DiscreteActions;
  readonly #method: DeepQMethod;
  readonly #programs: ReturnType<typeof deepQPrograms>;
  readonly #memory: ReplayBuffer;
  readonly #returns: NStepReturns;
  /** Room for the inputs of the programs. */
  readonly #seen;
  readonly #minibatch;
  readonly #inputs;

  /**
   * Makes a learner that has done no steps.
   *
   * @param name of the algorithm
   * @param method makes its network, target and loss
   */
  constructor(
    name: string,
    context: Context<Config>,
    method: (options: MethodOptions<Config>) => DeepQMethod,
  ) {
    const { config, streams } = context;
    const { n, discount, replay, replayCapacity, batchSize } = config;
    this.#name = name;
    this.#config = config;
    this.#context = context;
    this.#task = new TrainingEnvironment(context);
    const { environment } = this.#task;
    const encoder = this.#encoder = observationEncoder(environment.observationSpace);
    const { n: actions } = this.#actions = discreteActionsOf(environment);

    // Initialise the replay memory, the network Q, and the target network Q' = Q.
    const { features } = encoder;
    const made = method({ config, features, actions, random: streams.initialisation });
    const network = config.scaleObservations
      ? scaledToBounds(made.network, environment.observationSpace)
      : made.network;
    this.#method = { ...made, network };
    const weighted = typeof replay === "object";
    this.#programs = deepQPrograms(this.#method, { ...config, encoder, weighted });
    const capacity = replay === "none" ? batchSize : replayCapacity;
    const memory = this.#memory = weighted
      ? new PrioritizedReplay({ capacity, encoder, actionSize: 0, batchSize, alpha: replay.alpha })
      : new ReplayBuffer({ capacity, encoder, actionSize: 0 });
    this.#returns = new NStepReturns({ n, discount, memory });

    this.#seen = encoder.array(1);
    this.#minibatch = memory.minibatch(batchSize);
    const weights = memory instanceof PrioritizedReplay && { weight: memory.weights };
    this.#inputs = { ...this.#minibatch, ...weights, learningRate: 0 };
  }

  train(untilStep: number): void {
    const { learningStarts, trainEvery, updates, target } = this.#config;
    const task = this.#task;
    while (this.steps < untilStep && !this.diverged) {
      // With probability epsilon select a random action, otherwise a = argmax_a Q(s, a).
      const action = this.#epsilonGreedy();
      // Execute it, observe r and s'; store the transition.
      const step = task.step(action + this.#actions.start);
      this.#returns.add(task.observation, action, step);
      task.advance();
      this.steps++;

      // Draw minibatches; a gradient step on each.
      if (this.steps >= learningStarts && this.steps % trainEvery === 0) {
        for (let i = 0; i < updates && !this.diverged; i++) this.#update();
      }
      // Every C steps reset Q' = Q.
      if (typeof target === "object" && "every" in target && this.steps % target.every === 0) {
        this.#programs.copyToTarget.run({});
      }
    }
  }

  #epsilonGreedy(): number {
    const { exploration } = this.#context.streams;
    if (exploration.random() < rateAt(this.#config.epsilon, this.steps)) {
      return exploration.integers(0, this.#actions.n);
    }
    const { act } = this.#programs;
    this.#encoder.store(this.#task.observation, this.#seen, 0);
    act.run({ observation: this.#seen });
    return act.output("action")[0];
  }

  #update(): void {
    const { update } = this.#programs;
    this.#drawMinibatch();
    this.#inputs.learningRate = rateAt(this.#config.learningRate, this.steps);
    update.run(this.#inputs);
    // Loss and parameters: gradients may overflow where the loss does not.
    this.diverged = !update.finite();
    if (this.#memory instanceof PrioritizedReplay && !this.diverged) {
      this.#memory.prioritise(update.output("error"));
    }
  }

  #drawMinibatch(): void {
    const { minibatches } = this.#context.streams;
    const { replay } = this.#config;
    const memory = this.#memory;
    if (memory instanceof PrioritizedReplay && typeof replay === "object") {
      memory.sampleByPriority(minibatches, this.#minibatch, rateAt(replay.beta, this.steps));
    } else if (replay === "none") memory.latest(this.#minibatch);
    else memory.sample(minibatches, this.#minibatch);
  }

  policy(): Policy {
    const { network, actionValues } = this.#method;
    return neuralPolicy({
      name: this.#name,
      environment: this.#task.environment,
      state: this.#programs.state,
      parameters: Object.keys(network.parameters),
      action: (features, tensors) => actionValues(network.apply(features, tensors)),
    });
  }

  save(): Saved {
    const { exploration, minibatches } = this.#context.streams;
    return {
      steps: this.steps,
      diverged: this.diverged,
      state: this.#programs.state.save(),
      task: this.#task.save(),
      returns: this.#returns.save(),
      memory: this.#memory.save(),
      exploration: exploration.bits.state,
      minibatches: minibatches.bits.state,
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.#programs.state.restore(saved.state);
    this.#memory.restore(saved.memory);
    this.#task.restore(saved.task);
    this.#returns.restore(saved.returns);
    const { exploration, minibatches } = this.#context.streams;
    exploration.bits.state = saved.exploration;
    minibatches.bits.state = saved.minibatches;
    this.steps = saved.steps;
    this.diverged = saved.diverged;
  }
}

/** DQN. */
export const dqn: ControlAlgorithm = {
  name: "dqn",
  title: "DQN",
  description:
    "Q-learning with a neural network, made stable by learning from a memory of transitions and " +
    "towards a slowly changing copy of the network.",
  source: "Mnih et al. (2015)",
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
  create: (context: Context<DqnConfig>) => new DqnLearner("dqn", context, dqnMethod),
};

export default dqn;
