/** The part of a snapshot that every environment with one generator has, checked when it is restored. */
import type { PCG64State } from "../random/pcg64.ts";
import type { Snapshot } from "../data/snapshot.ts";

/** What such an environment saves beside its own entries. */
export interface OwnSnapshot {
  /** Id of the environment that saved it. */
  readonly id: string;
  /** State of its generator. */
  readonly random: PCG64State;
}

/**
 * Takes a snapshot apart.
 *
 * @param id id of the environment that is to be restored
 * @param snapshot what `restore` was given
 * @param fits whether the environment's own entries can be what it saved
 * @throws TypeError if the snapshot was not saved by an environment like this one
 */
export function openSnapshot<Own>(
  id: string,
  snapshot: Snapshot,
  fits: (entries: { readonly [key in keyof Own]?: Snapshot }) => boolean,
): OwnSnapshot & Own {
  const entries = (snapshot ?? {}) as { readonly [key in keyof (OwnSnapshot & Own)]?: Snapshot };
  if (entries.id !== id || !isRandomState(entries.random) || !fits(entries)) {
    throw new TypeError(`${id}: the snapshot was not saved by this environment with these options`);
  }
  return entries as unknown as OwnSnapshot & Own;
}

function isRandomState(value: Snapshot | undefined): boolean {
  const { state, inc, hasUint32, uinteger } = (value ?? {}) as {
    readonly [key in keyof PCG64State]?: Snapshot;
  };
  return typeof state === "bigint" && typeof inc === "bigint" &&
    typeof hasUint32 === "boolean" && typeof uinteger === "number";
}
