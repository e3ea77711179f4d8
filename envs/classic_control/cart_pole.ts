/**
 * CartPole-v1 and CartPole-v0: a pole is hinged to a cart on a frictionless track, and the agent
 * pushes the cart so that the pole stays upright (Barto, Sutton & Anderson 1983, "Neuronlike Adaptive
 * Elements That Can Solve Difficult Learning Control Problems", IEEE Transactions on Systems, Man,
 * and Cybernetics 13; their frictionless case).
 *
 * Actions: Discrete(2). 0 pushes the cart to the left, 1 to the right, each with 10 N for 0.02 s.
 *
 * Observations: Box float32 [4].
 *
 * | index | what                                       | bounds                       |
 * |-------|--------------------------------------------|------------------------------|
 * | 0     | position x of the cart, m                  | -4.8 to 4.8                  |
 * | 1     | velocity of the cart, m/s                  | none                         |
 * | 2     | angle theta of the pole, rad; 0 is upright | -0.419 to 0.419 (24 degrees) |
 * | 3     | angular velocity of the pole, rad/s        | none                         |
 *
 * The bounds are twice the limits at which the episode ends, so that its last observation lies within.
 *
 * Rewards: 1 per step, the last one included; 0 for steps after the end. With `suttonBartoReward`: 0
 * per step, -1 for the one that ends the episode and those after it.
 *
 * Start: each of the four numbers uniform in [-0.05, 0.05).
 *
 * End: terminated when |x| > 2.4 or |theta| > 12 degrees; truncated after 500 steps (v0: 200).
 *
 * Options: `suttonBartoReward` (false), `kinematicsIntegrator` ("euler" or "semi-implicit euler").
 *
 * Reset options: `low` (-0.05) and `high` (0.05), the bounds of the start.
 *
 * Info: nothing.
 */
import { z } from "zod";
import { cos, sin } from "../../math/math.ts";
import type { EnvironmentSpec, ResetOptions, Start, Step } from "../environment.ts";
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { ClassicControl } from "./classic_control.ts";
import { readBounds } from "./reset_options.ts";

/** The options of CartPole. */
export interface CartPoleOptions {
  /** Reward 0 per step and -1 at the end, instead of 1 per step. */
  readonly suttonBartoReward: boolean;
  /** Which velocity moves the positions: that before the step, or that after it. */
  readonly kinematicsIntegrator: "euler" | "semi-implicit euler";
}

const options: z.ZodType<CartPoleOptions> = z.strictObject({
  suttonBartoReward: z.boolean().default(false).describe(
    "Reward 0 per step and -1 when the pole falls, as in Sutton & Barto, instead of 1 per step.",
  ),
  kinematicsIntegrator: z.enum(["euler", "semi-implicit euler"]).default("euler").describe(
    "Whether positions move with the velocity before the step (euler) or after it (semi-implicit euler).",
  ),
});

const shared = {
  description: "Push a cart left and right so that the pole on it does not fall.",
  module: import.meta.url,
  options,
} as const;

/** CartPole-v1: 500 steps at most. */
export const cartPole: EnvironmentSpec<CartPoleOptions> = {
  ...shared,
  id: "CartPole-v1",
  maxEpisodeSteps: 500,
  rewardThreshold: 475,
  create: (options) => new CartPole("CartPole-v1", options),
};

/** CartPole-v0: the same with 200 steps at most. */
export const cartPoleV0: EnvironmentSpec<CartPoleOptions> = {
  ...shared,
  id: "CartPole-v0",
  maxEpisodeSteps: 200,
  rewardThreshold: 195,
  create: (options) => new CartPole("CartPole-v0", options),
};

const GRAVITY = 9.8;
const CART_MASS = 1;
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + CART_MASS;
/** Half the pole's length: the distance from its hinge to its centre of mass, m. */
const HALF_LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * HALF_LENGTH;
const FORCE = 10;
/** Seconds per step. */
const TAU = 0.02;
const POSITION_LIMIT = 2.4;
/** 12 degrees. */
const ANGLE_LIMIT = 12 * 2 * Math.PI / 360;

/** Bounds of the four numbers at the start. */
export const START: { readonly low: number; readonly high: number } = { low: -0.05, high: 0.05 };

/** Hidden state: x, its velocity, theta, its velocity, as float64. Snapshots add `ended`. */
class CartPole extends ClassicControl<number> {
  readonly actionSpace = new Discrete(2);
  readonly observationSpace: Box;
  readonly #suttonBartoReward: boolean;
  readonly #semiImplicit: boolean;
  /** Whether the episode has terminated before: steps after the end pay nothing. */
  #ended = false;

  constructor(id: string, { suttonBartoReward, kinematicsIntegrator }: CartPoleOptions) {
    super(id, 4, 4);
    const high = [2 * POSITION_LIMIT, Infinity, 2 * ANGLE_LIMIT, Infinity];
    this.observationSpace = new Box(high.map((bound) => -bound), high);
    this.#suttonBartoReward = suttonBartoReward;
    this.#semiImplicit = kinematicsIntegrator === "semi-implicit euler";
  }

  reset(reset?: ResetOptions, out: Float32Array = this.observation): Start<Float32Array> {
    const { low, high } = readBounds(this.id, reset?.options, START);
    const random = this.seed(reset?.seed);
    for (let i = 0; i < 4; i++) this.state[i] = random.uniform(low, high);
    this.#ended = false;
    out.set(this.state);
    return this.started(out);
  }

  step(action: number, out: Float32Array = this.observation): Step<Float32Array> {
    if (action !== 0 && action !== 1) {
      throw new RangeError(`${this.id}: action must be 0 or 1, not ${String(action)}`);
    }
    const { state } = this;
    const terminated = moveCartPole(state, 0, action, this.#semiImplicit);
    out[0] = state[0];
    out[1] = state[1];
    out[2] = state[2];
    out[3] = state[3];
    const reward = this.#suttonBartoReward
      ? (terminated ? -1 : 0)
      : (terminated && this.#ended ? 0 : 1);
    if (terminated) this.#ended = true;
    return this.stepped(out, reward, terminated);
  }

  override save(): { readonly [key: string]: Snapshot } {
    return { ...super.save(), ended: this.#ended };
  }

  override restore(snapshot: Snapshot): void {
    const { ended } = openSnapshot<{ readonly ended: boolean }>(
      this.id,
      snapshot,
      ({ ended }) => typeof ended === "boolean",
    );
    super.restore(snapshot);
    this.#ended = ended;
  }
}

/**
 * Moves a cart and its pole by one step: Barto, Sutton & Anderson (1983), appendix, without friction.
 *
 * @param states holds x, its velocity, theta and its velocity from index `at` on; overwritten
 * @param action 0 or 1
 * @param semiImplicit whether positions move with the velocity after the step
 * @returns whether the cart or the pole is now beyond its limit
 */
export function moveCartPole(
  states: Float64Array,
  at: number,
  action: number,
  semiImplicit: boolean,
): boolean {
  let x = states[at];
  let xDot = states[at + 1];
  let theta = states[at + 2];
  let thetaDot = states[at + 3];
  const sine = sin(theta);
  const cosine = cos(theta);

  const force = action === 1 ? FORCE : -FORCE;
  const push = (force + POLE_MASS_LENGTH * (thetaDot * thetaDot) * sine) / TOTAL_MASS;
  const thetaAcceleration = (GRAVITY * sine - cosine * push) /
    (HALF_LENGTH * (4 / 3 - POLE_MASS * (cosine * cosine) / TOTAL_MASS));
  const xAcceleration = push - POLE_MASS_LENGTH * thetaAcceleration * cosine / TOTAL_MASS;

  if (semiImplicit) {
    xDot += TAU * xAcceleration;
    x += TAU * xDot;
    thetaDot += TAU * thetaAcceleration;
    theta += TAU * thetaDot;
  } else {
    x += TAU * xDot;
    xDot += TAU * xAcceleration;
    theta += TAU * thetaDot;
    thetaDot += TAU * thetaAcceleration;
  }
  states[at] = x;
  states[at + 1] = xDot;
  states[at + 2] = theta;
  states[at + 3] = thetaDot;

  return x < -POSITION_LIMIT || x > POSITION_LIMIT ||
    theta < -ANGLE_LIMIT || theta > ANGLE_LIMIT;
}
