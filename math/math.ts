/**
 * The elementary functions of `Math`, with the same bits on every machine.
 *
 * The host's own differ in the last place between JavaScript engines and processors. These are
 * plain float64 WebAssembly, whose results the standard fixes. Wherever tested they are the
 * correctly rounded value or its neighbour. They take any number, NaN and infinities included, with
 * the special cases of `Math`, and never throw. Code that feeds a result uses these; a lint rule
 * (tools/portable_lint.ts) forbids the host's.
 */
import * as wasm from "./math.wasm";

/** Sine of an angle in radians. */
export function sin(x: number): number {
  return wasm.sin(x);
}

/** Cosine of an angle in radians. */
export function cos(x: number): number {
  return wasm.cos(x);
}

/** Tangent of an angle in radians. */
export function tan(x: number): number {
  return wasm.tan(x);
}

/** Arc sine in radians, in [-π/2, π/2]; NaN outside [-1, 1]. */
export function asin(x: number): number {
  return wasm.asin(x);
}

/** Arc cosine in radians, in [0, π]; NaN outside [-1, 1]. */
export function acos(x: number): number {
  return wasm.acos(x);
}

/** Arc tangent in radians, in [-π/2, π/2]. */
export function atan(x: number): number {
  return wasm.atan(x);
}

/** The angle in radians, in [-π, π], from the positive x axis to the point (x, y). */
export function atan2(y: number, x: number): number {
  return wasm.atan2(y, x);
}

/** Hyperbolic sine. */
export function sinh(x: number): number {
  return wasm.sinh(x);
}

/** Hyperbolic cosine. */
export function cosh(x: number): number {
  return wasm.cosh(x);
}

/** Hyperbolic tangent, in [-1, 1]. */
export function tanh(x: number): number {
  return wasm.tanh(x);
}

/** e to the power of x. */
export function exp(x: number): number {
  return wasm.exp(x);
}

/** `exp(x) - 1`, accurate near 0. */
export function expm1(x: number): number {
  return wasm.expm1(x);
}

/** Natural logarithm; -Infinity at 0, NaN below. */
export function log(x: number): number {
  return wasm.log(x);
}

/** `log(1 + x)`, accurate near 0; -Infinity at -1, NaN below. */
export function log1p(x: number): number {
  return wasm.log1p(x);
}

/** Logarithm to base 2; -Infinity at 0, NaN below. */
export function log2(x: number): number {
  return wasm.log2(x);
}

/** Logarithm to base 10; -Infinity at 0, NaN below. */
export function log10(x: number): number {
  return wasm.log10(x);
}

/**
 * x to the power of y. Special cases are those of `Math.pow`, not of C: `pow(1, NaN)` and
 * `pow(1, Infinity)` are NaN.
 */
export function pow(x: number, y: number): number {
  return wasm.pow(x, y);
}

/** Cube root. */
export function cbrt(x: number): number {
  return wasm.cbrt(x);
}

/** Square root of `x * x + y * y`, without overflow or underflow on the way. */
export function hypot(x: number, y: number): number {
  return wasm.hypot(x, y);
}
