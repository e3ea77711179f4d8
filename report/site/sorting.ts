/** The order of a table's rows. Pure functions. */

/** How a column sorts its table; `none` is the order of the suite. */
export type Direction = "none" | "ascending" | "descending";

/** What comes after a direction when its column is chosen again: the better end first, then the other. */
export function nextDirection(now: Direction, first: "ascending" | "descending"): Direction {
  if (now === "none") return first;
  if (now === first) return first === "ascending" ? "descending" : "ascending";
  return "none";
}

/**
 * The places of values in order: numbers as numbers, texts as people sort them ("2-step" before
 * "16-step"); gaps (null) last in either direction; equals in the order given.
 */
export function sortedPlaces(
  values: readonly (number | string | null)[],
  direction: Direction,
): number[] {
  const places = values.map((_, place) => place);
  if (direction === "none") return places;
  const sign = direction === "ascending" ? 1 : -1;
  return places.sort((a, b) => {
    const [x, y] = [values[a], values[b]];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * compared(x, y);
  });
}

function compared(x: number | string, y: number | string): number {
  if (typeof x === "number" && typeof y === "number") return x - y;
  const [a, b] = [parts(String(x)), parts(String(y))];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    // Odd places hold numbers.
    const order = i % 2 === 1
      ? Number(a[i]) - Number(b[i])
      : Number(a[i] > b[i]) - Number(a[i] < b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Words and numbers in turn. */
function parts(text: string): string[] {
  return text.toLowerCase().split(/(\d+(?:\.\d+)?)/);
}
