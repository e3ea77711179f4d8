/** The space of tuples of values of other spaces (Gymnasium's `Tuple`). */
import { seedMembers } from "./composite.ts";
import { Discrete } from "./discrete.ts";
import { isArrayLike } from "./multi_discrete.ts";
import { SeededSpace } from "./seeded_space.ts";
import type { Space, SpaceDescription } from "./space.ts";

/** Value of a tuple of spaces: an Int32Array if all are Discrete, else an array of the members' values. */
export type TupleValue<S extends readonly Space[]> = S extends readonly Discrete[] ? Int32Array
  : { -readonly [K in keyof S]: S[K] extends Space<infer T> ? T : never };

/** All tuples whose element `i` is a value of `spaces[i]`. */
export class TupleSpace<const S extends readonly Space[] = readonly Space[]> extends SeededSpace
  implements Space<TupleValue<S>> {
  /** The space as plain data. */
  readonly description: SpaceDescription & { readonly type: "Tuple" };
  readonly #integers: boolean;

  /**
   * Makes the space from those of the elements.
   *
   * @param spaces the space of each element
   * @throws RangeError if there is none, or if all are Discrete and one has values beyond 32 bits
   */
  constructor(readonly spaces: S) {
    super();
    if (spaces.length === 0) {
      throw new RangeError("Tuple: there must be at least one space");
    }
    const integers = spaces.filter((space) => space instanceof Discrete);
    this.#integers = integers.length === spaces.length;
    if (
      this.#integers &&
      integers.some(({ start, n }) => start < -(2 ** 31) || start + n > 2 ** 31)
    ) {
      throw new RangeError(
        "Tuple: the values of its Discrete spaces must be integers of 32 bits",
      );
    }
    this.description = {
      type: "Tuple",
      spaces: spaces.map((space) => space.description),
    };
  }

  /** Seeds the space's own generator, and each member with a number drawn from it. */
  override seed(seed: number | bigint): void {
    super.seed(seed);
    seedMembers(this.random, this.spaces);
  }

  /** Draws a value of each member with the member's own generator. */
  sample(): TupleValue<S> {
    const values = this.spaces.map((space) => space.sample());
    return (this.#integers ? Int32Array.from(values as number[]) : values) as TupleValue<S>;
  }

  /** Whether a value is an array-like of the right length whose elements belong to the members. */
  contains(value: unknown): value is TupleValue<S> {
    return isArrayLike(value) && value.length === this.spaces.length &&
      this.spaces.every((space, i) => space.contains(value[i]));
  }
}
