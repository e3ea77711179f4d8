/**
 * Elementary functions of four float32 at a time, in strict SIMD: no fused multiply-add, no tables,
 * so the same bits on every machine. At most 2 units in the last place from the correctly rounded
 * value (tests/engine/kernels/functions_test.ts), at the edges and special values too.
 *
 * Coefficients: exp and tanh from Cephes (expf.c, tanhf.c), log and log1p from FreeBSD's msun
 * (e_logf.c, s_log1pf.c), sin and cos from msun (k_sinf.c, k_cosf.c).
 *
 * Constants are loaded from memory rather than splatted: engines build a splat anew in every turn
 * of a loop, which took longer than the arithmetic.
 */

const constants32: usize = memory.data<f32>([
  1.4426950408889634, // 0: log2(e)
  12582912.0, // 4: 1.5 * 2^23: adding it rounds to an integer, in its low bits
  0.693359375, // 8: high part of log(2): its product with an exponent is exact
  -2.12194440e-4, // 12: low part
  1.9875691500e-4, // 16: (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2
  1.3981999507e-3, // 20
  8.3334519073e-3, // 24
  4.1665795894e-2, // 28
  1.6666665459e-1, // 32
  5.0000001201e-1, // 36
  1.0, // 40
  89.0, // 44: exp overflows here
  -104.0, // 48: exp underflows here
  2.0, // 52
  0.5, // 56
  -5.70498872745e-3, // 60: (tanh(x) / x - 1) / x^2 in x^2 for |x| < 0.625
  2.06390887954e-2, // 64
  -5.37397155531e-2, // 68
  1.33314422036e-1, // 72
  -3.33332819422e-1, // 76
  0.625, // 80
  40.0, // 84: beyond half of it tanh is 1
  0.66666662693, // 88: Lg1 to Lg4 of msun's log
  0.40000972152, // 92
  0.28498786688, // 96
  0.24279078841, // 100
  0.69313812256, // 104: ln2_hi
  9.0580006145e-6, // 108: ln2_lo
  1.1754943508222875e-38, // 112: smallest normal number
  8388608.0, // 116: 2^23
  Infinity, // 120
  23.0, // 124
  -0.29289320, // 128: sqrt(1/2) - 1
  0.41421354, // 132: sqrt(2) - 1
  -86.0, // 136
  16.0, // 140
], 16);

// @ts-ignore: decorator
@inline
function constant(offset: usize): v128 {
  return v128.load32_splat(constants32 + offset);
}

// @ts-ignore: decorator
@inline
function one(): v128 {
  return constant(40);
}

/** 2^k for four int32 k in [-126, 127]. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: v128): v128 {
  return i32x4.add(i32x4.shl(k, 23), one());
}

/** exp(r) - 1 - r for |r| <= log(2) / 2. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  const square = f32x4.mul(r, r);
  // Pairs of terms (Estrin): a shorter chain than Horner's.
  const high = f32x4.add(f32x4.mul(constant(16), r), constant(20));
  const middle = f32x4.add(f32x4.mul(constant(24), r), constant(28));
  const low = f32x4.add(f32x4.mul(constant(32), r), constant(36));
  const upper = f32x4.add(f32x4.mul(high, square), middle);
  return f32x4.mul(f32x4.add(f32x4.mul(upper, square), low), square);
}

/** x - n log(2), where n is an integer. */
// @ts-ignore: decorator
@inline
function expRest(x: v128, n: v128): v128 {
  return f32x4.sub(f32x4.sub(x, f32x4.mul(n, constant(8))), f32x4.mul(n, constant(12)));
}

/** exp(x) for x in [-104, 89] or NaN. */
// @ts-ignore: decorator
@inline
function expInRange(x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, constant(0)), constant(4));
  const r = expRest(x, f32x4.sub(shifted, constant(4)));
  const y = f32x4.add(f32x4.add(expTail(r), r), one());
  // In two halves, for 2^k may be subnormal, or overflow where the product does not.
  const k = i32x4.sub(shifted, constant(4));
  const half = i32x4.shr_s(k, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(k, half)));
}

// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // The order of the operands lets NaN through.
  return expInRange(f32x4.pmax(f32x4.pmin(x, constant(44)), constant(48)));
}

// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  const large = exp(x); // above 16, where subtracting 1 changes nothing or rounds once
  const inRange = f32x4.pmax(f32x4.pmin(x, constant(140)), constant(136));
  const shifted = f32x4.add(f32x4.mul(inRange, constant(0)), constant(4));
  const n = f32x4.sub(shifted, constant(4));
  const high = f32x4.sub(inRange, f32x4.mul(n, constant(8)));
  const low = f32x4.mul(n, constant(12));
  const r = f32x4.sub(high, low);
  const lost = f32x4.sub(f32x4.sub(high, r), low); // by rounding r
  const tail = f32x4.add(expTail(r), lost);
  // 2^k exp(r) - 1 = (2^k - 1 + 2^k r) + 2^k tail, the large parts first
  const scale = powerOfTwo(i32x4.sub(shifted, constant(4)));
  const main = f32x4.add(f32x4.sub(scale, one()), f32x4.mul(scale, r));
  const y = f32x4.add(main, f32x4.mul(scale, tail));
  const chosen = v128.bitselect(f32x4.sub(large, one()), y, f32x4.gt(x, constant(140)));
  return withSign(chosen, x);
}

/** Gives a result the sign of the argument: for functions whose only sign change is at 0. */
// @ts-ignore: decorator
@inline
function withSign(y: v128, x: v128): v128 {
  return v128.or(y, v128.and(x, i32x4.splat(0x80000000)));
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  // exp(-|x|) does not overflow, and keeps the digits of a small result.
  const e = expInRange(f32x4.pmax(f32x4.neg(f32x4.abs(x)), constant(48)));
  const numerator = v128.bitselect(e, one(), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(e, one()));
}

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(constant(60), square), constant(64));
  p = f32x4.add(f32x4.mul(p, square), constant(68));
  p = f32x4.add(f32x4.mul(p, square), constant(72));
  p = f32x4.add(f32x4.mul(p, square), constant(76));
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x);

  const twice = f32x4.pmin(f32x4.add(size, size), constant(84));
  const shifted = f32x4.add(f32x4.mul(twice, constant(0)), constant(4));
  const r = expRest(twice, f32x4.sub(shifted, constant(4)));
  const y = f32x4.add(f32x4.add(expTail(r), r), one());
  const e = f32x4.mul(y, powerOfTwo(i32x4.sub(shifted, constant(4))));
  const large = f32x4.sub(one(), f32x4.div(constant(52), f32x4.add(e, one())));
  return withSign(v128.bitselect(small, large, f32x4.lt(size, constant(80))), x);
}

/** log(1 + f) + correction + k log(2) for 1 + f in [sqrt(1/2), sqrt(2)). */
// @ts-ignore: decorator
@inline
function logCore(f: v128, k: v128, correction: v128): v128 {
  const s = f32x4.div(f, f32x4.add(constant(52), f));
  const z = f32x4.mul(s, s);
  const w = f32x4.mul(z, z);
  const odd = f32x4.mul(w, f32x4.add(constant(92), f32x4.mul(w, constant(100))));
  const even = f32x4.mul(z, f32x4.add(constant(88), f32x4.mul(w, constant(96))));
  const halfSquare = f32x4.mul(f32x4.mul(constant(56), f), f);
  const tail = f32x4.mul(s, f32x4.add(halfSquare, f32x4.add(even, odd)));
  const low = f32x4.add(f32x4.mul(k, constant(108)), correction);
  const sum = f32x4.add(f32x4.sub(f32x4.add(tail, low), halfSquare), f);
  return f32x4.add(sum, f32x4.mul(k, constant(104)));
}

/** Bits of a positive number, shifted so that the exponent changes at sqrt(1/2). */
// @ts-ignore: decorator
@inline
function shiftedBits(x: v128): v128 {
  return i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f3));
}

/** The exponent in such bits. */
// @ts-ignore: decorator
@inline
function exponent(bits: v128): v128 {
  return i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127));
}

/** The mantissa in such bits, in [sqrt(1/2), sqrt(2)), less 1. */
// @ts-ignore: decorator
@inline
function mantissaLessOne(bits: v128): v128 {
  const mantissa = v128.and(bits, i32x4.splat(0x007fffff));
  return f32x4.sub(i32x4.add(mantissa, i32x4.splat(0x3f3504f3)), one());
}

/** A logarithm's values where its argument is infinite, at the pole, or beyond it. */
// @ts-ignore: decorator
@inline
function withPole(y: v128, x: v128, pole: v128): v128 {
  const infinity = constant(120);
  const finite = v128.bitselect(infinity, y, f32x4.eq(x, infinity));
  const atPole = v128.bitselect(f32x4.neg(infinity), finite, f32x4.eq(x, pole));
  return v128.or(atPole, v128.not(f32x4.ge(x, pole))); // all bits set: NaN
}

// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const subnormal = f32x4.lt(x, constant(112));
  const normal = v128.bitselect(f32x4.mul(x, constant(116)), x, subnormal);
  const bits = shiftedBits(normal);
  const k = f32x4.sub(
    f32x4.convert_i32x4_s(exponent(bits)),
    v128.and(subnormal, constant(124)),
  );
  const zero = f32x4.splat(0);
  return withPole(logCore(mantissaLessOne(bits), k, zero), x, zero);
}

/** log(1 + x) for finite x > -1. */
// @ts-ignore: decorator
@inline
function log1pInRange(x: v128): v128 {
  const u = f32x4.add(one(), x);
  const bits = shiftedBits(u);
  const k = exponent(bits);
  // What rounding 1 + x lost, relative to u.
  const large = f32x4.sub(one(), f32x4.sub(u, x));
  const small = f32x4.sub(x, f32x4.sub(u, one()));
  const lost = v128.bitselect(large, small, i32x4.gt_s(k, i32x4.splat(1)));
  const correction = f32x4.div(lost, u);
  const near = v128.and(f32x4.gt(x, constant(128)), f32x4.lt(x, constant(132)));
  return logCore(
    v128.bitselect(x, mantissaLessOne(bits), near),
    v128.andnot(f32x4.convert_i32x4_s(k), near),
    v128.andnot(correction, near),
  );
}

// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  return withSign(withPole(log1pInRange(x), x, f32x4.neg(one())), x);
}

/** log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)) */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  const e = expInRange(f32x4.pmax(f32x4.neg(f32x4.abs(x)), constant(48)));
  const positive = f32x4.pmax(x, f32x4.splat(0));
  return f32x4.add(positive, log1pInRange(e));
}

/** x < 0 ? exp(x) - 1 : x */
// @ts-ignore: decorator
@inline
export function elu(x: v128): v128 {
  return v128.bitselect(expm1(x), x, f32x4.lt(x, f32x4.splat(0)));
}

/** The larger of x and 0, which is +0 for -0; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function relu(x: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(f32x4.pmax(x, zero), zero);
}

const constants64: usize = memory.data<f64>([
  0.6366197723675814, // 0: 2 / pi
  6755399441055744.0, // 8: 1.5 * 2^52
  1.57079631090164184570, // 16: the first 25 bits of pi / 2
  1.58932547735281966916e-8, // 24: the rest
  -0.166666666416265235595, // 32: sine
  0.0083333293858894631756, // 40
  -0.000198393348360966317347, // 48
  0.0000027183114939898219064, // 56
  -0.499999997251031003120, // 64: cosine
  0.0416666233237390631894, // 72
  -0.00138867637746099294692, // 80
  0.0000243904487962774090654, // 88
  1.0, // 96
], 16);

// @ts-ignore: decorator
@inline
function constant64(offset: usize): v128 {
  return v128.load64_splat(constants64 + offset);
}

/** Sine of two float64 below 2^28 in size, plus `quarters` quarter turns; good to float32. */
// @ts-ignore: decorator
@inline
function sinOfTwo(x: v128, quarters: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(x, constant64(0)), constant64(8));
  const n = f64x2.sub(shifted, constant64(8));
  const high = f64x2.sub(x, f64x2.mul(n, constant64(16)));
  const r = f64x2.sub(high, f64x2.mul(n, constant64(24)));
  const quadrant = i64x2.add(shifted, quarters);
  const z = f64x2.mul(r, r);
  const w = f64x2.mul(z, z);

  const s = f64x2.mul(z, r);
  const sineLow = f64x2.add(constant64(32), f64x2.mul(z, constant64(40)));
  const sineHigh = f64x2.add(constant64(48), f64x2.mul(z, constant64(56)));
  const sine = f64x2.add(
    f64x2.add(r, f64x2.mul(s, sineLow)),
    f64x2.mul(f64x2.mul(s, w), sineHigh),
  );
  const cosineHigh = f64x2.add(constant64(80), f64x2.mul(z, constant64(88)));
  const cosine = f64x2.add(
    f64x2.add(
      f64x2.add(constant64(96), f64x2.mul(z, constant64(64))),
      f64x2.mul(w, constant64(72)),
    ),
    f64x2.mul(f64x2.mul(w, z), cosineHigh),
  );
  const odd = i64x2.shr_s(i64x2.shl(quadrant, 63), 63);
  const sign = i64x2.shl(i64x2.shr_u(quadrant, 1), 63);
  return v128.xor(v128.bitselect(cosine, sine, odd), sign);
}

/** Sine of x plus quarter turns; lanes of 2^28 and more are left undefined. */
// @ts-ignore: decorator
@inline
function sinOfFour(x: v128, quarters: v128): v128 {
  const low = f32x4.demote_f64x2_zero(sinOfTwo(f64x2.promote_low_f32x4(x), quarters));
  const upper = i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  const high = f32x4.demote_f64x2_zero(sinOfTwo(f64x2.promote_low_f32x4(upper), quarters));
  return i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** Whether a lane is too large for the short reduction: NaN is not. */
// @ts-ignore: decorator
@inline
export function isLargeAngle(x: v128): bool {
  return v128.any_true(f32x4.ge(f32x4.abs(x), f32x4.splat(268435456)));
}

// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return v128.bitselect(x, sinOfFour(x, i64x2.splat(0)), f32x4.eq(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function cos(x: v128): v128 {
  return sinOfFour(x, i64x2.splat(1));
}
