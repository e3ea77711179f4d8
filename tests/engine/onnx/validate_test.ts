import { assertThrows } from "@std/assert";
import type { OnnxGraph } from "../../../engine/onnx/graph.ts";
import { encodeModel } from "../../../engine/onnx/model.ts";
import { validateGraph } from "../../../engine/onnx/validate.ts";
import { linearGraph, lookupGraph, uniformGraph } from "./graphs.ts";

const good = lookupGraph([2, 3], [5, 4, 3, 2, 1, 0]);
const [mul, reduceSum, gather] = good.nodes;

const mistakes: Record<string, [Partial<OnnxGraph>, string]> = {
  "an undefined tensor": [
    { nodes: [mul, reduceSum, { ...gather, inputs: ["tabel", "index"] }] },
    'node 2 (Gather) reads "tabel", which nothing defines',
  ],
  "nodes out of order": [
    { nodes: [reduceSum, mul, gather] },
    'node 0 (ReduceSum) reads "offsets" before node 1 (Mul) computes it',
  ],
  "a node that reads its own output": [
    { nodes: [{ ...mul, inputs: ["offsets", "strides"] }, reduceSum, gather] },
    'node 0 (Mul) reads "offsets" before node 0 (Mul) computes it',
  ],
  "a tensor defined by two nodes": [
    { nodes: [mul, mul, reduceSum, gather] },
    '"offsets" is defined twice: by node 0 (Mul) and by node 1 (Mul)',
  ],
  "a constant with the name of an input": [
    {
      constants: [{ name: "observation", shape: [], data: Float32Array.of(1) }],
    },
    '"observation" is defined twice: by an input and by a constant',
  ],
  "a constant of the wrong size": [
    {
      constants: [{
        name: "strides",
        shape: [2, 2],
        data: new BigInt64Array(3),
      }],
    },
    'constant "strides" of shape [2,2] must have 4 elements, not 3',
  ],
  "a constant that nothing uses": [
    {
      constants: [...good.constants, {
        name: "spare",
        shape: [0],
        data: new Float32Array(0),
      }],
    },
    'constant "spare" is used by no node',
  ],
  "an output that nothing defines": [
    { outputs: [{ name: "actions", type: "int64", shape: ["N"] }] },
    'its list of outputs reads "actions", which nothing defines',
  ],
  "an output listed twice": [
    { outputs: [good.outputs[0], good.outputs[0]] },
    'it has two outputs named "action"',
  ],
  "no outputs": [{ outputs: [] }, "it has no outputs"],
  "no name": [{ name: "" }, "its name must not be empty"],
  "an input without a name": [
    { inputs: [...good.inputs, { name: "", type: "int64", shape: [] }] },
    "an input has an empty name",
  ],
  "an operator without a name": [
    { nodes: [{ ...mul, op: "" }, reduceSum, gather] },
    "node 0 has an empty operator name",
  ],
  "a node without outputs": [
    { nodes: [{ ...mul, outputs: [] }, reduceSum, gather] },
    "node 0 (Mul) has no outputs",
  ],
  "a negative length": [
    { inputs: [{ name: "observation", type: "int64", shape: ["N", -1] }] },
    'input "observation" has the length -1; a length is a whole number >= 0 or a name',
  ],
  "a length that is no whole number": [
    { outputs: [{ name: "action", type: "int64", shape: [1.5] }] },
    'output "action" has the length 1.5; a length is a whole number >= 0 or a name',
  ],
  "a symbolic length without a name": [
    { inputs: [{ name: "observation", type: "int64", shape: ["", 2] }] },
    'input "observation" has the length ""; a length is a whole number >= 0 or a name',
  ],
  "an empty list": [
    { nodes: [{ ...mul, attributes: { axes: [] } }, reduceSum, gather] },
    'attribute "axes" of node 0 (Mul) is an empty list; leave it out',
  ],
  "a list of mixed numbers": [
    {
      nodes: [
        { ...mul, attributes: { axes: [0n, 1] as unknown as bigint[] } },
        reduceSum,
        gather,
      ],
    },
    'attribute "axes" of node 0 (Mul) mixes integers (bigint) and floats (number)',
  ],
};

for (const [name, [change, problem]] of Object.entries(mistakes)) {
  Deno.test(`a graph with ${name} is refused`, () => {
    const graph = { ...good, ...change };
    assertThrows(
      () => validateGraph(graph),
      RangeError,
      `ONNX graph "${graph.name}": ${problem}`,
    );
    assertThrows(() => encodeModel(graph), RangeError, problem);
  });
}

Deno.test("well-formed graphs pass", () => {
  validateGraph(good);
  validateGraph(uniformGraph(3));
  validateGraph(linearGraph(new Float32Array(8), new Float32Array(2)));
  validateGraph({
    ...good,
    inputs: [...good.inputs, { name: "unused", type: "bool", shape: [] }],
    outputs: [...good.outputs, {
      name: "offsets",
      type: "int64",
      shape: ["N", 2],
    }],
  });
});
