/**
 * The suite of parts: what does each part of a method contribute? Pairs of rows that differ in one option,
 * everything else as tuned for the suite `classic`.
 */
import { seedsUpTo, type Settings, type Suite, type SuiteEntry } from "../suite.ts";
import { classicEntries } from "./classic.ts";
import { criticTargets } from "./classic/policy_gradient.ts";

const discrete = [{ id: "CartPole-v1" }, { id: "Acrobot-v1" }];
const continuous = [{ id: "Pendulum-v1" }];

/** Options of a configuration. */
type Options = Readonly<Record<string, unknown>>;

/** An entry of the suite `classic` with some options, and perhaps the budget, changed. */
function variant(
  name: string,
  part: string,
  title: string,
  changed: Options,
  budget?: number,
): SuiteEntry {
  const base = classicEntries.find((entry) => entry.name === name)!;
  const settings = (environment: string): Settings => {
    const tuned = base.settings(environment);
    const changes = Object.keys(changed).join(", ");
    return {
      budget: budget ?? tuned.budget,
      config: { ...tuned.config, ...changed },
      source: `as ${base.title} in suite classic (${tuned.source})` +
        (changes === "" ? "" : `, but for: ${changes}`),
    };
  };
  return { name: `${name}-${part}`, title, algorithm: base.algorithm, settings };
}

/** Target network or none, with dueling heads or without; then with replay memory or without. */
const valueBased: readonly SuiteEntry[] = [
  variant("dqn", "target", "DQN", {}),
  variant("dqn", "no_target", "DQN without target network", { target: "none" }),
  variant("dueling_dqn", "target", "Dueling DQN", { double: false }),
  variant("dueling_dqn", "no_target", "Dueling DQN without target network", {
    double: false,
    target: "none",
  }),
  replay("replay", "DQN, 4 updates every 16 steps", "uniform"),
  replay("no_replay", "DQN, 4 updates every 16 steps, without replay", "none"),
];

/** A minibatch has as many transitions as come between updates: without replay each is used, then gone. */
function replay(part: string, title: string, replay: "uniform" | "none"): SuiteEntry {
  const cadence = { batchSize: 16, trainEvery: 16, updates: 4, target: { every: 250 } };
  return variant("dqn", part, title, { ...cadence, replay });
}

/** With and without baseline; Monte-Carlo, one-step TD and what lies between as targets. */
const policyBased: readonly SuiteEntry[] = [
  variant("reinforce", "baseline", "REINFORCE with baseline", { baseline: true }),
  variant("reinforce", "no_baseline", "REINFORCE without baseline", { baseline: false }),
  ...criticTargets,
];

/** How a deterministic policy explores, and how its target networks follow. */
const deterministic: readonly SuiteEntry[] = [
  ddpg("no_noise", "DDPG without noise", { noise: { type: "none" } }),
  ddpg("gaussian", "DDPG, Gaussian noise", {}),
  ddpg("ornstein_uhlenbeck", "DDPG, Ornstein-Uhlenbeck noise", {
    noise: { type: "ornstein-uhlenbeck", sigma: 0.2 },
  }),
  ddpg("hard_target", "DDPG, Gaussian noise, hard targets", { target: { every: 200 } }),
  ddpg("no_target", "DDPG, Gaussian noise, no target networks", { target: { every: 1 } }),
];

/**
 * Few random actions at the start, as a thousand explore enough for any noise; and half the budget, after
 * which most differences are gone.
 */
function ddpg(part: string, title: string, changed: Options): SuiteEntry {
  const gaussian = { type: "gaussian", sigma: 0.1 };
  const options = { learningStarts: 100, noise: gaussian, ...changed };
  return variant("ddpg", part, title, options, 10_000);
}

/** Every block's entries have budgets of their own. */
const budget = () => 100_000;

/** Parts of methods, measured in pairs. */
export const ablation: Suite = {
  name: "ablation",
  description:
    "What the parts of neural methods contribute: target networks, dueling heads, replay, baselines, " +
    "targets of actor-critics, exploration noise.",
  seeds: seedsUpTo(10),
  evaluation: { curvePoints: 20, curveEpisodes: 10, finalEpisodes: 100 },
  blocks: [
    { environments: discrete, entries: valueBased, budget },
    { environments: [...discrete, ...continuous], entries: policyBased, budget },
    { environments: continuous, entries: deterministic, budget },
  ],
};
