/**
 * Constant-alpha Monte-Carlo prediction (Sutton & Barto, 2nd edition, sections 5.1 and 6.1).
 *
 * After each episode, the value of every state that was visited moves towards the return that
 * followed.
 *
 * ```math
 * \begin{aligned}
 * G_t &= R_{t+1} + \gamma R_{t+2} + \dots + \gamma^{T-t-1} R_T \\
 * V(S_t) &\leftarrow V(S_t) + \alpha \, \bigl[ G_t - V(S_t) \bigr]
 * \end{aligned}
 * ```
 *
 * In the every-visit form a state learns from each of its visits, in the order of time; in the
 * first-visit form only from its first.
 */
import { z } from "zod";
import type { PredictionAlgorithm } from "./algorithm.ts";
import {
  type Learn,
  type PredictionConfig,
  predictionOptions,
  predictor,
} from "./common/predictor.ts";

/** Configuration of Monte-Carlo prediction. */
export interface MonteCarloPredictionConfig extends PredictionConfig {
  /** Which visits of an episode a state learns from. */
  readonly visits: "every" | "first";
}

const config: z.ZodType<MonteCarloPredictionConfig> = z.strictObject({
  ...predictionOptions,
  visits: z.enum(["every", "first"]).default("every")
    .describe(
      "Whether a state learns from each of its visits in an episode or from the first only.",
    ),
});

function monteCarlo({ discount, visits }: MonteCarloPredictionConfig): Learn {
  return (values, stepSize, { length, states, rewards, terminated }) => {
    // Backwards through the episode: G_t = R_{t+1} + gamma G_{t+1}. The return of an episode that was
    // cut is completed with the estimate at its last state.
    const returns = new Float64Array(length);
    let g = terminated ? 0 : values[states[length]];
    for (let t = length - 1; t >= 0; t--) returns[t] = g = rewards[t + 1] + discount * g;

    // Forwards: V(S_t) <- V(S_t) + alpha [G_t - V(S_t)]   (equation 6.1)
    const visited = new Set<number>();
    for (let t = 0; t < length; t++) {
      const state = states[t];
      if (visits === "first") {
        if (visited.has(state)) continue;
        visited.add(state);
      }
      values[state] += stepSize * (returns[t] - values[state]);
    }
  };
}

/** Constant-alpha Monte-Carlo prediction. */
export const monteCarloPrediction: PredictionAlgorithm<MonteCarloPredictionConfig> = {
  name: "monte_carlo_prediction",
  title: "Monte-Carlo prediction",
  description:
    "After each episode, moves the value of every visited state towards the return that " +
    "was seen to follow it.",
  source: "Sutton & Barto (2018), equation 6.1 and Example 6.2",
  taxonomy: {
    family: "value-based",
    update: "Monte-Carlo",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "prediction",
  unit: "episodes",
  create: (context) => predictor(context, monteCarlo(context.config)),
};

export default monteCarloPrediction;
