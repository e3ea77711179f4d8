/**
 * NumPy's legacy `RandomState`: the Mersenne Twister MT19937 (Matsumoto & Nishimura 1998) and the
 * distributions as NumPy has frozen them. For programs that were published with it; new code takes
 * `Generator`.
 */
import { log } from "../math/math.ts";
import { checkedCount, indexAbove, sumOfProbabilities } from "./probabilities.ts";
import { type Shuffleable, swap, upTo } from "./order.ts";

const WORDS = 624;
const SHIFT = 397;

/** Everything that decides what a RandomState gives next. */
export interface RandomStateState {
  /** The 624 words of the twister. */
  readonly key: Uint32Array;
  /** How many of the words are used up, 0 to 624. */
  readonly position: number;
  /** Whether the second of a pair of normal numbers is kept. */
  readonly hasGauss: boolean;
  /** The kept number; 0 while none is. */
  readonly gauss: number;
}

/** Draws from distributions, by a Mersenne Twister. */
export class RandomState {
  #key = new Uint32Array(WORDS);
  #position = WORDS;
  #hasGauss = false;
  #gauss = 0;

  /**
   * A generator whose draws are decided by the seed alone.
   *
   * @param seed a whole number from 0 to 2^32 - 1, or a list of them
   * @throws RangeError if a number is something else or the list is empty
   */
  constructor(seed: number | readonly number[]) {
    if (typeof seed === "number") this.#seedByNumber(checkedWord(seed));
    else this.#seedByArray(seed.map(checkedWord));
  }

  /** Knuth's generator fills the words. */
  #seedByNumber(seed: number): void {
    const key = this.#key;
    key[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      key[i] = Math.imul(1812433253, key[i - 1] ^ (key[i - 1] >>> 30)) + i;
    }
  }

  /** `init_by_array` of the authors' reference program. */
  #seedByArray(words: readonly number[]): void {
    if (words.length === 0) {
      throw new RangeError("a list of seeds must not be empty");
    }
    this.#seedByNumber(19650218);
    const key = this.#key;
    let i = 1;
    const mixInto = (multiplier: number) => {
      const previous = key[i - 1] ^ (key[i - 1] >>> 30);
      return key[i] ^ Math.imul(previous, multiplier);
    };
    const advance = () => {
      if (++i < WORDS) return;
      key[0] = key[WORDS - 1];
      i = 1;
    };
    for (let n = 0; n < Math.max(WORDS, words.length); n++) {
      const j = n % words.length;
      key[i] = mixInto(1664525) + words[j] + j;
      advance();
    }
    for (let n = 1; n < WORDS; n++) {
      key[i] = mixInto(1566083941) - i;
      advance();
    }
    key[0] = 0x80000000;
  }

  /** The whole state. Setting it to what it was elsewhere goes on from there, bit for bit. */
  get state(): RandomStateState {
    return {
      key: this.#key.slice(),
      position: this.#position,
      hasGauss: this.#hasGauss,
      gauss: this.#gauss,
    };
  }

  /** @throws RangeError if there are not 624 words or the position is not among them */
  set state({ key, position, hasGauss, gauss }: RandomStateState) {
    if (key.length !== WORDS) {
      throw new RangeError(`RandomState key must have 624 words, not ${key.length}`);
    }
    if (!(Number.isInteger(position) && position >= 0 && position <= WORDS)) {
      throw new RangeError(`RandomState position must be from 0 to 624, not ${position}`);
    }
    this.#key.set(key);
    this.#position = position;
    this.#hasGauss = hasGauss;
    this.#gauss = gauss;
  }

  /** Replaces all the words by the next ones. */
  #twist(): void {
    const key = this.#key;
    for (let i = 0; i < WORDS; i++) {
      const joined = (key[i] & 0x80000000) |
        (key[(i + 1) % WORDS] & 0x7fffffff);
      key[i] = key[(i + SHIFT) % WORDS] ^ (joined >>> 1) ^
        (joined & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }

  /** 32 random bits. */
  nextUint32(): number {
    if (this.#position === WORDS) this.#twist();
    let word = this.#key[this.#position++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** Uniform on [0, 1): 53 random bits. NumPy's `random_sample` and `rand`. */
  random(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /**
   * Uniform on [low, high); high may be the smaller one.
   *
   * @throws RangeError if high - low is not finite
   */
  uniform(low: number, high: number): number {
    const range = high - low;
    if (!Number.isFinite(range)) {
      throw new RangeError(`uniform needs finite bounds, not ${low} and ${high}`);
    }
    return low + range * this.random();
  }

  /**
   * A whole number from low to high - 1, each equally likely (dtype int64).
   *
   * @throws RangeError if a bound is no safe integer, low is not below high, or they are 2^53 or
   * more apart
   */
  randint(low: number, high: number): number {
    const range = high - 1 - low;
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low < high)) {
      throw new RangeError(`randint needs safe integers low < high, not ${low} and ${high}`);
    }
    if (!Number.isSafeInteger(range)) {
      throw new RangeError(`randint needs bounds less than 2^53 apart, not ${low} and ${high}`);
    }
    return low + this.#upTo(range);
  }

  /** 0..range by masked rejection: on 32-bit draws where they suffice, else on 64-bit ones. */
  #upTo(range: number): number {
    if (range === 0) return 0;
    const rangeHigh = Math.floor(range / 4294967296);
    const lowMask = rangeHigh > 0 ? 0xffffffff : 0xffffffff >>> Math.clz32(range);
    const highMask = rangeHigh > 0 ? 0xffffffff >>> Math.clz32(rangeHigh) : 0;
    while (true) {
      const high = rangeHigh > 0 ? (this.nextUint32() & highMask) >>> 0 : 0;
      const value = high * 4294967296 + ((this.nextUint32() & lowMask) >>> 0);
      if (value <= range) return value;
    }
  }

  /**
   * One of 0..n-1.
   *
   * @param probabilities the probability of each; all the same if left out
   * @throws RangeError if n is no whole number > 0, or these are no n probabilities
   */
  choice(n: number, probabilities?: ArrayLike<number>): number {
    if (probabilities === undefined) return this.randint(0, checkedCount(n));
    const sum = sumOfProbabilities(n, probabilities);
    return indexAbove(probabilities, sum, this.random());
  }

  /** Normal with mean 0 and standard deviation 1: Marsaglia's polar method, which gives pairs. */
  standardNormal(): number {
    if (this.#hasGauss) {
      const kept = this.#gauss;
      this.#hasGauss = false;
      this.#gauss = 0;
      return kept;
    }
    let x, y, square;
    do {
      x = 2 * this.random() - 1;
      y = 2 * this.random() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt(-2 * log(square) / square);
    this.#gauss = scale * x;
    this.#hasGauss = true;
    return scale * y;
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
    return mean + standardDeviation * this.standardNormal();
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
    for (let i = array.length - 1; i > 0; i--) swap(array, i, this.#upTo(i));
  }
}

function checkedWord(word: number): number {
  if (word >>> 0 !== word) {
    throw new RangeError(
      `a RandomState seed must be a whole number from 0 to 2^32 - 1, not ${word}`,
    );
  }
  return word;
}
