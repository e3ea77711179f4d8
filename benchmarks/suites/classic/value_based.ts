/** The DQN family with its settings on the classic environments with numbered actions. */
import type { Settings, SuiteEntry } from "../../suite.ts";

/** Options of an algorithm's configuration. */
type Own = Readonly<Record<string, unknown>>;

const settings: Readonly<Record<string, Settings>> = {
  "CartPole-v1": {
    budget: 50_000,
    config: {
      n: 3,
      learningRate: { from: 2.3e-3, to: 0, steps: 50_000 },
      epsilon: { from: 1, to: 0.04, steps: 8000 },
      batchSize: 128,
      trainEvery: 256,
      updates: 128,
      target: { every: 10 },
    },
    source:
      "rl-baselines3-zoo hyperparams/dqn.yml, with a smaller network, larger minibatches, 3-step " +
      "returns and a decaying learning rate; tuned on seeds 1000-1009",
  },
  "Acrobot-v1": {
    budget: 100_000,
    config: {
      learningRate: { from: 1e-3, to: 0, steps: 100_000 },
      epsilon: { from: 1, to: 0.01, steps: 20_000 },
      batchSize: 64,
      trainEvery: 4,
      updates: 2,
      target: { rate: 0.01 },
    },
    source: "rl-baselines3-zoo hyperparams/dqn.yml, with a smaller network, half the updates and " +
      "minibatches, a Polyak target, a higher learning rate that decays, a longer and deeper decay of " +
      "epsilon, and a replay memory of 100000; tuned on seeds 1000-1003",
  },
  "MountainCar-v0": {
    budget: 120_000,
    config: {
      n: 3,
      scaleObservations: true,
      learningRate: { from: 2e-3, to: 0, steps: 120_000 },
      epsilon: { from: 1, to: 0.05, steps: 12_000 },
      batchSize: 128,
      trainEvery: 16,
      updates: 8,
      target: { every: 200 },
    },
    source: "rl-baselines3-zoo hyperparams/dqn.yml, with a smaller network, scaled observations, " +
      "learning rate halved, a discount of 0.99, 3-step returns, a faster target " +
      "network, a shorter and deeper decay of epsilon, a replay memory of 100000 and a decaying " +
      "learning rate; tuned on seeds 1000-1007",
  },
};

/** QR-DQN on Acrobot profits from its published settings, five times as dear as those above. */
const publishedQrDqn: Settings = {
  budget: 100_000,
  config: {
    hidden: [256, 256],
    quantiles: 25,
    learningRate: 6.3e-4,
    epsilon: { from: 1, to: 0.1, steps: 12_000 },
    replayCapacity: 50_000,
    batchSize: 128,
    learningStarts: 128,
    trainEvery: 4,
    updates: 4,
    target: { every: 250 },
    maxGradientNorm: null,
  },
  source:
    "rl-baselines3-zoo hyperparams/qrdqn.yml as it is, but for a first update after 128 steps; " +
    "tried on seeds 1000 and 1001",
};

/** The methods that learn action values by a neural network. */
export const valueBased: readonly SuiteEntry[] = [
  entry("dqn", "DQN"),
  entry("double_dqn", "Double DQN"),
  entry("dueling_dqn", "Dueling DQN"),
  withOwn(entry("qr_dqn", "QR-DQN", { n: 3, quantiles: 10 }), { "Acrobot-v1": publishedQrDqn }),
];

/** An entry with settings of its own on some environments. */
function withOwn(entry: SuiteEntry, own: Readonly<Record<string, Settings>>): SuiteEntry {
  return { ...entry, settings: (environment) => own[environment] ?? entry.settings(environment) };
}

/** All members of the family have the same settings on an environment, besides their own options. */
function entry(name: string, title: string, own: Own = {}): SuiteEntry {
  return {
    name,
    title,
    algorithm: name,
    settings(environment) {
      const shared = settings[environment];
      if (shared === undefined) return { config: {}, source: "the algorithm's defaults" };
      return { ...shared, config: { ...shared.config, ...own } };
    },
  };
}
