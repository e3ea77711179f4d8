/** What the tables of kernels are made of: the type of a row, and the means that rows share. */
import type { NamedAttrMap } from "@tensorflow/tfjs-core";
import type { DType, Node } from "../program/ir.ts";
import type { GraphBuilder } from "../program/builder.ts";

/** One kernel call under translation. */
export interface KernelCall {
  readonly kernel: string;
  /** Appends the nodes. */
  readonly build: GraphBuilder;
  readonly attributes: NamedAttrMap;
  /** The inputs in the kernel's order. */
  readonly inputs: readonly Node[];
  /** The input of this name in TensorFlow.js. */
  readonly input: (name: string) => Node;
  /** An input that may be missing. */
  readonly optional: (name: string) => Node | undefined;
  /** What TensorFlow.js says of each result. */
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[];
}

/** Says in nodes what a kernel computes: one node for each of its results. */
export type Lowering = (call: KernelCall) => Node | readonly Node[];

/** A table of kernels, by their names in TensorFlow.js. */
export type Lowerings = Readonly<Record<string, Lowering>>;

/** A kernel, or a variant of one, that the engine does not have. */
export class Unsupported extends Error {
  /** @param variant what it is that is missing, such as "Conv2D with dilations" */
  constructor(variant: string) {
    super(variant);
  }
}

/** Axes as TensorFlow.js takes them (a number, a list, negative, none for all), ascending. */
export function axesOf(attribute: unknown, rank: number): number[] {
  const given = attribute === undefined || attribute === null
    ? Array.from({ length: rank }, (_, axis) => axis)
    : [attribute].flat() as number[];
  return [...new Set(given.map((axis) => axis < 0 ? axis + rank : axis))].sort((a, b) => a - b);
}
