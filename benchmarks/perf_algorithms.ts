/**
 * Speed of whole training (environment, acting, updates) on one core, and the memory of a large replay
 * buffer: `deno task perf algorithms`. The best of several stretches of one run counts, as other work on
 * the machine only slows. Prints; nothing is written.
 */
import { a2c } from "../algorithms/a2c.ts";
import type { ControlAlgorithm } from "../algorithms/algorithm.ts";
import { createLearner } from "../algorithms/create.ts";
import { ddpg } from "../algorithms/ddpg.ts";
import { dqn } from "../algorithms/dqn.ts";
import { ppo } from "../algorithms/ppo.ts";
import { sac } from "../algorithms/sac.ts";
import { td3 } from "../algorithms/td3.ts";
import { encodeSnapshot } from "../data/snapshot.ts";
import { make } from "../envs/make.ts";

/** A training run to be measured. */
interface Training {
  readonly what: string;
  readonly algorithm: ControlAlgorithm;
  readonly environment: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Environment steps of one stretch: a whole number of updates. */
  readonly steps: number;
  /** Environment steps per second that it must reach. */
  readonly bar: number;
}

const offPolicy = { hidden: [64, 64], batchSize: 100, learningStarts: 1000, trainEvery: 1 };

const trainings: readonly Training[] = [
  {
    what: "PPO: rollouts of 2048, minibatches of 64, 10 epochs, two 64-64 tanh networks",
    algorithm: ppo,
    environment: "CartPole-v1",
    config: {
      hidden: [64, 64],
      environments: 1,
      rolloutSteps: 2048,
      minibatchSize: 64,
      epochs: 10,
    },
    steps: 2048,
    bar: 30_000,
  },
  {
    what: "A2C: 8 environments, rollouts of 5, two 64-64 tanh networks",
    algorithm: a2c,
    environment: "CartPole-v1",
    config: { hidden: [64, 64], environments: 8, rolloutSteps: 5 },
    steps: 40 * 200,
    bar: 100_000,
  },
  {
    what: "DQN: 64-64, an update of batch 32 every 4 steps",
    algorithm: dqn,
    environment: "CartPole-v1",
    config: { hidden: [64, 64], batchSize: 32, trainEvery: 4 },
    steps: 6000,
    bar: 60_000,
  },
  {
    what: "SAC: 64-64, an update of batch 100 every step",
    algorithm: sac,
    environment: "Pendulum-v1",
    config: offPolicy,
    steps: 250,
    bar: 2200,
  },
  {
    what: "DDPG: 64-64, an update of batch 100 every step",
    algorithm: ddpg,
    environment: "Pendulum-v1",
    config: offPolicy,
    steps: 400,
    bar: 3500,
  },
  {
    what: "TD3: 64-64, an update of batch 100 every step",
    algorithm: td3,
    environment: "Pendulum-v1",
    config: offPolicy,
    steps: 400,
    bar: 3200,
  },
];

/** Stretches measured; V8 compiles during the first. */
const stretches = 40;

/** Megabytes that a cell with a full replay buffer may take. */
const memoryBar = 400;

/** Measures and prints; returns the exit code: 1 if a bar is missed. */
export function main(): number {
  console.log("environment steps per second of whole training, best of several stretches:");
  let missed = 0;
  for (const { what, algorithm, environment, config, steps, bar } of trainings) {
    const makeEnvironment = () => make(environment);
    const learner = createLearner(algorithm, { makeEnvironment, config, seed: 0 });
    learner.train(Math.max(steps, 2000));
    let best = 0;
    for (let i = 0; i < stretches; i++) {
      const begin = performance.now();
      learner.train(learner.steps + steps);
      best = Math.max(best, steps / (performance.now() - begin) * 1000);
    }
    if (best < bar) missed++;
    print(best, bar, best >= bar, `${environment}, ${what}`);
  }
  const megabytes = memoryOfReplay();
  if (megabytes > memoryBar) missed++;
  console.log("megabytes of this process:");
  const what = "DQN with 1 million transitions of CartPole-v1, a checkpoint of them being encoded";
  print(megabytes, memoryBar, megabytes <= memoryBar, what);
  return missed === 0 ? 0 : 1;
}

/** The most memory seen while a learner with a full replay buffer trains and is saved. */
function memoryOfReplay(): number {
  let most = 0;
  const look = () => most = Math.max(most, Deno.memoryUsage().rss / 1e6);
  const learner = createLearner(dqn, {
    makeEnvironment: () => make("CartPole-v1"),
    config: { replayCapacity: 1_000_000, epsilon: 1, trainEvery: 1000 },
    seed: 0,
  });
  for (let steps = 100_000; steps <= 1_000_000; steps += 100_000) {
    learner.train(steps);
    look();
  }
  const snapshot = learner.save();
  look();
  const bytes = encodeSnapshot(snapshot);
  look();
  if (bytes.length < 40e6) throw new Error("the replay buffer was not full");
  return most;
}

function print(value: number, bar: number, reached: boolean, what: string) {
  const numbers = `${Math.round(value)}`.padStart(8) + `${bar}`.padStart(8);
  console.log(`${numbers} ${reached ? "reached" : "MISSED "} ${what}`);
}
