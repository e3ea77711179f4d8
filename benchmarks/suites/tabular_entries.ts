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

/** All tabular control methods, in the order of the tables. */
export const tabularEntries: readonly SuiteEntry[] = [
  randomEntry,
  entry("value_iteration", "Value iteration", planning),
  entry("policy_iteration", "Policy iteration", planning),
  entry("monte_carlo_control", "Monte-Carlo control, first visit", learning({ visit: "first" }), "first_visit"),
  entry("monte_carlo_control", "Monte-Carlo control, every visit", learning({ visit: "every" }), "every_visit"),
  entry(
    "monte_carlo_control",
    "Monte-Carlo control, exploring starts",
    learning({ visit: "first", start: "exploring starts" }),
    "exploring_starts",
  ),
  entry("sarsa", "SARSA", learning()),
  entry("expected_sarsa", "Expected SARSA", learning()),
  entry("n_step_sarsa", "4-step SARSA", learning({ n: 4 })),
  entry("sarsa_lambda", "SARSA(0.9)", learning({ lambda: 0.9 })),
  entry("q_learning", "Q-learning", learning()),
  entry("double_q_learning", "Double Q-learning", learning()),
  entry("q_lambda", "Watkins's Q(0.9)", learning({ lambda: 0.9 })),
];

function entry(
  algorithm: string,
  title: string,
  settings: (environment: string) => Settings,
  variant?: string,
): SuiteEntry {
  return { name: variant ? `${algorithm}-${variant}` : algorithm, title, algorithm, settings };
}

/** Discount of each environment: 1 where episodes end soon under any good policy, as in the book. */
function discountOf(environment: string): number {
  return /Lake|Taxi/.test(environment) ? 0.99 : 1;
}

function planning(environment: string): Settings {
  return { config: { discount: discountOf(environment) }, source: "Sutton & Barto (2018), chapter 4" };
}

function learning(own: Readonly<Record<string, unknown>> = {}): (environment: string) => Settings {
  return (environment) => ({
    config: { discount: discountOf(environment), ...own },
    source: "Seedbed, tuned on seeds from 1000 upwards",
  });
}
