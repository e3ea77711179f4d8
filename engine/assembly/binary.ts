/**
 * Elementwise kernels from float32 to float32 of two operands; the signature is told in unary.ts.
 */

export function add(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(out, f32x4.add(x, y));
  }
}

export function subtract(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(out, f32x4.sub(x, y));
  }
}

export function multiply(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(out, f32x4.mul(x, y));
  }
}

export function divide(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(out, f32x4.div(x, y));
  }
}

/** NaN if one is NaN. */
export function maximum(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(out, f32x4.max(x, y));
  }
}

/** NaN if one is NaN. */
export function minimum(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(out, f32x4.min(x, y));
  }
}

export function squaredDifference(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const difference = f32x4.sub(v128.load(a), v128.load(b));
    v128.store(out, f32x4.mul(difference, difference));
  }
}

/** The quotient in float64, rounded down, as TensorFlow.js has it. */
export function floorDivide(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 4, b += 4, out += 4) {
    const x = <f64> load<f32>(a);
    const y = <f64> load<f32>(b);
    store<f32>(out, <f32> Math.floor(x / y));
  }
}

/** In float64 and rounded. The special cases are those of JavaScript. */
export function power(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 4, b += 4, out += 4) {
    const x = <f64> load<f32>(a);
    const y = <f64> load<f32>(b);
    store<f32>(out, <f32> NativeMath.pow(x, y));
  }
}

/** The remainder with the sign of y, in float64 as TensorFlow.js has it. */
export function modulo(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 4, b += 4, out += 4) {
    const x = <f64> load<f32>(a);
    const y = <f64> load<f32>(b);
    const remainder = x % y;
    const same = (x < 0 && y < 0) || (x >= 0 && y >= 0);
    store<f32>(out, <f32> (same ? remainder : (remainder + y) % y));
  }
}
