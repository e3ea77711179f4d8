/**
 * Neural methods on environments with few states, which they see as one-hot vectors: what does a network
 * cost and bring where a table would do?
 */
import type { Settings, SuiteEntry, SuiteEnvironment } from "../suite.ts";
import { tabularEnvironments } from "./tabular_entries.ts";

/** Environment steps of a run: a fifth of what the tabular methods get. */
export const neuralTabularBudget = 200_000;

const ids = ["FrozenLake-v1", "CliffWalking-v1", "Taxi-v4", "Blackjack-v1"];

/** Where neural methods meet the tabular ones. */
export const neuralTabularEnvironments: readonly SuiteEnvironment[] = tabularEnvironments
  .filter(({ id }) => ids.includes(id));

/** One hidden layer: a row of weights for each state. */
const hidden = [32];

/** A value-based method, a policy-based one and two between them, with their settings. */
export const neuralTabularEntries: readonly SuiteEntry[] = [
  entry("dqn", "DQN", () => ({
    batchSize: 32,
    epsilon: { from: 1, to: 0.05, steps: neuralTabularBudget / 2 },
    learningRate: { from: 1e-3, to: 1e-4, steps: neuralTabularBudget },
  })),
  entry("reinforce", "REINFORCE with baseline", (id) => ({
    episodesPerUpdate: id === "Blackjack-v1" ? 32 : 8,
    learningRate: 3e-3,
    baselineLearningRate: 1e-2,
  })),
  entry("a2c", "A2C", () => ({ lambda: 0.95, entropyCoefficient: 0.01 })),
  entry("ppo", "PPO", (id) => ({
    environments: 8,
    rolloutSteps: 128,
    epochs: 4,
    learningRate: 2e-3,
    entropyCoefficient: 0.01,
    // Falls from the cliff cost a hundred times as much as steps.
    scaleRewards: id === "CliffWalking-v1",
  })),
];

function entry(
  algorithm: string,
  title: string,
  own: (environment: string) => Readonly<Record<string, unknown>>,
): SuiteEntry {
  const settings = (environment: string): Settings => ({
    config: { hidden, ...own(environment) },
    source: "Seedbed, chosen on seeds 1000-1002 among a few settings",
  });
  return { name: algorithm, title, algorithm, settings };
}
