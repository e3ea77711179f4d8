/** How observations and actions of several environments are laid out in one array. */
import type { Observation } from "../environment.ts";
import { Box } from "../spaces/box.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space, SpaceDescription } from "../spaces/space.ts";
import type { ActionBatch, ObservationBatch } from "./vector_environment.ts";

/** An array for the observations of `numEnvs` environments, and the part of it that is each one's. */
export interface Batch {
  /** All observations, one after the other. */
  readonly all: ObservationBatch;
  /** Undefined for a Discrete space: its observations are numbers, environment i's is `all[i]`. */
  readonly parts: readonly (ObservationBatch | undefined)[];
}

/**
 * Makes room for observations.
 *
 * @throws TypeError if the space is none of Box float32, Discrete and tuple of Discrete spaces
 */
export function observationBatch({ description }: Space, numEnvs: number): Batch {
  if (description.type === "Discrete") {
    return { all: new Int32Array(numEnvs), parts: Array(numEnvs).fill(undefined) };
  }
  if (description.type === "Box" && description.dtype === "float32") {
    return split(new Float32Array(numEnvs * description.low.length), numEnvs);
  }
  if (description.type === "Tuple" && description.spaces.every(({ type }) => type === "Discrete")) {
    return split(new Int32Array(numEnvs * description.spaces.length), numEnvs);
  }
  throw unsupported("observation", description);
}

/** Puts the observation of environment i in its place, unless it is there already. */
export function store({ all, parts }: Batch, i: number, observation: Observation): void {
  const part = parts[i];
  if (part === undefined) all[i] = observation as number;
  else if (part !== observation) part.set(observation as ObservationBatch);
}

/**
 * The space of all actions of `numEnvs` environments together: what `VectorEnvironment.step` takes.
 *
 * @throws TypeError if the space is neither Box nor Discrete
 */
export function batchedActionSpace({ description }: Space, numEnvs: number): MultiDiscrete | Box {
  if (description.type === "Discrete") {
    const { n, start } = description;
    return new MultiDiscrete(Array(numEnvs).fill(n), Array(numEnvs).fill(start));
  }
  if (description.type === "Box" && description.dtype === "float32") {
    const { low, high, shape } = description;
    const repeat = (bounds: typeof low) => Array(numEnvs).fill(bounds.map(Number)).flat();
    return new Box(repeat(low), repeat(high), [numEnvs, ...shape]);
  }
  throw unsupported("action", description);
}

/**
 * Refuses a batch of actions of the wrong length.
 *
 * @param actionSize how many numbers one action has
 * @throws RangeError if there are not `numEnvs * actionSize` numbers
 */
export function checkActions(actions: ActionBatch, numEnvs: number, actionSize: number): void {
  if (actions.length !== numEnvs * actionSize) {
    throw new RangeError(
      `${numEnvs} copies need ${numEnvs * actionSize} action numbers, not ${actions.length}`,
    );
  }
}

function split(all: ObservationBatch, numEnvs: number): Batch {
  const size = all.length / numEnvs;
  return {
    all,
    parts: Array.from({ length: numEnvs }, (_, i) => all.subarray(i * size, (i + 1) * size)),
  };
}

function unsupported(what: string, description: SpaceDescription): TypeError {
  const dtype = description.type === "Box" ? ` ${description.dtype}` : "";
  return new TypeError(`vector environments cannot batch ${what}s of ${description.type}${dtype}`);
}
