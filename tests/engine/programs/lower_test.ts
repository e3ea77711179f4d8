/** Kernels that take one dtype refuse others, by the number of the node. */
import { assertThrows } from "@std/assert";
import { build } from "../../../engine/compile.ts";
import { GraphBuilder } from "../../../engine/program/builder.ts";
import type { DType, Node, Operation } from "../../../engine/program/ir.ts";
import { State } from "../../../engine/state.ts";

/** Compiles one operation on two inputs of a dtype. */
function compileOf(operation: Operation, dtype: DType, count: number): void {
  const builder = new GraphBuilder();
  const spec = { shape: [2, 2], dtype };
  const input = (name: string): Node => builder.add({ op: "input", name }, [], [2, 2], dtype);
  const operands = ["x", "y"].map(input).slice(0, count);
  const node = builder.add(operation, operands, [2, 2], dtype);
  build(builder.graph(new Map([["out", node]]), new Map()), { x: spec, y: spec }, new State({}));
}

const product = { transposeA: false, transposeB: false, bias: false, activation: "none" } as const;
const window = { strides: [1, 1], padding: [0, 0, 0, 0] } as const;

const floatOnly: readonly (readonly [name: string, Operation, operands: number])[] = [
  ...(["sum", "mean", "max", "min", "product"] as const).map((kind) =>
    [`reduce ${kind}`, { op: "reduce", kind, axes: [0] }, 1] as const
  ),
  ["softmax", { op: "softmax" }, 1],
  ["logSoftmax", { op: "logSoftmax" }, 1],
  ["argMax", { op: "argMax", axis: 0 }, 1],
  ["argMin", { op: "argMin", axis: 0 }, 1],
  ["matMul", { op: "matMul", ...product }, 2],
  ["conv2d", { op: "conv2d", ...window }, 2],
  ["conv2dInputGradient", { op: "conv2dInputGradient", ...window }, 2],
  ["conv2dFilterGradient", { op: "conv2dFilterGradient", ...window }, 2],
  ["maxPool", { op: "maxPool", size: [1, 1], ...window }, 1],
  ["maxPoolGradient", { op: "maxPoolGradient", size: [1, 1], ...window }, 2],
];

Deno.test("kernels of one dtype refuse others, naming the node", () => {
  for (const [name, operation, operands] of floatOnly) {
    for (const dtype of ["int32", "bool"] as const) {
      assertThrows(
        () => compileOf(operation, dtype, operands),
        Error,
        `node 2 (${name}): operand 0 is ${dtype}; the kernel takes float32`,
      );
    }
  }
  const refused = (operation: Operation, operands: number, message: string) =>
    assertThrows(() => compileOf(operation, "float32", operands), Error, message);
  refused(
    { op: "reduce", kind: "any", axes: [0] },
    1,
    "operand 0 is float32; the kernel takes bool",
  );
  refused({ op: "scatterAdd" }, 2, "operand 0 is float32; the kernel takes int32");
  refused({ op: "oneHot", on: 1, off: 0 }, 1, "operand 0 is float32; the kernel takes int32");
});
