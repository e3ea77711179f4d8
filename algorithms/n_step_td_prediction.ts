/**
 * n-step TD prediction (Sutton & Barto, 2nd edition, section 7.1).
 *
 * The value of a state moves towards the rewards of the next n steps plus the value of the state
 * they lead to: TD(0) for n = 1, Monte-Carlo for an n that no episode exceeds.
 *
 * ```math
 * \begin{aligned}
 * G_{t:t+n} &= R_{t+1} + \gamma R_{t+2} + \dots + \gamma^{n-1} R_{t+n} + \gamma^n V(S_{t+n}) \\
 * V(S_t) &\leftarrow V(S_t) + \alpha \, \bigl[ G_{t:t+n} - V(S_t) \bigr]
 * \end{aligned}
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

/** Configuration of n-step TD prediction. */
export interface NStepTdPredictionConfig extends PredictionConfig {
  /** Number of rewards in a target, from 1. */
  readonly n: number;
}

const config: z.ZodType<NStepTdPredictionConfig> = z.strictObject({
  ...predictionOptions,
  n: z.int().min(1).default(4)
    .describe("Number of rewards before the target takes the estimated value for the rest."),
});

function nStepTd({ discount, n }: NStepTdPredictionConfig): Learn {
  // Updates come n steps late, but always in this order (and the policy does not depend on them).
  return (values, stepSize, { length, states, rewards, terminated }) => {
    for (let tau = 0; tau < length; tau++) {
      // G = R_{tau+1} + gamma R_{tau+2} + ... + gamma^n V(S_{tau+n}), without V after the end (7.1)
      const end = Math.min(tau + n, length);
      let g = terminated && end === length ? 0 : values[states[end]];
      for (let t = end; t > tau; t--) g = rewards[t] + discount * g;

      // V(S_tau) <- V(S_tau) + alpha [G - V(S_tau)]   (equation 7.2)
      values[states[tau]] += stepSize * (g - values[states[tau]]);
    }
  };
}

/** n-step TD prediction. */
export const nStepTdPrediction: PredictionAlgorithm<NStepTdPredictionConfig> = {
  name: "n_step_td_prediction",
  title: "n-step TD prediction",
  description:
    "Moves the value of each state towards the rewards of the next n steps plus the value " +
    "of the state they lead to: between TD(0) and Monte-Carlo.",
  source: "Watkins (1989); Sutton & Barto (2018), section 7.1",
  taxonomy: {
    family: "value-based",
    update: "n-step TD",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "prediction",
  unit: "episodes",
  create: (context) => predictor(context, nStepTd(context.config)),
};

export default nStepTdPrediction;
