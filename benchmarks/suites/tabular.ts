/** The suite of tables: every tabular control method on every environment with few states. */
import { seedsUpTo, type Suite } from "../suite.ts";
import { tabularEntries, tabularEnvironments } from "./tabular_entries.ts";

/** Tabular control against the exact optimum. */
export const tabular: Suite = {
  name: "tabular",
  description: "Tabular control methods on environments with few states, beside the exact optimum.",
  seeds: seedsUpTo(20),
  evaluation: { curvePoints: 20, curveEpisodes: 100, finalEpisodes: 1000 },
  blocks: [
    {
      environments: tabularEnvironments,
      entries: tabularEntries,
      budget: (_, unit) => unit === "sweeps" ? 20_000 : unit === "episodes" ? 1000 : 1_000_000,
    },
  ],
};
