/** The space of arrays of integers, each with its own number of values (Gymnasium's `MultiDiscrete`). */
import { SeededSpace } from "./seeded_space.ts";
import type { Space, SpaceDescription } from "./space.ts";

/** All arrays whose element `i` is one of `start[i]`, ..., `start[i] + nvec[i] - 1`. */
export class MultiDiscrete extends SeededSpace implements Space<Int32Array> {
  /** The space as plain data. */
  readonly description: SpaceDescription & { readonly type: "MultiDiscrete" };
  /** Number of values of each element. */
  readonly nvec: Int32Array;
  /** Smallest value of each element. */
  readonly start: Int32Array;

  /**
   * Makes the space from the number of values of each element.
   *
   * @param nvec number of values of each element
   * @param start smallest value of each element; 0 if left out
   * @throws RangeError if a number of values is not a whole number >= 1, or a value does not fit 32 bits
   */
  constructor(nvec: ArrayLike<number>, start?: ArrayLike<number>) {
    super();
    this.nvec = Int32Array.from(nvec);
    this.start = start === undefined ? new Int32Array(nvec.length) : Int32Array.from(start);
    if (this.nvec.length === 0) {
      throw new RangeError(
        "MultiDiscrete: nvec must have at least one element",
      );
    }
    if (this.start.length !== this.nvec.length) {
      throw new RangeError(
        `MultiDiscrete: start must have ${this.nvec.length} elements, not ${this.start.length}`,
      );
    }
    this.nvec.forEach((n, i) => {
      if (n !== nvec[i] || n < 1) {
        throw new RangeError(
          `MultiDiscrete: nvec[${i}] must be a whole number >= 1, not ${nvec[i]}`,
        );
      }
      const first = start === undefined ? 0 : start[i];
      if (this.start[i] !== first || first + n - 1 > 2147483647) {
        throw new RangeError(
          `MultiDiscrete: the values from start[${i}] = ${first} on must be integers of 32 bits`,
        );
      }
    });
    this.description = {
      type: "MultiDiscrete",
      nvec: Array.from(this.nvec),
      start: Array.from(this.start),
    };
  }

  /** Draws an array: one float64 draw for each element, scaled and rounded down. */
  sample(): Int32Array {
    return this.nvec.map((n, i) => Math.floor(this.random.random() * n) + this.start[i]);
  }

  /** Whether a value is an array-like of integers of the right length, each in its range. */
  contains(value: unknown): value is Int32Array {
    return isArrayLike(value) && value.length === this.nvec.length &&
      this.nvec.every((n, i) =>
        Number.isInteger(value[i]) && (value[i] as number) >= this.start[i] &&
        (value[i] as number) < this.start[i] + n
      );
  }
}

/** Whether a value is an array or a typed array. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
