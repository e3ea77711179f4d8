/** How observations and actions of several environments are laid out in one array. */
import type { Observation } from "../environment.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";
import { TupleSpace } from "../spaces/tuple.ts";
import type { ObservationBatch } from "./vector_environment.ts";

/** An array for the observations of `count` environments, and the part of it that is each one's. */
export interface Batch {
  readonly all: ObservationBatch;
  /** Undefined for a Discrete space: its observations are numbers, environment i's is `all[i]`. */
  readonly parts: readonly (ObservationBatch | undefined)[];
}

/**
 * Makes room for observations.
 *
 * @throws TypeError if the space is none of Box float32, Discrete and tuple of Discrete spaces
 */
export function observationBatch(space: Space, count: number): Batch {
  if (space instanceof Discrete) return { all: new Int32Array(count), parts: Array(count).fill(undefined) };
  if (space instanceof Box && space.dtype === "float32") {
    return split(new Float32Array(count * space.size), count);
  }
  if (space instanceof TupleSpace && space.spaces.every((member) => member instanceof Discrete)) {
    return split(new Int32Array(count * space.spaces.length), count);
  }
  throw unsupported("observation", space);
}

/** Puts the observation of environment i in its place, unless it is there already. */
export function store({ all, parts }: Batch, i: number, observation: Observation): void {
  const part = parts[i];
  if (part === undefined) all[i] = observation as number;
  else if (part !== observation) part.set(observation as ObservationBatch);
}

/**
 * The space of all actions of `count` environments together: what `VectorEnvironment.step` takes.
 *
 * @throws TypeError if the space is neither Box nor Discrete
 */
export function batchedActionSpace(space: Space, count: number): MultiDiscrete | Box {
  if (space instanceof Discrete) {
    return new MultiDiscrete(Array(count).fill(space.n), Array(count).fill(space.start));
  }
  if (space instanceof Box && space.dtype === "float32") {
    const repeat = (bounds: Float32Array) => Array(count).fill([...bounds]).flat();
    return new Box(repeat(space.low), repeat(space.high), [count, ...space.shape]);
  }
  throw unsupported("action", space);
}

function split(all: ObservationBatch, count: number): Batch {
  const size = all.length / count;
  return {
    all,
    parts: Array.from({ length: count }, (_, i) => all.subarray(i * size, (i + 1) * size)),
  };
}

function unsupported(what: string, space: Space): TypeError {
  const { description } = space;
  const dtype = description.type === "Box" ? ` ${description.dtype}` : "";
  return new TypeError(`vector environments do not batch ${what}s of ${description.type}${dtype}`);
}
