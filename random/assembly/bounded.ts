/**
 * Whole numbers in 0..range (inclusive), each equally likely, drawn as NumPy draws them:
 * Lemire's multiply-and-reject (2019) for `integers`, a mask with rejection for shuffles.
 */
import { multiplyHigh, nextBits32, nextBits64 } from "./pcg64";

function lemire32(slot: usize, range: u32): u32 {
  const count = range + 1;
  let product = u64(nextBits32(slot)) * count;
  if (u32(product) < count) {
    const threshold = (u32.MAX_VALUE - range) % count;
    while (u32(product) < threshold) product = u64(nextBits32(slot)) * count;
  }
  return u32(product >> 32);
}

function lemire64(slot: usize, range: u64): u64 {
  const count = range + 1;
  let bits = nextBits64(slot);
  if (bits * count < count) {
    const threshold = (u64.MAX_VALUE - range) % count;
    while (bits * count < threshold) bits = nextBits64(slot);
  }
  return multiplyHigh(bits, count);
}

/** 0..range by NumPy's rule for 32-bit integers. */
export function bounded32(slot: usize, range: u32): u32 {
  if (range == 0) return 0;
  return range == u32.MAX_VALUE ? nextBits32(slot) : lemire32(slot, range);
}

/** 0..range by NumPy's rule for 64-bit integers: 32-bit draws wherever they suffice. */
export function bounded64(slot: usize, range: u64): u64 {
  if (range <= u32.MAX_VALUE) return bounded32(slot, u32(range));
  return range == u64.MAX_VALUE ? nextBits64(slot) : lemire64(slot, range);
}

/** 0..range by masked rejection: the smallest mask of ones that covers the range. */
export function masked32(slot: usize, range: u32): u32 {
  if (range == 0) return 0;
  const mask = u32.MAX_VALUE >> clz(range);
  let value: u32;
  do {
    value = nextBits32(slot) & mask;
  } while (value > range);
  return value;
}
