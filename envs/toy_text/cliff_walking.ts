/**
 * CliffWalking-v1 and CliffWalkingSlippery-v1: walk along a cliff from one corner to the other
 * (Sutton & Barto, example 6.6). Equal to Gymnasium's (1.4.0, commit 3f0476a), random stream included.
 *
 * Actions: Discrete(4): 0 up, 1 right, 2 down, 3 left. A move over the edge stays where it is.
 *   If slippery, the move goes as intended or in one of the two directions at right angles to it,
 *   each with probability 1/3.
 * Observations: Discrete(48): the cell, row * 12 + column, of 4 rows and 12 columns.
 * Rewards: -1 per step, -100 for stepping into the cliff (cells 37 to 46), which leads back to the start.
 * Start: cell 36, the bottom left corner.
 * End: terminated on reaching cell 47, the bottom right corner. There is no step limit, as in
 *   Gymnasium: a benchmark sets its own.
 * Options: `isSlippery`: see `CliffWalkingOptions`.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import type { EnvironmentSpec } from "../environment.ts";
import { DOWN, type Grid, LEFT, moveTo, RIGHT, UP } from "../grid.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** Options of CliffWalking. */
export interface CliffWalkingOptions {
  /** Whether moves can slip to the side. */
  readonly isSlippery: boolean;
}

const GRID: Grid = { rows: 4, columns: 12 };
const CELLS = GRID.rows * GRID.columns;
const START = 36;
const GOAL = 47;
const MOVES = [UP, RIGHT, DOWN, LEFT] as const;

function optionsWith(isSlippery: boolean): z.ZodType<CliffWalkingOptions> {
  return z.strictObject({
    isSlippery: z.boolean().default(isSlippery).describe("Whether moves can slip to the side."),
  });
}

/** The exact dynamics. As in Gymnasium, the cells of the cliff and the goal have rows like any other. */
function cliffWalkingModel({ isSlippery }: CliffWalkingOptions): TabularModel {
  const outcome = (probability: number, cell: number, action: number): Outcome => {
    const next = moveTo(GRID, cell, MOVES[action]);
    if (next > START && next < GOAL) return [probability, START, -100, false];
    return [probability, next, -1, next === GOAL];
  };
  const table = Array.from(
    { length: CELLS },
    (_, cell) =>
      MOVES.map((_, action) =>
        isSlippery
          ? [(action + 3) % 4, action, (action + 1) % 4].map((taken) => outcome(1 / 3, cell, taken))
          : [outcome(1, cell, action)]
      ),
  );
  return tabularModel(table, Array.from({ length: CELLS }, (_, cell) => cell === START ? 1 : 0));
}

function create(id: string, options: CliffWalkingOptions): TabularEnvironment {
  return new TabularEnvironment({ id, table: cliffWalkingModel(options) });
}

/** CliffWalking-v1. */
export const cliffWalking: EnvironmentSpec<CliffWalkingOptions> = {
  id: "CliffWalking-v1",
  description: "Walk along a cliff to the other corner without stepping into it.",
  module: import.meta.url,
  options: optionsWith(false),
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: (options) => create("CliffWalking-v1", options),
};

/** CliffWalkingSlippery-v1: the same with slips. */
export const cliffWalkingSlippery: EnvironmentSpec<CliffWalkingOptions> = {
  id: "CliffWalkingSlippery-v1",
  description:
    "Walk along a cliff to the other corner on slippery ground without slipping into it.",
  module: import.meta.url,
  options: optionsWith(true),
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: (options) => create("CliffWalkingSlippery-v1", options),
};
