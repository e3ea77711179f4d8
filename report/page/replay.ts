/**
 * Plays an evaluation episode again, step by step, as `benchmarks/cell/evaluate.ts` plays it: the same
 * environment with its wrappers, reset with the same seed, the same policy with the same noise. What
 * adds up over the episode is the recorded return.
 */
import type { Policy } from "../../algorithms/algorithm.ts";
import { policyNoise } from "../../benchmarks/cell/evaluate.ts";
import { checkAction } from "../../benchmarks/cell/policy_recorder.ts";
import type { Action, Environment, Observation } from "../../envs/environment.ts";
import { makeFromSpec } from "../../envs/make_from_spec.ts";
import type { Generator } from "../../random/generator.ts";
import { builtinSpec } from "./environments.ts";

/** What is replayed. */
export interface ReplayOptions {
  readonly environment: {
    /** The id of a built-in one. */
    readonly id: string;
    /** As in the result file: the environment's own options and `maxEpisodeSteps`. */
    readonly options: Readonly<Record<string, unknown>>;
  };
  readonly policy: Pick<Policy, "act">;
  /** Seed of the run that the policy comes from: a stochastic policy's noise is derived from it. */
  readonly runSeed: number;
}

/** One moment of an episode. Nothing of it changes later. */
export interface Frame {
  readonly observation: Observation;
  /** The action that led here; null at the start. */
  readonly action: Action | null;
  /** What it was rewarded with; 0 at the start. */
  readonly reward: number;
  /** Sum of the rewards so far; the undiscounted return once the episode has ended. */
  readonly total: number;
  /** Steps so far. */
  readonly steps: number;
  readonly ended: boolean;
}

/**
 * A policy in an environment, one step at a time.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Replay } from "./replay.ts";
 *
 * const environment = { id: "CartPole-v1", options: {} };
 * const replay = new Replay({ environment, policy: { act: () => 1 }, runSeed: 0 });
 * let frame = replay.reset(1_000_000);
 * while (!frame.ended) frame = replay.step();
 * assertEquals(frame.total, frame.steps);
 * ```
 */
export class Replay {
  readonly #environment: Environment;
  readonly #policy: Pick<Policy, "act">;
  readonly #runSeed: number;
  #random!: Generator;
  #frame?: Frame;

  /** @throws Error if the environment is unknown or does not take the options */
  constructor({ environment: { id, options }, policy, runSeed }: ReplayOptions) {
    this.#environment = makeFromSpec(builtinSpec(id), options);
    this.#policy = policy;
    this.#runSeed = runSeed;
  }

  /** Starts the evaluation episode with this reset seed. */
  reset(episodeSeed: number): Frame {
    this.#random = policyNoise(this.#runSeed, episodeSeed);
    const { observation } = this.#environment.reset({ seed: episodeSeed });
    return this.#frame = {
      observation: copyOf(observation),
      action: null,
      reward: 0,
      total: 0,
      steps: 0,
      ended: false,
    };
  }

  /**
   * Lets the policy act once.
   *
   * @throws Error if the episode has not begun or has ended, or the policy's action is none
   */
  step(): Frame {
    if (this.#frame === undefined || this.#frame.ended) {
      throw new Error(`the episode has ${this.#frame ? "ended" : "not begun"}: reset it first`);
    }
    const { observation: seen, total, steps } = this.#frame;
    const action = this.#policy.act(seen, this.#random);
    checkAction(action, seen);
    const { observation, reward, terminated, truncated } = this.#environment.step(action);
    return this.#frame = {
      observation: copyOf(observation),
      action: copyOf(action),
      reward,
      total: total + reward,
      steps: steps + 1,
      ended: terminated || truncated,
    };
  }
}

/** Environments and policies use their arrays again. */
function copyOf<T extends Observation | Action>(values: T): T {
  return typeof values === "number" ? values : values.slice() as T;
}
