/**
 * Makes an ONNX model of a function written in tfjs: records it at several batch sizes, so that what
 * follows the batch is known, tidies the recordings, and writes them with the state's current values.
 */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Graph } from "../program/ir.ts";
import type { TensorSpec } from "../program/tensor_spec.ts";
import { record } from "../record/record.ts";
import { simplify } from "../simplify/simplify.ts";
import { batchName, batchSizes } from "./batch.ts";
import type { OnnxGraph } from "./graph.ts";
import { type BatchSpec, lower } from "./lower.ts";
import { encodeModel } from "./model.ts";

/** The named tensors whose values a model takes over; a `State` is one. */
export interface StateValues {
  /** All names. */
  readonly names: readonly string[];
  /** Shape and element type of one. */
  spec(name: string): TensorSpec;
  /** The current elements of one in row-major order. */
  get(name: string): ArrayLike<number>;
}

/** A function that is to become a model. */
export interface ModelSource<I extends string = string> {
  /** The model's name, for people. */
  readonly name: string;
  /** Parameters and other state; what the function uses of it becomes constants of the model. */
  readonly state: StateValues;
  /**
   * What a caller of the model gives, in this order. The size "N" is the batch: any number of rows,
   * the same wherever it stands.
   */
  readonly inputs: Readonly<Record<I, BatchSpec>>;
  /** The function, as it would be compiled; what it returns are the model's outputs. */
  readonly run: (
    inputs: Record<I, Tensor>,
    state: Record<string, Variable>,
  ) => Readonly<Record<string, Tensor>>;
}

/**
 * Writes a function as an ONNX model (opset 17, format version 8). The same function, values and
 * metadata give the same bytes on every machine. int32 becomes int64.
 *
 * @param source the function, its inputs and its state
 * @param metadata facts to keep in the file
 * @returns the bytes of an `.onnx` file
 * @throws Error if the function cannot be recorded: see `record`
 * @throws RangeError if it changes state, has an output with the name of an input, uses operations
 * that ONNX has no form of, or depends on the batch size other than by sizes that follow it, such as
 * a constant that is computed from it; a branch that no recorded batch size takes is not seen
 */
export function exportOnnx<I extends string>(
  source: ModelSource<I>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return encodeModel(onnxGraph(source), metadata);
}

/** The graph of `exportOnnx`, before it is written. */
export function onnxGraph<I extends string>(source: ModelSource<I>): OnnxGraph {
  const { name, state, inputs } = source;
  const recordings = batchSizes.map((size) => recordedAt(source, size));
  try {
    return lower(recordings, { name, inputs, stateValues: (key) => state.get(key) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`ONNX model "${name}": ${error.message}`, { cause: error });
  }
}

function recordedAt<I extends string>(
  { state, inputs, run }: ModelSource<I>,
  size: number,
): Graph {
  const specs = Object.entries<BatchSpec>(inputs).map(([name, { shape, dtype }]) => {
    const sizes = shape.map((length) => length === batchName ? size : length);
    return [name, { shape: sizes, dtype }];
  });
  const graph = record({
    inputs: Object.fromEntries(specs) as Record<I, TensorSpec>,
    state: Object.fromEntries(state.names.map((name) => [name, state.spec(name)])),
    run,
  });
  // ONNX has operators for single steps; fusing them is the runtime's affair.
  return simplify(graph, { passes: { elementwise: false, expand: false } });
}
