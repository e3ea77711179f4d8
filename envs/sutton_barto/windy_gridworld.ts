/**
 * WindyGridworld-v0: cross a grid in which a wind blows upwards (Sutton & Barto, example 6.5; the
 * options are exercises 6.9 and 6.10).
 *
 * Actions: Discrete(4): 0 up, 1 right, 2 down, 3 left; with `kingMoves` Discrete(8), with 4 up right,
 *   5 down right, 6 down left, 7 up left. The wind of the column that is left carries the agent
 *   0, 0, 0, 1, 1, 1, 2, 2, 1, 0 rows further up, by column. A move stops at the edge.
 * Observations: Discrete(70): the cell, row * 10 + column, of 7 rows and 10 columns.
 * Rewards: -1 per step.
 * Start: row 3, column 0 (cell 30).
 * End: terminated on reaching row 3, column 7 (cell 37). There is no step limit, as in the book: a
 *   benchmark sets its own. The shortest path takes 15 steps.
 * Options: `kingMoves`, `stochasticWind`: see `WindyGridworldOptions`.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import type { EnvironmentSpec } from "../environment.ts";
import { DOWN, type Grid, LEFT, type Move, moveTo, RIGHT, UP } from "../grid.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** Options of WindyGridworld. */
export interface WindyGridworldOptions {
  /** Whether the four diagonal moves are there too. */
  readonly kingMoves: boolean;
  /** Whether a wind that blows is one row weaker or stronger, each with probability 1/3. */
  readonly stochasticWind: boolean;
}

const options: z.ZodType<WindyGridworldOptions> = z.strictObject({
  kingMoves: z.boolean().default(false).describe("Whether the four diagonal moves are there too."),
  stochasticWind: z.boolean().default(false)
    .describe(
      "Whether a wind that blows is one row weaker or stronger, each with probability 1/3.",
    ),
});

const GRID: Grid = { rows: 7, columns: 10 };
const WIND = [0, 0, 0, 1, 1, 1, 2, 2, 1, 0] as const;
const START = 30;
const GOAL = 37;
const MOVES: readonly Move[] = [UP, RIGHT, DOWN, LEFT];
const KING_MOVES: readonly Move[] = [...MOVES, [-1, 1], [1, 1], [1, -1], [-1, -1]];

/** The exact dynamics; outcomes of a stochastic wind in the order mean, stronger, weaker. */
function windyGridworldModel({ kingMoves, stochasticWind }: WindyGridworldOptions): TabularModel {
  const table = Array.from(
    { length: GRID.rows * GRID.columns },
    (_, cell) =>
      (kingMoves ? KING_MOVES : MOVES).map(([down, right]): Outcome[] => {
        if (cell === GOAL) return [[1, cell, 0, true]];
        const wind = WIND[cell % GRID.columns];
        const winds = stochasticWind && wind > 0 ? [wind, wind + 1, wind - 1] : [wind];
        return winds.map((rows) => {
          const next = moveTo(GRID, cell, [down - rows, right]);
          return [1 / winds.length, next, -1, next === GOAL];
        });
      }),
  );
  return tabularModel(table, table.map((_, cell) => cell === START ? 1 : 0));
}

/** WindyGridworld-v0. */
export const windyGridworld: EnvironmentSpec<WindyGridworldOptions> = {
  id: "WindyGridworld-v0",
  description: "Cross a grid against a wind that blows upwards.",
  module: import.meta.url,
  options,
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: (options) =>
    new TabularEnvironment({ id: "WindyGridworld-v0", table: windyGridworldModel(options) }),
};
