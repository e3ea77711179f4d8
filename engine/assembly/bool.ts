/**
 * Elementwise kernels that read bools; the signature is told in unary.ts. A bool is a byte, 0 or 1;
 * what is read counts as true unless it is 0.
 */

/** All ones where a byte is not 0. */
// @ts-ignore: decorator
@inline
function maskOf(bytes: v128): v128 {
  return i8x16.ne(bytes, i8x16.splat(0));
}

/** Masks of 32 bits from the four bytes at an address. */
// @ts-ignore: decorator
@inline
function widen(address: usize): v128 {
  return i32x4.ne(
    i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(address))),
    i32x4.splat(0),
  );
}

export function logicalNot(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 16, out += 16) {
    const x = maskOf(v128.load(a));
    v128.store(out, v128.and(v128.not(x), i8x16.splat(1)));
  }
}

export function logicalAnd(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 16, b += 16, out += 16) {
    const x = maskOf(v128.load(a));
    const y = maskOf(v128.load(b));
    v128.store(out, v128.and(v128.and(x, y), i8x16.splat(1)));
  }
}

export function logicalOr(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 16, b += 16, out += 16) {
    const x = maskOf(v128.load(a));
    const y = maskOf(v128.load(b));
    v128.store(out, v128.and(v128.or(x, y), i8x16.splat(1)));
  }
}

export function equalBool(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 16, b += 16, out += 16) {
    const x = maskOf(v128.load(a));
    const y = maskOf(v128.load(b));
    v128.store(out, v128.and(v128.not(v128.xor(x, y)), i8x16.splat(1)));
  }
}

export function notEqualBool(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 16, b += 16, out += 16) {
    const x = maskOf(v128.load(a));
    const y = maskOf(v128.load(b));
    v128.store(out, v128.and(v128.xor(x, y), i8x16.splat(1)));
  }
}

export function copyBool(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  memory.copy(out, a, n);
}

/** a ? b : c, all bools */
export function selectBool(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 16, b += 16, c += 16, out += 16) {
    v128.store(out, v128.bitselect(v128.load(b), v128.load(c), maskOf(v128.load(a))));
  }
}

export function castBoolToFloat32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 4, out += 16) {
    v128.store(out, v128.and(widen(a), f32x4.splat(1)));
  }
}

export function castBoolToInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 4, out += 16) {
    v128.store(out, v128.and(widen(a), i32x4.splat(1)));
  }
}

/** a ? b : c, where b and c have 4 bytes */
export function select(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + n; a < end; a += 4, b += 16, c += 16, out += 16) {
    v128.store(out, v128.bitselect(v128.load(b), v128.load(c), widen(a)));
  }
}
