/**
 * DDPG, deep deterministic policy gradient: Q-learning for continuous actions (Lillicrap et al. 2016,
 * "Continuous control with deep reinforcement learning", algorithm 1).
 *
 * Where actions are vectors, nobody can try them all to find the best one. So a second network, the
 * actor mu, learns to give it: the critic Q learns the values of actions from a memory of transitions, as
 * in DQN, and the actor climbs the slope of Q with respect to the action. Both have copies Q' and mu' that
 * follow slowly, and what the critic learns towards is computed by these four networks together:
 *
 * ```math
 * \begin{aligned}
 * y &= r + \gamma\, Q'\big(s', \mu'(s')\big) \\
 * L(Q) &= \tfrac{1}{N} \sum \big(y - Q(s, a)\big)^2 \\
 * L(\mu) &= -\tfrac{1}{N} \sum Q\big(s, \mu(s)\big)
 * \end{aligned}
 * ```
 *
 * where gamma is 0 after a termination (not at a time limit). The policy is deterministic, so it explores
 * by noise that is added to its actions.
 *
 * Actions are normalised to [-1, 1] (`common/action_space.ts`): so they are stored and seen by the critic,
 * and the noise is in units of half the width of the box. Unlike the paper, the action enters the critic
 * at its first layer, there is no weight decay, and the last layers start like the others.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import { adam, adamState, compile, polyakAverage, State } from "../engine/mod.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { type ActionCritic, actionCritic } from "./common/action_critic.ts";
import { actionNoise, actionNoiseSchema } from "./common/action_noise.ts";
import { continuousActionsOf, rescale, rescaler } from "./common/action_space.ts";
import { copyOf, type Network, perceptron, type Tensors, trainable } from "./common/network.ts";
import { neuralPolicy } from "./common/neural_policy.ts";
import { type ObservationEncoder, observationEncoder } from "./common/observation_encoder.ts";
import { ReplayBuffer } from "./common/replay_buffer.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { TrainingEnvironment } from "./common/training_environment.ts";

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  hidden: z.array(z.int().min(1)).default([64, 64])
    .describe("Units of each hidden layer (ReLU) of the actor, and of the critic."),
  actorLearningRate: scheduleSchema.default(1e-3).describe(
    "Adam's step size for the actor (the paper: 1e-4): constant, or { from, to, steps } for linear decay.",
  ),
  criticLearningRate: scheduleSchema.default(1e-3).describe(
    "Adam's step size for the critic (the paper: 1e-3): constant, or { from, to, steps } for linear decay.",
  ),
  replayCapacity: z.int().min(1).default(1_000_000)
    .describe("Transitions kept; the oldest is replaced."),
  batchSize: z.int().min(1).default(100).describe("Transitions per update."),
  learningStarts: z.int().min(1).default(1000)
    .describe("So many first actions are uniformly random; the first update comes after them."),
  trainEvery: z.int().min(1).default(1).describe("Environment steps between updates."),
  updates: z.int().min(1).default(1).describe("Updates each time."),
  target: z.union([
    z.strictObject({ rate: z.number().min(0).max(1) }),
    z.strictObject({ every: z.int().min(1) }),
  ]).default({ rate: 0.005 }).describe(
    "Target networks: { rate } for a Polyak average at each update, { every } for a copy each so many " +
      "environment steps.",
  ),
  noise: actionNoiseSchema.default({ type: "gaussian", sigma: 0.1 }).describe(
    'Exploration noise in units of half the width of the action space: { type: "gaussian", sigma }, ' +
      '{ type: "ornstein-uhlenbeck", sigma, theta, dt } (the paper: 0.2, 0.15), or { type: "none" }.',
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

/** mu(s), normalised: [batch, size]. */
export function deterministicAction(
  actor: Network,
  features: tf.Tensor2D,
  tensors: Tensors,
  prefix = "",
): tf.Tensor2D {
  return tf.tanh(actor.apply(features, tensors, prefix));
}

/** The mean square of the critic's error. */
export function criticLoss(value: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.mean(tf.square(tf.sub(value, target))) as tf.Scalar;
}

/** The two networks; their copies have the prefix `target.`. */
interface Networks {
  readonly actor: Network;
  readonly critic: ActionCritic;
}

/** L(mu): minus the mean value of the actor's actions. */
export function actorLoss(
  { actor, critic }: Networks,
  features: tf.Tensor2D,
  tensors: Tensors,
): tf.Scalar {
  const action = deterministicAction(actor, features, tensors);
  return tf.neg(tf.mean(critic.value(features, action, tensors))) as tf.Scalar;
}

/** What acts and what learns, over one memory of parameters. */
function programs(config: Config, { encoder, actionSize, random }: {
  encoder: ObservationEncoder;
  actionSize: number;
  random: Context<Config>["streams"]["initialisation"];
}) {
  const { features } = encoder;
  const actor = perceptron({
    name: "actor",
    sizes: [features, ...config.hidden, actionSize],
    activation: "relu",
    initialisation: "pytorch",
    random,
  });
  const { hidden, target } = config;
  const critic = actionCritic({ name: "critic", features, actionSize, hidden, random });
  const networks = { actor, critic };
  const parameters = { ...actor.parameters, ...critic.parameters };
  const state = new State({
    ...parameters,
    ...copyOf(parameters, "target."),
    ...adamState(actor.parameters, "actorAdam"),
    ...adamState(critic.parameters, "criticAdam"),
  });
  const pairs = (s: Record<string, tf.Variable>) =>
    Object.keys(parameters).map((name) => [s[`target.${name}`], s[name]] as const);

  const act = compile({
    state,
    inputs: { observation: encoder.spec(1) },
    run: ({ observation }, s) => ({
      action: deterministicAction(actor, encoder.encode(observation), s),
    }),
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
      actorLearningRate: { shape: [] },
      criticLearningRate: { shape: [] },
    },
    run({ observation, action, reward, discount, next, ...rates }, s) {
      const now = encoder.encode(observation), later = encoder.encode(next);
      // y = r + gamma Q'(s', mu'(s')); gamma is 0 after a termination.
      const nextAction = deterministicAction(actor, later, s, "target.");
      const nextValue = critic.value(later, nextAction, s, "target.");
      const y = tf.add(reward, tf.mul(discount, nextValue));
      // Update the critic by minimising the loss.
      const ofCritic = tf.variableGrads(
        () => criticLoss(critic.value(now, action as tf.Tensor2D, s), y),
        trainable(critic.parameters, s),
      );
      adam(s, ofCritic.grads, {
        learningRate: rates.criticLearningRate as tf.Scalar,
        name: "criticAdam",
      });
      // Update the actor by the gradient of Q(s, mu(s)), with the critic as it is now.
      const ofActor = tf.variableGrads(
        () => actorLoss(networks, now, s),
        trainable(actor.parameters, s),
      );
      adam(s, ofActor.grads, {
        learningRate: rates.actorLearningRate as tf.Scalar,
        name: "actorAdam",
      });
      // Update the target networks.
      if ("rate" in target) polyakAverage(pairs(s), target.rate);
      return { criticLoss: ofCritic.value, actorLoss: ofActor.value };
    },
  });

  const copyToTargets = compile({ state, inputs: {}, run: (_, s) => polyakAverage(pairs(s), 1) });
  return { actor, state, act, update, copyToTargets };
}

class DdpgLearner implements Learner {
  steps = 0;
  diverged = false;
  readonly #config: Config;
  readonly #streams: Context<Config>["streams"];
  readonly #task: TrainingEnvironment;
  readonly #programs: ReturnType<typeof programs>;
  readonly #replay: ReplayBuffer;
  readonly #noise: ReturnType<typeof actionNoise>;
  readonly #encoder: ObservationEncoder;
  readonly #toEnvironment: ReturnType<typeof rescaler>;
  // Room for one observation, a normalised action, the environment's, and a minibatch.
  readonly #one;
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
    this.#replay = new ReplayBuffer({ capacity: config.replayCapacity, encoder, actionSize });
    this.#noise = actionNoise(config.noise, actionSize);
    this.#noise.reset(streams.exploration);
    this.#toEnvironment = rescaler(actions);
    this.#one = encoder.array(1);
    this.#action = new Float32Array(actionSize);
    this.#command = new Float32Array(actionSize);
    this.#minibatch = this.#replay.minibatch(config.batchSize);
  }

  train(untilStep: number): void {
    const { discount, learningStarts, trainEvery, updates, target } = this.#config;
    const task = this.#task;
    while (this.steps < untilStep && !this.diverged) {
      // Select a = mu(s) + noise.
      const action = this.#explore();
      this.#toEnvironment(action, this.#command);
      // Execute it, observe r and s'; store the transition. A terminal s' is worth 0.
      const { observation: next, reward, terminated, truncated } = task.step(this.#command);
      this.#replay.add(task.observation, action, reward, terminated ? 0 : discount, next);
      // A new episode begins with a new noise process.
      if (terminated || truncated) this.#noise.reset(this.#streams.exploration);
      task.advance();
      this.steps++;

      // Sample minibatches; an update on each.
      if (this.steps >= learningStarts && this.steps % trainEvery === 0) {
        for (let i = 0; i < updates && !this.diverged; i++) this.#update();
      }
      if ("every" in target && this.steps % target.every === 0) {
        this.#programs.copyToTargets.run({});
      }
    }
  }

  /** A uniformly random action at first, then the actor's with noise; normalised. */
  #explore(): Float32Array {
    const { exploration } = this.#streams;
    const action = this.#action;
    if (this.steps < this.#config.learningStarts) {
      for (let i = 0; i < action.length; i++) action[i] = exploration.uniform(-1, 1);
      return action;
    }
    const { act } = this.#programs;
    this.#encoder.store(this.#task.observation, this.#one, 0);
    act.run({ observation: this.#one });
    const mean = act.output("action");
    const noise = this.#noise.next(exploration);
    for (let i = 0; i < action.length; i++) {
      action[i] = Math.max(-1, Math.min(mean[i] + noise[i], 1));
    }
    return action;
  }

  #update(): void {
    const { update } = this.#programs;
    const { actorLearningRate, criticLearningRate } = this.#config;
    this.#replay.sample(this.#streams.minibatches, this.#minibatch);
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
      name: "ddpg",
      environment,
      state,
      parameters: Object.keys(actor.parameters),
      action: (features, tensors) =>
        rescale(actions, deterministicAction(actor, features, tensors)),
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

/** DDPG. */
export const ddpg: ControlAlgorithm = {
  name: "ddpg",
  title: "DDPG",
  description:
    "Q-learning for continuous actions: an actor network learns to give the action that the critic " +
    "values most, by the critic's slope with respect to the action.",
  source: "Lillicrap et al. (2016)",
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
  create: (context: Context<Config>) => new DdpgLearner(context),
};

export default ddpg;
