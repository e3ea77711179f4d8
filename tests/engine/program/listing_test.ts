/** Graphs as text: every sort of node once, and the same text for the same graph. */
import { assertEquals } from "@std/assert";
import type { Graph, Node, Operation } from "../../../engine/program/ir.ts";
import { graphListing, nodeName } from "../../../engine/program/listing.ts";

function nodesOf(
  list: readonly (readonly [Operation, readonly number[], readonly number[], Node["dtype"]])[],
): Node[] {
  return list.map(([operation, inputs, shape, dtype], id) => ({
    id,
    operation,
    inputs,
    shape,
    dtype,
  }));
}

const graph: Graph = {
  nodes: nodesOf([
    [{ op: "input", name: "x" }, [], [8, 3], "float32"],
    [{ op: "state", name: "w" }, [], [2, 3], "float32"],
    [{ op: "constant", data: Float32Array.of(0.1) }, [], [], "float32"],
    [{ op: "constant", data: Int32Array.of(1, -2, 3, 4, 5) }, [], [5], "int32"],
    [{ op: "constant", data: Float32Array.of(-0, NaN, 1e-8, 16777216) }, [], [4], "float32"],
    [
      { op: "matMul", transposeA: false, transposeB: true, bias: false, activation: "tanh" },
      [0, 1],
      [8, 2],
      "float32",
    ],
    [{ op: "reduce", kind: "mean", axes: [0, 1] }, [5], [], "float32"],
    [{ op: "clip", low: -Infinity, high: 0.5 }, [5], [8, 2], "float32"],
    [
      {
        op: "elementwise",
        steps: [
          { operation: { op: "binary", kind: "multiply" }, operands: [0, 1], dtype: "float32" },
          { operation: { op: "clip", low: -0, high: 2 }, operands: [2], dtype: "float32" },
        ],
      },
      [7, 2],
      [8, 2],
      "float32",
    ],
  ]),
  outputs: new Map([["loss", 6], ["y", 8]]),
  updates: new Map([["w", 1]]),
};

Deno.test("a graph is listed with a line per node and the steps of chains below", () => {
  assertEquals(
    graphListing(graph),
    `\
%0 = input x                                  float32 [8, 3]
%1 = state w                                  float32 [2, 3]
%2 = constant 0.1                             float32 []
%3 = constant [1, -2, 3, 4, ...]              int32 [5]
%4 = constant [-0, NaN, 1e-8, 16777216]       float32 [4]
%5 = matMul %0 %1 transposeB activation=tanh  float32 [8, 2]
%6 = reduce mean %5 axes=[0, 1]               float32 []
%7 = clip %5 low=-Infinity high=0.5           float32 [8, 2]
%8 = elementwise %7 %2 (2 steps)              float32 [8, 2]
    .0 = binary multiply %7 %2
    .1 = clip .0 low=-0 high=2
output loss = %6
output y = %8
update w = %1`,
  );
});

Deno.test("a node is named by its number and operation", () => {
  assertEquals(graph.nodes.map(nodeName).slice(4), [
    "node 4 (constant)",
    "node 5 (matMul)",
    "node 6 (reduce mean)",
    "node 7 (clip)",
    "node 8 (elementwise)",
  ]);
});
