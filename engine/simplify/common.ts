/**
 * Computes equal things once: the same operation with the same attributes on the same inputs, and
 * constants of the same content.
 *
 *     %2 = unary tanh %1
 *     %3 = unary tanh %1             (is %2)
 *     %4 = binary multiply %2 %3     %3 = binary multiply %2 %2
 */
import type { Graph, Node, Operation } from "../program/ir.ts";
import { rewrite } from "./rewrite.ts";

/** The graph without repetitions. */
export function shareCommon(graph: Graph): Graph {
  const known = new Map<string, Node>();
  return rewrite(graph, ({ operation, shape, dtype }, inputs, build) => {
    const key = [keyOf(operation), dtype, shape, inputs.map(({ id }) => id).join()].join("|");
    const found = known.get(key) ?? build.add(operation, inputs, shape, dtype);
    known.set(key, found);
    return found;
  });
}

/** A text that is the same for the same operations, -0 and NaN included. */
function keyOf(operation: Operation): string {
  if (operation.op !== "constant") {
    return JSON.stringify(operation, (_, value) => {
      return typeof value === "number" ? Object.is(value, -0) ? "-0" : String(value) : value;
    });
  }
  const { buffer, byteOffset, byteLength } = operation.data;
  return `constant ${new Uint8Array(buffer, byteOffset, byteLength).toHex()}`;
}
