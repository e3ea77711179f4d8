/**
 * What recording leaves behind: which kernels of TensorFlow.js ran, in order, and where each tensor
 * came from. Plain data in TensorFlow.js's own words; `lower.ts` translates it into the engine's.
 */
import type { NamedAttrMap } from "@tensorflow/tfjs-core";
import type { DType } from "../program/ir.ts";

/** The elements of a tensor: float32, int32, or a bool as a byte. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** Where a tensor came from. */
export type Origin =
  | { readonly kind: "input" | "state"; readonly name: string }
  | { readonly kind: "constant"; readonly data: Elements }
  | { readonly kind: "call"; readonly call: Call };

/** A tensor that was seen while recording. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly origin: Origin;
}

/** One run of a kernel. */
export interface Call {
  /** The kernel's name in TensorFlow.js, such as `BatchMatMul`. */
  readonly kernel: string;
  readonly attributes: NamedAttrMap;
  /** By the kernel's own names; kernels of any number of tensors name them "0", "1", ... */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: readonly Value[];
}

/** The tape of one function. */
export interface Tape {
  /** In the order in which they ran. */
  readonly calls: readonly Call[];
  readonly inputs: ReadonlyMap<string, Value>;
  readonly state: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  /** The new value of each state that was assigned. */
  readonly updates: ReadonlyMap<string, Value>;
}

/** "Mean (float32 [2, 3])": a tensor in an error message. */
export function describe({ shape, dtype, origin }: Value): string {
  const what = origin.kind === "call"
    ? `the result of ${origin.call.kernel}`
    : origin.kind === "constant"
    ? "a constant"
    : `the ${origin.kind} "${origin.name}"`;
  return `${what} (${dtype} [${shape.join(", ")}])`;
}
