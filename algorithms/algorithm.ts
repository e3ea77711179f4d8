/**
 * The contract between an algorithm and the benchmark. A user's own algorithm is a module whose
 * default export is an `Algorithm`; the built-in ones are the files beside this one, and nothing more.
 */
import type { Action, Environment, Observation } from "../envs/environment.ts";
import type { Schema } from "../envs/schema.ts";
import type { Snapshot } from "../data/snapshot.ts";
import type { OnnxGraph } from "../engine/onnx/graph.ts";
import type { Generator } from "../random/generator.ts";
import type { Streams } from "./common/streams.ts";

/** An algorithm's place in the field; the README's taxonomy table is generated from it. */
export interface Taxonomy {
  /** What is learned: a value function, a policy, both, or nothing (the random policy). */
  readonly family: "value-based" | "policy-based" | "actor-critic" | "baseline";
  /** What a value or a policy is updated towards. */
  readonly update:
    | "dynamic programming"
    | "Monte-Carlo"
    | "TD"
    | "n-step TD"
    | "TD(lambda)"
    | "none";
  /** Whether the policy that is learned is the one that acts. */
  readonly policy: "on-policy" | "off-policy" | "not applicable";
  /** Whether it reads the environment's exact model (`Environment.model`). */
  readonly modelBased: boolean;
  /** Kinds of observation space that it takes: integers and tuples of integers, or vectors. */
  readonly observations: readonly ("discrete" | "continuous")[];
  /** Kinds of action space that it takes. */
  readonly actions: readonly ("discrete" | "continuous")[];
}

/** What an algorithm is given to make a learner of. */
export interface Context<Config> {
  /** Makes one more copy of the training environment; every copy must be reset with a seed. */
  makeEnvironment(): Environment;
  /** The checked configuration, defaults filled in. */
  readonly config: Config;
  /** One generator per purpose, all derived from the run's seed. */
  readonly streams: Streams;
}

/** What all algorithms have. */
export interface AlgorithmBase<Config> {
  /** Name in snake_case, unique: the name on the command line and of the result file. */
  readonly name: string;
  /** Name for people, such as `Q-learning`. */
  readonly title: string;
  /** One or two sentences: the idea. */
  readonly description: string;
  /** Where it was published, such as `Watkins (1989); Sutton & Barto (2018), section 6.5`. */
  readonly source: string;
  /** Its place in the field. */
  readonly taxonomy: Taxonomy;
  /** Address of the file that defines the algorithm: write `import.meta.url`. Digests need it. */
  readonly module: string;
  /** A strict zod object: every option with its default and a sentence (`describe`). */
  readonly config: Schema<Config>;
  /**
   * Why a configuration cannot run on an environment whose spaces fit, in a few words for the table
   * ("needs exploring starts"); null if it can. Leave it out if the spaces decide.
   */
  whyNot?(environment: Environment, config: Config): string | null;
}

/** An algorithm that learns to act. */
export interface ControlAlgorithm<Config = unknown> extends AlgorithmBase<Config> {
  /** It learns a policy. */
  readonly task: "control";
  /** What `Learner.steps` counts and a budget is stated in. */
  readonly unit: "environment steps" | "sweeps";
  /** Makes a learner that has done no steps. */
  create(context: Context<Config>): Learner;
}

/** An algorithm that learns the value of each state under the environment's fixed policy. */
export interface PredictionAlgorithm<Config = unknown> extends AlgorithmBase<Config> {
  /** It learns the values of a fixed policy. */
  readonly task: "prediction";
  /** What `Predictor.episodes` counts. */
  readonly unit: "episodes";
  /** Makes a predictor that has seen no episodes. */
  create(context: Context<Config>): Predictor;
}

/** An algorithm: plain data and one function. */
export type Algorithm<Config = unknown> = ControlAlgorithm<Config> | PredictionAlgorithm<Config>;

/** A run of a control algorithm. */
export interface Learner {
  /** Steps done so far, in the algorithm's unit, counted exactly. */
  readonly steps: number;
  /**
   * Whether a number that is not finite has come up in training. Such a learner stays at the step where
   * that happened, `train` returns at once, and the result says so. Leave it out if that cannot be.
   */
  readonly diverged?: boolean;
  /**
   * Goes on until `steps` equals `untilStep`, stopping in mid-episode if need be; or until training
   * diverges.
   */
  train(untilStep: number): void;
  /** The policy as learned so far, for evaluation (no exploration). Later training does not change it. */
  policy(): Policy;
  /** Everything: values, counters, environment, generators. */
  save(): Snapshot;
  /** Goes back to what `save` returned; training goes on bit for bit. */
  restore(snapshot: Snapshot): void;
}

/** A run of a prediction algorithm. It learns once for each step size, all from the same episodes. */
export interface Predictor {
  /** Episodes seen so far. */
  readonly episodes: number;
  /** Goes on until `episodes` equals `untilEpisode`. */
  train(untilEpisode: number): void;
  /** For each step size of the configuration, the values of all observations so far. A copy. */
  values(): readonly Float64Array[];
  /** Everything: values, counters, environment, generators. */
  save(): Snapshot;
  /** Goes back to what `save` returned; training goes on bit for bit. */
  restore(snapshot: Snapshot): void;
}

/** A finished policy: maps an observation to an action and can be written as an ONNX model. */
export interface Policy {
  /** How many uniform numbers in [0, 1) (float32) each action takes; 0 for a deterministic policy. */
  readonly noise: number;
  /**
   * Whether all its parameters are finite numbers. A policy of which that is false is not scored: the
   * run has diverged. Leave it out if parameters cannot be otherwise.
   */
  readonly finite?: boolean;
  /**
   * Chooses an action.
   *
   * @param observation as the environment gives it
   * @param random source of the noise; a deterministic policy does not touch it
   */
  act(observation: Observation, random: Generator): Action;
  /**
   * The same policy as a graph: inputs `observation` [N, ...] and, if `noise` > 0, `noise` [N, noise];
   * output `action` [N] int64 or [N, ...] float32.
   */
  toOnnx(): OnnxGraph;
  /**
   * The numbers of which the greatest decides a discrete action, one for each action from the first.
   * Where two are equal but for rounding, the model may choose otherwise than `act`. Leave it out if
   * there are none or if they are not rounded.
   */
  preferences?(observation: Observation): ArrayLike<number>;
}
