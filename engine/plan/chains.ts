/**
 * Joins neighbouring elementwise calls over equally many elements into one, which computes them block by
 * block: what one writes the next finds in the processor's nearest cache.
 */
import type { Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { elementBytes } from "../run/memory.ts";
import { type Chain, periodOf } from "./lower_elementwise.ts";
import type { Place } from "./plan.ts";

/** The node as a chain; undefined if it is not elementwise, or broadcasts in a way that chains do not. */
export function chainOf(
  { operation, dtype }: Pick<Node, "operation" | "dtype">,
  inputs: readonly Place[],
  output: Place,
): Chain | undefined {
  switch (operation.op) {
    case "elementwise":
      return { steps: operation.steps, inputs, output };
    case "unary":
    case "binary":
    case "select":
    case "clip":
    case "powerConstant":
    case "leakyRelu":
    case "cast": {
      if (inputs.some(({ shape }) => periodOf(shape, output.shape) === undefined)) return undefined;
      const operands = inputs.map((_, i) => i);
      return { steps: [{ operation, operands, dtype }], inputs, output };
    }
    default:
      return undefined;
  }
}

/**
 * Whether a chain can be computed block by block together with one before it: it must not write into what
 * the other still reads or has written, and of what the other writes it must read nothing but the same
 * block (a scalar, or a row that repeats, is read before the first block is written).
 */
export function canJoin(before: Chain, chain: Chain): boolean {
  return sizeOf(chain.output.shape) === sizeOf(before.output.shape) &&
    [...before.inputs, before.output].every((place) => isApart(chain.output, place)) &&
    chain.inputs.every((place) => isApart(before.output, place));
}

/** Whether two tensors have no bytes in common, or are element by element the same. */
function isApart(a: Place, b: Place): boolean {
  const [bytesA, bytesB] = [a, b].map(({ shape, dtype }) => sizeOf(shape) * elementBytes[dtype]);
  if (a.pointer === b.pointer && a.dtype === b.dtype && bytesA === bytesB) return true;
  return a.pointer + bytesA <= b.pointer || b.pointer + bytesB <= a.pointer;
}
