/** The suite that `deno task bench` runs: every algorithm, small budgets, 3 seeds, under 2 minutes. */
import { seedsUpTo, type Suite, type SuiteEntry } from "../suite.ts";
import { classicEntries } from "./classic.ts";
import { nStepEntry, predictionEntries, tdLambdaEntry } from "./prediction_entries.ts";
import { randomEntry, tabularEntries, tabularEnvironments } from "./tabular_entries.ts";

const quickEnvironments = ["FrozenLake-v1", "CliffWalking-v1", "Taxi-v4", "Blackjack-v1"];

const budget = 200_000;

const neuralBudget = 10_000;

/** Every algorithm, quickly. */
export const quick: Suite = {
  name: "quick",
  description:
    "Every algorithm on small budgets and 3 seeds: does everything work, and in what order?",
  seeds: seedsUpTo(3),
  evaluation: { curvePoints: 10, curveEpisodes: 10, finalEpisodes: 100 },
  blocks: [
    {
      environments: tabularEnvironments.filter(({ id }) => quickEnvironments.includes(id)),
      entries: tabularEntries(budget),
      budget: () => budget,
    },
    {
      environments: [
        { id: "CartPole-v1" },
        { id: "MountainCar-v0" },
        { id: "Acrobot-v1" },
        { id: "Pendulum-v1" },
        { id: "MountainCarContinuous-v0" },
      ],
      entries: [randomEntry],
      budget: () => 10_000,
    },
    {
      environments: [{ id: "CartPole-v1" }, { id: "Pendulum-v1" }],
      entries: classicEntries.map((entry) => shortened(entry, neuralBudget)),
      budget: () => neuralBudget,
    },
    {
      environments: [{ id: "RandomWalk19-v0" }],
      entries: [...predictionEntries, nStepEntry(4), tdLambdaEntry(0.8)],
      budget: () => 10,
    },
  ],
};

/** The same settings with a smaller budget. */
function shortened(entry: SuiteEntry, budget: number): SuiteEntry {
  return { ...entry, settings: (environment) => ({ ...entry.settings(environment), budget }) };
}
