/**
 * The contract between an environment and those who use it: Gymnasium's, in TypeScript.
 * Types only. Spaces are in `spaces/`, `make` in `make.ts`, wrappers in `wrappers/`.
 */
import type { Generator } from "../random/generator.ts";
import type { Schema } from "./schema.ts";
import type { Snapshot } from "../data/snapshot.ts";
import type { Space } from "./spaces/space.ts";
import type { TabularModel } from "./tabular_model.ts";

/** An observation: an integer (Discrete), a vector (Box, float32) or a tuple of integers. */
export type Observation = number | Float32Array | Int32Array;

/** An action: an integer (Discrete) or a vector (Box, float32). */
export type Action = number | Float32Array;

/** Extra facts that an environment hands out beside the observation. The object is reused. */
export type Info = Readonly<Record<string, unknown>>;

/** What `reset` returns. The object and its observation array are reused by the next call. */
export interface Start<O extends Observation = Observation> {
  /** The first observation of the episode. */
  readonly observation: O;
  /** What the environment tells beside it. */
  readonly info: Info;
}

/** What `step` returns. The object and its observation array are reused by the next call. */
export interface Step<O extends Observation = Observation> {
  /** The observation after the step. */
  readonly observation: O;
  /** Reward of the transition, a float64. */
  readonly reward: number;
  /** The task itself ended: the value of what follows is zero. */
  readonly terminated: boolean;
  /** The episode was cut (a time limit): what follows still has a value. */
  readonly truncated: boolean;
  /** What the environment tells beside the rest. */
  readonly info: Info;
}

/** How to start an episode. */
export interface ResetOptions {
  /** A whole number >= 0: replaces the environment's generator by `defaultGenerator(seed)`. */
  readonly seed?: number | bigint;
  /** The environment's own reset options (its file lists them); they hold for this reset only. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * One environment.
 *
 * Stepping allocates nothing: `step` and `reset` return the same object each time, and an
 * observation that is an array is written into `out` if given, else into one array that the
 * environment owns. Copy what must outlive the next call.
 */
export interface Environment<
  O extends Observation = Observation,
  A extends Action = Action,
> {
  /** The registered id, such as `CartPole-v1`. */
  readonly id: string;
  /** All observations that there can be. */
  readonly observationSpace: Space<O>;
  /** All actions that are allowed. */
  readonly actionSpace: Space<A>;
  /** The generator of all the environment's random draws (Gymnasium's `np_random`). */
  readonly random: Generator;
  /** The environment inside all wrappers; itself when there is none. */
  readonly unwrapped: Environment<O, A>;
  /** The exact dynamics, where states are few and known (Gymnasium's `P`). */
  readonly model?: TabularModel;
  /** Starts an episode. Without a seed, the random stream goes on. */
  reset(options?: ResetOptions, out?: O): Start<O>;
  /**
   * Does one step.
   *
   * @throws RangeError if the action is not in the action space (where Gymnasium checks it)
   */
  step(action: A, out?: O): Step<O>;
  /** Everything that decides how this environment goes on, generator included. */
  save(): Snapshot;
  /** Goes back to what `save` returned: the next steps are the same bit for bit. */
  restore(snapshot: Snapshot): void;
}

/** What the registry knows of an environment. A user's own environment module exports one. */
export interface EnvironmentSpec<Options = unknown> {
  /** Id with version, such as `CartPole-v1`. */
  readonly id: string;
  /** One sentence: what the agent does here. */
  readonly description: string;
  /** Address of the file that defines the environment: write `import.meta.url`. Digests need it. */
  readonly module: string;
  /** Checks the options given to `make` and fills in the registered defaults: a strict zod object. */
  readonly options: Schema<Options>;
  /** Steps after which an episode is truncated; null for no limit. */
  readonly maxEpisodeSteps: number | null;
  /** The return at which Gymnasium calls the task solved; null where it states none. */
  readonly rewardThreshold: number | null;
  /** Makes the bare environment, without wrappers. */
  create(options: Options): Environment;
}
