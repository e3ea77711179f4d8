/** The space of arrays of zeros and ones (Gymnasium's `MultiBinary`). */
import { isArrayLike } from "./multi_discrete.ts";
import { SeededSpace } from "./seeded_space.ts";
import type { Space, SpaceDescription } from "./space.ts";

/** All arrays of one shape with elements 0 and 1, in row-major order. */
export class MultiBinary extends SeededSpace implements Space<Uint8Array> {
  /** The space as plain data. */
  readonly description: SpaceDescription & { readonly type: "MultiBinary" };
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;

  /**
   * Makes the space of one shape.
   *
   * @param shape length of each axis
   * @throws RangeError if there is no axis, or its length is not a whole number >= 1
   */
  constructor(shape: readonly number[]) {
    super();
    if (
      shape.length === 0 ||
      !shape.every((axis) => Number.isSafeInteger(axis) && axis >= 1)
    ) {
      throw new RangeError(
        `MultiBinary: every axis of the shape must be a whole number >= 1, not [${shape}]`,
      );
    }
    this.shape = shape;
    this.size = shape.reduce((product, axis) => product * axis, 1);
    this.description = { type: "MultiBinary", shape };
  }

  /** Draws an array, each element from eight random bits. */
  sample(): Uint8Array {
    return this.random.integersArray(0, 2, this.size, "uint8");
  }

  /** Whether a value is an array-like of zeros and ones of the right length. */
  contains(value: unknown): value is Uint8Array {
    if (!isArrayLike(value) || value.length !== this.size) return false;
    for (let i = 0; i < this.size; i++) {
      if (value[i] !== 0 && value[i] !== 1) return false;
    }
    return true;
  }
}
