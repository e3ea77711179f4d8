/**
 * TD(lambda) prediction, the backward view with eligibility traces, updating at every step (Sutton &
 * Barto, 2nd edition, section 12.2 for a table of values; not the true online form of section 12.5).
 *
 * Each TD error is credited to all states visited before, less the longer ago: lambda = 0 is TD(0),
 * lambda = 1 comes close to Monte-Carlo and equals it where no episode visits a state twice.
 *
 * ```math
 * \begin{aligned}
 * z(s) &\leftarrow \gamma \lambda \, z(s) \quad \text{for every } s, \text{ then} \quad
 *   z(S) \leftarrow z(S) + 1 \\
 * \delta &= R + \gamma V(S') - V(S) \\
 * V(s) &\leftarrow V(s) + \alpha \, \delta \, z(s) \quad \text{for every } s
 * \end{aligned}
 * ```
 *
 * With replacing traces the visit sets z(S) to 1 instead of adding 1.
 */
import { z } from "zod";
import type { PredictionAlgorithm } from "./algorithm.ts";
import {
  type Learn,
  type PredictionConfig,
  predictionOptions,
  predictor,
} from "./common/predictor.ts";

/** Configuration of TD(lambda) prediction. */
export interface TdLambdaPredictionConfig extends PredictionConfig {
  /** Trace decay rate, 0 to 1. */
  readonly lambda: number;
  /** What a visit does to the trace of its state. */
  readonly traces: "accumulating" | "replacing";
}

const config: z.ZodType<TdLambdaPredictionConfig> = z.strictObject({
  ...predictionOptions,
  lambda: z.number().min(0).max(1).default(0.8)
    .describe("Trace decay rate lambda."),
  traces: z.enum(["accumulating", "replacing"]).default("accumulating")
    .describe("Whether a visit adds 1 to the trace of its state or sets it to 1."),
});

function tdLambda({ discount, lambda, traces }: TdLambdaPredictionConfig): Learn {
  return (values, stepSize, { length, states, rewards, terminated }) => {
    const z = new Float64Array(values.length); // eligibility traces, 0 at the start of an episode
    for (let t = 0; t < length; t++) {
      // z <- gamma lambda z, then z(S) <- z(S) + 1, or z(S) <- 1
      for (let s = 0; s < z.length; s++) z[s] *= discount * lambda;
      z[states[t]] = traces === "accumulating" ? z[states[t]] + 1 : 1;

      // delta = R + gamma V(S') - V(S), V(terminal) = 0
      const ends = terminated && t + 1 === length;
      const target = rewards[t + 1] + (ends ? 0 : discount * values[states[t + 1]]);
      const delta = target - values[states[t]];

      // V <- V + alpha delta z
      for (let s = 0; s < z.length; s++) values[s] += stepSize * delta * z[s];
    }
  };
}

/** TD(lambda) prediction. */
export const tdLambdaPrediction: PredictionAlgorithm<TdLambdaPredictionConfig> = {
  name: "td_lambda_prediction",
  title: "TD(lambda) prediction",
  description:
    "After each step, credits the TD error to all states visited before, by traces that " +
    "fade with time.",
  source: "Sutton (1988); Sutton & Barto (2018), section 12.2; " +
    "replacing traces: Singh & Sutton (1996)",
  taxonomy: {
    family: "value-based",
    update: "TD(lambda)",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "prediction",
  unit: "episodes",
  create: (context) => predictor(context, tdLambda(context.config)),
};

export default tdLambdaPrediction;
