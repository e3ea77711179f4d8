/** Kernel calls for elementwise nodes: a single operation, one that broadcasts, or a fused chain. */
import { BLOCK, Slot } from "../kernels/kernels.ts";
import { elementwiseCode } from "../kernels/operation_codes.ts";
import type { DType, ElementwiseStep } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import type { KernelCall } from "../run/driver.ts";
import { aligned, elementBytes } from "../run/memory.ts";
import type { Room } from "./lower.ts";
import type { Place } from "./plan.ts";
import { broadcastStrides, tableOf, walk } from "./strided.ts";

/** A scalar operation of a node or of a step of a chain. */
type ScalarOperation = ElementwiseStep["operation"];

/** Over how many elements an operand repeats; its own size if not at all; undefined if otherwise. */
export function periodOf(
  operand: readonly number[],
  output: readonly number[],
): number | undefined {
  const size = sizeOf(operand);
  if (size === 1 || size === sizeOf(output)) return size;
  const trimmed = operand.slice(operand.findIndex((length) => length !== 1));
  const tail = output.slice(output.length - trimmed.length);
  return trimmed.every((length, axis) => length === tail[axis]) ? size : undefined;
}

/** Calls for one operation on whole tensors. */
export function lowerScalarOperation(
  operation: ScalarOperation,
  inputs: readonly Place[],
  output: Place,
  room: Room,
): KernelCall[] {
  const { code, p, q } = elementwiseCode(operation, inputs.map(({ dtype }) => dtype), output.dtype);
  const n = sizeOf(output.shape);
  const apply = (pointers: readonly number[]): KernelCall => {
    const [a, b = 0, c = 0] = pointers;
    return { kernel: "apply", arguments: [code, a, b, c, output.pointer, n, p, q] };
  };
  const repeating = inputs.filter(({ shape }) => sizeOf(shape) !== n);
  if (repeating.length === 0) return [apply(inputs.map(({ pointer }) => pointer))];
  if (inputs.length === 2) {
    const [a, b] = inputs;
    const period = periodOf(repeating[0].shape, output.shape);
    if (repeating.length === 1 && period !== undefined) {
      const which = repeating[0] === a ? 0 : 1;
      return [{
        kernel: "applyRepeated",
        arguments: [code, a.pointer, b.pointer, output.pointer, n, period, which],
      }];
    }
    const strides = inputs.map(({ shape }) => broadcastStrides(shape, output.shape));
    const axes = walk(output.shape, strides);
    return [{
      kernel: "applyBroadcast",
      arguments: [
        code,
        a.pointer,
        b.pointer,
        output.pointer,
        axes.length,
        room.table(tableOf(axes)),
      ],
    }];
  }
  // A select whose operands repeat: these are written out in full first.
  const calls: KernelCall[] = [];
  const pointers = inputs.map((input) => {
    if (sizeOf(input.shape) === n) return input.pointer;
    const full = {
      ...output,
      dtype: input.dtype,
      pointer: room.scratch(n * elementBytes[input.dtype]),
    };
    calls.push(broadcastTo(input, full, room));
    return full.pointer;
  });
  return [...calls, apply(pointers)];
}

/** Writes a tensor out in a larger shape. */
export function broadcastTo(input: Place, output: Place, room: Room): KernelCall {
  const { shape } = output;
  const axes = walk(shape, [broadcastStrides(input.shape, shape), broadcastStrides(shape, shape)]);
  return copyStrided(
    input.dtype,
    input.pointer,
    output.pointer,
    room.table(tableOf(axes)),
    axes.length,
  );
}

/** The strided copy of a dtype. */
export function copyStrided(
  dtype: DType,
  from: number,
  to: number,
  table: number,
  rank: number,
): KernelCall {
  const kernel = dtype === "bool" ? "copyStridedBytes" : "copyStrided";
  return { kernel, arguments: [from, to, rank, table] };
}

/** A chain with its operands and its result, before it becomes words. */
export interface Chain {
  readonly steps: readonly ElementwiseStep[];
  readonly inputs: readonly Place[];
  readonly output: Place;
}

/** Most slots that a program may have. */
const MAX_SLOTS = 255;

/** Whether one call can compute all these chains: no more slots are needed than there are. */
export function fitOneCall(chains: readonly Chain[]): boolean {
  const slots = chains.map(({ inputs, steps }) => inputs.length + steps.length);
  return slots.reduce((sum, count) => sum + count, 0) <= MAX_SLOTS;
}

/** One call for chains over equally many elements; later ones may read what earlier ones wrote. */
export function lowerChains(chains: readonly Chain[], room: Room): KernelCall {
  const n = sizeOf(chains[0].output.shape);
  const slots: number[][] = [];
  const steps: { code: number; result: number; operands: number[]; p: number; q: number }[] = [];
  const slotOf = new Map<string, number>();
  let repeatedBytes = 0;
  const slot = (kind: number, pointer: number, period: number, bytes: number): number => {
    const words = [kind, pointer, period, bytes];
    const known = slotOf.get(String(words));
    if (known !== undefined) return known;
    if (kind === Slot.repeated) repeatedBytes += aligned((period + BLOCK) * bytes);
    slotOf.set(String(words), slots.length);
    return slots.push(words) - 1;
  };
  const newRegister = (bytes: number) =>
    slots.push([Slot.register, room.scratch(BLOCK * bytes), 0, bytes]) - 1;
  /** Registers that hold nothing needed any more, by bytes per element. */
  const free: Record<number, number[]> = { 1: [], 4: [] };
  for (const { steps: chain, inputs, output } of chains) {
    const values = inputs.map(({ pointer, shape, dtype }) => {
      const period = sizeOf(shape);
      const bytes = elementBytes[dtype];
      return period === n
        ? slot(Slot.array, pointer, 0, bytes)
        : slot(Slot.repeated, pointer, period, bytes);
    });
    const types = [...inputs.map(({ dtype }) => dtype), ...chain.map(({ dtype }) => dtype)];
    chain.forEach(({ operation, operands, dtype }, i) => {
      const bytes = elementBytes[dtype];
      // Operands read for the last time give their registers back before the result takes one.
      for (const operand of new Set(operands)) {
        const last = !chain.slice(i + 1).some((later) => later.operands.includes(operand));
        if (operand >= inputs.length && last) {
          free[elementBytes[types[operand]]].push(values[operand]);
        }
      }
      const result = i === chain.length - 1
        ? slot(Slot.array, output.pointer, 0, bytes)
        : free[bytes].pop() ?? newRegister(bytes);
      values.push(result);
      const { code, p, q } = elementwiseCode(operation, operands.map((it) => types[it]), dtype);
      steps.push({ code, result, operands: operands.map((operand) => values[operand]), p, q });
    });
  }
  const stepWords = steps.flatMap(({ code, result, operands, p, q }) => {
    const [a, b, c] = [0, 1, 2].map((k) => operands[k] ?? slots.length);
    return [code, result, a, b, c, ...new Int32Array(Float32Array.of(p, q).buffer), 0];
  });
  const words = [slots.length, steps.length, 0, 0, ...slots.flat(), ...stepWords];
  const scratch = room.scratch(repeatedBytes);
  return { kernel: "elementwise", arguments: [room.program(Int32Array.from(words)), scratch, n] };
}
