/** DDPG, TD3 and SAC with their settings on each environment of the suite `classic`. */
import type { Settings, SuiteEntry } from "../../suite.ts";

/** The published settings that these follow, with what is different. */
const zoo = (name: string) =>
  `rl-baselines3-zoo hyperparams/${name}.yml, with fewer steps, 1000 random actions, two layers of 64 ` +
  "units and batches of 100; checked on seeds 1000-1006";

/** Settings of the three on Pendulum-v1: the algorithms' own defaults. */
const pendulum: Settings = {
  budget: 20_000,
  config: {},
  source:
    "the algorithm's defaults (networks and batch as in RLtools' SAC on Pendulum); checked on " +
    "seeds 1000-1009",
};

/** Exploration that is correlated over hundreds of steps: white noise does not leave the valley. */
const slowNoise = { type: "ornstein-uhlenbeck", sigma: 0.5, theta: 0.15, dt: 0.01 };

/** The continuous methods. */
export const continuous: readonly SuiteEntry[] = [
  entry("ddpg", "DDPG", {
    "Pendulum-v1": pendulum,
    "MountainCarContinuous-v0": {
      budget: 60_000,
      config: { noise: slowNoise },
      source: zoo("ddpg"),
    },
  }),
  entry("td3", "TD3", {
    "Pendulum-v1": pendulum,
    "MountainCarContinuous-v0": {
      budget: 80_000,
      config: { noise: slowNoise },
      source: zoo("td3"),
    },
  }),
  entry("sac", "SAC", {
    "Pendulum-v1": pendulum,
    "MountainCarContinuous-v0": {
      budget: 50_000,
      config: { noiseCorrelation: 0.98 },
      source: "the algorithm's defaults with correlated noise (Eberhard et al. 2023) where " +
        "rl-baselines3-zoo has gSDE; checked on seeds 1000-1006",
    },
  }),
];

function entry(
  algorithm: string,
  title: string,
  settings: Readonly<Record<string, Settings>>,
): SuiteEntry {
  const unknown: Settings = { config: {}, source: "the algorithm's defaults" };
  return {
    name: algorithm,
    title,
    algorithm,
    settings: (environment) => settings[environment] ?? unknown,
  };
}
