/**
 * Elementwise kernels of int32, and the conversions between int32 and float32; the signature is
 * told in unary.ts. Sums and products wrap around.
 */

export function absInt32(
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
    v128.store(out, i32x4.abs(x));
  }
}

export function negateInt32(
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
    v128.store(out, i32x4.neg(x));
  }
}

export function signInt32(
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
    v128.store(out, v128.or(i32x4.shr_s(x, 31), i32x4.shr_u(i32x4.neg(x), 31)));
  }
}

export function squareInt32(
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
    v128.store(out, i32x4.mul(x, x));
  }
}

/** Towards 0; NaN gives 0, what is too large the nearest int32. */
export function castFloat32ToInt32(
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
    v128.store(out, i32x4.trunc_sat_f32x4_s(x));
  }
}

export function castInt32ToFloat32(
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
    v128.store(out, f32x4.convert_i32x4_s(x));
  }
}

export function addInt32(
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
    v128.store(out, i32x4.add(x, y));
  }
}

export function subtractInt32(
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
    v128.store(out, i32x4.sub(x, y));
  }
}

export function multiplyInt32(
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
    v128.store(out, i32x4.mul(x, y));
  }
}

export function maximumInt32(
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
    v128.store(out, i32x4.max_s(x, y));
  }
}

export function minimumInt32(
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
    v128.store(out, i32x4.min_s(x, y));
  }
}

export function squaredDifferenceInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 16, b += 16, out += 16) {
    const difference = i32x4.sub(v128.load(a), v128.load(b));
    v128.store(out, i32x4.mul(difference, difference));
  }
}

/** The remainder with the sign of y; 0 if y is 0. */
export function moduloInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 4, b += 4, out += 4) {
    const x = load<i32>(a);
    const y = load<i32>(b);
    let remainder = y === 0 ? 0 : x % y;
    if (remainder !== 0 && (remainder ^ y) < 0) remainder += y;
    store<i32>(out, remainder);
  }
}

/** The quotient rounded down; 0 if y is 0. */
export function floorDivideInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 4, b += 4, out += 4) {
    const x = <i64> load<i32>(a);
    const y = <i64> load<i32>(b);
    let quotient = y === 0 ? 0 : x / y;
    if (y !== 0 && x % y !== 0 && (x ^ y) < 0) quotient--;
    store<i32>(out, <i32> quotient);
  }
}
