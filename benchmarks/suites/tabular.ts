/** The suite of tables: every tabular control method on every environment with few states. */
import { seedsUpTo, type Suite } from "../suite.ts";
import { tabularEntries, tabularEnvironments } from "./tabular_entries.ts";

const budget = 1_000_000;

/** Tabular control against the exact optimum. */
export const tabular: Suite = {
  name: "tabular",
  description: "Tabular control methods on environments with few states, beside the exact optimum.",
  seeds: seedsUpTo(20),
  evaluation: { curvePoints: 20, curveEpisodes: 100, finalEpisodes: 1000 },
  blocks: [
    {
      environments: tabularEnvironments,
      entries: tabularEntries(budget),
      budget: (_environment, unit) => unit === "sweeps" ? 200_000 : budget,
    },
  ],
};
