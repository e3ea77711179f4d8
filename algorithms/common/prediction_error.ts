/** How far predicted values are from the exact ones. */
import { reachableStates, type TabularModel } from "../../envs/tabular_model.ts";
import { policyValues } from "./policy_values.ts";

/** The values that a prediction method should find: those of the states in which an episode goes on. */
export interface PredictionTargets {
  /** The observations to compare, in ascending order; terminal states are not among them. */
  readonly observations: Int32Array;
  /** The exact value of each of them under the uniformly random policy. */
  readonly values: Float64Array;
}

/**
 * The exact values of the states that an episode can visit before its end, under the uniformly
 * random policy.
 *
 * @param discount 0 to 1
 * @throws RangeError if two of these states show the same observation, or if a value is not finite
 */
export function predictionTargets(model: TabularModel, discount: number): PredictionTargets {
  const values = policyValues(model, "uniform", discount);
  const states = Array.from(reachableStates(model))
    .sort((s, t) => model.observation[s] - model.observation[t]);
  const observations = Int32Array.from(states, (s) => model.observation[s]);
  observations.forEach((o, i) => {
    if (i > 0 && observations[i - 1] === o) {
      throw new RangeError(
        `prediction targets: states ${states[i - 1]} and ${states[i]} of the model show the same ` +
          `observation ${o}: its value is not defined`,
      );
    }
    if (!Number.isFinite(values[states[i]])) {
      throw new RangeError(
        `prediction targets: state ${states[i]} of the model has the value ${values[states[i]]}: ` +
          "use a discount below 1",
      );
    }
  });
  return { observations, values: Float64Array.from(states, (s) => values[s]) };
}

/**
 * The root of the mean of the squared errors over the states (the measure of Sutton & Barto's
 * Example 6.2 and Figure 7.2).
 *
 * @param predicted values indexed by observation
 */
export function rootMeanSquareError(predicted: Float64Array, targets: PredictionTargets): number {
  let sum = 0;
  targets.observations.forEach((o, i) => {
    const error = predicted[o] - targets.values[i];
    sum += error * error;
  });
  return Math.sqrt(sum / targets.observations.length);
}
