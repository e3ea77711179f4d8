/**
 * Gambler-v0: bet on the flips of a coin until the capital is 100 or gone (Sutton & Barto, example 4.3).
 *
 * Actions: Discrete(50): action a stakes a + 1, or as much as makes sense if that is less: not more
 *   than the capital s, nor than is missing to 100, so min(a + 1, s, 100 - s). The book's stake of 0,
 *   which only lets time pass, is left out. The stake is won with probability `headsProbability`,
 *   else lost.
 * Observations: Discrete(101): the capital.
 * Rewards: 1 for reaching 100, else 0: the value of a state is the probability of winning.
 * Start: a capital of 1 to 99, each equally likely (the book names no start).
 * End: terminated at 0 or 100. There is no step limit: the game ends with probability 1.
 * Options: `headsProbability`: see `GamblerOptions`.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import type { EnvironmentSpec } from "../environment.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** Options of Gambler. */
export interface GamblerOptions {
  /** Probability that the gambler wins a flip. */
  readonly headsProbability: number;
}

const options: z.ZodType<GamblerOptions> = z.strictObject({
  headsProbability: z.number().min(0).max(1).default(0.4)
    .describe("Probability that the gambler wins a flip."),
});

const GOAL = 100;
const ACTIONS = 50;

function gamblerModel({ headsProbability }: GamblerOptions): TabularModel {
  const table = Array.from(
    { length: GOAL + 1 },
    (_, capital) =>
      Array.from({ length: ACTIONS }, (_, action): Outcome[] => {
        if (capital === 0 || capital === GOAL) return [[1, capital, 0, true]];
        const stake = Math.min(action + 1, capital, GOAL - capital);
        const won = capital + stake;
        const lost = capital - stake;
        return [
          [headsProbability, won, won === GOAL ? 1 : 0, won === GOAL],
          [1 - headsProbability, lost, 0, lost === 0],
        ];
      }),
  );
  return tabularModel(
    table,
    table.map((_, capital) => capital === 0 || capital === GOAL ? 0 : 1 / (GOAL - 1)),
  );
}

/** Gambler-v0. */
export const gambler: EnvironmentSpec<GamblerOptions> = {
  id: "Gambler-v0",
  description: "Bet on the flips of a coin until the capital is 100 or gone.",
  module: import.meta.url,
  options,
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: (options) => new TabularEnvironment({ id: "Gambler-v0", table: gamblerModel(options) }),
};
