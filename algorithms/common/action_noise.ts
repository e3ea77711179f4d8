/**
 * Noise for the actions of a deterministic policy, in units of half the width of the action space:
 * white (Gaussian), or correlated in time (Ornstein-Uhlenbeck), which carries an agent further when
 * actions move something heavy.
 */
import { z } from "zod";
import type { Snapshot } from "../../data/snapshot.ts";
import type { Generator } from "../../random/generator.ts";
import { restoreArray } from "./restore_array.ts";

const deviation = z.number().min(0);

/** Checks the choice of a noise. */
export const actionNoiseSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({ type: z.literal("gaussian"), sigma: deviation }),
  z.strictObject({
    type: z.literal("ornstein-uhlenbeck"),
    sigma: deviation,
    theta: z.number().min(0).default(0.15),
    dt: z.number().positive().default(1),
  }).refine(({ theta, dt }) => theta * dt <= 1, { error: "theta * dt must be at most 1" }),
]);

/**
 * A choice of noise. Ornstein-Uhlenbeck: dx = -theta x dt + sigma dW, started at 0 in every episode and
 * followed by Euler's method with step `dt`. Lillicrap et al. (2016) have theta 0.15 and sigma 0.2, and
 * no dt; a step of 1 is what their formula says without one.
 */
export type ActionNoiseOptions = z.infer<typeof actionNoiseSchema>;

/** The noise of one vector after another: each number is x <- decay x + scale N(0, 1). */
export interface AutoregressiveOptions {
  /** Part of the last number that stays; 0 for white noise. */
  readonly decay: number;
  /** Standard deviation of what comes new. */
  readonly scale: number;
  /** What an episode starts with: 0, or a draw from the process's stationary distribution. */
  readonly start: "zero" | "stationary";
}

/** A first-order autoregressive process for each number of an action, independent of each other. */
export class AutoregressiveNoise {
  readonly #options: AutoregressiveOptions;
  readonly #values: Float64Array;

  /** A process at 0. */
  constructor(size: number, options: AutoregressiveOptions) {
    this.#options = options;
    this.#values = new Float64Array(size);
  }

  /** Starts anew: to be called at the start of every episode. */
  reset(random: Generator): void {
    const { decay, scale, start } = this.#options;
    const deviation = start === "zero" ? 0 : scale / Math.sqrt(1 - decay * decay);
    for (let i = 0; i < this.#values.length; i++) {
      this.#values[i] = deviation === 0 ? 0 : deviation * random.standardNormal();
    }
  }

  /** Goes one step on. The array is the process's own and holds until the next step. */
  next(random: Generator): Float64Array {
    const { decay, scale } = this.#options;
    const values = this.#values;
    for (let i = 0; i < values.length; i++) {
      values[i] = decay * values[i] + scale * random.standardNormal();
    }
    return values;
  }

  /** The present values. */
  save(): Snapshot {
    return this.#values.slice();
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws RangeError if the snapshot is of actions of another size
   */
  restore(snapshot: Snapshot): void {
    restoreArray(this.#values, snapshot);
  }
}

/** The noise that was chosen, for actions of `size` numbers. */
export function actionNoise(options: ActionNoiseOptions, size: number): AutoregressiveNoise {
  switch (options.type) {
    case "none":
      return new AutoregressiveNoise(size, { decay: 0, scale: 0, start: "zero" });
    case "gaussian":
      return new AutoregressiveNoise(size, { decay: 0, scale: options.sigma, start: "zero" });
    case "ornstein-uhlenbeck": {
      const { theta, sigma, dt } = options;
      const decay = 1 - theta * dt;
      return new AutoregressiveNoise(size, { decay, scale: sigma * Math.sqrt(dt), start: "zero" });
    }
  }
}

/** Fills an array with standard normal numbers. */
export function fillStandardNormal(random: Generator, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = random.standardNormal();
}
