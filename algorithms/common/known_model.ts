/** What dynamic programming needs of an environment: its model and the size of its policy's table. */
import type { Environment } from "../../envs/environment.ts";
import { discreteSize } from "../../envs/spaces/discrete_index.ts";
import type { TabularModel } from "../../envs/tabular_model.ts";

/** An environment whose dynamics are known. */
export interface KnownModel {
  /** The environment itself; it need not be reset. */
  readonly environment: Environment;
  /** Its dynamics. */
  readonly model: TabularModel;
  /** Number of observations, shown by the model's states or not. */
  readonly observations: number;
}

/**
 * Checks that an environment gives its model.
 *
 * @param algorithm name for the message
 * @throws RangeError if it does not
 */
export function knownModel(algorithm: string, environment: Environment): KnownModel {
  const { id, model, observationSpace } = environment;
  if (model === undefined) {
    throw new RangeError(
      `${algorithm}: ${id} has no model; use an environment that has one, such as FrozenLake-v1`,
    );
  }
  return { environment, model, observations: discreteSize(observationSpace) };
}
