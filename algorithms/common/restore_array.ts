/** Brings an array of a learner back to what its snapshot says. */
import type { Snapshot } from "../../data/snapshot.ts";

/**
 * Copies a saved array into the learner's own.
 *
 * @throws RangeError if the snapshot is of a problem of another size
 */
export function restoreArray<A extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  own: A,
  saved: Snapshot,
): void {
  const { length } = saved as A;
  if (length !== own.length) {
    throw new RangeError(`the snapshot has ${length} entries where this learner has ${own.length}`);
  }
  own.set(saved as A);
}
