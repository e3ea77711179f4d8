/**
 * TD(0), one-step temporal-difference prediction (Sutton & Barto, 2nd edition, section 6.1).
 *
 * After each step, the value of the state just left moves towards the reward plus the value of the
 * state just entered: an estimate learned from an estimate, without waiting for the end.
 *
 * ```math
 * V(S) \leftarrow V(S) + \alpha \, \bigl[ R + \gamma V(S') - V(S) \bigr]
 * ```
 */
import { z } from "zod";
import type { PredictionAlgorithm } from "./algorithm.ts";
import {
  type Learn,
  type PredictionConfig,
  predictionOptions,
  predictor,
} from "./common/predictor.ts";

const config: z.ZodType<PredictionConfig> = z.strictObject(predictionOptions);

function td({ discount }: PredictionConfig): Learn {
  // The policy does not depend on the values: replaying the episode step by step is the same as
  // learning while it happens.
  return (values, stepSize, { length, states, rewards, terminated }) => {
    for (let t = 0; t < length; t++) {
      // V(S) <- V(S) + alpha [R + gamma V(S') - V(S)], V(terminal) = 0   (equation 6.2)
      const ends = terminated && t + 1 === length;
      const target = rewards[t + 1] + (ends ? 0 : discount * values[states[t + 1]]);
      values[states[t]] += stepSize * (target - values[states[t]]);
    }
  };
}

/** TD(0) prediction. */
export const tdPrediction: PredictionAlgorithm<PredictionConfig> = {
  name: "td_prediction",
  title: "TD(0) prediction",
  description:
    "After each step, moves the value of the state just left towards the reward plus the " +
    "value of the state just entered.",
  source: "Sutton (1988); Sutton & Barto (2018), section 6.1",
  taxonomy: {
    family: "value-based",
    update: "TD",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "prediction",
  unit: "episodes",
  create: (context) => predictor(context, td(context.config)),
};

export default tdPrediction;
