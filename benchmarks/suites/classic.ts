/** The suite of classic control: every method for vectors, at the strength that is published of it. */
import { seedsUpTo, type Suite } from "../suite.ts";
import { continuous } from "./classic/continuous.ts";
import { policyGradient } from "./classic/policy_gradient.ts";
import { trustRegion } from "./classic/trust_region.ts";
import { valueBased } from "./classic/value_based.ts";
import { randomEntry } from "./tabular_entries.ts";

/** The environments, those with numbered actions first. */
export const classicEnvironments = [
  { id: "CartPole-v1" },
  { id: "Acrobot-v1" },
  { id: "MountainCar-v0" },
  { id: "Pendulum-v1" },
  { id: "MountainCarContinuous-v0" },
] as const;

/** The neural methods with their settings on these environments, from values to policies. */
export const classicEntries = [...valueBased, ...policyGradient, ...trustRegion, ...continuous];

/** Neural methods on classic control. */
export const classic: Suite = {
  name: "classic",
  description:
    "Neural methods on classic control, with settings tuned per environment on other seeds; budgets differ " +
    "and are in the result files.",
  seeds: seedsUpTo(10),
  evaluation: { curvePoints: 20, curveEpisodes: 10, finalEpisodes: 100 },
  blocks: [
    {
      environments: classicEnvironments,
      entries: [randomEntry, ...classicEntries],
      // Every entry has a budget of its own but for the random policy, which learns nothing.
      budget: () => 1000,
    },
  ],
};
