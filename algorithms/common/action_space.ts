/**
 * The action spaces that neural methods know: numbered actions, and bounded vectors. Methods for vectors
 * learn in normalised actions, from -1 (lower bound) to 1 (upper bound) in each number, so that noise,
 * entropy and step sizes mean the same in every box.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Environment } from "../../envs/environment.ts";

/** A Discrete space. */
export interface DiscreteActions {
  readonly type: "discrete";
  /** Number of actions. */
  readonly n: number;
  /** What the environment calls action 0. */
  readonly start: number;
}

/** A Box of float32 with finite bounds. */
export interface ContinuousActions {
  readonly type: "continuous";
  /** Numbers in one action. */
  readonly size: number;
  readonly shape: readonly number[];
  /** Bounds of each number. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/**
 * The actions of an environment.
 *
 * @throws RangeError if they are neither Discrete nor a Box of float32 with finite bounds
 */
export function actionsOf(
  { id, actionSpace }: Environment,
): DiscreteActions | ContinuousActions {
  const { description } = actionSpace;
  if (description.type === "Discrete") {
    return { type: "discrete", n: description.n, start: description.start };
  }
  if (description.type === "Box" && description.dtype === "float32") {
    const low = Float32Array.from(description.low, Number);
    const high = Float32Array.from(description.high, Number);
    if (low.every(Number.isFinite) && high.every(Number.isFinite)) {
      return { type: "continuous", size: low.length, shape: description.shape, low, high };
    }
  }
  throw new RangeError(
    `${id}: needs Discrete actions or a Box of float32 with finite bounds, not ${
      JSON.stringify(description)
    }`,
  );
}

/**
 * The actions of an environment, which must be Discrete.
 *
 * @throws RangeError if they are not
 */
export function discreteActionsOf(environment: Environment): DiscreteActions {
  const actions = actionsOf(environment);
  if (actions.type === "discrete") return actions;
  throw new RangeError(`${environment.id}: needs Discrete actions, not a Box`);
}

/**
 * The actions of an environment, which must be a Box.
 *
 * @throws RangeError if they are not
 */
export function continuousActionsOf(environment: Environment): ContinuousActions {
  const actions = actionsOf(environment);
  if (actions.type === "continuous") return actions;
  throw new RangeError(`${environment.id}: needs a Box of actions, not Discrete ones`);
}

/** Half the width and the centre of the box: action = centre + half width * normalised action. */
function halfWidthAndCentre({ low, high }: ContinuousActions) {
  return {
    halfWidth: low.map((least, i) => (high[i] - least) / 2),
    centre: low.map((least, i) => (high[i] + least) / 2),
  };
}

/**
 * Makes the function that writes the environment's action for a normalised one. It rounds as `rescale`
 * does, and rounding never leaves the box.
 */
export function rescaler(
  actions: ContinuousActions,
): (normalised: Float32Array, out: Float32Array) => void {
  const { low, high } = actions;
  const { halfWidth, centre } = halfWidthAndCentre(actions);
  return (normalised, out) => {
    for (let i = 0; i < out.length; i++) {
      const action = Math.fround(centre[i] + Math.fround(halfWidth[i] * normalised[i]));
      out[i] = Math.min(Math.max(action, low[i]), high[i]);
    }
  };
}

/** The environment's action for each row's normalised one, as a recorded function. */
export function rescale(actions: ContinuousActions, normalised: tf.Tensor): tf.Tensor {
  const { halfWidth, centre } = halfWidthAndCentre(actions);
  return tf.add(tf.tensor1d(centre), tf.mul(tf.tensor1d(halfWidth), normalised));
}
