/**
 * MountainCar-v0: a car too weak to drive up the hill must swing back and forth to reach the flag
 * (Moore 1990, "Efficient Memory-Based Learning for Robot Control", PhD thesis, University of
 * Cambridge; in the form of Sutton 1996 and of Sutton & Barto 2018, example 10.1).
 *
 * Actions: Discrete(3). 0 accelerates to the left, 1 does nothing, 2 accelerates to the right.
 *
 * Observations: Box float32 [2].
 *
 * | index | what                | bounds        |
 * |-------|---------------------|---------------|
 * | 0     | position of the car | -1.2 to 0.6   |
 * | 1     | velocity of the car | -0.07 to 0.07 |
 *
 * The car stops at the left wall (-1.2).
 *
 * Rewards: -1 per step, the last one included.
 *
 * Start: position uniform in [-0.6, -0.4), velocity 0.
 *
 * End: terminated when position >= 0.5 and velocity >= `goalVelocity`; truncated after 200 steps.
 *
 * Options: `goalVelocity` (0).
 *
 * Reset options: `low` (-0.6) and `high` (-0.4), the bounds of the first position.
 *
 * Info: nothing.
 */
import { z } from "zod";
import { cos } from "../../math/math.ts";
import type { EnvironmentSpec, ResetOptions, Start, Step } from "../environment.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { ClassicControl } from "./classic_control.ts";
import { readBounds } from "./reset_options.ts";

/** The options of MountainCar. */
export interface MountainCarOptions {
  /** Least velocity at the flag. */
  readonly goalVelocity: number;
}

/** MountainCar-v0. */
export const mountainCar: EnvironmentSpec<MountainCarOptions> = {
  id: "MountainCar-v0",
  description: "Rock an underpowered car out of a valley to the flag on the right hill.",
  module: import.meta.url,
  options: z.strictObject({
    goalVelocity: z.number().default(0).describe(
      "The car must pass the flag with at least this velocity.",
    ),
  }),
  maxEpisodeSteps: 200,
  rewardThreshold: -110,
  create: (options) => new MountainCar("MountainCar-v0", options),
};

const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const MAX_SPEED = 0.07;
const GOAL_POSITION = 0.5;
/** Change of velocity by an action. */
const FORCE = 0.001;
const GRAVITY = 0.0025;

const START = { low: -0.6, high: -0.4 };

/** Hidden state: position, velocity, as float64. */
class MountainCar extends ClassicControl<number> {
  readonly actionSpace = new Discrete(3);
  readonly observationSpace = new Box([MIN_POSITION, -MAX_SPEED], [MAX_POSITION, MAX_SPEED]);
  readonly #goalVelocity: number;

  constructor(id: string, { goalVelocity }: MountainCarOptions) {
    super(id, 2, 2);
    this.#goalVelocity = goalVelocity;
  }

  reset(reset?: ResetOptions, out: Float32Array = this.observation): Start<Float32Array> {
    const { low, high } = readBounds(this.id, reset?.options, START);
    this.state[0] = this.seed(reset?.seed).uniform(low, high);
    this.state[1] = 0;
    out.set(this.state);
    return this.started(out);
  }

  step(action: number, out: Float32Array = this.observation): Step<Float32Array> {
    if (action !== 0 && action !== 1 && action !== 2) {
      throw new RangeError(`${this.id}: action must be 0, 1 or 2, not ${String(action)}`);
    }
    const { state } = this;
    let position = state[0];
    let velocity = state[1];
    // Sutton & Barto (2018), example 10.1; the parentheses are Gymnasium's order of additions.
    velocity += (action - 1) * FORCE + cos(3 * position) * -GRAVITY;
    velocity = Math.max(-MAX_SPEED, Math.min(velocity, MAX_SPEED));
    position += velocity;
    position = Math.max(MIN_POSITION, Math.min(position, MAX_POSITION));
    if (position === MIN_POSITION && velocity < 0) velocity = 0;
    state[0] = out[0] = position;
    state[1] = out[1] = velocity;
    const terminated = position >= GOAL_POSITION && velocity >= this.#goalVelocity;
    return this.stepped(out, -1, terminated);
  }
}
