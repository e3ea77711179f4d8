/**
 * NumPy's `Generator`: draws from the common distributions, bit-equal to NumPy 2 for the same seed
 * and the same sequence of calls. The arithmetic is WebAssembly (assembly/), the same everywhere.
 */
import { checkedCount, indexAbove, sumOfProbabilities } from "./probabilities.ts";
import { PCG64 } from "./pcg64.ts";
import { checkedLength, type Shuffleable, swap, upTo } from "./order.ts";
import * as wasm from "./random.wasm";
import type { Entropy } from "./seed_sequence.ts";

/** The element types of `integersArray`, by NumPy's names, and the arrays they give. */
export interface IntegerArrays {
  /** From -2^31 to 2^31 - 1. */
  readonly int32: Int32Array;
  /** From 0 to 2^32 - 1. */
  readonly uint32: Uint32Array;
  /** From -32768 to 32767. */
  readonly int16: Int16Array;
  /** From 0 to 65535. */
  readonly uint16: Uint16Array;
  /** From -128 to 127. */
  readonly int8: Int8Array;
  /** From 0 to 255. */
  readonly uint8: Uint8Array;
  /** The bytes 0 and 1. */
  readonly bool: Uint8Array;
}

/** An element type of `integersArray`. */
export type IntegerType = keyof IntegerArrays;

/** The array of each type, the random bits a number is made from, and low <= number < high. */
const arrayTypes = {
  int32: { make: Int32Array, bits: 32, limits: { low: -2147483648, high: 2147483648 } },
  uint32: { make: Uint32Array, bits: 32, limits: { low: 0, high: 4294967296 } },
  int16: { make: Int16Array, bits: 16, limits: { low: -32768, high: 32768 } },
  uint16: { make: Uint16Array, bits: 16, limits: { low: 0, high: 65536 } },
  int8: { make: Int8Array, bits: 8, limits: { low: -128, high: 128 } },
  uint8: { make: Uint8Array, bits: 8, limits: { low: 0, high: 256 } },
  bool: { make: Uint8Array, bits: 1, limits: { low: 0, high: 2 } },
} as const;

/** Draws from distributions, by a stream of random bits. */
export class Generator {
  /** The source of all randomness; its `state` is the whole state of the generator. */
  readonly bits: PCG64;
  readonly #slot: number;

  /**
   * A generator of this stream.
   *
   * @param bits the source of random bits, used by this generator alone or shared with others
   * @throws TypeError if it is something else than a PCG64
   */
  constructor(bits: PCG64) {
    // Anything else has no slot of its own, and drawing from it would write into foreign memory.
    if (!(bits instanceof PCG64)) throw new TypeError("a Generator needs a PCG64 to draw from");
    this.bits = bits;
    this.#slot = bits.slot;
  }

  /** Uniform on [0, 1), a float64 with 53 random bits. */
  random(): number {
    return wasm.random(this.#slot);
  }

  /** Uniform on [0, 1), a float32 with 24 random bits. */
  randomFloat32(): number {
    return wasm.randomFloat32(this.#slot);
  }

  /** Fills the array as repeated `random()` would. */
  fillRandom(out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = wasm.random(this.#slot);
  }

  /** Fills the array as repeated `randomFloat32()` would. */
  fillRandomFloat32(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = wasm.randomFloat32(this.#slot);
  }

  /**
   * Uniform on [low, high); rounding may give high itself, as in NumPy.
   *
   * @throws RangeError if high - low is negative or not finite
   */
  uniform(low: number, high: number): number {
    const range = high - low;
    if (!(range >= 0 && range < Infinity)) {
      throw new RangeError(`uniform needs finite low <= high, not ${low} and ${high}`);
    }
    return low + range * wasm.random(this.#slot);
  }

  /**
   * A whole number from low to high - 1, each equally likely (NumPy's `integers` with dtype int64).
   *
   * @throws RangeError if a bound is no safe integer or low is not below high
   */
  integers(low: number, high: number): number {
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low < high)) {
      throw new RangeError(`integers needs safe integers low < high, not ${low} and ${high}`);
    }
    return wasm.integers(this.#slot, low, high);
  }

  /**
   * As `integers`, for all 64-bit numbers (NumPy's dtypes int64 and uint64).
   *
   * @throws RangeError if low is not below high or the numbers fit neither int64 nor uint64
   */
  integersBigInt(low: bigint, high: bigint): bigint {
    const last = high - 1n;
    const fits = BigInt.asIntN(64, low) === low && BigInt.asIntN(64, last) === last ||
      BigInt.asUintN(64, low) === low && BigInt.asUintN(64, last) === last;
    if (!fits || low > last) {
      throw new RangeError(`integersBigInt needs 64-bit low < high, not ${low} and ${high}`);
    }
    return low + BigInt.asUintN(64, wasm.bounded64(this.#slot, last - low));
  }

  /**
   * Whole numbers from low to high - 1, drawn as NumPy draws an array of this dtype: 8 and 16-bit
   * numbers and booleans cut one 32-bit draw in pieces, which gives others than `integers` would.
   *
   * @throws RangeError if low is not below high, a number does not fit the type, or size is no
   * array length
   */
  integersArray<T extends IntegerType>(
    low: number,
    high: number,
    size: number,
    type: T,
  ): IntegerArrays[T] {
    const { make, bits, limits } = arrayTypes[type];
    const fits = Number.isInteger(low) && Number.isInteger(high) && low < high &&
      low >= limits.low && high <= limits.high;
    if (!fits) {
      throw new RangeError(
        `integersArray of ${type} needs whole numbers ${limits.low} <= low < high <= ${limits.high}, not ${low} and ${high}`,
      );
    }
    const out = new make(checkedLength(size));
    const range = high - 1 - low;
    if (range === 0) return out.fill(low) as IntegerArrays[T];
    const draw = bits === 32
      ? () => wasm.bounded32(this.#slot, range)
      : pieces(this.bits, bits, range);
    for (let i = 0; i < size; i++) out[i] = low + (draw() >>> 0);
    return out as IntegerArrays[T];
  }

  /** Normal with mean 0 and standard deviation 1. */
  standardNormal(): number {
    return wasm.standardNormal(this.#slot);
  }

  /** Fills the array as repeated `standardNormal()` would. */
  fillStandardNormal(out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = wasm.standardNormal(this.#slot);
  }

  /**
   * Normal.
   *
   * @throws RangeError if the standard deviation is negative or NaN
   */
  normal(mean: number, standardDeviation: number): number {
    if (!(standardDeviation >= 0)) {
      throw new RangeError(`normal needs a standard deviation >= 0, not ${standardDeviation}`);
    }
    return mean + standardDeviation * wasm.standardNormal(this.#slot);
  }

  /** Exponential with rate 1. */
  standardExponential(): number {
    return wasm.standardExponential(this.#slot);
  }

  /**
   * Exponential with this mean.
   *
   * @throws RangeError if the scale is negative or NaN
   */
  exponential(scale = 1): number {
    if (!(scale >= 0)) {
      throw new RangeError(`exponential needs a scale >= 0, not ${scale}`);
    }
    return scale * wasm.standardExponential(this.#slot);
  }

  /**
   * Gamma with this shape and scale 1.
   *
   * @throws RangeError if the shape is negative or NaN
   */
  standardGamma(shape: number): number {
    if (!(shape >= 0)) {
      throw new RangeError(`standardGamma needs a shape >= 0, not ${shape}`);
    }
    return wasm.standardGamma(this.#slot, shape);
  }

  /**
   * One of 0..n-1.
   *
   * @param probabilities the probability of each; all the same if left out
   * @throws RangeError if n is no whole number > 0, or these are no n probabilities
   */
  choice(n: number, probabilities?: ArrayLike<number>): number {
    if (probabilities === undefined) return wasm.integers(this.#slot, 0, checkedCount(n));
    const sum = sumOfProbabilities(n, probabilities);
    return indexAbove(probabilities, sum, wasm.random(this.#slot));
  }

  /**
   * k different ones of 0..n-1: every set of k equally likely, or by probabilities.
   *
   * @param shuffle whether their order must be random too (with probabilities it always is)
   * @param probabilities of each, for drawing one after the other among those that are left
   * @throws RangeError unless 0 <= k <= n < 2^31, or if these are no n probabilities with k of
   * them above 0
   */
  choiceWithoutReplacement(
    n: number,
    k: number,
    shuffle = true,
    probabilities?: ArrayLike<number>,
  ): Int32Array {
    if (checkedLength(k) > checkedLength(n)) {
      throw new RangeError(`cannot choose ${k} of ${n} without replacement`);
    }
    if (probabilities !== undefined) return this.#weighted(n, k, probabilities);
    // NumPy's rule for when a set of seen numbers costs more than an array of all numbers.
    if (n > 10000 && k > Math.floor(n / (shuffle ? 50 : 20))) return this.#lastOfShuffled(n, k);
    const chosen = this.#floyd(n, k);
    if (shuffle) this.#shuffleTail(chosen, 1);
    return chosen;
  }

  /** Draws as many as are missing at once, keeps the new ones, and goes on without those. */
  #weighted(n: number, k: number, probabilities: ArrayLike<number>): Int32Array {
    sumOfProbabilities(n, probabilities);
    const left = Float64Array.from(probabilities);
    if (left.filter((p) => p > 0).length < k) {
      throw new RangeError(`cannot choose ${k} of ${n}: fewer have a probability above 0`);
    }
    const chosen = new Set<number>();
    while (chosen.size < k) {
      const sum = left.reduce((total, p) => total + p, 0);
      for (let missing = k - chosen.size; missing > 0; missing--) {
        chosen.add(indexAbove(left, sum, this.random()));
      }
      for (const index of chosen) left[index] = 0;
    }
    return Int32Array.from(chosen);
  }

  /** Shuffles the last k of 0..n-1 into place and gives those. */
  #lastOfShuffled(n: number, k: number): Int32Array {
    const all = upTo(n);
    this.#shuffleTail(all, Math.max(n - k, 1));
    return all.slice(n - k);
  }

  /** Floyd's sampling (Bentley & Floyd 1987): k draws for k numbers. */
  #floyd(n: number, k: number): Int32Array {
    const seen = new Set<number>();
    return new Int32Array(k).map((_, i) => {
      const last = n - k + i;
      const drawn = wasm.bounded32(this.#slot, last);
      const value = seen.has(drawn) ? last : drawn;
      seen.add(value);
      return value;
    });
  }

  /** Fisher-Yates from the end down to index `first`, with the draws of `integers`. */
  #shuffleTail(array: Int32Array, first: number): void {
    for (let i = array.length - 1; i >= first; i--) {
      swap(array, i, wasm.bounded32(this.#slot, i));
    }
  }

  /**
   * 0..n-1 in random order.
   *
   * @throws RangeError if n is no array length
   */
  permutation(n: number): Int32Array {
    const all = upTo(n);
    this.shuffle(all);
    return all;
  }

  /** Brings the elements into random order, in place. */
  shuffle<T>(array: Shuffleable<T>): void {
    for (let i = array.length - 1; i > 0; i--) swap(array, i, wasm.masked32(this.#slot, i));
  }
}

/**
 * The generator of a seed, as NumPy's `default_rng(seed)`.
 *
 * @throws TypeError or RangeError as `SeedSequence` does
 */
export function defaultGenerator(seed: Entropy): Generator {
  return new Generator(new PCG64(seed));
}

/**
 * Draws of 0..range from pieces of 32-bit draws, lowest piece first: Lemire's method on 1, 8 or 16
 * bits. Pieces left over are lost, as in NumPy.
 */
function pieces(source: PCG64, bits: number, range: number): () => number {
  const count = range + 1;
  const size = 1 << bits;
  // Lemire's rejection threshold; 0 where the pieces divide evenly, as single bits do.
  const threshold = size % count;
  let buffer = 0;
  let left = 0;
  return () => {
    let product;
    do {
      if (left === 0) {
        buffer = source.nextUint32();
        left = 32 / bits;
      } else {
        buffer >>>= bits;
      }
      left--;
      product = (buffer & (size - 1)) * count;
    } while ((product & (size - 1)) < threshold);
    return product >>> bits;
  };
}
