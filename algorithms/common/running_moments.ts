/**
 * Running mean and variance, for the normalisation of observations and of rewards (as in
 * OpenAI Baselines' `VecNormalize`).
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Snapshot } from "../../data/snapshot.ts";
import type { State } from "../../engine/mod.ts";
import type { Parameters, Tensors } from "./network.ts";
import { restoreArray } from "./restore_array.ts";

/** Normalised observations and rewards are cut here, as in `VecNormalize`. */
const LIMIT = 10;

/** Keeps a variance of 0 from dividing by 0. */
const EPSILON = 1e-8;

/** Mean and variance of each number of a stream of vectors, by Welford's method (1962). */
export class RunningMoments {
  /** Vectors seen. */
  count = 0;
  /** Means; 0 at first. */
  readonly mean: Float64Array;
  /** Sums of squared deviations from the mean. */
  readonly #squares: Float64Array;

  /** For vectors of this length. */
  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  /** Takes one vector into account: the one that starts at `from`. */
  add(values: ArrayLike<number>, from = 0): void {
    this.count++;
    const { mean } = this;
    for (let i = 0; i < mean.length; i++) {
      const value = values[from + i];
      const deviation = value - mean[i];
      mean[i] += deviation / this.count;
      this.#squares[i] += deviation * (value - mean[i]);
    }
  }

  /** 1 / sqrt(variance + 1e-8) of number i; 1 before anything was seen. */
  scale(i: number): number {
    return this.count === 0 ? 1 : 1 / Math.sqrt(this.#squares[i] / this.count + EPSILON);
  }

  /** Everything. */
  save(): Snapshot {
    return { count: this.count, mean: this.mean.slice(), squares: this.#squares.slice() };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const { count, mean, squares } = snapshot as Readonly<Record<string, Snapshot>>;
    restoreArray(this.mean, mean);
    restoreArray(this.#squares, squares);
    this.count = count as number;
  }
}

/** Where programs read the observations' moments. */
const MEAN = "observation.mean", SCALE = "observation.scale";

/** The tensors of a State that `normalised` reads: nothing is changed until they are set. */
export function normalisationState(features: number): Parameters {
  return { [MEAN]: { shape: [features] }, [SCALE]: { shape: [features], values: 1 } };
}

/** Puts the moments where programs read them. */
export function setNormalisation(state: State, moments: RunningMoments): void {
  state.set(MEAN, Float32Array.from(moments.mean));
  state.set(SCALE, Float32Array.from(moments.mean, (_, i) => moments.scale(i)));
}

/** Features minus their mean, over their deviation, cut at 10 deviations: a recorded function. */
export function normalised(features: tf.Tensor2D, tensors: Tensors): tf.Tensor2D {
  const standard = tf.mul(tf.sub(features, tensors[MEAN]), tensors[SCALE]);
  return tf.clipByValue(standard, -LIMIT, LIMIT) as tf.Tensor2D;
}

/**
 * Scales rewards by the deviation of the discounted return (Engstrom et al. 2020, "reward scaling"),
 * one running return per environment; rewards are not centred, and cut at 10.
 */
export class RewardScaler {
  readonly #discount: number;
  readonly #returns: Float64Array;
  readonly #moments = new RunningMoments(1);

  /** For so many environments. */
  constructor(copies: number, discount: number) {
    this.#discount = discount;
    this.#returns = new Float64Array(copies);
  }

  /** The scaled reward of a step in environment i. */
  scaled(i: number, reward: number, ended: boolean): number {
    this.#returns[i] = this.#discount * this.#returns[i] + reward;
    this.#moments.add(this.#returns, i);
    if (ended) this.#returns[i] = 0;
    return Math.max(-LIMIT, Math.min(LIMIT, reward * this.#moments.scale(0)));
  }

  /** Everything. */
  save(): Snapshot {
    return { returns: this.#returns.slice(), moments: this.#moments.save() };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const { returns, moments } = snapshot as Readonly<Record<string, Snapshot>>;
    restoreArray(this.#returns, returns);
    this.#moments.restore(moments);
  }
}
