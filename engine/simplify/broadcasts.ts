/**
 * Keeps small things small: what is the same in all elements is computed once and broadcast as late
 * as possible, and elementwise operations broadcast their operands themselves.
 *
 *     %2 = constant [1, 1, 1, 1]    [4]     %2 = constant 1             []
 *     %3 = broadcast %1             [4]     %3 = binary multiply %1 %2  []
 *     %4 = binary multiply %3 %2    [4]     %4 = broadcast %3           [4]
 *     %5 = binary add %0 %4         [4]     %5 = binary add %0 %3       [4]
 */
import { broadcastShape, type GraphBuilder, sameShape } from "../program/builder.ts";
import type { Graph, Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { rewrite } from "./rewrite.ts";

/** The graph with broadcasting as late as possible. */
export function delayBroadcasts(graph: Graph): Graph {
  return rewrite(graph, delayed);
}

function delayed(node: Node, inputs: readonly Node[], build: GraphBuilder): Node | undefined {
  const { operation, shape, dtype } = node;
  switch (operation.op) {
    case "constant": {
      const { data } = operation;
      if (data.length === 1 || !data.every((value) => Object.is(value, data[0]))) return undefined;
      return build.broadcast(build.constant(data.slice(0, 1), []), shape);
    }
    case "reshape": {
      const source = unbroadcast(inputs[0], build);
      return sizeOf(source.shape) === 1 && source !== inputs[0]
        ? build.broadcast(build.reshape(source, []), shape)
        : undefined;
    }
    case "unary":
    case "clip":
    case "powerConstant":
    case "leakyRelu":
    case "cast":
    case "binary": {
      const small = inputs.map((input) => unbroadcast(input, build));
      if (small.every((input, i) => input === inputs[i])) return undefined;
      const computed = small.map(({ shape }) => shape).reduce(broadcastShape);
      const result = build.add(operation, small, computed, dtype);
      return build.broadcast(result, shape);
    }
    case "select": {
      const small = inputs.map((input) => unbroadcast(input, build));
      const computed = small.map(({ shape }) => shape).reduce(broadcastShape);
      if (sameShape(computed, shape)) return undefined;
      const [condition, then, otherwise] = small;
      return build.broadcast(build.select(condition, then, otherwise), shape);
    }
    default:
      return undefined;
  }
}

/** What a broadcast repeats; any other node itself. */
function unbroadcast(node: Node, build: GraphBuilder): Node {
  return node.operation.op === "broadcast" ? build.node(node.inputs[0]) : node;
}
