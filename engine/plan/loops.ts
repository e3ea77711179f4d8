/** Which chains are loops of plain arithmetic: of float32, and with no operand that repeats as a row. */
import type { ElementwiseStep } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import type { LoopCall } from "../run/driver.ts";
import {
  isLoopOperation,
  type LoopOperand,
  type LoopOperation,
  type LoopStep,
} from "../run/loop.ts";
import type { Chain } from "./lower_elementwise.ts";

/** The loop that computes the chains one after another for each element, if there can be one. */
export function loopOf(chains: readonly Chain[]): LoopCall | undefined {
  const n = sizeOf(chains[0].output.shape);
  const steps: LoopStep[] = [];
  const arrays = new Set<number>();
  for (const { steps: chain, inputs, output } of chains) {
    const start = steps.length;
    const operands: LoopOperand[] = [];
    for (const { shape, dtype, pointer } of inputs) {
      const size = sizeOf(shape);
      if (dtype !== "float32" || size !== 1 && size !== n) return undefined;
      operands.push(size === n ? { array: pointer } : { scalar: pointer });
      if (size === n) arrays.add(pointer);
    }
    for (const [i, step] of chain.entries()) {
      const operation = loopOperation(step);
      if (operation === undefined) return undefined;
      const last = i === chain.length - 1;
      steps.push({
        operation,
        operands: step.operands.map((operand) =>
          operand < inputs.length ? operands[operand] : { step: start + operand - inputs.length }
        ),
        store: last ? output.pointer : undefined,
      });
    }
    arrays.add(output.pointer);
  }
  return { kernel: "loop", arguments: [...arrays, n], loop: { count: Math.ceil(n / 4), steps } };
}

function loopOperation({ operation, dtype }: ElementwiseStep): LoopOperation | undefined {
  if (dtype !== "float32" || operation.op !== "unary" && operation.op !== "binary") {
    return undefined;
  }
  return isLoopOperation(operation.kind) ? operation.kind : undefined;
}
