/** The suite that `deno task bench` runs: every algorithm, small budgets, 3 seeds, under 2 minutes. */
import { seedsUpTo, type Suite } from "../suite.ts";
import { nStepEntry, predictionEntries, tdLambdaEntry } from "./prediction_entries.ts";
import { randomEntry, tabularEntries, tabularEnvironments } from "./tabular_entries.ts";

const quickEnvironments = ["FrozenLake-v1", "CliffWalking-v1", "Taxi-v4", "Blackjack-v1"];

const budget = 200_000;

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
      environments: [{ id: "RandomWalk19-v0" }],
      entries: [...predictionEntries, nStepEntry(4), tdLambdaEntry(0.8)],
      budget: () => 10,
    },
  ],
};
