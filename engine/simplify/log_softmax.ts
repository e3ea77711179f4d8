/**
 * Finds logarithms of softmax over the last axis, which TensorFlow.js writes out.
 *
 *     %1 = reduce max %0 axes=[1]
 *     %2 = reshape %1
 *     %3 = binary subtract %0 %2
 *     %4 = unary exp %3
 *     %5 = reduce sum %4 axes=[1]
 *     %6 = reshape %5
 *     %7 = unary log %6
 *     %8 = binary subtract %3 %7     %1 = logSoftmax %0
 *
 * The kernel computes the same in the same order. What else reads the parts keeps them alive.
 */
import { type GraphBuilder, sameShape } from "../program/builder.ts";
import type { Graph, Node, Operation } from "../program/ir.ts";
import { rewrite } from "./rewrite.ts";

/** The graph with written-out logarithms of softmax as one operation. */
export function findLogSoftmax(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, build) => {
    const x = logits({ ...node, inputs: inputs.map(({ id }) => id) }, build);
    return x && build.add({ op: "logSoftmax" }, [x], node.shape, node.dtype);
  });
}

/** The x of a node that is logSoftmax(x). */
function logits(node: Node, build: GraphBuilder): Node | undefined {
  const [shifted, logarithm] = operands(node, "subtract", build);
  if (shifted === undefined) return undefined;
  const [sum] = operands(unshaped(logarithm, build), "log", build);
  const [power] = sum ? operands(unshaped(sum, build), "sum", build) : [];
  const [exponent] = power ? operands(power, "exp", build) : [];
  if (exponent !== shifted) return undefined;
  const [x, largest] = operands(shifted, "subtract", build);
  const [maximized] = largest ? operands(unshaped(largest, build), "max", build) : [];
  if (x === undefined || maximized !== x) return undefined;
  return isPerRow(largest, x) && isPerRow(logarithm, x) ? x : undefined;
}

/** What a node of this kind is computed from; reductions must be over the last axis. */
function operands(node: Node, kind: string, build: GraphBuilder): Node[] {
  const { operation, inputs } = node;
  const nodes = inputs.map((id) => build.node(id));
  if (!("kind" in operation) || operation.kind !== kind) return [];
  return operation.op !== "reduce" || isOverLast(operation, nodes[0]) ? nodes : [];
}

function isOverLast({ axes }: Extract<Operation, { op: "reduce" }>, x: Node): boolean {
  return axes.length === 1 && axes[0] === x.shape.length - 1;
}

/** Whether a reduction of x broadcasts along the axis that it reduced, not along another one. */
function isPerRow({ shape }: Node, x: Node): boolean {
  const kept = x.shape.with(-1, 1);
  return sameShape(shape, kept) || (shape.length === 0 && kept.length === 1);
}

/** What a reshape that puts the last axis back shows; else the node. */
function unshaped(node: Node, build: GraphBuilder): Node {
  return node.operation.op === "reshape" ? build.node(node.inputs[0]) : node;
}
