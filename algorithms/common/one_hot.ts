/** One-hot vectors of any length. */
import * as tf from "@tensorflow/tfjs-core";

/**
 * A row for each index, with 1 in its place and 0 elsewhere: float32 [batch, n]. It is `tf.oneHot`,
 * which refuses n = 1.
 *
 * @param indices int32 [batch], from 0 to n - 1
 */
export function oneHot(indices: tf.Tensor, n: number): tf.Tensor2D {
  if (n > 1) return tf.oneHot(indices, n, 1, 0, "float32") as tf.Tensor2D;
  const zeros = tf.mul(tf.cast(tf.reshape(indices, [-1, 1]), "float32"), 0);
  return tf.add(zeros, 1);
}
