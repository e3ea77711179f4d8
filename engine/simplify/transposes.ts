/**
 * Lets matrix products read transposed operands in place.
 *
 *     %2 = transpose %0 [1, 0]
 *     %3 = matMul %1 %2            %2 = matMul %1 %0 transposeB
 */
import type { GraphBuilder } from "../program/builder.ts";
import type { Graph, Node } from "../program/ir.ts";
import { rewrite } from "./rewrite.ts";

/** The graph with transposes of the last two axes taken into matrix products. */
export function takeInTransposes(graph: Graph): Graph {
  return rewrite(graph, ({ operation, shape, dtype }, inputs, build) => {
    if (operation.op !== "matMul") return undefined;
    const [a, b, ...bias] = inputs;
    const [plainA, plainB] = [a, b].map((operand) => untransposed(operand, build));
    const flags = {
      transposeA: operation.transposeA !== (plainA !== a),
      transposeB: operation.transposeB !== (plainB !== b),
    };
    return build.add({ ...operation, ...flags }, [plainA, plainB, ...bias], shape, dtype);
  });
}

/** What a node transposes, if it swaps the last two axes only; else the node. */
function untransposed(node: Node, build: GraphBuilder): Node {
  const { operation } = node;
  if (operation.op !== "transpose") return node;
  const last = operation.permutation.length - 1;
  const swap = operation.permutation.every((axis, i) =>
    axis === (i === last ? last - 1 : i === last - 1 ? last : i)
  );
  return swap ? build.node(node.inputs[0]) : node;
}
