/**
 * All neural learners in small configurations that put every kind of state to use, each on the kinds of
 * spaces that it takes. Short time limits cut many episodes.
 */
import { a2c } from "../../algorithms/a2c.ts";
import type { ControlAlgorithm, Learner } from "../../algorithms/algorithm.ts";
import { createLearner } from "../../algorithms/create.ts";
import { ddpg } from "../../algorithms/ddpg.ts";
import { doubleDqn } from "../../algorithms/double_dqn.ts";
import { dqn } from "../../algorithms/dqn.ts";
import { duelingDqn } from "../../algorithms/dueling_dqn.ts";
import { ppo } from "../../algorithms/ppo.ts";
import { qrDqn } from "../../algorithms/qr_dqn.ts";
import { reinforce } from "../../algorithms/reinforce.ts";
import { sac } from "../../algorithms/sac.ts";
import { td3 } from "../../algorithms/td3.ts";
import { trpo } from "../../algorithms/trpo.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";

/** A learner to be made. */
export interface NeuralCase {
  /** Algorithm, environment and what is special. */
  readonly name: string;
  readonly algorithm: ControlAlgorithm;
  readonly config: Readonly<Record<string, unknown>>;
  readonly makeEnvironment: () => Environment;
  /** How many copies of the environment it steps. */
  readonly copies: number;
}

/** Vectors, integers and tuples of integers; numbered actions and vectors of them. */
const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 15 });
const taxi = () => make("Taxi-v4", { maxEpisodeSteps: 20 });
const blackjack = () => make("Blackjack-v1");
const pendulum = () => make("Pendulum-v1", { maxEpisodeSteps: 15 });

const deepQ = {
  hidden: [8],
  replayCapacity: 64,
  batchSize: 8,
  learningStarts: 16,
  trainEvery: 3,
  target: { every: 25 },
  epsilon: { from: 1, to: 0.1, steps: 100 },
  learningRate: { from: 0.01, to: 0.001, steps: 200 },
};
const onPolicy = { hidden: [8], environments: 3, rolloutSteps: 7 };
const running = { normaliseObservations: true, scaleRewards: true };
const clipped = { ...onPolicy, minibatchSize: 7, epochs: 2 };
const trusted = { ...clipped, conjugateGradientSteps: 3 };
const actorCritic = {
  hidden: [8],
  replayCapacity: 64,
  batchSize: 8,
  learningStarts: 16,
  trainEvery: 2,
  updates: 2,
};

/** Every algorithm on every kind of spaces, and options that add to its state. */
export const neuralCases: readonly NeuralCase[] = [
  of(dqn, cartPole, deepQ),
  of(dqn, taxi, { ...deepQ, replay: {}, n: 3, target: { rate: 0.05 } }),
  of(dqn, blackjack, { ...deepQ, replay: "none", target: "none" }),
  of(doubleDqn, cartPole, { ...deepQ, n: 2 }),
  of(doubleDqn, blackjack, deepQ),
  of(duelingDqn, cartPole, { ...deepQ, streams: [4] }),
  of(duelingDqn, taxi, { ...deepQ, streams: [4], replay: {} }),
  of(qrDqn, cartPole, { ...deepQ, quantiles: 5 }),
  of(qrDqn, blackjack, { ...deepQ, quantiles: 5, n: 2 }),
  of(reinforce, cartPole, { hidden: [8] }),
  of(reinforce, taxi, { hidden: [8], baseline: false }),
  of(reinforce, blackjack, { hidden: [8], episodesPerUpdate: 4 }),
  of(reinforce, pendulum, { hidden: [8], ...running }),
  of(a2c, cartPole, onPolicy),
  of(a2c, taxi, { ...onPolicy, optimizer: "rmsPropTensorFlow" }),
  of(a2c, blackjack, onPolicy),
  of(a2c, pendulum, { ...onPolicy, ...running }),
  of(ppo, cartPole, clipped),
  of(ppo, taxi, { ...clipped, targetKl: 0.01 }),
  of(ppo, blackjack, clipped),
  of(ppo, pendulum, { ...clipped, ...running }),
  of(trpo, cartPole, trusted),
  of(trpo, taxi, trusted),
  of(trpo, blackjack, trusted),
  of(trpo, pendulum, { ...trusted, ...running }),
  of(ddpg, pendulum, actorCritic),
  of(
    ddpg,
    pendulum,
    { ...actorCritic, noise: { type: "ornstein-uhlenbeck", sigma: 0.2 } },
    "correlated noise",
  ),
  of(td3, pendulum, actorCritic),
  of(sac, pendulum, actorCritic),
  of(
    sac,
    pendulum,
    { ...actorCritic, temperature: 0.1, noiseCorrelation: 0.9 },
    "correlated noise",
  ),
];

function of(
  algorithm: ControlAlgorithm,
  makeEnvironment: () => Environment,
  config: Readonly<Record<string, unknown>>,
  special = "",
): NeuralCase {
  const copies = "environments" in config ? config.environments as number : 1;
  const name = [algorithm.name, "on", makeEnvironment().id, special].join(" ").trim();
  return { name, algorithm, config, makeEnvironment, copies };
}

/** Makes a case's learner. */
export function neuralLearner(
  { algorithm, config, makeEnvironment }: Omit<NeuralCase, "name" | "copies">,
  seed = 0,
): Learner {
  return createLearner(algorithm, { makeEnvironment, config, seed });
}
