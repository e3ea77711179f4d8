/**
 * The ground that the engine stands on: the pinned TensorFlow.js packages work under Deno without
 * any permission, and their gradients are right.
 */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { version_cpu } from "@tensorflow/tfjs-backend-cpu";
// The core alone has no gradients; importing the layers registers them all.
import { version_layers } from "@tensorflow/tfjs-layers";

tf.enableProdMode(); // before the first tensor: no banner on the console

/** A loss with the operations of a policy gradient: matmul, tanh, log-softmax, square, mean. */
function loss(weights: tf.Tensor2D): tf.Scalar {
  const observations = tf.tensor2d([[0.1, -0.7, 0.4], [1.3, 0.2, -0.5]]);
  const hidden = tf.tanh(tf.matMul(observations, weights));
  return tf.add(tf.mean(tf.neg(tf.logSoftmax(hidden))), tf.mean(tf.square(hidden))) as tf.Scalar;
}

Deno.test("a TensorFlow.js gradient equals the finite difference", async () => {
  await tf.setBackend("cpu");
  const weights = [0.3, -0.2, 0.5, 0.9, -0.4, 0.1];
  const lossAt = (values: number[]) =>
    tf.tidy(() => loss(tf.tensor2d(values, [3, 2])).dataSync()[0]);
  const gradient = tf.tidy(() =>
    tf.grad((x) => loss(x as tf.Tensor2D))(tf.tensor2d(weights, [3, 2])).dataSync()
  );
  assertEquals(gradient.length, weights.length);
  const step = 2 ** -6;
  weights.forEach((weight, i) => {
    const difference = lossAt(weights.with(i, weight + step)) -
      lossAt(weights.with(i, weight - step));
    assertAlmostEquals(gradient[i], difference / (2 * step), 2e-4, `element ${i}`);
  });
});

Deno.test("all TensorFlow.js packages have the same version", () => {
  assertEquals([version_layers, version_cpu], [tf.version_core, tf.version_core]);
});
