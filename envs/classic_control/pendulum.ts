/**
 * Pendulum-v1: a pendulum hangs from a motor too weak to lift it directly; it must be swung up and
 * held upright. The task is Gymnasium's; swinging up with limited torque goes back to Atkeson (1994,
 * "Using Local Trajectory Optimizers to Speed Up Global Optimization in Dynamic Programming",
 * Advances in Neural Information Processing Systems 6).
 *
 * Actions: Box float32 [1], -2 to 2: the torque, N m. Torques out of bounds are clipped.
 *
 * Observations: Box float32 [3]. The angle theta is 0 upright and grows counter-clockwise.
 *
 * | index | what                    | bounds  |
 * |-------|-------------------------|---------|
 * | 0     | cos(theta)              | -1 to 1 |
 * | 1     | sin(theta)              | -1 to 1 |
 * | 2     | angular velocity, rad/s | -8 to 8 |
 *
 * Rewards: -(theta^2 + 0.1 * velocity^2 + 0.001 * torque^2), theta in [-pi, pi), with the state before
 * the step and the clipped torque. The best is 0, the worst about -16.27.
 *
 * Start: theta uniform in [-pi, pi), velocity uniform in [-1, 1).
 *
 * End: never terminated; truncated after 200 steps.
 *
 * Options: `g` (10), the acceleration of gravity.
 *
 * Reset options: `xInit` (pi) and `yInit` (1): theta and velocity are drawn from within plus and minus
 * these.
 *
 * Info: nothing.
 */
import { z } from "zod";
import { cos, sin } from "../../math/math.ts";
import type { EnvironmentSpec, ResetOptions, Start, Step } from "../environment.ts";
import { Box } from "../spaces/box.ts";
import { ClassicControl } from "./classic_control.ts";
import { readNumbers } from "./reset_options.ts";
import { singleAction } from "./single_action.ts";

/** The options of Pendulum. */
export interface PendulumOptions {
  /** Acceleration of gravity, m/s^2. */
  readonly g: number;
}

/** Pendulum-v1. */
export const pendulum: EnvironmentSpec<PendulumOptions> = {
  id: "Pendulum-v1",
  description: "Swing a pendulum up with a weak motor and hold it upright.",
  module: import.meta.url,
  options: z.strictObject({
    g: z.number().default(10).describe("Acceleration of gravity, m/s^2."),
  }),
  maxEpisodeSteps: 200,
  rewardThreshold: null,
  create: (options) => new Pendulum("Pendulum-v1", options),
};

const MAX_SPEED = 8;
const MAX_TORQUE = 2;
/** Seconds per step. */
const DT = 0.05;
const MASS = 1;
const LENGTH = 1;

const START = { xInit: Math.PI, yInit: 1 };

const { fround } = Math;

/** Hidden state: theta (not wrapped), angular velocity, as float64. */
class Pendulum extends ClassicControl<Float32Array> {
  readonly actionSpace = new Box([-MAX_TORQUE], [MAX_TORQUE]);
  readonly observationSpace = new Box([-1, -1, -MAX_SPEED], [1, 1, MAX_SPEED]);
  readonly #g: number;

  constructor(id: string, { g }: PendulumOptions) {
    super(id, 2, 3);
    this.#g = g;
  }

  reset(reset?: ResetOptions, out: Float32Array = this.observation): Start<Float32Array> {
    const { xInit, yInit } = readNumbers(this.id, reset?.options, START);
    if (xInit < 0 || yInit < 0) {
      throw new RangeError(
        `${this.id}: reset options xInit and yInit must be at least 0, not ${xInit} and ${yInit}`,
      );
    }
    const random = this.seed(reset?.seed);
    this.state[0] = random.uniform(-xInit, xInit);
    this.state[1] = random.uniform(-yInit, yInit);
    this.#observe(out);
    return this.started(out);
  }

  step(action: Float32Array, out: Float32Array = this.observation): Step<Float32Array> {
    const given = singleAction(this.id, action);
    const torque = Math.max(-MAX_TORQUE, Math.min(given, MAX_TORQUE));
    const { state } = this;
    const theta = state[0];
    const velocity = state[1];

    // The torque is a float32, and NumPy 2 keeps its products with Python numbers in float32 (NEP 50).
    const angle = wrap(theta);
    const cost = angle * angle + 0.1 * (velocity * velocity) +
      fround(fround(0.001) * fround(torque * torque));
    const acceleration = 3 * this.#g / (2 * LENGTH) * sin(theta) +
      fround(3 / (MASS * LENGTH * LENGTH) * torque);

    // Semi-implicit Euler: the angle moves with the new velocity.
    const moved = velocity + acceleration * DT;
    state[1] = Math.max(-MAX_SPEED, Math.min(moved, MAX_SPEED));
    state[0] = theta + state[1] * DT;
    this.#observe(out);
    return this.stepped(out, -cost, false);
  }

  #observe(out: Float32Array): void {
    const theta = this.state[0];
    const velocity = this.state[1];
    out[0] = cos(theta);
    out[1] = sin(theta);
    out[2] = velocity;
  }
}

/** The same angle in [-pi, pi). `%` takes the sign of its left side, and is exact. */
function wrap(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = (angle + Math.PI) % turn;
  return (rest < 0 ? rest + turn : rest) - Math.PI;
}
