/** Minibatches of a rollout: the same rows of several arrays, copied side by side. */

/** Arrays that hold as many rows as each other; a row may be several numbers long. */
export type Rows = Readonly<Record<string, Float32Array | Int32Array>>;

/**
 * Copies rows: row `order[begin + i]` of each array becomes row i of the array of the same name.
 *
 * @param from arrays of `order.length` rows
 * @param to arrays of `size` rows
 */
export function copyRows(
  from: Rows,
  to: Rows,
  { order, begin, size }: {
    readonly order: Int32Array;
    readonly begin: number;
    readonly size: number;
  },
): void {
  for (const name in to) {
    const source = from[name], target = to[name];
    const length = target.length / size;
    for (let i = 0; i < size; i++) {
      const row = order[begin + i] * length;
      for (let j = 0; j < length; j++) target[i * length + j] = source[row + j];
    }
  }
}
