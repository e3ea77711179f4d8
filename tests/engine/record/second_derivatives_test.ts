/** Gradients of gradients are right: recorded Hessian-vector products equal finite differences. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../../../engine/record/record.ts";
import { randomValues } from "../functions.ts";
import { interpret } from "../reference_interpreter.ts";

/** Smooth functions; the gradients of most of them need their results. */
const functions: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  cosine: tf.cos,
  exp: tf.exp,
  expm1: tf.expm1,
  "log-softmax": (x) => tf.logSoftmax(x),
  mean: (x) => tf.square(tf.mean(tf.mul(x, x), 0, true)),
  power: (x) => tf.pow(tf.add(tf.square(x), 1), 1.5),
  reciprocal: (x) => tf.reciprocal(tf.add(tf.square(x), 1)),
  rsqrt: (x) => tf.rsqrt(tf.add(tf.square(x), 1)),
  sigmoid: tf.sigmoid,
  softmax: (x) => tf.softmax(x),
  softplus: tf.softplus,
  sqrt: (x) => tf.sqrt(tf.add(tf.square(x), 1)),
  tanh: tf.tanh,
  "tanh of a product, plus a bias": (x) =>
    tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, tf.transpose(x) as tf.Tensor2D), tf.sum(x, 1))),
};

const spec = { shape: [3, 4] };

for (const [name, f] of Object.entries(functions)) {
  Deno.test(`the second derivative of ${name} equals the difference of first derivatives`, () => {
    const first = tf.grad((x) => tf.mean(tf.square(f(x))));
    const gradient = record({
      inputs: { x: spec },
      state: {},
      run: ({ x }) => ({ gradient: first(x) }),
    });
    const product = record({
      inputs: { x: spec, v: spec },
      state: {},
      run: ({ x, v }) => ({ product: tf.grad((x) => tf.sum(tf.mul(first(x), v)))(x) }),
    });
    const { x, v } = randomValues({ x: spec, v: spec }, 5);
    const gradientAt = (step: number) =>
      interpret(gradient, { x: x.map((value, i) => value + step * v[i]) }).outputs.get("gradient")!;
    const step = 2 ** -6;
    const [above, below] = [gradientAt(step), gradientAt(-step)];
    const actual = interpret(product, { x, v }).outputs.get("product")!;
    assertEquals(actual.length, 12);
    actual.forEach((value, i) => {
      const expected = (above[i] - below[i]) / (2 * step);
      assertAlmostEquals(value, expected, 5e-3 * Math.max(1, Math.abs(expected)), `element ${i}`);
    });
  });
}
