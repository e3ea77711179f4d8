/**
 * Rules of algebra that hold for every float32, -0, infinities and NaN included, so that no bit
 * changes. (The bits inside a NaN are open anyway.)
 *
 *     x * 1, x / 1, x - 0, x ** 1      x            (x + 0 is not x: -0 + 0 is 0)
 *     x / 2**k                         x * 2**-k    (both exact before one rounding)
 *     reduce over axes of size 1       reshape x    (sum and mean start at 0: x + 0, reshaped)
 *
 * Sums are not reordered, and x * a / a is left alone: that would round differently.
 */
import type { Graph, Node } from "../program/ir.ts";
import type { GraphBuilder } from "../program/builder.ts";
import { isScalar, numberOf, rewrite } from "./rewrite.ts";

/** The graph with the identities applied. */
export function applyIdentities(graph: Graph): Graph {
  return rewrite(graph, identity);
}

function identity(node: Node, inputs: readonly Node[], build: GraphBuilder): Node | undefined {
  const { operation, shape } = node;
  const [x] = inputs;
  switch (operation.op) {
    case "binary":
      return binaryIdentity(operation.kind, node, inputs, build);
    case "powerConstant":
      return operation.exponent === 1 ? x : undefined;
    case "reduce": {
      if (!operation.axes.every((axis) => x.shape[axis] === 1)) return undefined;
      const summed = operation.kind === "sum" || operation.kind === "mean";
      const start = summed && x.dtype === "float32";
      return build.reshape(start ? build.binary("add", x, build.scalar(0)) : x, shape);
    }
    case "concat":
      return inputs.length === 1 ? x : undefined;
    default:
      return undefined;
  }
}

function binaryIdentity(
  kind: string,
  { shape, dtype }: Node,
  [a, b]: readonly Node[],
  build: GraphBuilder,
): Node | undefined {
  const [left, right] = [numberOf(a, build), numberOf(b, build)];
  if (kind === "multiply" && right === 1) return build.broadcast(a, shape);
  if (kind === "multiply" && left === 1) return build.broadcast(b, shape);
  if (kind === "divide" && right === 1) return build.broadcast(a, shape);
  if (kind === "subtract" && Object.is(right, 0)) return build.broadcast(a, shape);
  if (kind === "divide" && dtype === "float32" && right !== undefined && isPowerOfTwo(right)) {
    const inverse = build.scalar(1 / right);
    return build.binary(
      "multiply",
      a,
      isScalar(b) ? build.reshape(inverse, b.shape) : build.broadcast(inverse, b.shape),
    );
  }
  return undefined;
}

/** Whether a number is 2**k and its inverse is a normal float32 as well. */
function isPowerOfTwo(x: number): boolean {
  const [bits] = new Uint32Array(Float32Array.of(x).buffer);
  const exponent = (bits >>> 23) & 0xff;
  return (bits & 0x7fffff) === 0 && exponent >= 1 && exponent <= 253;
}
