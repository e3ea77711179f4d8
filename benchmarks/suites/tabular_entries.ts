/** The tabular methods with their settings on each environment, as suites use them. */
import type { Settings, SuiteEntry, SuiteEnvironment } from "../suite.ts";

/**
 * Environments with few states. CliffWalking and WindyGridworld have no step limit of their own; a
 * policy that walks in circles would never end, so they get one, far above what a sound policy needs.
 */
export const tabularEnvironments: readonly SuiteEnvironment[] = [
  { id: "FrozenLake-v1" },
  { id: "FrozenLake8x8-v1" },
  { id: "CliffWalking-v1", options: { maxEpisodeSteps: 200 } },
  { id: "CliffWalkingSlippery-v1", options: { maxEpisodeSteps: 500 } },
  { id: "Taxi-v4" },
  { id: "Blackjack-v1" },
  { id: "WindyGridworld-v0", options: { maxEpisodeSteps: 200 } },
];

/** The uniformly random policy: the floor of every comparison. */
export const randomEntry: SuiteEntry = entry("random_policy", "Random policy", () => ({
  source: "no options",
}));

/**
 * All tabular control methods, in the order of the tables.
 *
 * @param budget environment steps of a run, over which step sizes and exploration decay
 */
export function tabularEntries(budget: number): readonly SuiteEntry[] {
  const td = (own: Own = {}) =>
    learning(budget, (id) => ({ stepSize: tdStepSize(id, budget), ...own }));
  const monteCarlo = (own: Own) => learning(budget, () => ({ stepSize: forgetful, ...own }));
  return [
    randomEntry,
    entry("value_iteration", "Value iteration", planning),
    entry("policy_iteration", "Policy iteration", planning),
    entry(
      "monte_carlo_control",
      "Monte-Carlo control, first visit",
      monteCarlo({ visit: "first" }),
      "first_visit",
    ),
    entry(
      "monte_carlo_control",
      "Monte-Carlo control, every visit",
      monteCarlo({ visit: "every" }),
      "every_visit",
    ),
    entry(
      "monte_carlo_control",
      "Monte-Carlo control, exploring starts",
      monteCarlo({ visit: "first", start: "exploring starts" }),
      "exploring_starts",
    ),
    entry("sarsa", "SARSA", td()),
    entry("expected_sarsa", "Expected SARSA", td()),
    entry("n_step_sarsa", "4-step SARSA", td({ n: 4 })),
    entry("sarsa_lambda", "SARSA(0.9)", td({ lambda: 0.9 })),
    entry("q_learning", "Q-learning", td()),
    entry("double_q_learning", "Double Q-learning", td()),
    entry("q_lambda", "Watkins's Q(0.9)", td({ lambda: 0.9 })),
  ];
}

/** Options of an algorithm's configuration. */
type Own = Readonly<Record<string, unknown>>;

/** The step size 1 / visits^0.6 forgets what was learned under the first, nearly random policies. */
const forgetful = { power: 0.6 };

/** In Blackjack some states are visited a hundred times as often as others, so each decays by itself. */
function tdStepSize(environment: string, budget: number): unknown {
  return environment === "Blackjack-v1" ? forgetful : { from: 0.2, to: 0.005, steps: budget };
}

function entry(
  algorithm: string,
  title: string,
  settings: (environment: string) => Settings,
  variant?: string,
): SuiteEntry {
  return { name: variant ? `${algorithm}-${variant}` : algorithm, title, algorithm, settings };
}

/** Where a discount below 1 is usual; elsewhere the book has none. */
const discounted = ["FrozenLake-v1", "FrozenLake8x8-v1", "Taxi-v4"];

function discountOf(environment: string): number {
  return discounted.includes(environment) ? 0.99 : 1;
}

function planning(environment: string): Settings {
  return {
    config: { discount: discountOf(environment) },
    source: "Seedbed: the discount that the learning methods have here",
  };
}

/** Settings of a learning method: exploration fades over the first half of the run. */
function learning(
  budget: number,
  own: (environment: string) => Own,
): (environment: string) => Settings {
  return (environment) => ({
    config: {
      discount: discountOf(environment),
      epsilon: { from: 1, to: 0.05, steps: budget / 2 },
      ...own(environment),
    },
    source: "Seedbed, chosen on seeds 1000-1003 among eight decays of step size and exploration",
  });
}
