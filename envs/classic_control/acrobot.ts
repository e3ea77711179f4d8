/**
 * Acrobot-v1: two links hang in a chain, with a motor in the joint between them; the free end must be
 * swung up above a line one link's length over the upper joint (Sutton 1996, "Generalization in
 * Reinforcement Learning: Successful Examples Using Sparse Coarse Coding", Advances in Neural
 * Information Processing Systems 8; Sutton & Barto 1998, section 11.3).
 *
 * Actions: Discrete(3). 0, 1 and 2 apply a torque of -1, 0 and 1 N m to the joint.
 *
 * Observations: Box float32 [6]. theta1 is the angle of the first link, 0 straight down; theta2 that of
 * the second link against the first.
 *
 * | index | what                              | bounds        |
 * |-------|-----------------------------------|---------------|
 * | 0     | cos(theta1)                       | -1 to 1       |
 * | 1     | sin(theta1)                       | -1 to 1       |
 * | 2     | cos(theta2)                       | -1 to 1       |
 * | 3     | sin(theta2)                       | -1 to 1       |
 * | 4     | angular velocity of theta1, rad/s | -4 pi to 4 pi |
 * | 5     | angular velocity of theta2, rad/s | -9 pi to 9 pi |
 *
 * Rewards: -1 per step; 0 for the one that reaches the line.
 *
 * Start: both angles and both velocities uniform in [-0.1, 0.1).
 *
 * End: terminated when -cos(theta1) - cos(theta1 + theta2) > 1; truncated after 500 steps.
 *
 * Options: `bookOrNips` ("book" or "nips"), `torqueNoiseMax` (0).
 *
 * Reset options: `low` (-0.1) and `high` (0.1), the bounds of the start, at most 9 pi either way.
 *
 * Info: nothing.
 */
import { z } from "zod";
import { cos, sin } from "../../math/math.ts";
import type { EnvironmentSpec, ResetOptions, Start, Step } from "../environment.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { ClassicControl } from "./classic_control.ts";
import { readBounds } from "./reset_options.ts";

/** The options of Acrobot. */
export interface AcrobotOptions {
  /** Which publication's equations of motion. */
  readonly bookOrNips: "book" | "nips";
  /** Largest noise added to a torque, N m. */
  readonly torqueNoiseMax: number;
}

/** Acrobot-v1. */
export const acrobot: EnvironmentSpec<AcrobotOptions> = {
  id: "Acrobot-v1",
  description: "Swing the end of a two-link chain up to a line by a motor in its middle joint.",
  module: import.meta.url,
  options: z.strictObject({
    bookOrNips: z.enum(["book", "nips"]).default("book").describe(
      "Equations of motion of Sutton & Barto's book, or of Sutton (1996), where a term is missing.",
    ),
    torqueNoiseMax: z.number().min(0).max(100).default(0).describe(
      "Adds to each torque a number drawn uniformly from within plus and minus this; at most 100.",
    ),
  }),
  maxEpisodeSteps: 500,
  rewardThreshold: -100,
  create: (options) => new Acrobot("Acrobot-v1", options),
};

/** Seconds per step. */
const DT = 0.2;
const GRAVITY = 9.8;
const MASS_1 = 1;
const MASS_2 = 1;
const LENGTH_1 = 1;
/** Distance from a link's upper end to its centre of mass. */
const CENTRE_1 = 0.5;
const CENTRE_2 = 0.5;
/** Moment of inertia of each link. */
const MOMENT = 1;
const MAX_SPEED_1 = 4 * Math.PI;
const MAX_SPEED_2 = 9 * Math.PI;

const START = { low: -0.1, high: 0.1 };

/**
 * Hidden state: theta1, theta2 and their angular velocities, as float64. A reset rounds it to float32.
 */
class Acrobot extends ClassicControl<number> {
  readonly actionSpace = new Discrete(3);
  readonly observationSpace: Box;
  readonly #nips: boolean;
  readonly #torqueNoiseMax: number;
  /** Rates of change of the state at the four points of a Runge-Kutta step. */
  readonly #rates = Array.from({ length: 4 }, () => new Float64Array(4));
  /** Where the rates are taken, and the torque there: a field, since passing a number on may allocate. */
  readonly #point = new Float64Array(4);
  #torque = 0;

  constructor(id: string, { bookOrNips, torqueNoiseMax }: AcrobotOptions) {
    super(id, 4, 6);
    const high = [1, 1, 1, 1, MAX_SPEED_1, MAX_SPEED_2];
    this.observationSpace = new Box(high.map((bound) => -bound), high);
    this.#nips = bookOrNips === "nips";
    this.#torqueNoiseMax = torqueNoiseMax;
  }

  /** @throws RangeError also if `low` or `high` is further from 0 than 9 pi */
  reset(reset?: ResetOptions, out: Float32Array = this.observation): Start<Float32Array> {
    const { low, high } = readBounds(this.id, reset?.options, START);
    if (low < -MAX_SPEED_2 || high > MAX_SPEED_2) {
      throw new RangeError(
        `${this.id}: reset options low and high must be within 9 pi of 0, not ${low} and ${high}`,
      );
    }
    const { state } = this;
    const random = this.seed(reset?.seed);
    for (let i = 0; i < 4; i++) state[i] = Math.fround(random.uniform(low, high));
    this.#observe(out);
    return this.started(out);
  }

  step(action: number, out: Float32Array = this.observation): Step<Float32Array> {
    if (action !== 0 && action !== 1 && action !== 2) {
      throw new RangeError(`${this.id}: action must be 0, 1 or 2, not ${String(action)}`);
    }
    this.#torque = action - 1;
    if (this.#torqueNoiseMax > 0) {
      this.#torque += this.random.uniform(-this.#torqueNoiseMax, this.#torqueNoiseMax);
    }
    this.#integrate();
    const { state } = this;
    state[0] = wrap(state[0]);
    state[1] = wrap(state[1]);
    state[2] = Math.max(-MAX_SPEED_1, Math.min(state[2], MAX_SPEED_1));
    state[3] = Math.max(-MAX_SPEED_2, Math.min(state[3], MAX_SPEED_2));
    this.#observe(out);
    const terminated = -cos(state[0]) - cos(state[1] + state[0]) > 1;
    return this.stepped(out, terminated ? 0 : -1, terminated);
  }

  #observe(out: Float32Array): void {
    const { state } = this;
    out[0] = cos(state[0]);
    out[1] = sin(state[0]);
    out[2] = cos(state[1]);
    out[3] = sin(state[1]);
    out[4] = state[2];
    out[5] = state[3];
  }

  /** One step of the classical Runge-Kutta method of fourth order, with the torque held. */
  #integrate(): void {
    const { state } = this;
    const point = this.#point;
    const [k1, k2, k3, k4] = this.#rates;
    this.#differentiate(state, k1);
    for (let i = 0; i < 4; i++) point[i] = state[i] + DT / 2 * k1[i];
    this.#differentiate(point, k2);
    for (let i = 0; i < 4; i++) point[i] = state[i] + DT / 2 * k2[i];
    this.#differentiate(point, k3);
    for (let i = 0; i < 4; i++) point[i] = state[i] + DT * k3[i];
    this.#differentiate(point, k4);
    for (let i = 0; i < 4; i++) {
      state[i] += DT / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    }
  }

  /** Writes the rate of change of each number of the state: Sutton & Barto (1998), section 11.3. */
  #differentiate(point: Float64Array, rates: Float64Array): void {
    const theta1 = point[0];
    const theta2 = point[1];
    const speed1 = point[2];
    const speed2 = point[3];
    const sine2 = sin(theta2);
    const cosine2 = cos(theta2);
    const coupling = MASS_2 * LENGTH_1 * CENTRE_2;

    const d1 = MASS_1 * CENTRE_1 * CENTRE_1 +
      MASS_2 *
        (LENGTH_1 * LENGTH_1 + CENTRE_2 * CENTRE_2 + 2 * LENGTH_1 * CENTRE_2 * cosine2) +
      MOMENT + MOMENT;
    const d2 = MASS_2 * (CENTRE_2 * CENTRE_2 + LENGTH_1 * CENTRE_2 * cosine2) + MOMENT;
    const phi2 = MASS_2 * CENTRE_2 * GRAVITY * cos(theta1 + theta2 - Math.PI / 2);
    const phi1 = -coupling * (speed2 * speed2) * sine2 -
      2 * coupling * speed2 * speed1 * sine2 +
      (MASS_1 * CENTRE_1 + MASS_2 * LENGTH_1) * GRAVITY * cos(theta1 - Math.PI / 2) +
      phi2;
    const centrifugal = this.#nips ? 0 : coupling * (speed1 * speed1) * sine2;
    const acceleration2 = (this.#torque + d2 / d1 * phi1 - centrifugal - phi2) /
      (MASS_2 * CENTRE_2 * CENTRE_2 + MOMENT - d2 * d2 / d1);

    rates[0] = speed1;
    rates[1] = speed2;
    rates[2] = -(d2 * acceleration2 + phi1) / d1;
    rates[3] = acceleration2;
  }
}

/** The same angle in [-pi, pi], by whole turns as Gymnasium takes them off: each is rounded. */
function wrap(angle: number): number {
  while (angle > Math.PI) angle -= 2 * Math.PI;
  while (angle < -Math.PI) angle += 2 * Math.PI;
  return angle;
}
