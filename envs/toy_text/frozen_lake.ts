/**
 * FrozenLake-v1 and FrozenLake8x8-v1: cross a frozen lake without falling into a hole; the ice is
 * slippery. Equal to Gymnasium's (1.4.0, commit 3f0476a), random stream included.
 *
 * Actions: Discrete(4): 0 left, 1 down, 2 right, 3 up. A move over the edge stays where it is.
 *   On slippery ice the move goes as intended with probability `successRate`, else in one of the two
 *   directions at right angles to it, equally likely.
 * Observations: Discrete(rows * columns): the cell, row * columns + column.
 * Rewards: by the tile entered, `rewardSchedule`: 1 for the goal, 0 for a hole, 0 for any other.
 * Start: a tile marked S, each equally likely.
 * End: terminated on entering a hole or the goal; truncated after 100 steps (FrozenLake8x8-v1: 200).
 * Options: `desc`, `mapName`, `isSlippery`, `successRate`, `rewardSchedule`: see `FrozenLakeOptions`.
 *   A random map is made by `generateRandomMap` and given as `desc`, so there is always a map:
 *   Gymnasium's map from the operating system's entropy has no place here.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import { defaultGenerator } from "../../random/generator.ts";
import type { EnvironmentSpec } from "../environment.ts";
import { DOWN, type Grid, LEFT, moveTo, RIGHT, UP } from "../grid.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** Options of FrozenLake. */
export interface FrozenLakeOptions {
  /** The map, one string per row: S start, F frozen, H hole, G goal. Used instead of `mapName`. */
  readonly desc?: readonly string[];
  /** One of the two built-in maps. */
  readonly mapName: "4x4" | "8x8";
  /** Whether moves can slip to the side. */
  readonly isSlippery: boolean;
  /** Probability that a move on slippery ice goes as intended. */
  readonly successRate: number;
  /** Rewards for entering the goal, a hole and any other tile. */
  readonly rewardSchedule: readonly [goal: number, hole: number, other: number];
}

const MAPS = {
  "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
  "8x8": [
    "SFFFFFFF",
    "FFFFFFFF",
    "FFFHFFFF",
    "FFFFFHFF",
    "FFFHFFFF",
    "FHHFFFHF",
    "FHFFHFHF",
    "FFFHFFFG",
  ],
} as const satisfies Record<string, readonly string[]>;

const MOVES = [LEFT, DOWN, RIGHT, UP] as const;

function optionsWith(mapName: "4x4" | "8x8"): z.ZodType<FrozenLakeOptions> {
  return z.strictObject({
    desc: z.array(z.string().regex(/^[SFHG]+$/, "a row of the map holds only S, F, H and G"))
      .min(1)
      .refine(
        (rows) => rows.every((row) => row.length === rows[0].length),
        "rows must be of equal length",
      )
      .refine((rows) => rows.some((row) => row.includes("S")), "the map needs a start tile S")
      .optional()
      .describe(
        "The map, one string per row (S start, F frozen, H hole, G goal), instead of mapName.",
      ),
    mapName: z.enum(["4x4", "8x8"]).default(mapName).describe("One of the two built-in maps."),
    isSlippery: z.boolean().default(true).describe("Whether moves can slip to the side."),
    successRate: z.number().min(0).max(1).default(1 / 3)
      .describe("Probability that a move on slippery ice goes as intended."),
    rewardSchedule: z.tuple([z.number(), z.number(), z.number()]).default([1, 0, 0])
      .describe("Rewards for entering the goal, a hole and any other tile."),
  });
}

/** The exact dynamics; outcomes of a slippery move in the order left of it, as intended, right of it. */
function frozenLakeModel(options: FrozenLakeOptions): TabularModel {
  const rows = options.desc ?? MAPS[options.mapName];
  const tiles = rows.join("");
  const grid: Grid = { rows: rows.length, columns: rows[0].length };
  const [goal, hole, other] = options.rewardSchedule;
  const outcome = (probability: number, cell: number, action: number): Outcome => {
    const next = moveTo(grid, cell, MOVES[action]);
    const tile = tiles[next];
    const reward = tile === "G" ? goal : tile === "H" ? hole : other;
    return [probability, next, reward, tile === "G" || tile === "H"];
  };
  const slip = (1 - options.successRate) / 2;
  const table = Array.from(tiles, (tile, cell) =>
    MOVES.map((_, action): Outcome[] => {
      if (tile === "G" || tile === "H") return [[1, cell, 0, true]];
      if (!options.isSlippery) return [outcome(1, cell, action)];
      return [
        outcome(slip, cell, (action + 3) % 4),
        outcome(options.successRate, cell, action),
        outcome(slip, cell, (action + 1) % 4),
      ];
    }));
  const starts = Array.from(tiles, (tile) => tile === "S" ? 1 : 0);
  const count = starts.filter((start) => start === 1).length;
  return tabularModel(table, starts.map((start) => start / count));
}

function create(id: string, options: FrozenLakeOptions): TabularEnvironment {
  return new TabularEnvironment({ id, table: frozenLakeModel(options) });
}

/** FrozenLake-v1: the 4x4 map, 100 steps. */
export const frozenLake: EnvironmentSpec<FrozenLakeOptions> = {
  id: "FrozenLake-v1",
  description: "Cross a slippery frozen lake of 4x4 tiles without falling into a hole.",
  module: import.meta.url,
  options: optionsWith("4x4"),
  maxEpisodeSteps: 100,
  rewardThreshold: 0.7,
  create: (options) => create("FrozenLake-v1", options),
};

/** FrozenLake8x8-v1: the 8x8 map, 200 steps. */
export const frozenLake8x8: EnvironmentSpec<FrozenLakeOptions> = {
  id: "FrozenLake8x8-v1",
  description: "Cross a slippery frozen lake of 8x8 tiles without falling into a hole.",
  module: import.meta.url,
  options: optionsWith("8x8"),
  maxEpisodeSteps: 200,
  rewardThreshold: 0.85,
  create: (options) => create("FrozenLake8x8-v1", options),
};

/**
 * Draws a square map with start at the top left and goal at the bottom right, again and again until
 * the goal can be reached. The same seed gives the map of Gymnasium's `generate_random_map`.
 *
 * @param size rows and columns, at least 2
 * @param p probability that a tile is frozen rather than a hole, above 0 and at most 1; a small one
 *   on a large map takes many draws
 * @param seed a whole number >= 0
 * @returns the map, one string per row: the option `desc`
 * @throws RangeError if the size or the probability is out of range
 */
export function generateRandomMap(size: number, p: number, seed: number | bigint): string[] {
  if (!Number.isSafeInteger(size) || size < 2) {
    throw new RangeError(`generateRandomMap: size must be a whole number from 2, not ${size}`);
  }
  if (!(p > 0 && p <= 1)) {
    throw new RangeError(`generateRandomMap: p must be above 0 and at most 1, not ${p}`);
  }
  const random = defaultGenerator(seed);
  const probabilities = [p, 1 - p];
  while (true) {
    const tiles = Array.from({ length: size * size }, () => "FH"[random.choice(2, probabilities)]);
    tiles[0] = "S";
    tiles[tiles.length - 1] = "G";
    const rows = Array.from(
      { length: size },
      (_, row) => tiles.slice(row * size, (row + 1) * size).join(""),
    );
    if (isSolvable(rows)) return rows;
  }
}

/** Whether a goal can be reached from the top left tile without entering a hole. */
export function isSolvable(rows: readonly string[]): boolean {
  const tiles = rows.join("");
  const grid: Grid = { rows: rows.length, columns: rows[0].length };
  const visited = new Set([0]);
  // A set goes on to the cells that are added while it is walked through.
  for (const cell of visited) {
    if (tiles[cell] === "G") return true;
    for (const move of MOVES) {
      const next = moveTo(grid, cell, move);
      if (tiles[next] !== "H") visited.add(next);
    }
  }
  return false;
}
