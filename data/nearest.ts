/** "Did you mean": suggestions for misspelt names. */

/**
 * The end of an error message: the most similar name, or all names if none is similar.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(nearest("sarsaa", ["sarsa", "q_learning"]), ": did you mean sarsa?");
 * assertEquals(nearest("foo", ["sarsa", "dqn"]), ": choose from sarsa, dqn");
 * ```
 */
export function nearest(name: string, names: readonly string[]): string {
  // Case and versions do not count: Taxi-v3 is Taxi-v4, not something else that ends in -v3.
  const bare = (text: string) => text.toLowerCase().replace(/-v\d+$/, "");
  const ranked = names
    .map((other) => ({ other, distance: editDistance(bare(name), bare(other)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, bare(name).length / 3)
    ? `: did you mean ${best.other}?`
    : `: choose from ${names.join(", ")}`;
}

/** Levenshtein's distance: insertions, deletions and replacements that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
