/** The part of `checkEnv` that looks at the model of environments that have one. */
import type { Report } from "./check_env.ts";
import type { Environment } from "./environment.ts";
import { discreteIndexer } from "./spaces/discrete_index.ts";

/** How far sums of probabilities may be from 1. */
const TOLERANCE = 1e-9;

/** Checks that the model is a Markov decision process over the environment's observations and actions. */
export function checkModel(environment: Environment, report: Report): void {
  const { model } = environment;
  if (model === undefined) return;
  const { states, actions, offsets, probability, next, reward, terminated, initial, observation } =
    model;
  const error = (message: string) => report("error", `the model ${message}`);
  const observations = discreteIndexer(environment.observationSpace)?.size ?? 0;
  const choices = discreteIndexer(environment.actionSpace)?.size ?? 0;
  if (actions !== choices) return error(`has ${actions} actions, but the action space ${choices}`);
  const outcomes = offsets[states * actions];
  if (offsets.length !== states * actions + 1 || offsets[0] !== 0) {
    return error(`must have states * actions + 1 offsets, the first one 0`);
  }
  for (const [name, array] of Object.entries({ probability, next, reward, terminated })) {
    if (array.length !== outcomes) {
      return error(`has ${array.length} entries in ${name}, but ${outcomes} outcomes`);
    }
  }
  if (initial.length !== states || observation.length !== states) {
    return error(
      `must have an entry of initial and of observation for each of its ${states} states`,
    );
  }
  if (!isDistribution(initial)) {
    error("has probabilities in initial that are negative or do not sum to 1");
  }
  if (!next.every((state) => state >= 0 && state < states)) {
    error("leads to a state that it does not have");
  }
  if (!observation.every((index) => index >= 0 && index < observations)) {
    error("shows an observation that the observation space does not have");
  }
  for (let row = 0; row < states * actions; row++) {
    if (!isDistribution(probability.subarray(offsets[row], offsets[row + 1]))) {
      return error(
        `has probabilities for state ${Math.floor(row / actions)}, action ${
          row % actions
        } that are negative or do not sum to 1`,
      );
    }
  }
}

function isDistribution(probabilities: Float64Array): boolean {
  const sum = probabilities.reduce((sum, p) => sum + p, 0);
  return probabilities.every((p) => p >= 0) && Math.abs(sum - 1) <= TOLERANCE;
}
