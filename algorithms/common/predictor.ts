/**
 * The loop that all prediction methods share: watch episodes under the fixed policy, and learn from
 * each of them once per step size. What distinguishes the methods is how a table of values learns
 * from an episode.
 */
import { z } from "zod";
import type { Snapshot } from "../../data/snapshot.ts";
import type { Context, Predictor } from "../algorithm.ts";
import { restoreArray } from "./restore_array.ts";
import { TabularTask } from "./tabular_task.ts";

/** Configuration that all prediction methods have. */
export interface PredictionConfig {
  /** Discount rate gamma, 0 to 1. */
  readonly discount: number;
  /** Step sizes alpha, at least one. */
  readonly stepSizes: readonly number[];
  /** First estimate of every value. */
  readonly initialValue: number;
}

/** The options of `PredictionConfig`, to be spread into a method's own. */
export const predictionOptions = {
  discount: z.number().min(0).max(1).default(1)
    .describe("Discount rate gamma."),
  stepSizes: z.array(z.number().min(0)).min(1).default([0.1])
    .describe("Step sizes alpha: each learns a table of its own, all from the same episodes."),
  initialValue: z.number().default(0)
    .describe("First estimate of every state's value."),
} as const;

/** An episode S_0, R_1, S_1, R_2, ..., R_T, S_T. Its arrays may be longer than the episode. */
export interface Episode {
  /** T, the number of steps. */
  readonly length: number;
  /** The observation S_t at index t, 0 to T. */
  readonly states: Int32Array;
  /** The reward R_t at index t, 1 to T. */
  readonly rewards: Float64Array;
  /** Whether the task itself ended, so that S_T has no value; false if the episode was cut. */
  readonly terminated: boolean;
}

/** Updates a table of values by one episode. */
export type Learn = (values: Float64Array, stepSize: number, episode: Episode) => void;

/**
 * Makes a predictor. The policy is uniformly random over the environment's actions (most prediction
 * problems have but one, and then nothing is drawn).
 *
 * @param learn is handed the tables in the order of the step sizes, episode by episode; it must not
 * carry anything over from one call to the next
 * @throws RangeError if the environment's observations or actions are not integers
 */
export function predictor(context: Context<PredictionConfig>, learn: Learn): Predictor {
  return new EpisodicPredictor(context, learn);
}

class EpisodicPredictor implements Predictor {
  episodes = 0;
  readonly #stepSizes: readonly number[];
  readonly #learn: Learn;
  readonly #task: TabularTask;
  readonly #tables: readonly Float64Array[];
  /** The start of the next episode. */
  #state: number;
  #states = new Int32Array(64);
  #rewards = new Float64Array(64);

  constructor(context: Context<PredictionConfig>, learn: Learn) {
    const { stepSizes, initialValue } = context.config;
    this.#stepSizes = stepSizes;
    this.#learn = learn;
    this.#task = new TabularTask(context);
    this.#tables = stepSizes.map(() => new Float64Array(this.#task.states).fill(initialValue));
    this.#state = this.#task.start();
  }

  train(untilEpisode: number): void {
    while (this.episodes < untilEpisode) {
      const episode = this.#watch();
      this.#tables.forEach((values, i) => this.#learn(values, this.#stepSizes[i], episode));
      this.episodes++;
    }
  }

  /** Follows the policy to the end of an episode. */
  #watch(): Episode {
    const task = this.#task;
    this.#states[0] = this.#state;
    for (let length = 1;; length++) {
      const action = task.actions === 1 ? 0 : task.random.integers(0, task.actions);
      const { next, reward, terminated, truncated } = task.step(action);
      if (length === this.#states.length) this.#grow();
      this.#states[length] = next;
      this.#rewards[length] = reward;
      if (terminated || truncated) {
        this.#state = task.start();
        return { length, states: this.#states, rewards: this.#rewards, terminated };
      }
    }
  }

  #grow(): void {
    const [states, rewards] = [this.#states, this.#rewards];
    this.#states = new Int32Array(2 * states.length);
    this.#states.set(states);
    this.#rewards = new Float64Array(2 * rewards.length);
    this.#rewards.set(rewards);
  }

  values(): readonly Float64Array[] {
    return this.#tables.map((values) => values.slice());
  }

  save(): Snapshot {
    return {
      episodes: this.episodes,
      state: this.#state,
      values: this.values(),
      task: this.#task.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as {
      episodes: number;
      state: number;
      values: readonly Snapshot[];
      task: Snapshot;
    };
    if (saved.values.length !== this.#tables.length) {
      throw new RangeError(
        `the snapshot has tables for ${saved.values.length} step sizes, this predictor for ` +
          `${this.#tables.length}`,
      );
    }
    this.#tables.forEach((values, i) => restoreArray(values, saved.values[i]));
    this.episodes = saved.episodes;
    this.#state = saved.state;
    this.#task.restore(saved.task);
  }
}
