/**
 * RandomWalk5-v0 and RandomWalk19-v0: a walk to the left or to the right, the test bed of prediction
 * methods (Sutton & Barto, examples 6.2 and 7.1). There is nothing to decide: the values to learn are
 * those of the walk itself.
 *
 * Actions: Discrete(1): 0 go on; one step to the left or to the right, each with probability 1/2.
 * Observations: Discrete(n + 2): the place: 0 the left end, 1 to n the states of the walk (A, B, ...),
 *   n + 1 the right end.
 * Rewards: RandomWalk5-v0: 1 for reaching the right end, else 0. RandomWalk19-v0: 1 for reaching the
 *   right end, -1 for the left end, else 0.
 * Start: the state in the middle.
 * End: terminated at either end. There is no step limit: the walk ends with probability 1.
 * Options: none.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset).
 */
import { z } from "zod";
import type { EnvironmentSpec } from "../environment.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** The random walks have no options. */
export type RandomWalkOptions = Readonly<Record<string, never>>;

function randomWalkModel(length: number, leftReward: number): TabularModel {
  const right = length + 1;
  const outcome = (next: number): Outcome => {
    const reward = next === right ? 1 : next === 0 ? leftReward : 0;
    return [1 / 2, next, reward, next === 0 || next === right];
  };
  const table = Array.from({ length: length + 2 }, (_, place): Outcome[][] => {
    if (place === 0 || place === right) return [[[1, place, 0, true]]];
    return [[outcome(place - 1), outcome(place + 1)]];
  });
  return tabularModel(table, table.map((_, place) => place === right / 2 ? 1 : 0));
}

function randomWalk(length: number, leftReward: number): EnvironmentSpec<RandomWalkOptions> {
  const id = `RandomWalk${length}-v0`;
  return {
    id,
    description: `Predict how a random walk over ${length} states ends.`,
    module: import.meta.url,
    options: z.strictObject({}),
    maxEpisodeSteps: null,
    rewardThreshold: null,
    create: () => new TabularEnvironment({ id, table: randomWalkModel(length, leftReward) }),
  };
}

/** RandomWalk5-v0 (example 6.2). */
export const randomWalk5: EnvironmentSpec<RandomWalkOptions> = randomWalk(5, 0);

/** RandomWalk19-v0 (example 7.1). */
export const randomWalk19: EnvironmentSpec<RandomWalkOptions> = randomWalk(19, -1);
