/**
 * An environment of your own, whole: a corridor with a wind that blows the agent back to its start.
 *
 * Run the built-in algorithms on it:
 *
 *     deno task bench --environment-module docs/examples/corridor.ts --environments Corridor-v0 --out my_results
 */
import { z } from "zod";
import { type EnvironmentSpec, type Outcome, TabularEnvironment, tabularModel } from "../../mod.ts";

const options = z.strictObject({
  length: z.int().min(2).max(1000).default(10).describe("Number of cells."),
  wind: z.number().min(0).max(1).default(0.1).describe(
    "Probability of being blown back to the start.",
  ),
});

/** Walk from the left end to the right one. Actions: 0 left, 1 right. Reward: -1 per step. */
const corridor: EnvironmentSpec<z.infer<typeof options>> = {
  id: "Corridor-v0",
  description: "Walk to the end of a corridor against gusts that blow you back to its start.",
  module: import.meta.url,
  options,
  maxEpisodeSteps: 500,
  rewardThreshold: null,
  create({ length, wind }) {
    const goal = length - 1;
    const outcomes = (
      cell: number,
    ): Outcome[] => [[1 - wind, cell, -1, cell === goal], [wind, 0, -1, false]];
    const table = Array.from({ length }, (_, cell) => [
      outcomes(Math.max(cell - 1, 0)),
      outcomes(Math.min(cell + 1, goal)),
    ]);
    const initial = table.map((_, cell) => cell === 0 ? 1 : 0);
    return new TabularEnvironment({ id: "Corridor-v0", table: tabularModel(table, initial) });
  },
};

export default corridor;
