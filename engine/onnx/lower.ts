/**
 * From the engine's language to ONNX: walks a recorded function and puts ONNX operators in place of
 * its operations. What stands for what is in `lower_elementwise.ts` and `lower_arrays.ts`. int32
 * becomes int64, in which ONNX has its indices; results that overflow 32 bits are not wrapped. What
 * the sign or the largest of NaN is, ONNX leaves to the runtime.
 */
import type { DType, Graph, Operation } from "../program/ir.ts";
import { nodeName } from "../program/listing.ts";
import {
  batchName,
  type BatchNode,
  constantCore,
  dimensionText,
  followBatch,
  isFixed,
} from "./batch.ts";
import { OnnxBuilder } from "./builder.ts";
import type { OnnxGraph, OnnxType, OnnxValue } from "./graph.ts";
import { arrayLowerings } from "./lower_arrays.ts";
import { elementwiseLowerings } from "./lower_elementwise.ts";
import { cast, type Lowering, type Lowerings, type LoweringStep, type Value } from "./lowering.ts";

/** What the caller of a model gives for one input. */
export interface BatchSpec {
  /** Sizes; "N" is the batch. */
  readonly shape: readonly (number | typeof batchName)[];
  /** float32 if left out; int32 is int64 in the model. */
  readonly dtype?: DType;
}

/** What a model is made from, besides the recordings. */
export interface LowerOptions {
  /** A name for people. */
  readonly name: string;
  /** The function's inputs by name, in the order in which the model shall have them. */
  readonly inputs: Readonly<Record<string, BatchSpec>>;
  /** The current elements of a state, which become constants of the model. */
  readonly stateValues: (name: string) => ArrayLike<number>;
}

const lowerings: Lowerings = { ...elementwiseLowerings, ...arrayLowerings };
const sources: readonly string[] = ["input", "state", "constant"];

/**
 * Puts a function in ONNX.
 *
 * @param recordings the function recorded at each of `batchSizes`
 * @throws RangeError if the function changes a state, has an output with the name of an input or
 * operations that no model needs (all are named), or depends on the batch size in a way that a model
 * cannot have
 */
export function lower(
  recordings: readonly Graph[],
  { name, inputs, stateValues }: LowerOptions,
): OnnxGraph {
  const updates = new Set(recordings.flatMap(({ updates }) => [...updates.keys()]));
  if (updates.size > 0) {
    throw new RangeError(
      `a model changes no state, but the function assigns ${[...updates].join(", ")}`,
    );
  }
  const [{ outputs: outputIds }] = recordings;
  const taken = [...outputIds.keys()].filter((output) => Object.hasOwn(inputs, output));
  if (taken.length > 0) {
    throw new RangeError(
      `the output "${taken[0]}" has the name of an input; in a model it needs a name of its own`,
    );
  }
  const nodes = reachable(followBatch(recordings), outputIds.values());
  const unknown = nodes.filter(({ node: { operation } }) =>
    !sources.includes(operation.op) && lowerings[operation.op] === undefined
  );
  if (unknown.length > 0) {
    throw new RangeError(
      `there is no ONNX form of ${unknown.map(({ node }) => nodeName(node)).join(", ")}`,
    );
  }

  const builder = new OnnxBuilder(
    [...Object.keys(inputs), ...outputIds.keys()],
    batchSource(inputs),
  );
  const values = new Map<number, Value>();
  for (const at of nodes) {
    const { id, dtype } = at.node;
    const tensor = lowerNode(builder, at, values, stateValues);
    values.set(id, { name: tensor, dtype, dimensions: at.dimensions });
  }
  const outputs = [...outputIds].map(([output, id]) => [output, values.get(id)!] as const);
  return {
    name,
    inputs: Object.entries(inputs).map(([input, { shape, dtype = "float32" }]) => ({
      name: input,
      type: onnxType(dtype),
      shape,
    })),
    outputs: outputs.map(([output, value]) => outputValue(output, value)),
    ...builder.finish(new Map(outputs.map(([output, value]) => [output, value.name]))),
  };
}

/** The nodes that the outputs need, in order. */
function reachable(nodes: readonly BatchNode[], outputs: Iterable<number>): BatchNode[] {
  const needed = new Set(outputs);
  for (const { node } of nodes.toReversed()) {
    if (needed.has(node.id)) { for (const input of node.inputs) needed.add(input); }
  }
  return nodes.filter(({ node }) => needed.has(node.id));
}

function batchSource(inputs: Readonly<Record<string, BatchSpec>>) {
  for (const [input, { shape }] of Object.entries(inputs)) {
    const axis = shape.indexOf(batchName);
    if (axis >= 0) return { input, axis };
  }
  return null;
}

function lowerNode(
  builder: OnnxBuilder,
  { node, dimensions, recorded }: BatchNode,
  values: ReadonlyMap<number, Value>,
  stateValues: (name: string) => ArrayLike<number>,
): string {
  const { operation, dtype, shape } = node;
  builder.startPart(`${"kind" in operation ? operation.kind : operation.op}_${node.id}`);
  switch (operation.op) {
    case "input":
      return operation.name;
    case "state":
      return constantOf(builder, operation.name, stateValues(operation.name), dtype, shape);
    case "constant": {
      const core = constantCore(node, dimensions)!;
      const coreShape = dimensions.map((d) => isFixed(d) ? d.constant : 1);
      const constant = constantOf(builder, `constant_${node.id}`, core, dtype, coreShape);
      if (dimensions.every(isFixed)) return constant;
      return builder.add("Expand", [constant, builder.shape(dimensions)]);
    }
  }
  const inputs = node.inputs.map((id) => values.get(id)!);
  // The table's types say that each function fits its operations; the compiler cannot pair them.
  const lowering = lowerings[operation.op] as Lowering<Operation["op"]>;
  const operations = recorded.map(({ operation }) => operation);
  const step = { builder, operation, inputs, dtype, dimensions, recorded: operations };
  return lowering(step as LoweringStep);
}

/** A stored tensor; ONNX graphs here have no bool constants, so bools are stored as int64. */
function constantOf(
  builder: OnnxBuilder,
  name: string,
  data: ArrayLike<number>,
  dtype: DType,
  shape: readonly number[],
): string {
  if (dtype === "float32") return builder.constant(name, Float32Array.from(data), shape);
  const constant = builder.constant(name, BigInt64Array.from(Array.from(data, BigInt)), shape);
  return dtype === "bool" ? cast(builder, constant, "bool") : constant;
}

function onnxType(dtype: DType): OnnxType {
  return dtype === "int32" ? "int64" : dtype;
}

function outputValue(name: string, { dtype, dimensions }: Value): OnnxValue {
  const shape = dimensions.map((d) => isFixed(d) ? d.constant : dimensionText(d));
  return { name, type: onnxType(dtype), shape };
}
