/**
 * Computes equal things once: the same operation with the same attributes on the same inputs, and
 * constants of the same content.
 *
 *     %2 = unary tanh %1
 *     %3 = unary tanh %1             (is %2)
 *     %4 = binary multiply %2 %3     %3 = binary multiply %2 %2
 */
import type { Graph, Node } from "../program/ir.ts";
import { operationKey } from "../program/operation_key.ts";
import { rewrite } from "./rewrite.ts";

/** The graph without repetitions. */
export function shareCommon(graph: Graph): Graph {
  const known = new Map<string, Node>();
  return rewrite(graph, ({ operation, shape, dtype }, inputs, build) => {
    const ids = inputs.map(({ id }) => id);
    const key = [operationKey(operation), dtype, shape, ids].join("|");
    const found = known.get(key) ?? build.add(operation, inputs, shape, dtype);
    known.set(key, found);
    return found;
  });
}
