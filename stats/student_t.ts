/** Student's t distribution. */
import { exp, log1p } from "../math/math.ts";

/**
 * The probability that a t-distributed number is at least as far from 0 as t, on either side.
 *
 * @param degreesOfFreedom above 0, not only whole numbers
 * @returns NaN if one of them is
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { twoSidedT } from "./student_t.ts";
 * assertAlmostEquals(twoSidedT(1, 1), 0.5, 1e-15);
 * ```
 */
export function twoSidedT(t: number, degreesOfFreedom: number): number {
  // I_x(v / 2, 1 / 2) with x = v / (v + t^2): Abramowitz & Stegun 26.7.1 and 26.5.27.
  if (Number.isNaN(t + degreesOfFreedom)) return NaN;
  const square = t * t;
  if (square === Infinity) return 0;
  const total = degreesOfFreedom + square;
  const x = degreesOfFreedom / total, rest = square / total;
  const a = degreesOfFreedom / 2;
  // x^a (1 - x)^(1/2) / B(a, 1/2); x^a so, because x itself rounds to 1 for many degrees of freedom
  const power = exp(-a * log1p(square / degreesOfFreedom));
  const front = power * Math.sqrt(rest) * gammaRatio(a) / Math.sqrt(Math.PI);
  // The continued fraction converges fast below the distribution's mean; beyond it, that of the
  // complement does (DLMF 8.17.4).
  return x < (a + 1) / (a + 2.5)
    ? front / a * betaFraction(a, 0.5, x)
    : 1 - 2 * front * betaFraction(0.5, a, rest);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), fraction = d;
  for (let m = 1;; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 4 * Number.EPSILON) return fraction;
  }
}

/** Gamma(a + 1/2) / Gamma(a). */
function gammaRatio(a: number): number {
  // Up by Gamma(a + 1) = a Gamma(a), to where the asymptotic series (DLMF 5.11.13) has 16 digits.
  let factor = 1;
  for (; a < 32; a++) factor *= a / (a + 0.5);
  const coefficients = [
    ...[1, -1 / 8, 1 / 128, 5 / 1024, -21 / 32768, -399 / 262144, 869 / 4194304],
    39325 / 33554432,
  ];
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum / a + coefficients[k];
  return factor * Math.sqrt(a) * sum;
}
