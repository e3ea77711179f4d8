/**
 * Numbers the values of a Discrete space, or of a tuple of Discrete spaces, from 0 on: what a table
 * over observations or actions is indexed with.
 */
import type { Observation } from "../environment.ts";
import type { Space } from "./space.ts";

/** The numbering of the values of one space. */
export interface DiscreteIndexer {
  /** Number of values. */
  readonly size: number;
  /** Number of values of each element of the tuple; one entry for a Discrete space. */
  readonly radices: readonly number[];
  /** Smallest value of each element. */
  readonly starts: readonly number[];
  /** How much the index grows with each element: row-major, the last element's is 1. */
  readonly strides: readonly number[];
  /** Index of a value of the space, from 0 to size - 1. Not checked, and nothing is allocated. */
  index(value: Observation): number;
}

/**
 * Numbers the values of a space in row-major order.
 *
 * @returns null if the space is neither Discrete nor a tuple of Discrete spaces
 */
export function discreteIndexer(space: Space): DiscreteIndexer | null {
  const { description } = space;
  const members = description.type === "Tuple" ? description.spaces : [description];
  const radices: number[] = [];
  const starts: number[] = [];
  for (const member of members) {
    if (member.type !== "Discrete") return null;
    radices.push(member.n);
    starts.push(member.start);
  }
  const strides = radices.map((_, i) => product(radices.slice(i + 1)));
  return {
    size: product(radices),
    radices,
    starts,
    strides,
    index: description.type === "Tuple" ? tupleIndex(strides, starts) : integerIndex(starts[0]),
  };
}

/**
 * Number of values of a Discrete space or a tuple of Discrete spaces.
 *
 * @throws TypeError for any other space
 */
export function discreteSize(space: Space): number {
  const indexer = discreteIndexer(space);
  if (indexer === null) {
    throw new TypeError(
      `a Discrete space or a tuple of Discrete spaces is needed, not ${space.description.type}`,
    );
  }
  return indexer.size;
}

function integerIndex(start: number): (value: Observation) => number {
  if (start === 0) return (value) => value as number;
  return (value) => (value as number) - start;
}

function tupleIndex(
  strides: readonly number[],
  starts: readonly number[],
): (value: Observation) => number {
  const offset = strides.reduce(
    (sum, stride, i) => sum + stride * starts[i],
    0,
  );
  const length = strides.length;
  return (value) => {
    const tuple = value as Int32Array;
    let index = -offset;
    for (let i = 0; i < length; i++) index += strides[i] * tuple[i];
    return index;
  };
}

function product(factors: readonly number[]): number {
  return factors.reduce((product, factor) => product * factor, 1);
}
