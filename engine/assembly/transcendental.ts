/**
 * Elementwise kernels of the elementary functions in functions.ts, and of powers; the signature is
 * told in unary.ts.
 */
import * as functions from "./functions";

/** Four angles too large for the vector code. */
const angles: usize = memory.data(16, 16);

export function exp(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.exp(x));
  }
}

export function expm1(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.expm1(x));
  }
}

export function log(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.log(x));
  }
}

export function log1p(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.log1p(x));
  }
}

export function sigmoid(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.sigmoid(x));
  }
}

export function softplus(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.softplus(x));
  }
}

export function tanh(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.tanh(x));
  }
}

export function elu(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.elu(x));
  }
}

export function sin(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.sin(x));
    if (functions.isLargeAngle(x)) {
      v128.store(angles, x); // out may be a
      for (let i: usize = 0; i < 4; i++) {
        const angle = load<f32>(angles + (i << 2));
        if (Mathf.abs(angle) >= 268435456) {
          store<f32>(out + (i << 2), <f32> NativeMath.sin(<f64> angle));
        }
      }
    }
  }
}

export function cos(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, functions.cos(x));
    if (functions.isLargeAngle(x)) {
      v128.store(angles, x); // out may be a
      for (let i: usize = 0; i < 4; i++) {
        const angle = load<f32>(angles + (i << 2));
        if (Mathf.abs(angle) >= 268435456) {
          store<f32>(out + (i << 2), <f32> NativeMath.cos(<f64> angle));
        }
      }
    }
  }
}

/** x to the power of p, in float64 and rounded: within 0.51 units in the last place. */
export function powerConstant(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 4, out += 4) {
    store<f32>(out, <f32> NativeMath.pow(<f64> load<f32>(a), <f64> p));
  }
}

/** The root, but as a power: of -0 it is +0, of -Infinity +Infinity. */
export function powerHalf(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  const infinity = f32x4.splat(Infinity);
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    const root = f32x4.sqrt(f32x4.add(x, f32x4.splat(0)));
    v128.store(out, v128.bitselect(infinity, root, f32x4.eq(x, f32x4.neg(infinity))));
  }
}
