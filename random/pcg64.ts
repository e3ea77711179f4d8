/**
 * The bit generator PCG64 (PCG XSL-RR 128/64, O'Neill 2014), bit-equal to NumPy's. Its state lies
 * in WebAssembly memory (assembly/pcg64.ts), so that a draw is one call without bigints.
 */
import * as wasm from "./random.wasm";
import { type Entropy, SeedSequence } from "./seed_sequence.ts";

/** Everything that decides what a PCG64 gives next. */
export type PCG64State = {
  /** The 128-bit state. */
  readonly state: bigint;
  /** The 128-bit increment, odd. It selects the stream. */
  readonly inc: bigint;
  /** Whether the high half of a 64-bit draw is kept for the next 32-bit draw. */
  readonly hasUint32: boolean;
  /** The kept half, a 32-bit word. Without meaning while none is kept, but NumPy keeps it too. */
  readonly uinteger: number;
};

const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const MASK_128 = (1n << 128n) - 1n;

/**
 * Gives the slots of lost generators back. It runs between tasks only, so it cannot overtake a draw.
 * Addresses depend on when it runs; what is drawn does not.
 */
const slots = new FinalizationRegistry<number>(wasm.release);

/** A source of random bits. */
export class PCG64 {
  /** Where the state lies in the WebAssembly memory. For `Generator` only. */
  readonly slot: number;

  /**
   * A stream of random bits, decided by the seed alone.
   *
   * @param seed a whole number >= 0, a list of them, or a sequence
   * @throws TypeError or RangeError as `SeedSequence` does
   */
  constructor(seed: Entropy | SeedSequence) {
    const sequence = seed instanceof SeedSequence ? seed : new SeedSequence(seed);
    const words = sequence.generateState64(4);
    const start = words[0] << 64n | words[1];
    const inc = ((words[2] << 64n | words[3]) << 1n | 1n) & MASK_128;
    this.slot = wasm.allocate();
    slots.register(this, this.slot);
    // PCG's seeding: a step from 0, the seed added, one more step.
    const state = ((inc + start) * MULTIPLIER + inc) & MASK_128;
    this.state = { state, inc, hasUint32: false, uinteger: 0 };
  }

  /** 64 random bits, as a number from 0 to 2^64 - 1. */
  nextUint64(): bigint {
    return BigInt.asUintN(64, wasm.nextUint64(this.slot));
  }

  /** 32 random bits. Two calls use up one 64-bit draw: its low half first. */
  nextUint32(): number {
    return wasm.nextUint32(this.slot) >>> 0;
  }

  /** Uniform on [0, 1): 53 random bits. */
  nextDouble(): number {
    return wasm.random(this.slot);
  }

  /** The whole state. Setting it to what it was elsewhere goes on from there, bit for bit. */
  get state(): PCG64State {
    const { slot } = this;
    return {
      state: join(wasm.stateHigh(slot), wasm.stateLow(slot)),
      inc: join(wasm.incrementHigh(slot), wasm.incrementLow(slot)),
      hasUint32: wasm.hasUint32(slot) !== 0,
      uinteger: wasm.uinteger(slot) >>> 0,
    };
  }

  /** @throws RangeError if a part is out of its range */
  set state({ state, inc, hasUint32, uinteger }: PCG64State) {
    if (BigInt.asUintN(128, state) !== state) {
      throw new RangeError(`PCG64 state must be from 0 to 2^128 - 1, not ${state}`);
    }
    if (BigInt.asUintN(128, inc) !== inc || (inc & 1n) === 0n) {
      throw new RangeError(`PCG64 increment must be odd and from 1 to 2^128 - 1, not ${inc}`);
    }
    if (uinteger >>> 0 !== uinteger) {
      throw new RangeError(`PCG64 kept half-word must be from 0 to 2^32 - 1, not ${uinteger}`);
    }
    wasm.setState(
      this.slot,
      state >> 64n,
      state,
      inc >> 64n,
      inc,
      Number(hasUint32),
      uinteger,
    );
  }
}

function join(high: bigint, low: bigint): bigint {
  return BigInt.asUintN(64, high) << 64n | BigInt.asUintN(64, low);
}
