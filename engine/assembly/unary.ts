/**
 * Elementwise kernels from float32 to float32 of one operand.
 *
 * All elementwise kernels have one signature, for they are called through one table: operands a, b,
 * c, the result, the number of elements (a multiple of 4; of 16 where the result is bools), and two
 * parameters. What a kernel does not have, it ignores.
 */
import * as functions from "./functions";

export function abs(
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
    v128.store(out, f32x4.abs(x));
  }
}

export function ceil(
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
    v128.store(out, f32x4.ceil(x));
  }
}

export function floor(
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
    v128.store(out, f32x4.floor(x));
  }
}

export function negate(
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
    v128.store(out, f32x4.neg(x));
  }
}

export function reciprocal(
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
    v128.store(out, f32x4.div(f32x4.splat(1), x));
  }
}

/** To the nearest integer, halves to the even one. */
export function round(
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
    v128.store(out, f32x4.nearest(x));
  }
}

/** Two correctly rounded operations. */
export function rsqrt(
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
    v128.store(out, f32x4.div(f32x4.splat(1), f32x4.sqrt(x)));
  }
}

export function sqrt(
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
    v128.store(out, f32x4.sqrt(x));
  }
}

export function square(
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
    v128.store(out, f32x4.mul(x, x));
  }
}

export function cube(
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
    v128.store(out, f32x4.mul(f32x4.mul(x, x), x));
  }
}

export function relu(
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
    v128.store(out, functions.relu(x));
  }
}

export function relu6(
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
    v128.store(out, f32x4.pmin(functions.relu(x), f32x4.splat(6)));
  }
}

/** The derivative of elu from its result. */
export function eluGrad(
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
    v128.store(
      out,
      v128.bitselect(f32x4.splat(1), f32x4.add(x, f32x4.splat(1)), f32x4.ge(x, f32x4.splat(0))),
    );
  }
}

/** -1, 0 or 1; NaN stays NaN (which TensorFlow.js makes 0). */
export function sign(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    const positive = v128.and(f32x4.gt(x, zero), one);
    const negative = v128.and(f32x4.lt(x, zero), one);
    v128.store(out, v128.or(f32x4.sub(positive, negative), f32x4.ne(x, x)));
  }
}

/** 1 above 0, else 0; NaN stays NaN. */
export function step(
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
    const positive = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
    v128.store(out, v128.or(positive, f32x4.ne(x, x)));
  }
}

/** x > q ? q : x < p ? p : x */
export function clip(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  const low = f32x4.splat(p);
  const high = f32x4.splat(q);
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, v128.bitselect(high, f32x4.pmax(x, low), f32x4.gt(x, high)));
  }
}

/** x < 0 ? p x : x */
export function leakyRelu(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  const slope = f32x4.splat(p);
  for (const end = a + (n << 2); a < end; a += 16, out += 16) {
    const x = v128.load(a);
    v128.store(out, v128.bitselect(f32x4.mul(x, slope), x, f32x4.lt(x, f32x4.splat(0))));
  }
}

export function copy(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  memory.copy(out, a, n << 2);
}
