/**
 * ShortCorridor-v0: leave a corridor of three cells that look alike, in one of which left and right
 * are swapped (Sutton & Barto, example 13.1). The best policy is random: right with probability
 * 2 - sqrt(2), which takes 6 + 4 sqrt(2) = 11.66 steps on average.
 *
 * Actions: Discrete(2): 0 left, 1 right. The middle cell swaps them; left in the first cell stays there.
 * Observations: Discrete(1): always 0.
 * Rewards: -1 per step.
 * Start: the first cell.
 * End: terminated on leaving the last cell to the right. There is no step limit, as in the book; a
 *   deterministic policy never gets out, so a benchmark sets its own.
 * Options: none.
 * Reset options: `state`, one of `startStates`: the cell, 0, 1 or 2.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import type { EnvironmentSpec } from "../environment.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type TabularModel, tabularModel } from "../tabular_model.ts";

/** The short corridor has no options. */
export type ShortCorridorOptions = Readonly<Record<string, never>>;

/** State 3 is outside. All states show observation 0. */
function shortCorridorModel(): TabularModel {
  const table = [
    [[[1, 0, -1, false]], [[1, 1, -1, false]]],
    [[[1, 2, -1, false]], [[1, 0, -1, false]]],
    [[[1, 1, -1, false]], [[1, 3, -1, true]]],
    [[[1, 3, 0, true]], [[1, 3, 0, true]]],
  ] as const;
  return tabularModel(table, [1, 0, 0, 0], [0, 0, 0, 0]);
}

/** ShortCorridor-v0. */
export const shortCorridor: EnvironmentSpec<ShortCorridorOptions> = {
  id: "ShortCorridor-v0",
  description: "Leave a corridor whose cells look alike, though one of them swaps left and right.",
  module: import.meta.url,
  options: z.strictObject({}),
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: () =>
    new TabularEnvironment({
      id: "ShortCorridor-v0",
      table: shortCorridorModel(),
      observations: 1,
    }),
};
