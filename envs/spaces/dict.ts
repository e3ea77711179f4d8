/** The space of objects whose entries are values of other spaces (Gymnasium's `Dict`). */
import { seedMembers } from "./composite.ts";
import { SeededSpace } from "./seeded_space.ts";
import type { Space, SpaceDescription } from "./space.ts";

/** Value of an object of spaces. */
export type DictValue<S extends Readonly<Record<string, Space>>> = {
  -readonly [K in keyof S]: S[K] extends Space<infer T> ? T : never;
};

/** All objects with exactly the given keys, each entry a value of its space. */
export class DictSpace<
  S extends Readonly<Record<string, Space>> = Readonly<Record<string, Space>>,
> extends SeededSpace implements Space<DictValue<S>> {
  /** The space as plain data. */
  readonly description: SpaceDescription & { readonly type: "Dict" };
  /** The entries, sorted by key: the order in which members are seeded and sampled. */
  readonly entries: readonly (readonly [string, Space])[];

  /**
   * Makes the space from those of the entries.
   *
   * @param spaces the space of each entry; their order does not matter
   * @throws RangeError if there is none
   */
  constructor(readonly spaces: S) {
    super();
    this.entries = Object.entries(spaces).sort(([a], [b]) => a < b ? -1 : 1);
    if (this.entries.length === 0) {
      throw new RangeError("Dict: there must be at least one space");
    }
    this.description = {
      type: "Dict",
      spaces: this.entries.map(([key, space]) => [key, space.description] as const),
    };
  }

  /** Seeds the space's own generator, and each member with a number drawn from it. */
  override seed(seed: number | bigint): void {
    super.seed(seed);
    seedMembers(this.random, this.entries.map(([, space]) => space));
  }

  /** Draws a value of each member with the member's own generator. */
  sample(): DictValue<S> {
    return Object.fromEntries(
      this.entries.map(([key, space]) => [key, space.sample()]),
    ) as DictValue<S>;
  }

  /** Whether a value is an object with the same keys whose entries belong to the members. */
  contains(value: unknown): value is DictValue<S> {
    return typeof value === "object" && value !== null &&
      Object.keys(value).length === this.entries.length &&
      this.entries.every(([key, space]) =>
        Object.hasOwn(value, key) &&
        space.contains((value as Record<string, unknown>)[key])
      );
  }
}
