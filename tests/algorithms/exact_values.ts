/** Exact values by plain sweeps over a model: what the learned tables are compared with. */
import type { TabularModel } from "../../envs/tabular_model.ts";

/**
 * Action values, row-major [states, actions], after sweeping until nothing changes any more.
 *
 * @param worth the value of a state, given the values of its actions: their maximum for the optimum
 */
export function exactActionValues(
  model: TabularModel,
  discount: number,
  worth: (actionValues: Float64Array) => number = (values) => Math.max(...values),
): Float64Array {
  const { states, actions, offsets } = model;
  const q = new Float64Array(states * actions);
  for (let change = Infinity; change > 1e-13;) {
    change = 0;
    const values = Array.from(
      { length: states },
      (_, s) => worth(q.subarray(s * actions, (s + 1) * actions)),
    );
    for (let pair = 0; pair < q.length; pair++) {
      let sum = 0;
      for (let i = offsets[pair]; i < offsets[pair + 1]; i++) {
        const rest = model.terminated[i] === 1 ? 0 : discount * values[model.next[i]];
        sum += model.probability[i] * (model.reward[i] + rest);
      }
      change = Math.max(change, Math.abs(sum - q[pair]));
      q[pair] = sum;
    }
  }
  return q;
}

/** The states in which an episode can be and go on: those whose actions a learner gets to try. */
export function visitedStates(model: TabularModel): number[] {
  const visited = new Set<number>();
  model.initial.forEach((probability, state) => probability > 0 && visited.add(state));
  // A set goes on to what is added while it is walked through.
  for (const state of visited) {
    const last = model.offsets[(state + 1) * model.actions];
    for (let i = model.offsets[state * model.actions]; i < last; i++) {
      if (model.terminated[i] === 0) visited.add(model.next[i]);
    }
  }
  return [...visited];
}
