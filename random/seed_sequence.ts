/**
 * NumPy's SeedSequence: turns a seed of any size into well-mixed words, and one seed into any
 * number of independent ones (after O'Neill's `seed_seq_fe`, 2015). Bit-equal to NumPy's.
 */

/** What a random stream can be seeded with. */
export type Entropy = number | bigint | readonly (number | bigint)[];

const POOL_WORDS = 4;
const POOL_HASH = { start: 0x43b0d7e5, multiplier: 0x931e8875 };
const OUTPUT_HASH = { start: 0x8b51f9dd, multiplier: 0x58f38ded };
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

/** A hash of one 32-bit word that is a different function on each call. */
function hasher({ start, multiplier }: typeof POOL_HASH): (word: number) => number {
  let state = start;
  return (word) => {
    word ^= state;
    state = Math.imul(state, multiplier);
    word = Math.imul(word, state);
    return (word ^ (word >>> 16)) >>> 0;
  };
}

function mix(x: number, y: number): number {
  const mixed = Math.imul(x, MIX_LEFT) - Math.imul(y, MIX_RIGHT);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * The integer's 32-bit words, lowest first; one word for 0.
 *
 * @param what the name to complain under
 */
function wordsOf(value: number | bigint, what: string): number[] {
  if (typeof value !== "bigint" && typeof value !== "number") {
    const given = typeof value === "string" || value === null
      ? JSON.stringify(value)
      : typeof value;
    throw new TypeError(`${what} must be a whole number, a bigint or a list of them, not ${given}`);
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(
      `${what} must be a whole number below 2^53 (a bigint may be larger), not ${value}`,
    );
  }
  if (value < 0) throw new RangeError(`${what} must not be negative, not ${value}`);
  const words = [];
  let rest = BigInt(value);
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

function checkedNumber(count: number): number {
  if (!(Number.isSafeInteger(count) && count >= 0)) {
    throw new RangeError(`a SeedSequence needs a whole number >= 0 to make, not ${count}`);
  }
  return count;
}

function poolOf(
  entropy: readonly number[],
  spawnKey: readonly number[],
): Uint32Array {
  const padding = spawnKey.length > 0 ? Math.max(0, POOL_WORDS - entropy.length) : 0;
  const words = [...entropy, ...Array<number>(padding).fill(0), ...spawnKey];
  const hash = hasher(POOL_HASH);
  const pool = Uint32Array.from(
    { length: POOL_WORDS },
    (_, i) => hash(words[i] ?? 0),
  );
  for (let source = 0; source < POOL_WORDS; source++) {
    for (let target = 0; target < POOL_WORDS; target++) {
      if (source !== target) {
        pool[target] = mix(pool[target], hash(pool[source]));
      }
    }
  }
  for (const word of words.slice(POOL_WORDS)) {
    for (let target = 0; target < POOL_WORDS; target++) {
      pool[target] = mix(pool[target], hash(word));
    }
  }
  return pool;
}

/**
 * Seeds for any number of independent random streams.
 *
 * ```ts
 * import { Generator } from "./generator.ts";
 * import { PCG64 } from "./pcg64.ts";
 * import { SeedSequence } from "./seed_sequence.ts";
 *
 * const [first, second] = new SeedSequence(42).spawn(2);
 * const environment = new Generator(new PCG64(first));
 * const exploration = new Generator(new PCG64(second));
 * ```
 */
export class SeedSequence {
  /** The seed as it was given. */
  readonly entropy: Entropy;
  /** The path of child numbers that leads here from the first sequence; empty for that one. */
  readonly spawnKey: readonly number[];
  /** The four 32-bit words of mixed entropy that everything is derived from. */
  readonly pool: Uint32Array;
  #children = 0;

  /**
   * A sequence of words, decided by the entropy and the spawn key alone.
   *
   * @param entropy a whole number >= 0 of any size, or a list of such numbers
   * @param spawnKey whole numbers >= 0 that tell sequences of the same entropy apart
   * @throws TypeError if the entropy is something else than numbers and bigints
   * @throws RangeError if a number is negative, not whole, or a `number` above 2^53 - 1
   */
  constructor(entropy: Entropy, spawnKey: readonly number[] = []) {
    this.entropy = entropy;
    this.spawnKey = spawnKey;
    const members = Array.isArray(entropy) ? entropy : [entropy];
    this.pool = poolOf(
      members.flatMap((member) => wordsOf(member, "seed")),
      spawnKey.flatMap((child) => wordsOf(child, "spawn key")),
    );
  }

  /**
   * The first 32-bit words of the sequence; the same words on each call.
   *
   * @throws RangeError if their number is not whole and >= 0
   */
  generateState(words: number): Uint32Array {
    const hash = hasher(OUTPUT_HASH);
    return Uint32Array.from(
      { length: checkedNumber(words) },
      (_, i) => hash(this.pool[i % POOL_WORDS]),
    );
  }

  /**
   * The first 64-bit words of the sequence: each is two 32-bit words, the low one first.
   *
   * @throws RangeError if their number is not whole and >= 0
   */
  generateState64(words: number): BigUint64Array {
    const halves = this.generateState(2 * checkedNumber(words));
    return BigUint64Array.from(
      { length: words },
      (_, i) => BigInt(halves[2 * i + 1]) << 32n | BigInt(halves[2 * i]),
    );
  }

  /**
   * Makes further children: their streams are independent of this one, of each other and of earlier
   * children.
   *
   * @throws RangeError if their number is not whole and >= 0
   */
  spawn(count: number): SeedSequence[] {
    const first = this.#children;
    this.#children += checkedNumber(count);
    return Array.from(
      { length: count },
      (_, i) => new SeedSequence(this.entropy, [...this.spawnKey, first + i]),
    );
  }
}
