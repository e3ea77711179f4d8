/**
 * Exact optima and exact scores of environments whose model is known: what a learned score is
 * compared with. Pure functions on a `TabularModel`; values of a fixed policy are in `policy_values.ts`.
 */
import type { TabularModel } from "../../envs/tabular_model.ts";
import { actionValue, bestActionValue } from "./action_value.ts";
import { actionProbabilities, type PolicyTable, policyValues } from "./policy_values.ts";

/** What return is meant. */
export interface ReturnOptions {
  /** Steps after which an episode is cut; null or left out for no limit. */
  readonly horizon?: number | null;
  /** 0 to 1; 1 (the undiscounted return) if left out. */
  readonly discount?: number;
}

/** Sweeps after which `optimalValues` gives up. */
const maxSweeps = 1_000_000;

/**
 * The optimal value of every state, by value iteration (Sutton & Barto, section 4.4).
 *
 * @param discount 0 to 1
 * @param tolerance stops when a sweep changes no value by more than this part of the largest value;
 * 0, the default, goes on as long as floating-point numbers can tell values apart
 * @returns one value per state
 * @throws RangeError if the values do not settle: at discount 1 the rewards may sum up for ever
 */
export function optimalValues(model: TabularModel, discount: number, tolerance = 0): Float64Array {
  let values = new Float64Array(model.states);
  let swept = new Float64Array(model.states);
  // Rounding can keep the last digits going round in a circle. Values that come back to those of an
  // earlier sweep have settled; the sweeps 1, 2, 4, 8, ... are remembered to find that out.
  const remembered = new Float64Array(model.states).fill(NaN);
  for (let sweep = 1; sweep <= maxSweeps; sweep++) {
    let change = 0;
    let largest = 0;
    let cameBack = true;
    for (let s = 0; s < model.states; s++) {
      swept[s] = bestActionValue(model, values, discount, s);
      change = Math.max(change, Math.abs(swept[s] - values[s]));
      largest = Math.max(largest, Math.abs(swept[s]));
      if (swept[s] !== remembered[s]) cameBack = false;
    }
    [values, swept] = [swept, values];
    if (cameBack || change <= tolerance * largest) return values;
    if ((sweep & (sweep - 1)) === 0) remembered.set(values);
  }
  throw new RangeError(
    `optimalValues: no convergence in ${maxSweeps} sweeps at discount ${discount}: ` +
      "use a discount below 1 or a horizon",
  );
}

/**
 * The highest expected return of an episode, for an agent that sees the state and, under a horizon,
 * the number of steps left. No policy on observations alone need reach it.
 *
 * @throws RangeError if there is no horizon and the values do not settle
 */
export function optimalReturn(model: TabularModel, options: ReturnOptions = {}): number {
  const { horizon = null, discount = 1 } = options;
  if (horizon === null) return startValue(model, optimalValues(model, discount));
  return startValue(
    model,
    backwardInduction(model, horizon, (values, s) => bestActionValue(model, values, discount, s)),
  );
}

/**
 * The expected return of an episode under a fixed policy.
 *
 * @param policy uniform, a table of actions or a table of probabilities over the observations
 * @returns without a horizon, possibly infinite or NaN: see `policyValues`
 * @throws RangeError if the policy does not fit the model
 */
export function policyReturn(
  model: TabularModel,
  policy: PolicyTable,
  options: ReturnOptions = {},
): number {
  const { horizon = null, discount = 1 } = options;
  if (horizon === null) return startValue(model, policyValues(model, policy, discount));
  const { actions } = model;
  const chosen = actionProbabilities(model, policy);
  return startValue(
    model,
    backwardInduction(model, horizon, (values, s) => {
      let sum = 0;
      for (let a = 0; a < actions; a++) {
        const p = chosen[s * actions + a];
        if (p > 0) sum += p * actionValue(model, values, discount, s, a);
      }
      return sum;
    }),
  );
}

/** Values with `horizon` steps to go, from zero values with none to go. */
function backwardInduction(
  model: TabularModel,
  horizon: number,
  backup: (values: Float64Array, state: number) => number,
): Float64Array {
  let values = new Float64Array(model.states);
  let earlier = new Float64Array(model.states);
  for (let step = 0; step < horizon; step++) {
    for (let s = 0; s < model.states; s++) earlier[s] = backup(values, s);
    [values, earlier] = [earlier, values];
  }
  return values;
}

/** The expected value of the state in which an episode starts. */
function startValue(model: TabularModel, values: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < model.states; s++) {
    // A state in which no episode starts may have an infinite value.
    if (model.initial[s] > 0) sum += model.initial[s] * values[s];
  }
  return sum;
}
