/** The prediction methods with their step sizes, as suites use them. */
import type { Settings, SuiteEntry } from "../suite.ts";

/** Step sizes of the 19-state walk: the grid of Sutton & Barto's figures 7.2 and 12.6, finer below 0.1. */
const grid = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Constant-step-size Monte-Carlo and TD(0). */
export const predictionEntries: readonly SuiteEntry[] = [
  entry("monte_carlo_prediction", "monte_carlo_prediction", "Monte-Carlo", {}, [
    0.01,
    0.02,
    0.03,
    0.04,
  ]),
  entry("td_prediction", "td_prediction", "TD(0)", {}, [0.05, 0.1, 0.15]),
];

/** n-step TD. */
export function nStepEntry(n: number): SuiteEntry {
  return entry(`n_step_td_prediction-n${n}`, "n_step_td_prediction", `${n}-step TD`, { n });
}

/** TD(lambda). */
export function tdLambdaEntry(lambda: number): SuiteEntry {
  const name = `td_lambda_prediction-lambda${lambda}`;
  return entry(name, "td_lambda_prediction", `TD(lambda = ${lambda})`, { lambda });
}

/** Settings: on the 5-state walk the step sizes of example 6.2, elsewhere the grid. */
function entry(
  name: string,
  algorithm: string,
  title: string,
  own: Readonly<Record<string, unknown>>,
  smallWalk: readonly number[] = grid,
): SuiteEntry {
  const settings = (environment: string): Settings =>
    environment === "RandomWalk5-v0"
      ? {
        config: { ...own, discount: 1, initialValue: 0.5, stepSizes: [...smallWalk] },
        source: "Sutton & Barto (2018), example 6.2",
      }
      : {
        config: { ...own, discount: 1, initialValue: 0, stepSizes: [...grid] },
        source: "Sutton & Barto (2018), figures 7.2 and 12.6",
      };
  return { name, title, algorithm, settings };
}
