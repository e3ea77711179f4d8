/**
 * The reset options of the classic-control environments: numbers that say where the first state is
 * drawn from. They hold for one reset.
 */

/**
 * Reads the reset options, filling in the defaults of those that are not given. Without any, the
 * result is `defaults` itself: an ordinary reset allocates nothing.
 *
 * @param id the environment's id, for messages
 * @param given the `options` of `ResetOptions`
 * @throws TypeError if an option is unknown, or no number that is finite as a float32
 */
export function readNumbers<Name extends string>(
  id: string,
  given: Readonly<Record<string, unknown>> | undefined,
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  if (given === undefined) return defaults;
  const numbers: Record<Name, number> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      const known = Object.keys(defaults).join(", ");
      throw new TypeError(`${id}: unknown reset option ${name}; known are ${known}`);
    }
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      throw new TypeError(
        `${id}: reset option ${name} must be a finite number (float32), not ${String(value)}`,
      );
    }
    numbers[name as Name] = value;
  }
  return numbers;
}

/**
 * Reads the reset options `low` and `high`, the bounds of a uniform draw.
 *
 * @throws TypeError as `readNumbers` does
 * @throws RangeError if `low` is above `high`
 */
export function readBounds(
  id: string,
  given: Readonly<Record<string, unknown>> | undefined,
  defaults: Readonly<Record<"low" | "high", number>>,
): Readonly<Record<"low" | "high", number>> {
  const bounds = readNumbers(id, given, defaults);
  if (bounds.low > bounds.high) {
    throw new RangeError(
      `${id}: reset option low must not be above high, but ${bounds.low} > ${bounds.high}`,
    );
  }
  return bounds;
}
