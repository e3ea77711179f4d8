/** PPO and TRPO with their settings on the classic environments. */
import type { Settings, SuiteEntry } from "../../suite.ts";

/** Observations by their running moments, rewards by the deviation of the return: what zoo calls `normalize`. */
const normalised = { normaliseObservations: true, scaleRewards: true };

const ppo: Readonly<Record<string, Settings>> = {
  "CartPole-v1": {
    budget: 51_200,
    config: {
      environments: 8,
      rolloutSteps: 128,
      learningRate: { from: 1e-3, to: 0, steps: 51_200 },
    },
    source: "Stable-Baselines3's defaults with the copies and the decaying learning rate of " +
      "rl-baselines3-zoo's hyperparams/ppo.yml, shorter rollouts and half its budget; tuned on " +
      "seeds 1000-1009",
  },
  "Acrobot-v1": {
    budget: 512_000,
    config: {
      environments: 16,
      rolloutSteps: 128,
      epochs: 4,
      lambda: 0.94,
      learningRate: { from: 1e-3, to: 0, steps: 512_000 },
      ...normalised,
    },
    source:
      "rl-baselines3-zoo hyperparams/ppo.yml, with a higher, decaying learning rate, shorter " +
      "rollouts and half its budget; tuned on seeds 1000-1009",
  },
  "MountainCar-v0": {
    budget: 307_200,
    config: {
      environments: 16,
      rolloutSteps: 64,
      epochs: 4,
      lambda: 0.98,
      learningRate: { from: 1e-3, to: 0, steps: 307_200 },
      ...normalised,
    },
    source:
      "rl-baselines3-zoo hyperparams/ppo.yml, with a higher, decaying learning rate, longer " +
      "rollouts and a third of its budget; tuned on seeds 1000-1009",
  },
  "Pendulum-v1": {
    budget: 204_800,
    config: {
      environments: 4,
      rolloutSteps: 512,
      discount: 0.9,
      learningRate: { from: 1e-3, to: 0, steps: 204_800 },
    },
    source:
      "rl-baselines3-zoo hyperparams/ppo.yml, with Gaussian exploration, a decaying learning " +
      "rate, shorter rollouts and twice its budget; tuned on seeds 1000-1009",
  },
  "MountainCarContinuous-v0": {
    budget: 102_400,
    config: {
      environments: 4,
      rolloutSteps: 1024,
      initialLogStandardDeviation: 1,
      ...normalised,
    },
    source:
      "Stable-Baselines3's defaults, normalised as in rl-baselines3-zoo's hyperparams/ppo.yml, " +
      "with wide Gaussian exploration, rollouts of 1024 steps in 4 copies and five times its " +
      "budget; tuned on seeds 1000-1009",
  },
};

const trpo: Readonly<Record<string, Settings>> = {
  "CartPole-v1": {
    budget: 98_304,
    config: { environments: 4, rolloutSteps: 512, hidden: [32, 32], damping: 0.01 },
    source: "Stable-Baselines3's defaults, smaller networks and damping between those and " +
      "rl-baselines3-zoo's hyperparams/trpo.yml; tuned on seeds 1000-1009",
  },
  "Acrobot-v1": {
    budget: 98_304,
    config: { environments: 4, rolloutSteps: 512, hidden: [32, 32], ...normalised },
    source: "rl-baselines3-zoo hyperparams/trpo.yml, smaller networks; tuned on seeds 1000-1009",
  },
  "MountainCar-v0": {
    budget: 204_800,
    config: { environments: 4, rolloutSteps: 512, hidden: [32, 32], epochs: 20, ...normalised },
    source:
      "rl-baselines3-zoo hyperparams/trpo.yml, smaller networks and twice its budget; tuned " +
      "on seeds 1000-1009",
  },
  "Pendulum-v1": {
    budget: 102_400,
    config: { environments: 4, rolloutSteps: 512, discount: 0.9, epochs: 15 },
    source: "rl-baselines3-zoo hyperparams/trpo.yml with Gaussian exploration; tuned on seeds " +
      "1000-1009",
  },
  "MountainCarContinuous-v0": {
    budget: 102_400,
    config: {
      environments: 4,
      rolloutSteps: 1024,
      initialLogStandardDeviation: 1,
      ...normalised,
    },
    source: "rl-baselines3-zoo hyperparams/trpo.yml with wide Gaussian exploration and twice its " +
      "budget; tuned on seeds 1000-1009",
  },
};

/** The methods that keep a new policy near the old one. */
export const trustRegion: readonly SuiteEntry[] = [
  entry("ppo", "PPO", ppo),
  entry("trpo", "TRPO", trpo),
];

function entry(
  name: string,
  title: string,
  settings: Readonly<Record<string, Settings>>,
): SuiteEntry {
  return {
    name,
    title,
    algorithm: name,
    settings: (environment) =>
      settings[environment] ?? { config: {}, source: "the algorithm's defaults" },
  };
}
