/**
 * MountainCarContinuous-v0: the mountain car (Moore 1990, "Efficient Memory-Based Learning for Robot
 * Control", PhD thesis, University of Cambridge) with an engine force to choose and to pay for.
 *
 * Actions: Box float32 [1], -1 to 1: the force, positive to the right. Forces out of bounds are clipped.
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
 * Rewards: -0.1 * action^2 per step, with the action as given (not clipped); 100 more for the step that
 * reaches the flag.
 *
 * Start: position uniform in [-0.6, -0.4), velocity 0.
 *
 * End: terminated when position >= 0.45 and velocity >= `goalVelocity`; truncated after 999 steps.
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
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Box } from "../spaces/box.ts";
import { ClassicControl } from "./classic_control.ts";
import { readBounds } from "./reset_options.ts";
import { singleAction } from "./single_action.ts";

/** The options of MountainCarContinuous. */
export interface MountainCarContinuousOptions {
  /** Least velocity at the flag. */
  readonly goalVelocity: number;
}

/** MountainCarContinuous-v0. */
export const mountainCarContinuous: EnvironmentSpec<MountainCarContinuousOptions> = {
  id: "MountainCarContinuous-v0",
  description:
    "Drive an underpowered car out of a valley to the flag, with as little force as possible.",
  module: import.meta.url,
  options: z.strictObject({
    goalVelocity: z.number().default(0).describe(
      "The car must pass the flag with at least this velocity.",
    ),
  }),
  maxEpisodeSteps: 999,
  rewardThreshold: 90,
  create: (options) => new MountainCarContinuous("MountainCarContinuous-v0", options),
};

const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const MAX_SPEED = 0.07;
const GOAL_POSITION = 0.45;
/** Change of velocity by an action of 1. */
const POWER = 0.0015;
const GRAVITY = 0.0025;

const START = { low: -0.6, high: -0.4 };

const { fround } = Math;

/** Rounds to float32 where the state is float32. */
function round(x: number, single: boolean): number {
  return single ? fround(x) : x;
}

/**
 * Hidden state: position, velocity. Snapshots add `single`: whether the two are float32.
 *
 * Gymnasium draws the first state in float64 and rounds every later one to float32, and NumPy 2
 * computes float32 with a Python number in float32 (NEP 50). A port that gives the same bits must
 * follow both: all arithmetic on the state goes through `round`, which does nothing in the first step.
 */
class MountainCarContinuous extends ClassicControl<Float32Array> {
  readonly actionSpace = new Box([-1], [1]);
  readonly observationSpace = new Box([MIN_POSITION, -MAX_SPEED], [MAX_POSITION, MAX_SPEED]);
  readonly #goalVelocity: number;
  #single = false;

  constructor(id: string, { goalVelocity }: MountainCarContinuousOptions) {
    super(id, 2, 2);
    this.#goalVelocity = goalVelocity;
  }

  reset(reset?: ResetOptions, out: Float32Array = this.observation): Start<Float32Array> {
    const { low, high } = readBounds(this.id, reset?.options, START);
    this.state[0] = this.seed(reset?.seed).uniform(low, high);
    this.state[1] = 0;
    this.#single = false;
    out.set(this.state);
    return this.started(out);
  }

  step(action: Float32Array, out: Float32Array = this.observation): Step<Float32Array> {
    const force = singleAction(this.id, action);
    const { state } = this;
    const single = this.#single;
    let position = state[0];
    let velocity = state[1];

    const slope = GRAVITY * cos(round(3 * position, single));
    // A force in bounds is a float32, whatever the state is; a clipped one is a Python number.
    const change = force < -1
      ? -POWER - slope
      : force > 1
      ? POWER - slope
      : fround(fround(force * fround(POWER)) - fround(slope));
    velocity = round(velocity + round(change, single), single);

    let goalVelocity = round(this.#goalVelocity, single);
    if (velocity > round(MAX_SPEED, single) || velocity < round(-MAX_SPEED, single)) {
      // The limit takes the place of the float32, and compares with the goal as the Python number it is.
      velocity = velocity > 0 ? MAX_SPEED : -MAX_SPEED;
      goalVelocity = this.#goalVelocity;
    }
    position = round(position + round(velocity, single), single);
    position = Math.max(
      round(MIN_POSITION, single),
      Math.min(position, round(MAX_POSITION, single)),
    );
    if (position === round(MIN_POSITION, single) && velocity < 0) velocity = 0;

    const terminated = position >= round(GOAL_POSITION, single) && velocity >= goalVelocity;
    state[0] = out[0] = fround(position);
    state[1] = out[1] = fround(velocity);
    this.#single = true;
    const reward = (terminated ? 100 : 0) - 0.1 * (force * force);
    return this.stepped(out, reward, terminated);
  }

  override save(): { readonly [key: string]: Snapshot } {
    return { ...super.save(), single: this.#single };
  }

  override restore(snapshot: Snapshot): void {
    const { single } = openSnapshot<{ readonly single: boolean }>(
      this.id,
      snapshot,
      ({ single }) => typeof single === "boolean",
    );
    super.restore(snapshot);
    this.#single = single;
  }
}
