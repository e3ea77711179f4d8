/**
 * Exploring starts: environments in which an episode can be made to start in a given state, by the
 * reset option `state`. Monte-Carlo control with exploring starts asks for it (Sutton & Barto,
 * section 5.3).
 */
import type { Environment } from "./environment.ts";

/** What an environment with exploring starts has beside the rest. */
export interface ExploringStarts {
  /**
   * The values that the reset option `state` takes, in ascending order: every state in which the
   * agent can be asked to act, so no terminal one. `reset({ options: { state } })` starts there,
   * after the same random draws as an ordinary reset.
   */
  readonly startStates: Int32Array;
}

/** Whether an environment (the unwrapped one) offers exploring starts. */
export function hasExploringStarts(
  environment: Environment,
): environment is Environment & ExploringStarts {
  return "startStates" in environment &&
    environment.startStates instanceof Int32Array;
}

/** Marks the start states, so that `requestedStart` need not search: 1 where allowed, else 0. */
export function startStateFlags(startStates: Int32Array): Uint8Array {
  const flags = new Uint8Array(startStates[startStates.length - 1] + 1);
  for (const state of startStates) flags[state] = 1;
  return flags;
}

/**
 * Reads the reset option `state` of an environment that has no other.
 *
 * @param id the environment's id, for the message
 * @param options the options given to `reset`
 * @param allowed the flags made by `startStateFlags`
 * @returns the state, or -1 if the start is left to chance
 * @throws TypeError if there is another option
 * @throws RangeError if the state is not one to start in
 */
export function requestedStart(
  id: string,
  options: Readonly<Record<string, unknown>> | undefined,
  allowed: Uint8Array,
): number {
  if (options === undefined) return -1;
  for (const name in options) {
    if (name !== "state") {
      throw new TypeError(
        `${id}: unknown reset option "${name}"; the only one is "state"`,
      );
    }
  }
  const state = options.state;
  if (state === undefined) return -1;
  if (typeof state !== "number" || allowed[state] !== 1) {
    throw new RangeError(
      `${id}: reset option "state" must be a state in which the agent acts (see startStates), not ${state}`,
    );
  }
  return state;
}
