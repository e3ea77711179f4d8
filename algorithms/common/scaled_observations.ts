/** Observations brought to one scale: what lies between known bounds goes into a network as -1 to 1. */
import * as tf from "@tensorflow/tfjs-core";
import type { Space } from "../../envs/spaces/space.ts";
import type { Network } from "./network.ts";

/** Bounds beyond this size are taken for none. */
const LARGEST = 1e6;

/**
 * The same network with its inputs mapped from the bounds of the observations to [-1, 1]. Numbers
 * without bounds on both sides, and one-hot vectors, stay as they are.
 */
export function scaledToBounds(network: Network, { description }: Space): Network {
  if (description.type !== "Box") return network;
  const high = Float64Array.from(description.high, Number);
  const centre = new Float32Array(high.length);
  const scale = new Float32Array(high.length).fill(1);
  description.low.forEach((bound, i) => {
    const low = Number(bound);
    if (low < high[i] && low >= -LARGEST && high[i] <= LARGEST) {
      centre[i] = (low + high[i]) / 2;
      scale[i] = 2 / (high[i] - low);
    }
  });
  return {
    ...network,
    apply(x, tensors, prefix) {
      const scaled = tf.mul(tf.sub(x, tf.tensor1d(centre)), tf.tensor1d(scale));
      return network.apply(scaled as tf.Tensor2D, tensors, prefix);
    },
  };
}
