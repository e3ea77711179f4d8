/**
 * TRPO: trust region policy optimisation (Schulman et al. 2015, "Trust region policy optimization",
 * section 6 and appendix C).
 *
 * Of all policies near the one that acted, take the best by its steps: improve a surrogate for the
 * return while the mean divergence from the old policy stays below a limit.
 *
 * ```math
 * \max_\theta\ \mathbb{E}\Big[\frac{\pi_\theta(A|S)}{\pi_{old}(A|S)} \hat A\Big]
 * \quad\text{subject to}\quad
 * \mathbb{E}\big[\mathrm{KL}(\pi_{old}(\cdot|S)\,\|\,\pi_\theta(\cdot|S))\big] < \delta
 * ```
 *
 * Near the old policy the surrogate is linear, with gradient g, and the divergence quadratic; its
 * matrix H is Fisher's information. So the step goes along `H^-1 g`, as far as the limit allows, and
 * is shortened until both hold for the policy itself:
 *
 * ```math
 * H x = g, \qquad \theta = \theta_{old} + 0.8^j \sqrt{\frac{2 \delta}{x^\top H x}}\; x
 * ```
 *
 * H is never written down. Its product with a vector v is the gradient of `v . gradient of KL`, which is
 * all that the conjugate gradient method needs to solve for x. The divergence is KL(old, new) with the
 * old distribution held fixed; at the old parameters both directions have the same H.
 *
 * The advantages are generalised advantage estimates (Schulman et al. 2016), sums of TD errors that
 * decay by `gamma lambda`; added to the old values they are what the value function is fitted to. It has
 * an optimizer of its own and shares nothing with the policy. After a time limit the value of the last
 * observation stands for what would have followed.
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import { adam, adamState, compile, State } from "../engine/mod.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { type ActorCritic, actorCritic } from "./common/actor_critic.ts";
import { conjugateGradient, dot } from "./common/conjugate_gradient.ts";
import { copyRows } from "./common/minibatches.ts";
import { type Parameters, type Tensors, trainable } from "./common/network.ts";
import { Rollout } from "./common/rollout.ts";
import { setNormalisation } from "./common/running_moments.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { standardised } from "./common/standardised.ts";

/** Each try of the line search is so much shorter than the one before. */
const BACKTRACK = 0.8;
/** Tries of the line search. */
const TRIES = 10;
/** The solution is good enough when its residual is this small beside the gradient. */
const TOLERANCE = 1e-5;

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  lambda: z.number().min(0).max(1).default(0.95)
    .describe("Decay of generalised advantage estimation: 0 for one-step errors, 1 for returns."),
  hidden: z.array(z.int().min(1)).default([64, 64])
    .describe("Units of each hidden layer, of the policy and of the value function."),
  activation: z.enum(["tanh", "relu"]).default("tanh").describe("Nonlinearity of hidden layers."),
  environments: z.int().min(1).default(1).describe("Copies of the environment that act, N."),
  rolloutSteps: z.int().min(1).default(2048).describe("Steps of each copy between updates, T."),
  maxKl: z.number().positive().default(0.01)
    .describe("Limit of the mean divergence of a new policy from the old one, delta."),
  damping: z.number().min(0).default(0.1)
    .describe("Multiple of the identity that is added to Fisher's matrix."),
  conjugateGradientSteps: z.int().min(1).default(15)
    .describe("Products with Fisher's matrix to solve for the step's direction."),
  learningRate: scheduleSchema.default(1e-3).describe(
    "Adam's step size for the value function: constant, or { from, to, steps } for linear decay.",
  ),
  epochs: z.int().min(1).default(10)
    .describe("Times that the value function learns from each rollout."),
  minibatchSize: z.int().min(1).default(128).describe(
    "Steps per gradient of the value function; divides environments times rolloutSteps.",
  ),
  normaliseAdvantages: z.boolean().default(true)
    .describe("Whether advantages have mean 0 and deviation 1 in each rollout."),
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

/** The surrogate for the return: the mean of r A, with r the new probability over the old one. */
export function surrogate(
  logProbability: tf.Tensor,
  oldLogProbability: tf.Tensor,
  advantage: tf.Tensor,
): tf.Scalar {
  return tf.mean(tf.mul(tf.exp(tf.sub(logProbability, oldLogProbability)), advantage));
}

/** All numbers of several tensors, one behind the other. */
function flat(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1])));
}

/** The pieces of a vector, as many numbers each as the tensors have. */
function pieces(vector: tf.Tensor, like: readonly tf.Tensor[]): tf.Tensor[] {
  let begin = 0;
  return like.map(({ shape, size }) => {
    begin += size;
    return tf.reshape(tf.slice(vector, [begin - size], [size]), shape);
  });
}

/**
 * The product of a function's matrix of second derivatives with a vector, by differentiating the
 * product of its gradient with the vector.
 *
 * @param vector as many numbers as all variables together
 */
export function hessianVectorProduct(
  f: () => tf.Scalar,
  variables: tf.Variable[],
  vector: tf.Tensor,
): tf.Tensor1D {
  const parts = pieces(vector, variables);
  const { grads } = tf.variableGrads(() => {
    const first = tf.variableGrads(f, variables).grads;
    const products = variables.map(({ name }, i) => tf.sum(tf.mul(first[name], parts[i])));
    return products.reduce((sum, product) => tf.add(sum, product)) as tf.Scalar;
  }, variables);
  return flat(variables.map(({ name }) => grads[name]));
}

/** The same keys with other values. */
function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  f: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}

/** How many numbers parameters have. */
function sizeOf(parameters: Parameters): number {
  return Object.values(parameters)
    .reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}

/** What acts and what learns, over one memory of parameters. */
export function programs(config: Config, model: ActorCritic) {
  const { encoder, distribution, policyParameters, valueParameters } = model;
  const state = new State({
    ...policyParameters,
    ...valueParameters,
    ...adamState(valueParameters),
    ...model.moments,
  });
  const all = config.environments * config.rolloutSteps;
  const observation = encoder.spec(all);
  const steps = {
    observation,
    action: distribution.spec(all),
    oldLogProbability: { shape: [all] },
    advantage: { shape: [all] },
  };
  type Steps = Record<keyof typeof steps, tf.Tensor>;
  const surrogateOf = (outputs: tf.Tensor2D, steps: Steps, s: Tensors) =>
    surrogate(
      distribution.logProbability(outputs, steps.action, s),
      steps.oldLogProbability,
      config.normaliseAdvantages ? standardised(steps.advantage) : steps.advantage,
    );

  /** The surrogate's value and gradient at the old policy, and the outputs of its network. */
  const gradient = compile({
    state,
    inputs: steps,
    run(inputs, s) {
      const features = model.features(inputs.observation, s);
      const variables = trainable(policyParameters, s);
      const { value, grads } = tf.variableGrads(
        () => surrogateOf(model.policy(features, s), inputs, s),
        variables,
      );
      return {
        surrogate: value,
        gradient: flat(variables.map(({ name }) => grads[name])),
        outputs: model.policy(features, s),
      };
    },
  });

  /** (H + damping I) v. */
  const fisherProduct = compile({
    state,
    inputs: { observation, vector: { shape: [sizeOf(policyParameters)] } },
    run({ observation, vector }, s) {
      const features = model.features(observation, s);
      // Computed outside of what is differentiated: the old distribution is held fixed.
      const old = {
        outputs: model.policy(features, s),
        tensors: mapValues(distribution.parameters, (_, name) => tf.clone(s[name])),
      };
      const divergence = () => {
        const outputs = model.policy(features, s);
        return tf.mean(distribution.divergence(old, { outputs, tensors: s })) as tf.Scalar;
      };
      const product = hessianVectorProduct(divergence, trainable(policyParameters, s), vector);
      return { product: tf.add(product, tf.mul(vector, config.damping)) };
    },
  });

  /** What the line search asks of new parameters: the surrogate and KL(old, new). */
  const candidate = compile({
    state,
    inputs: {
      ...steps,
      oldOutputs: { shape: [all, distribution.outputs] },
      ...mapValues(distribution.parameters, ({ shape }) => ({ shape })),
    },
    run(inputs, s) {
      const outputs = model.policy(model.features(inputs.observation, s), s);
      const old = { outputs: inputs.oldOutputs as tf.Tensor2D, tensors: inputs };
      return {
        surrogate: surrogateOf(outputs, inputs, s),
        divergence: tf.mean(distribution.divergence(old, { outputs, tensors: s })),
      };
    },
  });

  /** A step of Adam on the mean squared error of the values. */
  const fit = compile({
    state,
    inputs: {
      observation: encoder.spec(config.minibatchSize),
      target: { shape: [config.minibatchSize] },
      learningRate: { shape: [] },
    },
    run({ observation, target, learningRate }, s) {
      const { value: loss, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.sub(model.value(model.features(observation, s), s), target))),
        trainable(valueParameters, s),
      );
      adam(s, grads, { learningRate: learningRate as tf.Scalar });
      return { loss };
    },
  });
  return { state, gradient, fisherProduct, candidate, fit };
}

class TrpoLearner implements Learner {
  steps = 0;
  diverged = false;
  readonly #config: Config;
  readonly #context: Context<Config>;
  readonly #model: ActorCritic;
  readonly #programs: ReturnType<typeof programs>;
  readonly #rollout: Rollout;
  /** Steps of all copies in a rollout. */
  readonly #size: number;
  readonly #advantages: Float32Array;
  readonly #targets: Float32Array;
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
    this.#advantages = new Float32Array(this.#size);
    this.#targets = new Float32Array(this.#size);
    this.#minibatch = {
      observation: model.encoder.array(minibatchSize),
      target: new Float32Array(minibatchSize),
    };
  }

  train(untilStep: number): void {
    const rollout = this.#rollout;
    while (this.steps < untilStep && !this.diverged) {
      // The moments change between rollouts only: the exported policy has those it was trained with.
      const begins = this.steps > 0 && this.steps % this.#size === 0;
      if (rollout.moments && begins) setNormalisation(this.#programs.state, rollout.moments);
      // Collect steps with the present policy, and estimate the advantages of its actions.
      this.steps += rollout.collect(untilStep - this.steps);
      if (!rollout.full) return;
      const { discount, lambda } = this.#config;
      rollout.advantages(discount, lambda, this.#advantages, this.#targets);
      // Approximately solve the constrained problem.
      this.#improvePolicy();
      // Fit the values.
      this.#fitValues();
      rollout.clear();
    }
  }

  #improvePolicy(): void {
    const { maxKl, conjugateGradientSteps } = this.#config;
    const { state, gradient, fisherProduct, candidate } = this.#programs;
    const { policyParameters, distribution } = this.#model;
    const observation = this.#rollout.observations;
    const steps = {
      observation,
      action: this.#rollout.actions,
      oldLogProbability: this.#rollout.logProbabilities,
      advantage: this.#advantages,
    };

    // The gradient g of the surrogate; H x = g.
    gradient.run(steps);
    this.diverged = !gradient.finite();
    if (this.diverged) return;
    const before = gradient.output("surrogate")[0];
    const oldOutputs = gradient.output("outputs").slice();
    const vector = new Float32Array(sizeOf(policyParameters));
    const product = (v: ArrayLike<number>) => {
      vector.set(v);
      fisherProduct.run({ observation, vector });
      return fisherProduct.output("product");
    };
    const x = conjugateGradient(product, gradient.output("gradient").slice(), {
      steps: conjugateGradientSteps,
      tolerance: TOLERANCE,
    });

    // The longest step whose divergence is the limit by the quadratic form; none without a gradient.
    const curvature = dot(x, product(x));
    this.diverged = !Number.isFinite(curvature);
    if (this.diverged || curvature <= 0) return;
    const longest = Math.sqrt(2 * maxKl / curvature);

    // Shorten it until the policy itself keeps the limit and is better.
    const old = mapValues(policyParameters, (_, name) => state.get(name) as Float32Array);
    const oldDistribution = mapValues(distribution.parameters, (_, name) => old[name]);
    for (let attempt = 0, length = longest; attempt < TRIES; attempt++, length *= BACKTRACK) {
      let begin = 0;
      for (const name in old) {
        state.set(name, old[name].map((value, i) => value + length * x[begin + i]));
        begin += old[name].length;
      }
      candidate.run({ ...steps, oldOutputs, ...oldDistribution });
      const divergence = candidate.output("divergence")[0];
      if (divergence < maxKl && candidate.output("surrogate")[0] > before) return;
    }
    // No length will do: the old policy stays.
    for (const name in old) state.set(name, old[name]);
  }

  #fitValues(): void {
    const { epochs, minibatchSize, learningRate } = this.#config;
    const { fit } = this.#programs;
    const minibatch = this.#minibatch;
    const batch = { observation: this.#rollout.observations, target: this.#targets };
    const rate = rateAt(learningRate, this.steps - this.#size);
    for (let epoch = 0; epoch < epochs && !this.diverged; epoch++) {
      const order = this.#context.streams.minibatches.permutation(this.#size);
      for (let begin = 0; begin < this.#size && !this.diverged; begin += minibatchSize) {
        copyRows(batch, minibatch, { order, begin, size: minibatchSize });
        fit.run({ ...minibatch, learningRate: rate });
        // The loss may be finite and what it has made of the parameters not.
        this.diverged = !fit.finite();
      }
    }
  }

  policy(): Policy {
    return this.#model.greedy("trpo", this.#rollout.environment, this.#programs.state);
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

/** TRPO. */
export const trpo: ControlAlgorithm = {
  name: "trpo",
  title: "TRPO",
  description:
    "Takes the best step of all that keep the new policy near the old one, measured by how much " +
    "their probabilities differ and not by how much the parameters do.",
  source: "Schulman et al. (2015)",
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
  create: (context: Context<Config>) => new TrpoLearner(context),
};

export default trpo;
