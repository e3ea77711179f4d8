/**
 * Observations on their way into a network: vectors go in as they are, integers as one-hot vectors.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { BatchSpec, TensorSpec } from "../../engine/mod.ts";
import type { Observation } from "../../envs/environment.ts";
import type { Space } from "../../envs/spaces/space.ts";
import { oneHot } from "./one_hot.ts";

/** Observations as they are stored: floats for Box, integers for Discrete and tuples of Discrete. */
export type ObservationArray = Float32Array | Int32Array;

/** How the observations of one space are stored, and what a network sees of them. */
export interface ObservationEncoder {
  /** How many numbers one observation is stored in. */
  readonly size: number;
  /** How many numbers a network sees of one observation. */
  readonly features: number;
  /** Whether that is one-hot vectors, which have no use for normalisation. */
  readonly oneHot: boolean;
  /** Makes room for `count` observations, one behind the other. */
  array(count: number): ObservationArray;
  /** Writes an observation into place `index` of an array from `array`. */
  store(observation: Observation, array: ObservationArray, index: number): void;
  /** Shape and dtype of `batch` observations as an input of a program. */
  spec(batch: number): TensorSpec;
  /** The same with any number of observations: the input of an ONNX model. */
  readonly modelInput: BatchSpec;
  /** What a network sees, as a recorded function: float32 [batch, features]. */
  encode(observations: tf.Tensor): tf.Tensor2D;
}

/**
 * The encoder of a space.
 *
 * @param space Box of float32, Discrete, or a Tuple of Discrete spaces
 * @throws RangeError for any other space
 */
export function observationEncoder({ description }: Space): ObservationEncoder {
  switch (description.type) {
    case "Box":
      if (description.dtype === "float32") return vectors(description.shape);
      break;
    case "Discrete":
      return integers([description], []);
    case "Tuple": {
      const members = description.spaces.filter((member) => member.type === "Discrete");
      if (members.length === description.spaces.length) {
        return integers(members, [members.length]);
      }
    }
  }
  const dtype = description.type === "Box" ? ` of ${description.dtype}` : "";
  throw new RangeError(
    `a network needs observations that are a Box of float32, Discrete or a Tuple of Discrete, not ` +
      `${description.type}${dtype}`,
  );
}

function vectors(shape: readonly number[]): ObservationEncoder {
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    size,
    features: size,
    oneHot: false,
    array: (count) => new Float32Array(count * size),
    store: (observation, array, index) => {
      const values = observation as Float32Array;
      const from = index * size;
      for (let i = 0; i < size; i++) array[from + i] = values[i];
    },
    spec: (batch) => ({ shape: [batch, ...shape] }),
    modelInput: { shape: ["N", ...shape] },
    encode: (observations) => tf.reshape(observations, [-1, size]),
  };
}

/** One-hot vectors of one or several integers, one behind the other. */
function integers(
  members: readonly { readonly n: number; readonly start: number }[],
  shape: readonly number[],
): ObservationEncoder {
  const size = members.length;
  const features = members.reduce((sum, { n }) => sum + n, 0);
  return {
    size,
    features,
    oneHot: true,
    array: (count) => new Int32Array(count * size),
    store: (observation, array, index) => {
      if (typeof observation === "number") array[index] = observation;
      else for (let i = 0; i < size; i++) array[index * size + i] = observation[i];
    },
    spec: (batch) => ({ shape: [batch, ...shape], dtype: "int32" }),
    modelInput: { shape: ["N", ...shape], dtype: "int32" },
    encode: (observations) => {
      const rows = tf.reshape(observations, [-1, size]);
      const columns = members.map(({ n, start }, i) => {
        const column = tf.reshape(tf.slice(rows, [0, i], [-1, 1]), [-1]);
        return oneHot(tf.sub(column, tf.scalar(start, "int32")), n);
      });
      return tf.concat(columns, 1) as tf.Tensor2D;
    },
  };
}
