/**
 * PCG64 (PCG XSL-RR 128/64, O'Neill 2014) with NumPy's half-word buffer.
 *
 * A generator is a slot of linear memory; every function takes the slot's address:
 *   +0 state, low 64 bits    +8 state, high 64 bits
 *  +16 increment, low       +24 increment, high
 *  +32 the kept half-word    +36 1 while a half-word is kept
 */
const MULTIPLIER_LOW: u64 = 0x4385df649fccf645;
const MULTIPLIER_HIGH: u64 = 0x2360ed051fc65da4;

/** Size of a slot: 40 bytes, rounded up to a multiple of 16. */
export const SLOT_BYTES: usize = 48;

/** The high 64 bits of the 128-bit product. */
// @ts-ignore: decorator
@inline
export function multiplyHigh(x: u64, y: u64): u64 {
  const xLow = x & 0xffffffff;
  const xHigh = x >> 32;
  const yLow = y & 0xffffffff;
  const yHigh = y >> 32;
  const middle = xHigh * yLow + ((xLow * yLow) >> 32);
  const cross = xLow * yHigh + (middle & 0xffffffff);
  return xHigh * yHigh + (middle >> 32) + (cross >> 32);
}

/** Steps the generator, then gives 64 random bits. */
// @ts-ignore: decorator
@inline
export function nextBits64(slot: usize): u64 {
  const oldLow = load<u64>(slot);
  const oldHigh = load<u64>(slot, 8);
  const incrementLow = load<u64>(slot, 16);
  const product = oldLow * MULTIPLIER_LOW;
  const low = product + incrementLow;
  const high = oldHigh * MULTIPLIER_LOW + oldLow * MULTIPLIER_HIGH +
    multiplyHigh(oldLow, MULTIPLIER_LOW) + load<u64>(slot, 24) + u64(low < product);
  store<u64>(slot, low);
  store<u64>(slot, high, 8);
  return rotr<u64>(high ^ low, high >> 58);
}

/** 32 random bits: the low half of a 64-bit draw, then its high half, which is kept meanwhile. */
// @ts-ignore: decorator
@inline
export function nextBits32(slot: usize): u32 {
  if (load<u32>(slot, 36)) {
    store<u32>(slot, 0, 36);
    return load<u32>(slot, 32);
  }
  const bits = nextBits64(slot);
  store<u32>(slot, u32(bits >> 32), 32);
  store<u32>(slot, 1, 36);
  return u32(bits);
}

/** Uniform on [0, 1), 53 bits. */
// @ts-ignore: decorator
@inline
export function nextFloat64(slot: usize): f64 {
  return f64(i64(nextBits64(slot) >> 11)) * (1.0 / 9007199254740992.0);
}

/** Uniform on [0, 1), 24 bits. */
// @ts-ignore: decorator
@inline
export function nextFloat32(slot: usize): f32 {
  return f32(i32(nextBits32(slot) >> 8)) * (1.0 / <f32> 16777216.0);
}
