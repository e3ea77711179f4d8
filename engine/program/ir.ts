/**
 * The engine's own language: a recorded function as a list of nodes in an order in which they can be
 * computed. Recording makes it, the simplifications rewrite it, planning and export read it.
 * Plain data; nothing here computes.
 */

/** Element types. A bool is stored as a byte, 0 or 1. */
export type DType = "float32" | "int32" | "bool";

/** No tensor has more axes. */
export const MAX_RANK = 6;

/** Functions of one float32 (`step` is 1 above 0, else 0 and NaN stays NaN, as tfjs has it). */
export type UnaryKind =
  | "abs"
  | "ceil"
  | "cos"
  | "elu"
  | "eluGrad"
  | "exp"
  | "expm1"
  | "floor"
  | "log"
  | "log1p"
  | "negate"
  | "reciprocal"
  | "relu"
  | "relu6"
  | "round"
  | "rsqrt"
  | "sigmoid"
  | "sign"
  | "sin"
  | "softplus"
  | "sqrt"
  | "square"
  | "step"
  | "tanh"
  | "isNaN"
  | "isFinite"
  | "isInf"
  | "logicalNot";

/** Functions of two numbers; the comparisons and logical ones give a bool. */
export type BinaryKind =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "maximum"
  | "minimum"
  | "modulo"
  | "power"
  | "squaredDifference"
  | "floorDivide"
  | "equal"
  | "notEqual"
  | "less"
  | "lessEqual"
  | "greater"
  | "greaterEqual"
  | "logicalAnd"
  | "logicalOr";

/** What is taken over the reduced axes. `any` and `all` are of bools. */
export type ReduceKind = "sum" | "mean" | "max" | "min" | "product" | "any" | "all";

/** What a matrix product does to its result after adding the bias. */
export type Activation = "none" | "relu" | "tanh" | "sigmoid" | "elu";

/** What a node computes, with its attributes. Its inputs, shape and dtype are in the node. */
export type Operation =
  /** A value given at each run. */
  | { readonly op: "input"; readonly name: string }
  /** A parameter or other state as it is at the start of a run. */
  | { readonly op: "state"; readonly name: string }
  | { readonly op: "constant"; readonly data: Float32Array | Int32Array | Uint8Array }
  | { readonly op: "unary"; readonly kind: UnaryKind }
  /** Input to the power of a constant. */
  | { readonly op: "powerConstant"; readonly exponent: number }
  /** x < 0 ? slope * x : x */
  | { readonly op: "leakyRelu"; readonly slope: number }
  | { readonly op: "clip"; readonly low: number; readonly high: number }
  /** Two inputs, broadcast as NumPy does. */
  | { readonly op: "binary"; readonly kind: BinaryKind }
  /** Inputs condition (bool), then, otherwise; of the same shape, or the condition broadcast. */
  | { readonly op: "select" }
  | { readonly op: "cast" }
  | { readonly op: "reshape" }
  | { readonly op: "transpose"; readonly permutation: readonly number[] }
  | { readonly op: "slice"; readonly begin: readonly number[]; readonly strides: readonly number[] }
  | { readonly op: "pad"; readonly before: readonly number[]; readonly value: number }
  | { readonly op: "concat"; readonly axis: number }
  | { readonly op: "tile"; readonly repetitions: readonly number[] }
  /** One input, broadcast to the node's shape. */
  | { readonly op: "broadcast" }
  /**
   * Of float32; any and all of bool. Axes ascending; the node's shape is without them (a reshape puts
   * ones back where wanted).
   */
  | { readonly op: "reduce"; readonly kind: ReduceKind; readonly axes: readonly number[] }
  /** Over the last axis. */
  | { readonly op: "softmax" }
  | { readonly op: "logSoftmax" }
  /** int32 index of the first largest (smallest) element of a float32 along an axis. */
  | { readonly op: "argMax" | "argMin"; readonly axis: number }
  /** Of float32 or int32. */
  | { readonly op: "oneHot"; readonly on: number; readonly off: number }
  /** Inputs data, indices (int32): takes rows along an axis. Out of range is undefined behaviour made safe: clamped. */
  | { readonly op: "gather"; readonly axis: number }
  /** Adds rows: inputs indices (int32 [n]), updates [n, ...rest]; output zeros [rows, ...rest] plus the updates. */
  | { readonly op: "scatterAdd" }
  /**
   * Inputs A, B and, if `bias`, a vector of length N. A is [..., M, K] ([..., K, M] if transposed), B is
   * [..., K, N] ([..., N, K] if transposed); leading axes equal, or absent in one.
   */
  | {
    readonly op: "matMul";
    readonly transposeA: boolean;
    readonly transposeB: boolean;
    readonly bias: boolean;
    readonly activation: Activation;
  }
  /** NHWC input, HWIO filter; padding per side. */
  | {
    readonly op: "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient";
    readonly strides: readonly [number, number];
    readonly padding: readonly [top: number, bottom: number, left: number, right: number];
  }
  | {
    readonly op: "maxPool" | "maxPoolGradient";
    readonly size: readonly [number, number];
    readonly strides: readonly [number, number];
    readonly padding: readonly [number, number, number, number];
  }
  /**
   * A chain of elementwise operations over its inputs (each of the node's shape, or a scalar, or a row that
   * repeats over the leading axes), computed block by block without storing what lies between. Step i may use
   * the inputs (numbers 0 to inputs - 1) and earlier steps (inputs + i).
   */
  | { readonly op: "elementwise"; readonly steps: readonly ElementwiseStep[] };

/** One step of a fused chain: a scalar operation on earlier values. */
export interface ElementwiseStep {
  readonly operation: Extract<
    Operation,
    { readonly op: "unary" | "binary" | "select" | "clip" | "powerConstant" | "leakyRelu" | "cast" }
  >;
  readonly operands: readonly number[];
  readonly dtype: DType;
}

/** One computed tensor. */
export interface Node {
  /** Its place in the list. */
  readonly id: number;
  readonly operation: Operation;
  /** Ids of earlier nodes. */
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A recorded function. */
export interface Graph {
  readonly nodes: readonly Node[];
  /** What a run gives back, by name. */
  readonly outputs: ReadonlyMap<string, number>;
  /** The new value of each state that the function changes, written at the end of a run. */
  readonly updates: ReadonlyMap<string, number>;
}
