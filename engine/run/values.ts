/** Checking and converting the values that users give: shapes, typed arrays, numbers. */
import type { DType } from "../program/ir.ts";
import { MAX_RANK } from "../program/ir.ts";
import { sizeOf, type TensorSpec } from "../program/tensor_spec.ts";
import type { TensorData } from "./memory.ts";

/** Elements in row-major order, or one number for all. */
export type Values = number | readonly number[] | Float32Array | Int32Array | Uint8Array;

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** @throws Error if there is no such dtype, or the shape is not of positive integers */
export function checkShape(what: string, shape: readonly number[], dtype: DType): void {
  if (!(dtype in ARRAYS)) {
    throw new Error(`${what}: there is no dtype ${dtype}; use float32, int32 or bool`);
  }
  if (shape.length > MAX_RANK || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new Error(
      `${what}: the shape [${shape.join(", ")}] is not at most ${MAX_RANK} positive integers`,
    );
  }
}

/** Whether the number is one of the dtype's values; float32 takes any, rounded. */
export function isValueOf(dtype: DType, value: number): boolean {
  if (dtype === "float32") return typeof value === "number";
  return dtype === "int32" ? (value | 0) === value : value === 0 || value === 1;
}

/**
 * The values as the tensor's elements.
 *
 * @param what names the tensor in errors
 * @throws Error if there are too many or too few, or the dtype cannot hold one
 */
export function elementsFor(
  what: string,
  { shape, dtype }: Required<TensorSpec>,
  values: Values,
): TensorData {
  const length = sizeOf(shape);
  const list = typeof values === "number" ? new Array<number>(length).fill(values) : values;
  if (list.length !== length) {
    throw new Error(`${what} has ${length} elements [${shape.join(", ")}], not ${list.length}`);
  }
  if (ArrayBuffer.isView(list) && !(list instanceof ARRAYS[dtype])) {
    throw new Error(`${what} is ${dtype}: give a ${ARRAYS[dtype].name}, not ${nameOf(list)}`);
  }
  const wrong = list as ArrayLike<number> & Iterable<number>;
  for (let i = 0; i < length; i++) {
    if (!isValueOf(dtype, wrong[i])) {
      throw new Error(`${what} is ${dtype}: element ${i} cannot be ${wrong[i]}`);
    }
  }
  return new ARRAYS[dtype](wrong);
}

/** The name of a value's class, or its type. */
export function nameOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor?.name ?? "an object" : typeof value;
}
