/**
 * TD3, twin delayed deep deterministic policy gradient (Fujimoto et al. 2018, "Addressing Function
 * Approximation Error in Actor-Critic Methods", algorithm 1).
 *
 * DDPG's actor looks for actions that its critic values too highly, and finds them. Three changes keep the
 * error small: two critics, of which the lower value counts (clipped double Q-learning); noise on the
 * action of the target, so that similar actions have similar values (target policy smoothing); and an
 * actor that is updated less often than the critics (delayed policy updates). With Q'1, Q'2 and mu' the
 * slow copies:
 *
 * ```math
 * \begin{aligned}
 * \tilde a &= \mathrm{clip}\big(\mu'(s') + \mathrm{clip}(\epsilon, -c, c), -1, 1\big),
 *   \quad \epsilon \sim \mathcal N(0, \sigma) \\
 * y &= r + \gamma \min_{i=1,2} Q'_i(s', \tilde a) \\
 * L(Q) &= \tfrac{1}{N} \sum \sum_{i=1,2} \big(y - Q_i(s, a)\big)^2 \\
 * L(\mu) &= -\tfrac{1}{N} \sum Q_1\big(s, \mu(s)\big)
 * \end{aligned}
 * ```
 *
 * where gamma is 0 after a termination (not at a time limit).
 *
 * Actions are normalised to [-1, 1] (`common/action_space.ts`): so they are stored and seen by the critics,
 * and all noise is in units of half the width of the box.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import { adam, adamState, compile, polyakAverage, State } from "../engine/mod.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { type ActionCritic, actionCritic } from "./common/action_critic.ts";
import { actionNoise, actionNoiseSchema, fillStandardNormal } from "./common/action_noise.ts";
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
    .describe("Units of each hidden layer (ReLU) of the actor, and of each critic."),
  actorLearningRate: scheduleSchema.default(1e-3)
    .describe("Adam's step size for the actor: constant, or { from, to, steps } for linear decay."),
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
  updates: z.int().min(1).default(1).describe("Updates of the critics each time."),
  policyDelay: z.int().min(1).default(2)
    .describe("Updates of the critics for each update of the actor and the target networks."),
  target: z.strictObject({ rate: z.number().min(0).max(1) }).default({ rate: 0.005 })
    .describe("Rate of the target networks' Polyak average."),
  targetNoise: z.number().min(0).default(0.2)
    .describe("Standard deviation of the noise on the target's action."),
  targetNoiseClip: z.number().min(0).default(0.5).describe("Largest noise on the target's action."),
  noise: actionNoiseSchema.default({ type: "gaussian", sigma: 0.1 }).describe(
    'Exploration noise in units of half the width of the action space: { type: "gaussian", sigma }, ' +
      '{ type: "ornstein-uhlenbeck", sigma, theta, dt }, or { type: "none" }.',
  ),
});

type Config = z.infer<typeof config>;

type Saved = {
  steps: number;
  criticUpdates: number;
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

/**
 * Target policy smoothing: the action with clipped noise, clipped to the box.
 *
 * @param noise standard normal numbers
 */
export function smoothed(
  action: tf.Tensor2D,
  noise: tf.Tensor,
  { targetNoise, targetNoiseClip }: { targetNoise: number; targetNoiseClip: number },
): tf.Tensor2D {
  const clipped = tf.clipByValue(tf.mul(noise, targetNoise), -targetNoiseClip, targetNoiseClip);
  return tf.clipByValue(tf.add(action, clipped), -1, 1) as tf.Tensor2D;
}

/** L(Q): the mean squares of the errors, summed over the critics. */
export function criticsLoss(values: readonly tf.Tensor[], target: tf.Tensor): tf.Scalar {
  const losses = values.map((value) => tf.mean(tf.square(tf.sub(value, target))));
  return losses.reduce((sum, loss) => tf.add(sum, loss)) as tf.Scalar;
}

/** L(mu): minus the mean value of the actor's actions, by one critic alone. */
export function actorLoss(
  { actor, critic }: { readonly actor: Network; readonly critic: ActionCritic },
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
  const { hidden } = config;
  const actor = perceptron({
    name: "actor",
    sizes: [features, ...hidden, actionSize],
    activation: "relu",
    initialisation: "pytorch",
    random,
  });
  const critics = ["critic1", "critic2"].map((name) =>
    actionCritic({ name, features, actionSize, hidden, random })
  );
  const ofCritics = { ...critics[0].parameters, ...critics[1].parameters };
  const parameters = { ...actor.parameters, ...ofCritics };
  const state = new State({
    ...parameters,
    ...copyOf(parameters, "target."),
    ...adamState(actor.parameters, "actorAdam"),
    ...adamState(ofCritics, "criticAdam"),
  });

  const act = compile({
    state,
    inputs: { observation: encoder.spec(1) },
    run: ({ observation }, s) => ({
      action: deterministicAction(actor, encoder.encode(observation), s),
    }),
  });

  const batch = config.batchSize;
  const criticInputs = {
    observation: encoder.spec(batch),
    action: { shape: [batch, actionSize] },
    reward: { shape: [batch] },
    discount: { shape: [batch] },
    next: encoder.spec(batch),
    noise: { shape: [batch, actionSize] },
    criticLearningRate: { shape: [] },
  };
  type Inputs = Record<keyof typeof criticInputs, tf.Tensor>;

  /** Updates the critics, and returns their loss. */
  function updateCriticsBy(inputs: Inputs, s: Record<string, tf.Variable>): tf.Scalar {
    const now = encoder.encode(inputs.observation), later = encoder.encode(inputs.next);
    // a~ = mu'(s') + clipped noise; y = r + gamma min Q'(s', a~).
    const nextAction = smoothed(
      deterministicAction(actor, later, s, "target."),
      inputs.noise,
      config,
    );
    const [first, second] = critics.map((critic) => critic.value(later, nextAction, s, "target."));
    const y = tf.add(inputs.reward, tf.mul(inputs.discount, tf.minimum(first, second)));
    // Update the critics.
    const action = inputs.action as tf.Tensor2D;
    const { value, grads } = tf.variableGrads(
      () => criticsLoss(critics.map((critic) => critic.value(now, action, s)), y),
      trainable(ofCritics, s),
    );
    const learningRate = inputs.criticLearningRate as tf.Scalar;
    adam(s, grads, { learningRate, name: "criticAdam" });
    return value;
  }

  const updateCritics = compile({
    state,
    inputs: criticInputs,
    run: (inputs, s) => ({ criticLoss: updateCriticsBy(inputs, s) }),
  });

  const updateAll = compile({
    state,
    inputs: { ...criticInputs, actorLearningRate: { shape: [] } },
    run(inputs, s) {
      const criticLoss = updateCriticsBy(inputs, s);
      // Update the actor by the gradient of Q1(s, mu(s)).
      const { value, grads } = tf.variableGrads(
        () => actorLoss({ actor, critic: critics[0] }, encoder.encode(inputs.observation), s),
        trainable(actor.parameters, s),
      );
      const learningRate = inputs.actorLearningRate as tf.Scalar;
      adam(s, grads, { learningRate, name: "actorAdam" });
      // Update the target networks.
      const pairs = Object.keys(parameters).map((name) => [s[`target.${name}`], s[name]] as const);
      polyakAverage(pairs, config.target.rate);
      return { criticLoss, actorLoss: value };
    },
  });
  return { actor, state, act, updateCritics, updateAll };
}

class Td3Learner implements Learner {
  steps = 0;
  diverged = false;
  #criticUpdates = 0;
  readonly #config: Config;
  readonly #streams: Context<Config>["streams"];
  readonly #task: TrainingEnvironment;
  readonly #programs: ReturnType<typeof programs>;
  readonly #replay: ReplayBuffer;
  readonly #noise: ReturnType<typeof actionNoise>;
  readonly #encoder: ObservationEncoder;
  readonly #toEnvironment: ReturnType<typeof rescaler>;
  // Room for one observation, a normalised action, the environment's, a minibatch, and its noise.
  readonly #one;
  readonly #action: Float32Array;
  readonly #command: Float32Array;
  readonly #minibatch;
  readonly #targetNoise: Float32Array;

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
    this.#targetNoise = new Float32Array(config.batchSize * actionSize);
  }

  train(untilStep: number): void {
    const { discount, learningStarts, trainEvery, updates } = this.#config;
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
    const { updateCritics, updateAll } = this.#programs;
    const { policyDelay, actorLearningRate, criticLearningRate } = this.#config;
    const { minibatches } = this.#streams;
    this.#replay.sample(minibatches, this.#minibatch);
    fillStandardNormal(minibatches, this.#targetNoise);
    const inputs = {
      ...this.#minibatch,
      noise: this.#targetNoise,
      criticLearningRate: rateAt(criticLearningRate, this.steps),
    };
    this.#criticUpdates++;
    // Every d updates of the critics, update the actor and the targets as well.
    const withActor = this.#criticUpdates % policyDelay === 0;
    if (withActor) {
      updateAll.run({ ...inputs, actorLearningRate: rateAt(actorLearningRate, this.steps) });
    } else {
      updateCritics.run(inputs);
    }
    // Losses and parameters: an actor that is not finite must never act.
    this.diverged = !(withActor ? updateAll : updateCritics).finite();
  }

  policy(): Policy {
    const { actor, state } = this.#programs;
    const { environment } = this.#task;
    const actions = continuousActionsOf(environment);
    return neuralPolicy({
      name: "td3",
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
      criticUpdates: this.#criticUpdates,
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
    this.#criticUpdates = saved.criticUpdates;
    this.diverged = saved.diverged;
  }
}

/** TD3. */
export const td3: ControlAlgorithm = {
  name: "td3",
  title: "TD3",
  description:
    "DDPG made robust against values that are too high: two critics of which the lower counts, noise on " +
    "the target's action, and an actor that is updated less often.",
  source: "Fujimoto et al. (2018)",
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
  create: (context: Context<Config>) => new Td3Learner(context),
};

export default td3;
