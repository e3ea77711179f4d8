/**
 * Removes operations that only show what is there: casts to the same type, reshapes to the same
 * shape or of reshapes, transposes that undo each other, slices of everything, casts of one-hot rows.
 *
 *     %1 = reshape %0   [1, 6]
 *     %2 = reshape %1   [6]       %1 = reshape %0   [6]
 *     %3 = cast %2      float32   (is %1)
 */
import type { Graph, Node } from "../program/ir.ts";
import type { GraphBuilder } from "../program/builder.ts";
import { rewrite } from "./rewrite.ts";

/** The graph without aliases. */
export function removeAliases(graph: Graph): Graph {
  return rewrite(graph, alias);
}

function alias(node: Node, [x]: readonly Node[], build: GraphBuilder): Node | undefined {
  const { operation, shape, dtype } = node;
  switch (operation.op) {
    case "cast":
      // One-hot rows are made as the type they are read as; TensorFlow.js makes them int32.
      return x.operation.op === "oneHot" && dtype === "float32" && x.dtype === "int32"
        ? build.add(x.operation, [build.node(x.inputs[0])], shape, dtype)
        : build.cast(x, dtype);
    case "reshape": {
      const from = x.operation.op === "reshape" ? build.node(x.inputs[0]) : x;
      const { operation: source } = from;
      return source.op === "constant"
        ? build.constant(source.data, shape)
        : build.reshape(from, shape);
    }
    case "transpose": {
      const { permutation } = operation;
      if (x.operation.op !== "transpose") return build.transpose(x, permutation);
      const first = x.operation.permutation;
      return build.transpose(build.node(x.inputs[0]), permutation.map((axis) => first[axis]));
    }
    case "broadcast":
      return x.operation.op === "broadcast"
        ? build.broadcast(build.node(x.inputs[0]), shape)
        : build.broadcast(x, shape);
    case "slice":
      return build.slice(x, operation.begin, shape, operation.strides);
    case "tile":
      return operation.repetitions.every((count) => count === 1) ? x : undefined;
    default:
      return undefined;
  }
}
