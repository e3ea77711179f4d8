/**
 * Elementwise kernels from numbers to bools (bytes 0 or 1), 16 elements at a time; the signature
 * is told in unary.ts.
 */

/** Bytes 0 or 1 from 16 lanes of 32 bits that are all ones or zeros. */
// @ts-ignore: decorator
@inline
function toBytes(first: v128, second: v128, third: v128, fourth: v128): v128 {
  const low = i16x8.narrow_i32x4_s(first, second);
  const high = i16x8.narrow_i32x4_s(third, fourth);
  return v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1));
}

// @ts-ignore: decorator
@inline
function isNaNMask(x: v128): v128 {
  return f32x4.ne(x, x);
}

// @ts-ignore: decorator
@inline
function isInfMask(x: v128): v128 {
  return f32x4.eq(f32x4.abs(x), f32x4.splat(Infinity));
}

// @ts-ignore: decorator
@inline
function isFiniteMask(x: v128): v128 {
  return f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity));
}

export function isNaN(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        isNaNMask(v128.load(a)),
        isNaNMask(v128.load(a, 16)),
        isNaNMask(v128.load(a, 32)),
        isNaNMask(v128.load(a, 48)),
      ),
    );
  }
}

export function isFinite(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        isFiniteMask(v128.load(a)),
        isFiniteMask(v128.load(a, 16)),
        isFiniteMask(v128.load(a, 32)),
        isFiniteMask(v128.load(a, 48)),
      ),
    );
  }
}

export function isInf(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        isInfMask(v128.load(a)),
        isInfMask(v128.load(a, 16)),
        isInfMask(v128.load(a, 32)),
        isInfMask(v128.load(a, 48)),
      ),
    );
  }
}

/** NaN is true. */
export function castFloat32ToBool(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.ne(v128.load(a), f32x4.splat(0)),
        f32x4.ne(v128.load(a, 16), f32x4.splat(0)),
        f32x4.ne(v128.load(a, 32), f32x4.splat(0)),
        f32x4.ne(v128.load(a, 48), f32x4.splat(0)),
      ),
    );
  }
}

export function castInt32ToBool(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.ne(v128.load(a), i32x4.splat(0)),
        i32x4.ne(v128.load(a, 16), i32x4.splat(0)),
        i32x4.ne(v128.load(a, 32), i32x4.splat(0)),
        i32x4.ne(v128.load(a, 48), i32x4.splat(0)),
      ),
    );
  }
}

export function equal(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.eq(v128.load(a), v128.load(b)),
        f32x4.eq(v128.load(a, 16), v128.load(b, 16)),
        f32x4.eq(v128.load(a, 32), v128.load(b, 32)),
        f32x4.eq(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function notEqual(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.ne(v128.load(a), v128.load(b)),
        f32x4.ne(v128.load(a, 16), v128.load(b, 16)),
        f32x4.ne(v128.load(a, 32), v128.load(b, 32)),
        f32x4.ne(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function less(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.lt(v128.load(a), v128.load(b)),
        f32x4.lt(v128.load(a, 16), v128.load(b, 16)),
        f32x4.lt(v128.load(a, 32), v128.load(b, 32)),
        f32x4.lt(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function lessEqual(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.le(v128.load(a), v128.load(b)),
        f32x4.le(v128.load(a, 16), v128.load(b, 16)),
        f32x4.le(v128.load(a, 32), v128.load(b, 32)),
        f32x4.le(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function greater(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.gt(v128.load(a), v128.load(b)),
        f32x4.gt(v128.load(a, 16), v128.load(b, 16)),
        f32x4.gt(v128.load(a, 32), v128.load(b, 32)),
        f32x4.gt(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function greaterEqual(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        f32x4.ge(v128.load(a), v128.load(b)),
        f32x4.ge(v128.load(a, 16), v128.load(b, 16)),
        f32x4.ge(v128.load(a, 32), v128.load(b, 32)),
        f32x4.ge(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function equalInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.eq(v128.load(a), v128.load(b)),
        i32x4.eq(v128.load(a, 16), v128.load(b, 16)),
        i32x4.eq(v128.load(a, 32), v128.load(b, 32)),
        i32x4.eq(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function notEqualInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.ne(v128.load(a), v128.load(b)),
        i32x4.ne(v128.load(a, 16), v128.load(b, 16)),
        i32x4.ne(v128.load(a, 32), v128.load(b, 32)),
        i32x4.ne(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function lessInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.lt_s(v128.load(a), v128.load(b)),
        i32x4.lt_s(v128.load(a, 16), v128.load(b, 16)),
        i32x4.lt_s(v128.load(a, 32), v128.load(b, 32)),
        i32x4.lt_s(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function lessEqualInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.le_s(v128.load(a), v128.load(b)),
        i32x4.le_s(v128.load(a, 16), v128.load(b, 16)),
        i32x4.le_s(v128.load(a, 32), v128.load(b, 32)),
        i32x4.le_s(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function greaterInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.gt_s(v128.load(a), v128.load(b)),
        i32x4.gt_s(v128.load(a, 16), v128.load(b, 16)),
        i32x4.gt_s(v128.load(a, 32), v128.load(b, 32)),
        i32x4.gt_s(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}

export function greaterEqualInt32(
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  for (const end = a + (n << 2); a < end; a += 64, b += 64, out += 16) {
    v128.store(
      out,
      toBytes(
        i32x4.ge_s(v128.load(a), v128.load(b)),
        i32x4.ge_s(v128.load(a, 16), v128.load(b, 16)),
        i32x4.ge_s(v128.load(a, 32), v128.load(b, 32)),
        i32x4.ge_s(v128.load(a, 48), v128.load(b, 48)),
      ),
    );
  }
}
