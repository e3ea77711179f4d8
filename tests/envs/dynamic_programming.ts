/** A few lines of dynamic programming, to check models by their known optima. */
import type { TabularModel } from "../../envs/tabular_model.ts";

/** Expected reward of an action and discounted value of what follows. */
export function actionValue(
  model: TabularModel,
  values: Float64Array,
  discount: number,
  state: number,
  action: number,
): number {
  const row = state * model.actions + action;
  let value = 0;
  for (let i = model.offsets[row]; i < model.offsets[row + 1]; i++) {
    const rest = model.terminated[i] === 1 ? 0 : values[model.next[i]];
    value += model.probability[i] * (model.reward[i] + discount * rest);
  }
  return value;
}

/** The optimal value of every state: sweeps until nothing changes by more than 1e-13. */
export function optimalValues(model: TabularModel, discount: number): Float64Array {
  const values = new Float64Array(model.states);
  for (let change = Infinity; change > 1e-13;) {
    change = 0;
    for (let state = 0; state < model.states; state++) {
      let best = -Infinity;
      for (let action = 0; action < model.actions; action++) {
        best = Math.max(best, actionValue(model, values, discount, state, action));
      }
      change = Math.max(change, Math.abs(best - values[state]));
      values[state] = best;
    }
  }
  return values;
}

/**
 * The value of every state under a policy: sweeps until nothing changes by more than 1e-13.
 *
 * @param probability how likely the policy takes an action in a state
 */
export function policyValues(
  model: TabularModel,
  discount: number,
  probability: (state: number, action: number) => number,
): Float64Array {
  const values = new Float64Array(model.states);
  for (let change = Infinity; change > 1e-13;) {
    change = 0;
    for (let state = 0; state < model.states; state++) {
      let value = 0;
      for (let action = 0; action < model.actions; action++) {
        value += probability(state, action) * actionValue(model, values, discount, state, action);
      }
      change = Math.max(change, Math.abs(value - values[state]));
      values[state] = value;
    }
  }
  return values;
}

/** The value of every state when every action is equally likely. */
export function randomPolicyValues(model: TabularModel, discount: number): Float64Array {
  return policyValues(model, discount, () => 1 / model.actions);
}

/** The expected value of the state in which an episode starts. */
export function startValue(model: TabularModel, values: Float64Array): number {
  return model.initial.reduce((sum, probability, state) => sum + probability * values[state], 0);
}
