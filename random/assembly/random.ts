/**
 * What JavaScript calls: generators in slots of linear memory, and draws from them.
 * Compile with tools/build_wasm.ts.
 */
import { bounded64 } from "./bounded";
import { nextBits32, nextBits64, nextFloat32, nextFloat64, SLOT_BYTES } from "./pcg64";

export { bounded32, bounded64, masked32 } from "./bounded";
export { standardExponential, standardGamma, standardNormal } from "./distributions";

/** First of the recycled slots, each holding the address of the next; 0 for none. */
let freed: usize = 0;
/** Where the next new slot goes. */
let top: usize = (__heap_base + 15) & ~15;

/** Gives the address of a slot that nobody else has. */
export function allocate(): usize {
  if (freed) {
    const slot = freed;
    freed = load<usize>(slot);
    return slot;
  }
  const slot = top;
  top += SLOT_BYTES;
  if (top > usize(memory.size()) << 16 && memory.grow(1) < 0) unreachable();
  return slot;
}

/** Takes a slot back. */
export function release(slot: usize): void {
  store<usize>(slot, freed);
  freed = slot;
}

export function setState(
  slot: usize,
  stateHigh: u64,
  stateLow: u64,
  incrementHigh: u64,
  incrementLow: u64,
  hasUint32: bool,
  uinteger: u32,
): void {
  store<u64>(slot, stateLow);
  store<u64>(slot, stateHigh, 8);
  store<u64>(slot, incrementLow, 16);
  store<u64>(slot, incrementHigh, 24);
  store<u32>(slot, uinteger, 32);
  store<u32>(slot, hasUint32, 36);
}
export function stateHigh(slot: usize): u64 {
  return load<u64>(slot, 8);
}
export function stateLow(slot: usize): u64 {
  return load<u64>(slot);
}
export function incrementHigh(slot: usize): u64 {
  return load<u64>(slot, 24);
}
export function incrementLow(slot: usize): u64 {
  return load<u64>(slot, 16);
}
export function hasUint32(slot: usize): bool {
  return <bool> load<u32>(slot, 36);
}
export function uinteger(slot: usize): u32 {
  return load<u32>(slot, 32);
}

export function nextUint64(slot: usize): u64 {
  return nextBits64(slot);
}
export function nextUint32(slot: usize): u32 {
  return nextBits32(slot);
}
export function random(slot: usize): f64 {
  return nextFloat64(slot);
}
export function randomFloat32(slot: usize): f32 {
  return nextFloat32(slot);
}

/** Both bounds are safe integers, low < high. */
export function integers(slot: usize, low: f64, high: f64): f64 {
  const first = i64(low);
  return f64(first + i64(bounded64(slot, u64(i64(high) - 1 - first))));
}
