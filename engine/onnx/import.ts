/**
 * Reads a policy's ONNX model back into a program of the engine, for one observation at a time. The
 * export takes the policy's recording apart into ONNX operators (`lower.ts`); this puts the engine's
 * operations in their place again and compiles them as ever, so that the model gives the very bits of
 * the policy that was exported: in a page, where there is no other runtime, and as a check.
 *
 * It knows the operators that the models of Seedbed's own algorithms consist of (they are listed in
 * `import_operators.ts`), in the forms in which they are exported, and not ONNX in general.
 */
import { build } from "../compile.ts";
import { GraphBuilder, sameShape } from "../program/builder.ts";
import type { DType, Graph, Node } from "../program/ir.ts";
import type { TensorSpec } from "../program/tensor_spec.ts";
import { evaluate } from "../run/evaluate.ts";
import type { TensorData } from "../run/memory.ts";
import type { InputValue } from "../run/program.ts";
import { simplify } from "../simplify/simplify.ts";
import { State } from "../state.ts";
import { batchName } from "./batch.ts";
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxType, OnnxValue } from "./graph.ts";
import { type Operator, operators, specText } from "./import_operators.ts";
import { decodeModel } from "./model.ts";
import { validateGraph } from "./validate.ts";

/** A model that can be run. */
export interface ImportedModel {
  /** What is to be given, as the model declares it: the size "N" is the batch, which is 1 here. */
  readonly inputs: readonly OnnxValue[];
  /** What comes out, as the model declares it. */
  readonly outputs: readonly OnnxValue[];
  /** The facts in the file. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Computes one row.
   *
   * @param inputs each input's elements in row-major order, or a number for a single one: Float32Array
   *   for float32, Int32Array for int64
   * @returns copies of each output's elements: Float32Array for float32, Int32Array for int64
   * @throws Error if an input is missing, unknown or does not fit
   */
  run(inputs: Readonly<Record<string, InputValue>>): Readonly<Record<string, TensorData>>;
}

/**
 * Reads a model.
 *
 * @param bytes the content of an `.onnx` file that Seedbed wrote
 * @throws SyntaxError if the bytes are no ONNX model
 * @throws RangeError naming the node if the model is malformed, or has an operator, a form of one or a
 *   type that Seedbed's policies do not have
 */
export function importOnnx(bytes: Uint8Array): ImportedModel {
  const { graph, metadata } = decodeModel(bytes);
  validateGraph(graph);
  const { raised, specs } = raise(graph);
  const program = build<string, string>(simplify(raised, { evaluate }), specs, new State({}));
  const { inputs, outputs } = graph;
  return {
    inputs,
    outputs,
    metadata,
    run(given) {
      program.run(given);
      return Object.fromEntries(outputs.map(({ name }) => [name, program.output(name).slice()]));
    },
  };
}

/** How something wrong is told: where it is, and what it is. */
type Fail = (where: string, problem: string) => never;

/** The graph of a model in the engine's language, for a batch of one, and what its inputs are. */
function raise(graph: OnnxGraph): {
  readonly raised: Graph;
  readonly specs: Readonly<Record<string, TensorSpec>>;
} {
  const fail: Fail = (where, problem) => {
    throw new RangeError(`ONNX graph "${graph.name}": ${where}: ${problem}`);
  };
  const builder = new GraphBuilder();
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const specs = Object.fromEntries(
    graph.inputs.map((input) => [input.name, specOf(`input "${input.name}"`, input, fail)]),
  );
  const values = new Map(
    Object.entries(specs).map(([name, { shape, dtype }]) => [
      name,
      builder.add({ op: "input", name }, [], shape, dtype),
    ]),
  );
  /** The tensor of this name. A constant comes in where it is first read as a tensor. */
  const valueOf = (name: string) => {
    let value = values.get(name);
    if (value === undefined) {
      value = constantNode(builder, constants.get(name)!, fail);
      values.set(name, value);
    }
    return value;
  };

  graph.nodes.forEach((node, index) => {
    const refuse = (problem: string) => fail(`node ${index} (${node.op})`, problem);
    const operator = operatorOf(node, refuse);
    const value = operator.raise({
      builder,
      inputs: node.inputs.length,
      operand: (i) => valueOf(node.inputs[i]),
      integers: (i) => {
        const data = constants.get(node.inputs[i])?.data;
        if (data instanceof BigInt64Array) return Array.from(data, Number);
        return refuse(`"${node.inputs[i]}" must be a constant of int64`);
      },
      attribute: (name, otherwise) => {
        const list = [node.attributes?.[name] ?? otherwise].flat();
        if (list.every((item) => typeof item === "bigint")) return list.map(Number);
        return refuse(`its attribute "${name}" must be there and of integers`);
      },
      refuse,
    });
    values.set(node.outputs[0], value);
  });

  const results = graph.outputs.map((output): [string, Node] => {
    const node = valueOf(output.name);
    const where = `output "${output.name}"`;
    const { shape, dtype } = specOf(where, output, fail);
    if (dtype !== node.dtype || !sameShape(shape, node.shape)) {
      const [declared, found] = [{ dtype, shape }, node].map(specText);
      fail(where, `is ${found} for one row, where ${declared} is declared`);
    }
    return [output.name, node];
  });
  return { raised: builder.graph(new Map(results), new Map()), specs };
}

/** What the engine has for an element type: its indices are int32. */
const elementTypes: Readonly<Record<OnnxType, DType>> = {
  float32: "float32",
  int64: "int32",
  bool: "bool",
};

/** An input or output for a batch of one. */
function specOf(
  where: string,
  { type, shape }: OnnxValue,
  fail: Fail,
): Required<TensorSpec> {
  const sizes = shape.map((size) => size === batchName ? 1 : size);
  if (!sizes.every((size) => typeof size === "number" && size > 0)) {
    fail(where, `has the sizes [${shape.join(", ")}], which are not all "${batchName}" or above 0`);
  }
  return { shape: sizes as number[], dtype: elementTypes[type] };
}

function constantNode(
  builder: GraphBuilder,
  { name, data, shape }: OnnxConstant,
  fail: Fail,
): Node {
  if (data.length === 0) fail(`constant "${name}"`, "has no elements");
  if (data instanceof Float32Array) return builder.constant(data, shape);
  const integers = Int32Array.from(data, Number);
  if (!data.every((value, i) => value === BigInt(integers[i]))) {
    fail(`constant "${name}"`, "has integers that do not fit into 32 bits");
  }
  return builder.constant(integers, shape);
}

/** The operator of a node, which must be known in the node's form. */
function operatorOf(
  { op, inputs, outputs, attributes = {} }: OnnxNode,
  refuse: (problem: string) => never,
): Operator {
  if (!Object.hasOwn(operators, op)) {
    refuse(`not an operator of Seedbed's policies; these are ${Object.keys(operators).join(", ")}`);
  }
  const operator = operators[op];
  const [least, most] = operator.inputs;
  if (inputs.length < least || inputs.length > most) {
    refuse(`it has ${inputs.length} inputs, not ${least}${most > least ? " or more" : ""}`);
  }
  if (inputs.includes("")) refuse("it leaves an input out");
  if (outputs.length !== 1) refuse(`it has ${outputs.length} outputs, not 1`);
  for (const name of Object.keys(attributes)) {
    if (!operator.attributes?.includes(name)) refuse(`its attribute "${name}" is not known`);
  }
  return operator;
}
