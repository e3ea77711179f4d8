/** What every space of observations or actions has in common. The spaces are in the files beside this one. */
import type { Generator } from "../../random/generator.ts";

/** A space as plain data, as written into results and ONNX metadata. */
export type SpaceDescription =
  | {
    readonly type: "Discrete";
    readonly n: number;
    readonly start: number;
    /** Integer type, if it is not int64. */
    readonly dtype?: string;
  }
  | {
    readonly type: "Box";
    readonly shape: readonly number[];
    readonly dtype: string;
    /** Bounds per element in row-major order; infinite ones as "Infinity" and "-Infinity". */
    readonly low: readonly (number | string)[];
    readonly high: readonly (number | string)[];
  }
  | {
    readonly type: "MultiDiscrete";
    readonly nvec: readonly number[];
    readonly start: readonly number[];
  }
  | { readonly type: "MultiBinary"; readonly shape: readonly number[] }
  | { readonly type: "Tuple"; readonly spaces: readonly SpaceDescription[] }
  | {
    readonly type: "Dict";
    readonly spaces: readonly (readonly [string, SpaceDescription])[];
  };

/** A set of values, with a way to draw one at random. */
export interface Space<T = unknown> {
  /** The space as plain data. */
  readonly description: SpaceDescription;
  /** The space's own generator, made at first use (from 0 if never seeded: nothing here is random). */
  readonly random: Generator;
  /** Replaces the generator by `defaultGenerator(seed)`; composite spaces seed their members too. */
  seed(seed: number | bigint): void;
  /** Draws a value as Gymnasium does: the same seed gives the same values. */
  sample(): T;
  /** Whether a value belongs to the space. */
  contains(value: unknown): value is T;
}
