/** The space of arrays of numbers within bounds (Gymnasium's `Box`). */
import { SeededSpace } from "./seeded_space.ts";
import type { Space, SpaceDescription } from "./space.ts";

/** The array type of each element type. */
export interface BoxArrays {
  /** 32-bit floating point: the default. */
  float32: Float32Array;
  /** 64-bit floating point. */
  float64: Float64Array;
  /** Whole numbers from 0 to 255. */
  uint8: Uint8Array;
  /** Whole numbers of 32 bits. */
  int32: Int32Array;
  /** Whole numbers of 64 bits. */
  int64: BigInt64Array;
}

/** Element type of a Box. */
export type BoxDtype = keyof BoxArrays;

/**
 * All arrays of one shape whose elements lie between `low` and `high`, both included. Values are
 * typed arrays in row-major order; their class is that of the element type.
 */
export class Box<D extends BoxDtype = "float32"> extends SeededSpace
  implements Space<BoxArrays[D]> {
  /** The space as plain data. */
  readonly description: SpaceDescription & { readonly type: "Box" };
  /** Lower bound of each element, rounded to the element type; may be -Infinity. */
  readonly low: BoxArrays[D];
  /** Upper bound of each element, rounded to the element type; may be Infinity. */
  readonly high: BoxArrays[D];
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: D;
  /** Number of elements. */
  readonly size: number;

  /**
   * Makes the space from its bounds.
   *
   * @param low lower bound of each element in row-major order, or one for all
   * @param high upper bound of each element in row-major order, or one for all
   * @param shape length of each axis; if left out, one axis as long as the bounds
   * @param dtype element type
   * @throws RangeError if a bound is NaN, lies above its opposite or does not fit the element type,
   *   or if the number of bounds is not that of the shape
   */
  constructor(
    low: number | ArrayLike<number>,
    high: number | ArrayLike<number>,
    shape?: readonly number[],
    dtype: D = "float32" as D,
  ) {
    super();
    this.shape = shape ??
      [
        typeof low !== "number" ? low.length : typeof high !== "number" ? high.length : 1,
      ];
    if (!this.shape.every((axis) => Number.isSafeInteger(axis) && axis >= 1)) {
      throw new RangeError(
        `Box: every axis of the shape must be a whole number >= 1, not [${this.shape}]`,
      );
    }
    this.size = this.shape.reduce((product, axis) => product * axis, 1);
    this.dtype = dtype;
    this.low = this.#bounds("low", low);
    this.high = this.#bounds("high", high);
    for (let i = 0; i < this.size; i++) {
      if (this.low[i] > this.high[i]) {
        throw new RangeError(
          `Box: low[${i}] = ${this.low[i]} is above high[${i}] = ${this.high[i]}`,
        );
      }
    }
    this.description = {
      type: "Box",
      shape: this.shape,
      dtype,
      low: Array.from(this.low, describe),
      high: Array.from(this.high, describe),
    };
  }

  /**
   * Draws an array. Elements without bounds are drawn first (normal), then those with a lower bound
   * only (exponential above it), those with an upper bound only (exponential below it), and last
   * those with both (uniform). All is done in float64 and then rounded to the element type; integer
   * types are drawn from one more at the top and rounded down.
   */
  sample(): BoxArrays[D] {
    const { low, high, size, random } = this;
    const values = new Float64Array(size);
    const integers = !this.dtype.startsWith("float");
    for (let i = 0; i < size; i++) {
      if (low[i] === -Infinity && high[i] === Infinity) {
        values[i] = random.normal(0, 1);
      }
    }
    for (let i = 0; i < size; i++) {
      if (low[i] !== -Infinity && high[i] === Infinity) {
        values[i] = random.exponential() + Number(low[i]);
      }
    }
    for (let i = 0; i < size; i++) {
      if (low[i] === -Infinity && high[i] !== Infinity) {
        values[i] = -random.exponential() + Number(high[i]);
      }
    }
    for (let i = 0; i < size; i++) {
      if (low[i] !== -Infinity && high[i] !== Infinity) {
        values[i] = random.uniform(
          Number(low[i]),
          Number(high[i]) + (integers ? 1 : 0),
        );
      }
    }
    return this.#array(integers ? values.map(Math.floor) : values);
  }

  /** Whether a value is an array of the element type, as long as the space's own, within the bounds. */
  contains(value: unknown): value is BoxArrays[D] {
    if (!(value instanceof arrays[this.dtype])) return false;
    if (value.length !== this.size) return false;
    for (let i = 0; i < this.size; i++) {
      if (!(value[i] >= this.low[i] && value[i] <= this.high[i])) return false;
    }
    return true;
  }

  #bounds(name: string, bound: number | ArrayLike<number>): BoxArrays[D] {
    const values = typeof bound === "number"
      ? new Float64Array(this.size).fill(bound)
      : Float64Array.from(bound);
    if (values.length !== this.size) {
      throw new RangeError(
        `Box: ${name} must have ${this.size} elements for shape [${this.shape}], not ${values.length}`,
      );
    }
    const integers = !this.dtype.startsWith("float");
    values.forEach((value, i) => {
      if (Number.isNaN(value) || (integers && !Number.isSafeInteger(value))) {
        throw new RangeError(
          `Box: ${name}[${i}] must be a number that fits ${this.dtype}, not ${value}`,
        );
      }
    });
    const array = this.#array(values);
    if (integers) {
      array.forEach((value: number | bigint, i: number) => {
        if (Number(value) !== values[i]) {
          throw new RangeError(
            `Box: ${name}[${i}] must be a number that fits ${this.dtype}, not ${values[i]}`,
          );
        }
      });
    }
    return array;
  }

  #array(values: Float64Array): BoxArrays[D] {
    const array: BoxArrays[BoxDtype] = this.dtype === "int64"
      ? BigInt64Array.from(values, BigInt)
      : arrays[this.dtype as Exclude<BoxDtype, "int64">].from(values);
    return array as BoxArrays[D];
  }
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

/** JSON has no infinities. */
function describe(bound: number | bigint): number | string {
  const value = Number(bound);
  return Number.isFinite(value) ? value : String(value);
}
