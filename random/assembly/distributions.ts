/**
 * Continuous distributions: the 256-layer ziggurats of the normal and the exponential
 * distribution (Marsaglia & Tsang 2000), and the gamma distribution, all as NumPy draws them.
 */
import { nextBits64, nextFloat64 } from "./pcg64";
import {
  EXPONENTIAL_F,
  EXPONENTIAL_K,
  EXPONENTIAL_R,
  EXPONENTIAL_W,
  NORMAL_F,
  NORMAL_INVERSE_R,
  NORMAL_K,
  NORMAL_R,
  NORMAL_W,
} from "./ziggurat_tables";

/** Mean 0, standard deviation 1. */
export function standardNormal(slot: usize): f64 {
  while (true) {
    const bits = nextBits64(slot);
    const layer = usize(bits & 0xff) << 3;
    const magnitude = (bits >> 9) & 0x000fffffffffffff;
    // The sign is bit 8: moved to the sign bit of a product that is never negative.
    const x = reinterpret<f64>(
      reinterpret<u64>(f64(i64(magnitude)) * load<f64>(NORMAL_W + layer)) | (bits >> 8) << 63,
    );
    if (magnitude < load<u64>(NORMAL_K + layer)) return x;
    if (layer == 0) return normalTail(slot, magnitude);
    const top = load<f64>(NORMAL_F - 8 + layer);
    const bottom = load<f64>(NORMAL_F + layer);
    if ((top - bottom) * nextFloat64(slot) + bottom < NativeMath.exp(-0.5 * x * x)) return x;
  }
}

function normalTail(slot: usize, magnitude: u64): f64 {
  while (true) {
    const beyond = -NORMAL_INVERSE_R * NativeMath.log1p(-nextFloat64(slot));
    const y = -NativeMath.log1p(-nextFloat64(slot));
    if (y + y > beyond * beyond) {
      return (magnitude >> 8) & 1 ? -(NORMAL_R + beyond) : NORMAL_R + beyond;
    }
  }
}

/** Rate 1. */
export function standardExponential(slot: usize): f64 {
  while (true) {
    const bits = nextBits64(slot) >> 3;
    const layer = usize(bits & 0xff) << 3;
    const magnitude = bits >> 8;
    const x = f64(i64(magnitude)) * load<f64>(EXPONENTIAL_W + layer);
    if (magnitude < load<u64>(EXPONENTIAL_K + layer)) return x;
    if (layer == 0) return EXPONENTIAL_R - NativeMath.log1p(-nextFloat64(slot));
    const top = load<f64>(EXPONENTIAL_F - 8 + layer);
    const bottom = load<f64>(EXPONENTIAL_F + layer);
    if ((top - bottom) * nextFloat64(slot) + bottom < NativeMath.exp(-x)) return x;
  }
}

/** Gamma with scale 1: Marsaglia & Tsang (2000); for shapes below 1, Ahrens & Dieter (1974). */
export function standardGamma(slot: usize, shape: f64): f64 {
  if (shape == 1) return standardExponential(slot);
  if (shape == 0) return 0;
  return shape < 1 ? gammaBelowOne(slot, shape) : gammaAboveOne(slot, shape);
}

function gammaBelowOne(slot: usize, shape: f64): f64 {
  while (true) {
    const u = nextFloat64(slot);
    const v = standardExponential(slot);
    if (u <= 1.0 - shape) {
      const x = NativeMath.pow(u, 1.0 / shape);
      if (x <= v) return x;
    } else {
      const y = -NativeMath.log((1.0 - u) / shape);
      const x = NativeMath.pow(1.0 - shape + shape * y, 1.0 / shape);
      if (x <= v + y) return x;
    }
  }
}

function gammaAboveOne(slot: usize, shape: f64): f64 {
  const b = shape - 1.0 / 3.0;
  const c = 1.0 / sqrt(9.0 * b);
  while (true) {
    let x: f64;
    let v: f64;
    do {
      x = standardNormal(slot);
      v = 1.0 + c * x;
    } while (v <= 0.0);
    v = v * v * v;
    const u = nextFloat64(slot);
    if (u < 1.0 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (NativeMath.log(u) < 0.5 * x * x + b * (1.0 - v + NativeMath.log(v))) return b * v;
  }
}
