/** What all spaces share: a generator of their own that is made at first use. */
import { defaultGenerator, type Generator } from "../../random/generator.ts";

/** Holds a space's generator. */
export abstract class SeededSpace {
  #random: Generator | undefined;

  /** The space's own generator; seeded with 0 if nobody seeded it before its first use. */
  get random(): Generator {
    return this.#random ??= defaultGenerator(0);
  }

  /**
   * Replaces the generator by `defaultGenerator(seed)`.
   *
   * @throws RangeError if the seed is not a whole number >= 0
   */
  seed(seed: number | bigint): void {
    this.#random = defaultGenerator(seed);
  }
}
