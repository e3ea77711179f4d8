/**
 * Loops of plain arithmetic: chains whose steps are each an instruction or two of WebAssembly's SIMD are
 * compiled into the program's driver, so that what lies between the steps stays in registers. The bits are those
 * of the kernels, for the instructions are the same (assembly/unary.ts and assembly/binary.ts); a test
 * compares them.
 */
import { signed, unsigned } from "./wasm_encoding.ts";

/** A value in a loop: four elements of an array, a scalar four times, or an earlier step's result. */
export type LoopOperand =
  | { readonly array: number }
  | { readonly scalar: number }
  | { readonly step: number };

/** One operation, and the address of the array that its result is written to, if it is. */
export interface LoopStep {
  readonly operation: LoopOperation;
  readonly operands: readonly LoopOperand[];
  readonly store?: number;
}

/**
 * Steps for each four elements. Arrays are at multiples of 16, the last four elements of each are its
 * own, even if not all count; two of them are the same or have nothing in common.
 */
export interface Loop {
  /** How many times four elements. */
  readonly count: number;
  readonly steps: readonly LoopStep[];
}

const SIMD = 0xfd;
const LOAD = [SIMD, 0x00], LOAD_SPLAT = [SIMD, 0x09], STORE = [SIMD, 0x0b], CONST = [SIMD, 0x0c];
const AND = [SIMD, 0x4e],
  OR = [SIMD, 0x50],
  NOT_EQUAL = [SIMD, 0x42],
  GREATER = [SIMD, 0x44];
const ABS = [SIMD, 0xe0, 1],
  NEGATE = [SIMD, 0xe1, 1],
  SQRT = [SIMD, 0xe3, 1],
  ADD = [SIMD, 0xe4, 1];
const SUBTRACT = [SIMD, 0xe5, 1], MULTIPLY = [SIMD, 0xe6, 1], DIVIDE = [SIMD, 0xe7, 1];
const MINIMUM = [SIMD, 0xe8, 1], MAXIMUM = [SIMD, 0xe9, 1], PSEUDO_MAXIMUM = [SIMD, 0xeb, 1];
const GET = 0x20, SET = 0x21, TEE = 0x22, I32_CONST = 0x41, I32_ADD = 0x6a, I32_LESS = 0x49;
const LOOP = 0x03, NO_RESULT = 0x40, BRANCH_IF = 0x0d, END = 0x0b;
const I32 = 0x7f, V128 = 0x7b;
/** Alignment of 4 and of 16 bytes, as powers of 2. */
const BY_4 = 2, BY_16 = 4;

const ZERO: readonly number[] = [...CONST, ...new Array<number>(16).fill(0)];
const ONE: readonly number[] = [...CONST, ...[0, 1, 2, 3].flatMap(() => [0x00, 0x00, 0x80, 0x3f])];

/** The instructions of an operation, from those that put its operands on the stack. */
const operations = {
  abs: (a: number[]) => [...a, ...ABS],
  negate: (a: number[]) => [...a, ...NEGATE],
  sqrt: (a: number[]) => [...a, ...SQRT],
  square: (a: number[]) => [...a, ...a, ...MULTIPLY],
  reciprocal: (a: number[]) => [...ONE, ...a, ...DIVIDE],
  /** The larger of x and 0, +0 for -0, NaN for NaN. */
  relu: (a: number[]) => [...a, ...ZERO, ...PSEUDO_MAXIMUM, ...ZERO, ...ADD],
  /** 1 above 0, else 0, NaN for NaN. */
  step: (a: number[]) => [
    ...[...a, ...ZERO, ...GREATER, ...ONE, ...AND],
    ...[...a, ...a, ...NOT_EQUAL, ...OR],
  ],
  add: (a: number[], b: number[]) => [...a, ...b, ...ADD],
  subtract: (a: number[], b: number[]) => [...a, ...b, ...SUBTRACT],
  multiply: (a: number[], b: number[]) => [...a, ...b, ...MULTIPLY],
  divide: (a: number[], b: number[]) => [...a, ...b, ...DIVIDE],
  maximum: (a: number[], b: number[]) => [...a, ...b, ...MAXIMUM],
  minimum: (a: number[], b: number[]) => [...a, ...b, ...MINIMUM],
};

/** The operations that a loop may have. */
export type LoopOperation = keyof typeof operations;

/** Whether a loop may have the operation of this name. */
export function isLoopOperation(name: string): name is LoopOperation {
  return Object.hasOwn(operations, name);
}

/** The function body (locals and instructions) of a loop. */
export function encodeLoop({ count, steps }: Loop): number[] {
  const index = 0;
  let locals = 1;
  const get = (local: number) => [GET, ...unsigned(local)];
  const set = (local: number) => [SET, ...unsigned(local)];
  const before: number[] = [];
  const body: number[] = [];
  /** The locals that hold what is at an address, as long as the loop has not written anything else there. */
  const arrays = new Map<number, number>();
  const scalars = new Map<number, number>();
  const results: number[] = [];
  const localOf = (operand: LoopOperand): number => {
    if ("step" in operand) return results[operand.step];
    const known = "array" in operand ? arrays.get(operand.array) : scalars.get(operand.scalar);
    if (known !== undefined) return known;
    const local = locals++;
    if ("array" in operand) {
      arrays.set(operand.array, local);
      body.push(...get(index), ...LOAD, BY_16, ...unsigned(operand.array), ...set(local));
    } else {
      scalars.set(operand.scalar, local);
      const none = 0;
      before.push(I32_CONST, ...signed(operand.scalar), ...LOAD_SPLAT, BY_4, none, ...set(local));
    }
    return local;
  };
  for (const { operation, operands, store } of steps) {
    const [a, b] = operands.map((operand) => get(localOf(operand)));
    const result = locals++;
    results.push(result);
    body.push(...operations[operation](a, b), ...set(result));
    if (store !== undefined) {
      arrays.set(store, result);
      body.push(...get(index), ...get(result), ...STORE, BY_16, ...unsigned(store));
    }
  }
  return [
    ...[2, 1, I32, ...unsigned(locals - 1), V128],
    ...before,
    ...[LOOP, NO_RESULT, ...body],
    ...[...get(index), I32_CONST, 16, I32_ADD, TEE, index],
    ...[I32_CONST, ...signed(16 * count), I32_LESS, BRANCH_IF, 0, END],
    END,
  ];
}
