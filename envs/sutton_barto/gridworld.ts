/**
 * Gridworld4x4-v0 and Gridworld5x5-v0: the two grids on which the book computes values (Sutton &
 * Barto, example 4.1 with figure 4.1; example 3.5 with figures 3.2 and 3.5).
 *
 * Actions: Discrete(4): 0 up, 1 right, 2 down, 3 left. A move over the edge stays where it is.
 * Observations: Discrete(16) or Discrete(25): the cell, row by row.
 * Rewards: Gridworld4x4-v0: -1 per step. Gridworld5x5-v0: -1 for a move over the edge, else 0; but any
 *   move in cell A (row 0, column 1) leads to row 4, column 1 and pays 10, and any move in cell B
 *   (row 0, column 3) leads to row 2, column 3 and pays 5.
 * Start: any cell in which there is something to do, each equally likely (the book names no start).
 * End: Gridworld4x4-v0: terminated in the corners 0 and 15 (in the book one state, shown twice);
 *   there is no step limit, as in the book. Gridworld5x5-v0: never, as the task goes on for ever;
 *   truncated after 100 steps, so that there are episodes. The book's discount there is 0.9.
 * Options: none.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import type { EnvironmentSpec } from "../environment.ts";
import { DOWN, type Grid, LEFT, moveTo, RIGHT, UP } from "../grid.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** The gridworlds have no options. */
export type GridworldOptions = Readonly<Record<string, never>>;

const MOVES = [UP, RIGHT, DOWN, LEFT] as const;

function gridworld4x4Model(): TabularModel {
  const grid: Grid = { rows: 4, columns: 4 };
  const terminal = (cell: number) => cell === 0 || cell === 15;
  const table = Array.from({ length: 16 }, (_, cell) =>
    MOVES.map((move): Outcome[] => {
      if (terminal(cell)) return [[1, cell, 0, true]];
      const next = moveTo(grid, cell, move);
      return [[1, next, -1, terminal(next)]];
    }));
  return tabularModel(table, table.map((_, cell) => terminal(cell) ? 0 : 1 / 14));
}

function gridworld5x5Model(): TabularModel {
  const grid: Grid = { rows: 5, columns: 5 };
  const jumps = new Map<number, Outcome>([[1, [1, 21, 10, false]], [3, [1, 13, 5, false]]]);
  const table = Array.from({ length: 25 }, (_, cell) =>
    MOVES.map((move): Outcome[] => {
      const next = moveTo(grid, cell, move);
      return [jumps.get(cell) ?? [1, next, next === cell ? -1 : 0, false]];
    }));
  return tabularModel(table, table.map(() => 1 / 25));
}

/** Gridworld4x4-v0 (example 4.1). */
export const gridworld4x4: EnvironmentSpec<GridworldOptions> = {
  id: "Gridworld4x4-v0",
  description: "Walk to one of two opposite corners of a 4x4 grid.",
  module: import.meta.url,
  options: z.strictObject({}),
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: () => new TabularEnvironment({ id: "Gridworld4x4-v0", table: gridworld4x4Model() }),
};

/** Gridworld5x5-v0 (example 3.5). */
export const gridworld5x5: EnvironmentSpec<GridworldOptions> = {
  id: "Gridworld5x5-v0",
  description: "Walk on a 5x5 grid, back and forth to the cells that pay.",
  module: import.meta.url,
  options: z.strictObject({}),
  maxEpisodeSteps: 100,
  rewardThreshold: null,
  create: () => new TabularEnvironment({ id: "Gridworld5x5-v0", table: gridworld5x5Model() }),
};
