/** Solves A x = b where A is symmetric and positive definite and known by its products alone. */

/** The product of two vectors. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * The conjugate gradient method (Hestenes & Stiefel 1952) from x = 0, in float64. After k steps x is the
 * best of the space that b, A b, ..., A^(k-1) b span.
 *
 * @param product gives A v; the array may be reused, and may be float32
 * @param steps the largest number of steps: products
 * @param tolerance ends when |b - A x| <= tolerance |b|
 */
export function conjugateGradient(
  product: (v: Float64Array) => ArrayLike<number>,
  b: ArrayLike<number>,
  { steps, tolerance }: { readonly steps: number; readonly tolerance: number },
): Float64Array {
  const x = new Float64Array(b.length);
  const residual = Float64Array.from(b);
  const direction = residual.slice();
  let square = dot(residual, residual);
  const enough = tolerance * tolerance * square;
  for (let step = 0; step < steps && square > enough; step++) {
    const image = product(direction);
    const length = square / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i] += length * direction[i];
      residual[i] -= length * image[i];
    }
    const before = square;
    square = dot(residual, residual);
    const kept = square / before;
    for (let i = 0; i < x.length; i++) direction[i] = residual[i] + kept * direction[i];
  }
  return x;
}
