/**
 * Greedy policies of dynamic programming. Floating-point values of equally good actions differ in
 * their last digits, so the greedy actions of a state are a set: all that are as good as the best
 * within a margin. A policy picks one action of each set.
 */
import type { TabularModel } from "../../envs/tabular_model.ts";
import { actionValue } from "./action_value.ts";
import type { KnownModel } from "./known_model.ts";

/** 1 for the actions that a state may take, else 0; row-major [states, actions]. */
export type ActionSets = Uint8Array;

/** Action values that differ by less than this part of the largest state value count as equal. */
const tieMargin = 1e-10;

/** Steps beyond which `soonestToEnd` does not look. */
const maxSteps = 10_000;

/**
 * The greedy actions of every state: those whose value is the highest, within a margin of 1e-10 of
 * the largest state value.
 *
 * @param values one per state
 * @param allowed the actions to choose from; all if left out
 */
export function greedySets(
  model: TabularModel,
  values: Float64Array,
  discount: number,
  allowed?: ActionSets,
): ActionSets {
  const { states, actions } = model;
  const margin = tieMargin * values.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
  const sets = new Uint8Array(states * actions);
  const candidates = new Float64Array(actions);
  for (let s = 0; s < states; s++) {
    let best = -Infinity;
    for (let a = 0; a < actions; a++) {
      candidates[a] = allowed && !allowed[s * actions + a]
        ? -Infinity
        : actionValue(model, values, discount, s, a);
      best = Math.max(best, candidates[a]);
    }
    for (let a = 0; a < actions; a++) {
      sets[s * actions + a] = candidates[a] >= best - margin ? 1 : 0;
    }
  }
  return sets;
}

/**
 * Of the allowed actions, those that end the episode in the fewest expected steps.
 *
 * Without discount, an action that only postpones a reward looks as good as the one that goes and
 * gets it: where all values of a FrozenLake are 1, every action is greedy, and one that always takes
 * the first never reaches the goal. Among actions greedy towards the optimal values, those chosen
 * here do end the episode wherever that is possible, and then attain these values.
 *
 * The expected number of steps is a value function: that of a reward of -1 in each step.
 */
export function soonestToEnd(model: TabularModel, allowed: ActionSets): ActionSets {
  const { states, actions } = model;
  const hurry = { ...model, reward: new Float64Array(model.reward.length).fill(-1) };
  let values = new Float64Array(states);
  let swept = new Float64Array(states);
  for (let step = 0, change = Infinity; step < maxSteps && change > 0; step++) {
    change = 0;
    for (let s = 0; s < states; s++) {
      let best = -Infinity;
      for (let a = 0; a < actions; a++) {
        if (allowed[s * actions + a]) best = Math.max(best, actionValue(hurry, values, 1, s, a));
      }
      swept[s] = best;
      change = Math.max(change, Math.abs(best - values[s]));
    }
    [values, swept] = [swept, values];
  }
  return greedySets(hurry, values, 1, allowed);
}

/**
 * Picks one action for each observation: the lowest-numbered one that is in the set of every state
 * that shows it. Observations that no state shows get action 0.
 *
 * @throws RangeError if states that show the same observation have no action in common
 */
export function actionTable(
  { environment, model, observations }: KnownModel,
  sets: ActionSets,
): Int32Array {
  const { states, actions, observation } = model;
  const table = new Int32Array(observations);
  const groups = Map.groupBy(Array.from({ length: states }, (_, s) => s), (s) => observation[s]);
  for (const [o, group] of groups) {
    let action = 0;
    while (action < actions && group.some((s) => !sets[s * actions + action])) action++;
    if (action === actions) {
      throw new RangeError(
        `${environment.id}: the model's states ${
          group.join(", ")
        } show the same observation ${o} ` +
          "but need different actions: a table of actions per observation cannot be optimal",
      );
    }
    table[o] = action;
  }
  return table;
}
