/**
 * The suite of tables: every tabular control method on every environment with few states, and neural
 * methods on some of them.
 */
import { seedsUpTo, type Suite } from "../suite.ts";
import {
  neuralTabularBudget,
  neuralTabularEntries,
  neuralTabularEnvironments,
} from "./neural_tabular_entries.ts";
import { tabularEntries, tabularEnvironments } from "./tabular_entries.ts";

const budget = 1_000_000;

/** Control against the exact optimum. */
export const tabular: Suite = {
  name: "tabular",
  description:
    "Tabular control methods, and some neural ones with a fifth of their steps, on environments with few " +
    "states, beside the exact optimum.",
  seeds: seedsUpTo(20),
  evaluation: { curvePoints: 20, curveEpisodes: 100, finalEpisodes: 1000 },
  blocks: [
    {
      environments: tabularEnvironments,
      entries: tabularEntries(budget),
      budget: (_environment, unit) => unit === "sweeps" ? 200_000 : budget,
    },
    {
      environments: neuralTabularEnvironments,
      entries: neuralTabularEntries,
      budget: () => neuralTabularBudget,
    },
  ],
};
