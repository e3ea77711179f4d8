/** Where the lowest error of a prediction method is. */

/** The place of the lowest error; null, an error that is not finite, counts as the highest. */
export function bestPlace(errors: readonly (number | null)[]): number {
  const orInfinity = errors.map((error) => error ?? Infinity);
  return orInfinity.indexOf(Math.min(...orInfinity));
}
