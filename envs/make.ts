/** Makes an environment by its id. */
import type { Environment, EnvironmentSpec } from "./environment.ts";
import { makeFromSpec, type MakeOptions } from "./make_from_spec.ts";
import { specOf } from "./registry.ts";

/**
 * Makes an environment with its wrappers.
 *
 * ```ts
 * import { make } from "./make.ts";
 *
 * const environment = make("FrozenLake-v1", { mapName: "8x8", maxEpisodeSteps: 200 });
 * let { observation } = environment.reset({ seed: 1 });
 * ({ observation } = environment.step(environment.actionSpace.sample()));
 * ```
 *
 * @param environment a registered id, or a specification
 * @param options the environment's own options, and `maxEpisodeSteps`: a number to replace the
 *   registered time limit, null to remove it
 * @throws Error if the id is unknown
 * @throws TypeError if an option is unknown or has a wrong value
 * @throws RangeError if `maxEpisodeSteps` is not a whole number >= 1 or null
 */
export function make(
  environment: string | EnvironmentSpec,
  options?: MakeOptions,
): Environment {
  return makeFromSpec(
    typeof environment === "string" ? specOf(environment) : environment,
    options,
  );
}
