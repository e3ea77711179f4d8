/** The one-step lookahead of dynamic programming, which all its methods share. */
import type { TabularModel } from "../../envs/tabular_model.ts";

/**
 * The expected return of doing `action` in `state` and going on from the next state with `values`:
 * the sum of p(s', r | s, a) [r + discount V(s')] (Sutton & Barto, equation 4.6, inner part).
 * Nothing follows an outcome that ends the episode, even where the model lists a next state.
 */
export function actionValue(
  model: TabularModel,
  values: Float64Array,
  discount: number,
  state: number,
  action: number,
): number {
  const { offsets, probability, next, reward, terminated } = model;
  const entry = state * model.actions + action;
  let sum = 0;
  for (let i = offsets[entry]; i < offsets[entry + 1]; i++) {
    sum += probability[i] * (terminated[i] ? reward[i] : reward[i] + discount * values[next[i]]);
  }
  return sum;
}

/** The highest action value of a state: the right side of the Bellman optimality equation. */
export function bestActionValue(
  model: TabularModel,
  values: Float64Array,
  discount: number,
  state: number,
): number {
  let best = -Infinity;
  for (let action = 0; action < model.actions; action++) {
    best = Math.max(best, actionValue(model, values, discount, state, action));
  }
  return best;
}
