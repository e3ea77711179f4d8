/**
 * An ONNX graph as plain data: what a recorded program or a table hands over to be written as a
 * model file. Nothing here knows of protobuf; `model.ts` does the writing.
 */

/** Element types that Seedbed's models use. */
export type OnnxType = "float32" | "int64" | "bool";

/** An input or output of a graph. The name of a symbolic dimension stands for any size. */
export interface OnnxValue {
  /** The tensor's name, unique in the graph. */
  readonly name: string;
  /** The element type. */
  readonly type: OnnxType;
  /** Sizes; a string such as "N" is a symbolic dimension (the batch). */
  readonly shape: readonly (number | string)[];
}

/** A constant tensor in row-major order. */
export interface OnnxConstant {
  /** The tensor's name, unique in the graph. */
  readonly name: string;
  /** Sizes; none for a scalar. */
  readonly shape: readonly number[];
  /** The elements: float32 or int64. */
  readonly data: Float32Array | BigInt64Array;
}

/** An attribute of a node: a bigint is an integer, a number is a float32. */
export type OnnxAttribute =
  | bigint
  | number
  | string
  | readonly bigint[]
  | readonly number[];

/** One operation of the default domain (opset 17). */
export interface OnnxNode {
  /** The operator's name, such as `Gather`. */
  readonly op: string;
  /** Names of the tensors that it reads; an empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  /** Names of the tensors that it defines. */
  readonly outputs: readonly string[];
  /** The operator's attributes; those left out have the operator's defaults. */
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph: its nodes in an order in which they can be computed. */
export interface OnnxGraph {
  /** A name for people. */
  readonly name: string;
  /** What a caller gives. */
  readonly inputs: readonly OnnxValue[];
  /** What a caller gets. */
  readonly outputs: readonly OnnxValue[];
  /** What is stored in the model, such as weights and tables. */
  readonly constants: readonly OnnxConstant[];
  /** What is computed, in order. */
  readonly nodes: readonly OnnxNode[];
}
