/** The normalisation of advantages. */
import * as tf from "@tensorflow/tfjs-core";

/** Minus the mean, over the standard deviation (of the population, plus 1e-8); one alone stays as it is. */
export function standardised(advantage: tf.Tensor): tf.Tensor {
  if (advantage.size === 1) return advantage;
  const centred = tf.sub(advantage, tf.mean(advantage));
  return tf.div(centred, tf.add(tf.sqrt(tf.mean(tf.square(centred))), 1e-8));
}
