/** REINFORCE and A2C with their settings on each environment of the suite `classic`. */
import type { Settings, SuiteEntry } from "../../suite.ts";

/** Observations by their running moments, rewards by the deviation of the return: what zoo calls `normalize`. */
const normalised = { normaliseObservations: true, scaleRewards: true };

/** A step size that falls to 0 over the run. */
function decaying(from: number, steps: number) {
  return { from, to: 0, steps };
}

const tuned = "tuned on seeds 1000-1009";

const reinforce: Readonly<Record<string, Settings>> = {
  "CartPole-v1": {
    budget: 200_000,
    config: { learningRate: decaying(1e-3, 200_000) },
    source: `Seedbed, ${tuned}`,
  },
  "Acrobot-v1": {
    budget: 300_000,
    config: { learningRate: decaying(1e-3, 300_000), ...normalised },
    source: `Seedbed, normalised as A2C in rl-baselines3-zoo; ${tuned}`,
  },
  "MountainCar-v0": {
    budget: 500_000,
    config: normalised,
    source: `Seedbed, normalised as A2C in rl-baselines3-zoo; ${tuned}`,
  },
  "Pendulum-v1": {
    budget: 1_000_000,
    config: {
      discount: 0.9,
      learningRate: decaying(3e-3, 1_000_000),
      baselineLearningRate: 3e-3,
      scaleRewards: true,
    },
    source: `Seedbed, the discount as A2C in rl-baselines3-zoo; ${tuned}`,
  },
  "MountainCarContinuous-v0": {
    budget: 200_000,
    config: { initialLogStandardDeviation: 0.5, ...normalised },
    source: `Seedbed, normalised as A2C in rl-baselines3-zoo; ${tuned}`,
  },
};

/** Without the limit on the gradient's norm, which made the runs of some seeds collapse. */
const noLimit = "without a limit on the gradient's norm";

const a2c: Readonly<Record<string, Settings>> = {
  "CartPole-v1": {
    budget: 250_000,
    config: { learningRate: decaying(7e-4, 250_000), scaleRewards: true, maxGradientNorm: null },
    source: `rl-baselines3-zoo hyperparams/a2c.yml, with a decaying learning rate and scaled ` +
      `rewards, ${noLimit}; half its budget; ${tuned}`,
  },
  "Acrobot-v1": {
    budget: 500_000,
    config: { environments: 16, learningRate: decaying(7e-4, 500_000), ...normalised },
    source: `rl-baselines3-zoo hyperparams/a2c.yml, with a decaying learning rate; ${tuned}`,
  },
  "MountainCar-v0": {
    budget: 1_000_000,
    config: { environments: 16, ...normalised },
    source: "rl-baselines3-zoo hyperparams/a2c.yml",
  },
  "Pendulum-v1": {
    budget: 1_000_000,
    config: {
      rolloutSteps: 8,
      discount: 0.9,
      lambda: 0.95,
      learningRate: decaying(1e-3, 1_000_000),
      scaleRewards: true,
      maxGradientNorm: null,
    },
    source:
      `rl-baselines3-zoo hyperparams/a2c.yml, with Gaussian exploration of deviation 1, lambda ` +
      `0.95, value coefficient 0.5, a higher learning rate, observations as they are, ${noLimit}; ` +
      tuned,
  },
  "MountainCarContinuous-v0": {
    budget: 100_000,
    config: { environments: 4, rolloutSteps: 100, ...normalised },
    source: `rl-baselines3-zoo hyperparams/a2c.yml, with Gaussian exploration`,
  },
};

/** REINFORCE with and without baseline, and A2C. */
export const policyGradient: readonly SuiteEntry[] = [
  entry("reinforce", "REINFORCE", reinforce, { baseline: false }),
  entry("reinforce", "REINFORCE with baseline", reinforce, { baseline: true }, "baseline"),
  entry("a2c", "A2C", a2c),
];

/**
 * Rollouts so long that most episodes end inside: with lambda = 1 every reward up to the end counts, which
 * makes targets Monte-Carlo returns; the critic stands in only where a rollout or a time limit cuts.
 */
const longRollouts: Readonly<Record<string, Settings>> = {
  "CartPole-v1": longRollout(300_000, 3e-3, { environments: 4, rolloutSteps: 128 }),
  "Acrobot-v1": longRollout(300_000, 3e-3, {
    environments: 4,
    rolloutSteps: 128,
    normaliseObservations: true,
  }),
  "Pendulum-v1": longRollout(1_000_000, 1.5e-3, {
    environments: 1,
    rolloutSteps: 200,
    discount: 0.9,
  }),
};

function longRollout(budget: number, rate: number, own: Own): Settings {
  return {
    budget,
    config: {
      learningRate: decaying(rate, budget),
      scaleRewards: true,
      maxGradientNorm: null,
      ...own,
    },
    source: `as A2C in suite classic, in longer rollouts of fewer copies, with a higher learning ` +
      `rate, ${noLimit}; ${tuned}`,
  };
}

/** The actor-critic by Monte-Carlo, generalised advantage and one-step targets, all else equal. */
export const criticTargets: readonly SuiteEntry[] = [
  entry("a2c", "A2C, Monte-Carlo targets", longRollouts, { lambda: 1 }, "monte_carlo"),
  entry("a2c", "A2C, GAE targets (lambda = 0.95)", longRollouts, { lambda: 0.95 }, "gae"),
  entry("a2c", "A2C, TD targets", longRollouts, { lambda: 0 }, "td"),
];

/** Options of an algorithm's configuration. */
type Own = Readonly<Record<string, unknown>>;

function entry(
  algorithm: string,
  title: string,
  settings: Readonly<Record<string, Settings>>,
  own: Own = {},
  variant?: string,
): SuiteEntry {
  return {
    name: variant ? `${algorithm}-${variant}` : algorithm,
    title,
    algorithm,
    settings(environment) {
      const { config, ...rest } = settings[environment] ??
        { config: {}, source: "the algorithm's defaults" };
      return { ...rest, config: { ...config, ...own } };
    },
  };
}
