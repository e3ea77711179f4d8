/** Shapes and element types as users state them. */
import type { DType } from "./ir.ts";

/** What a value looks like: a shape alone means float32. */
export interface TensorSpec {
  /** Sizes of the axes; none for a scalar. */
  readonly shape: readonly number[];
  /** The element type; float32 if left out. */
  readonly dtype?: DType;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
