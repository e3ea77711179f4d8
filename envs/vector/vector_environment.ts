/**
 * The contract of vector environments: N copies of one environment that step together, and start
 * their next episode by themselves (Gymnasium's `VectorEnv`). Types only.
 */
import type { Action, Info, Observation } from "../environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import type { Box } from "../spaces/box.ts";
import type { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";

/**
 * When a copy whose episode has ended starts the next one.
 *
 * - `next-step`: at the next call of `step`, which ignores the copy's action and gives the first
 *   observation of the new episode with reward 0 and both flags 0. That transition is none: leave it
 *   out of training data.
 * - `same-step`: at once. The observation is the new episode's first; reward and flags belong to the
 *   step that ended the old one, whose last observation is in `finalObservations`.
 */
export type AutoresetMode = "next-step" | "same-step";

/**
 * Observations of all copies, one after the other: Box of k elements gives Float32Array [N, k],
 * Discrete Int32Array [N], a tuple of k Discrete spaces Int32Array [N, k], all in row-major order.
 */
export type ObservationBatch = Float32Array | Int32Array;

/** Actions of all copies, one after the other: [N] integers for Discrete, [N, k] numbers for Box. */
export type ActionBatch = ArrayLike<number>;

/** How to start all copies. */
export interface VectorResetOptions {
  /**
   * A whole number s >= 0 gives copy i the seed s + i (or, where all copies share one generator, gives
   * s to that); a list gives each copy its own, null for none. Without, random streams go on.
   */
  readonly seed?: number | bigint | readonly (number | bigint | null)[];
  /** Reset options handed to every copy. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What `reset` returns. The object and its arrays are reused by the next call. */
export interface VectorStart {
  /** The first observations of the episodes. */
  readonly observations: ObservationBatch;
  /** The info of each copy. */
  readonly infos: readonly Info[];
}

/** What `step` returns. The object and its arrays are reused by the next call. */
export interface VectorStep extends VectorStart {
  /** Length N. */
  readonly rewards: Float64Array;
  /** Length N: 1 where the task itself ended, else 0. */
  readonly terminations: Uint8Array;
  /** Length N: 1 where the episode was cut, else 0. */
  readonly truncations: Uint8Array;
  /** Length N: 1 where an episode ended and the next began in the same step, else 0. */
  readonly hasFinal: Uint8Array;
  /** Where `hasFinal` is 1, the last observation of the old episode; the rest has no meaning. */
  readonly finalObservations: ObservationBatch;
  /** Where `hasFinal` is 1, the last info of the old episode; the rest has no meaning. */
  readonly finalInfos: readonly Info[];
}

/** N copies of one environment. Stepping allocates nothing. */
export interface VectorEnvironment {
  /** Number of copies, N. */
  readonly numEnvs: number;
  /** When a copy whose episode has ended starts the next one. */
  readonly autoreset: AutoresetMode;
  /** Observation space of one copy. */
  readonly singleObservationSpace: Space<Observation>;
  /** Action space of one copy. */
  readonly singleActionSpace: Space<Action>;
  /** All copies' actions together: what `step` takes. */
  readonly actionSpace: MultiDiscrete | Box;
  /** Where the copies stand: the array of observations that `reset` and `step` give too. */
  readonly observations: ObservationBatch;
  /** Starts an episode in every copy. */
  reset(options?: VectorResetOptions): VectorStart;
  /** Does one step in every copy. */
  step(actions: ActionBatch): VectorStep;
  /** Everything that decides how the copies go on, and the observations they stand at. */
  save(): Snapshot;
  /** Goes back to what `save` returned: the next steps are the same bit for bit. */
  restore(snapshot: Snapshot): void;
}
