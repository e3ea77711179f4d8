/** The space of a finite number of consecutive integers (Gymnasium's `Discrete`). */
import { SeededSpace } from "./seeded_space.ts";
import type { Space, SpaceDescription } from "./space.ts";

/** Integer types of a Discrete space: they decide how its values are drawn. */
export type DiscreteDtype = "int64" | "int32" | "uint8";

/** Which values may be drawn: by a mask of allowed ones, or by the probability of each. */
export type DiscreteWeights =
  | { readonly mask: ArrayLike<number> }
  | { readonly probability: ArrayLike<number> };

/** The integers `start`, `start + 1`, ..., `start + n - 1`. */
export class Discrete extends SeededSpace implements Space<number> {
  /** The space as plain data. */
  readonly description: SpaceDescription & { readonly type: "Discrete" };

  /**
   * Makes the space of n integers.
   *
   * @param n number of values
   * @param start the smallest value
   * @param dtype integer type of the values; only the drawing of `uint8` differs from the others
   * @throws RangeError if n is not a whole number >= 1, start is not a whole number, or a value does not fit the dtype
   */
  constructor(
    readonly n: number,
    readonly start = 0,
    /** Element type. */
    readonly dtype: DiscreteDtype = "int64",
  ) {
    super();
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new RangeError(`Discrete: n must be a whole number >= 1, not ${n}`);
    }
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(start + n)) {
      throw new RangeError(
        `Discrete: start must be a whole number, not ${start}`,
      );
    }
    const [lowest, highest] = limits[dtype];
    if (start < lowest || start + n - 1 > highest) {
      throw new RangeError(
        `Discrete: the values ${start} to ${start + n - 1} do not fit ${dtype}`,
      );
    }
    this.description = dtype === "int64"
      ? { type: "Discrete", n, start }
      : { type: "Discrete", n, start, dtype };
  }

  /**
   * Draws a value, every one equally likely unless weights are given.
   *
   * @param weights a mask of 0 and 1 (if all are 0 the result is `start`, without a draw), or the
   *   probability of each value; length n
   * @throws RangeError if the weights have another length, or are no mask or no probabilities
   */
  sample(weights?: DiscreteWeights): number {
    if (weights === undefined) return this.start + this.#uniform();
    if ("mask" in weights) return this.start + this.#masked(weights.mask);
    this.#checkLength("probability", weights.probability);
    return this.start + this.random.choice(this.n, weights.probability);
  }

  /** Whether a value is an integer of the space. */
  contains(value: unknown): value is number {
    return Number.isInteger(value) && (value as number) >= this.start &&
      (value as number) < this.start + this.n;
  }

  #uniform(): number {
    return this.dtype === "uint8"
      ? this.random.integersArray(0, this.n, 1, "uint8")[0]
      : this.random.integers(0, this.n);
  }

  #masked(mask: ArrayLike<number>): number {
    this.#checkLength("mask", mask);
    let allowed = 0;
    for (let i = 0; i < this.n; i++) {
      if (mask[i] !== 0 && mask[i] !== 1) {
        throw new RangeError(
          `Discrete: mask[${i}] must be 0 or 1, not ${mask[i]}`,
        );
      }
      allowed += mask[i];
    }
    if (allowed === 0) return 0;
    let skip = this.random.integers(0, allowed);
    let index = 0;
    while (mask[index] === 0 || skip-- > 0) index++;
    return index;
  }

  #checkLength(name: string, weights: ArrayLike<number>): void {
    if (weights.length !== this.n) {
      throw new RangeError(
        `Discrete: ${name} must have length ${this.n}, not ${weights.length}`,
      );
    }
  }
}

const limits: Readonly<Record<DiscreteDtype, readonly [number, number]>> = {
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-2147483648, 2147483647],
  uint8: [0, 255],
};
