/**
 * A training run whose every bit is fixed: a tanh network that learns a function of four numbers, with
 * minibatches from the project's generator, Adam and global-norm clipping. bit_exact_test.ts compares the hash
 * of what it learns with a constant; other platforms and browsers run it too, so it uses nothing of Deno.
 */
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../engine/compile.ts";
import { orthogonal } from "../../engine/initializers.ts";
import { adam, adamState, clipByGlobalNorm } from "../../engine/optimizers.ts";
import { State } from "../../engine/state.ts";
import { defaultGenerator } from "../../random/generator.ts";

/** What `weightsHash()` gives on every machine. A kernel, an optimizer or this workload changes it. */
export const WEIGHTS_HASH = "32a49103040607b7223b5ce3713c86353ff87abe5a2d573c4cec7eb791ee6981";

/** How many updates that constant is of. */
const UPDATES = 2000;

const BATCH = 64;
const INPUTS = 4;
const HIDDEN = 64;
const OUTPUTS = 2;

/** The SHA-256, in hexadecimal, of what the network has become: parameters and Adam's means. */
export async function weightsHash(updates = UPDATES): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", train(updates));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Trains and gives the whole State as bytes. */
function train(updates: number): Uint8Array<ArrayBuffer> {
  const random = defaultGenerator(7);
  const layer = (name: string, from: number, to: number) => ({
    [`${name}.weights`]: { shape: [from, to], values: orthogonal(random, [from, to]) },
    [`${name}.bias`]: { shape: [to] },
  });
  const parameters = {
    ...layer("hidden1", INPUTS, HIDDEN),
    ...layer("hidden2", HIDDEN, HIDDEN),
    ...layer("output", HIDDEN, OUTPUTS),
  };
  const state = new State({ ...parameters, ...adamState(parameters) });
  const update = compile({
    state,
    inputs: {
      x: { shape: [BATCH, INPUTS] },
      target: { shape: [BATCH, OUTPUTS] },
      learningRate: { shape: [] },
    },
    run({ x, target, learningRate }, variables) {
      const dense = (input: tf.Tensor, name: string) =>
        tf.add(
          tf.matMul(input as tf.Tensor2D, variables[`${name}.weights`] as tf.Tensor2D),
          variables[`${name}.bias`],
        );
      const { value, grads } = tf.variableGrads(
        () => {
          const hidden = tf.tanh(dense(tf.tanh(dense(x, "hidden1")), "hidden2"));
          return tf.losses.meanSquaredError(target, dense(hidden, "output")) as tf.Scalar;
        },
        Object.keys(parameters).map((name) => variables[name]),
      );
      const { gradients } = clipByGlobalNorm(grads, 0.5);
      adam(variables, gradients, { learningRate: learningRate as tf.Scalar });
      return { loss: value };
    },
  });

  const x = new Float32Array(BATCH * INPUTS);
  const target = new Float32Array(BATCH * OUTPUTS);
  for (let step = 0; step < updates; step++) {
    for (let row = 0; row < BATCH; row++) {
      for (let i = 0; i < INPUTS; i++) x[row * INPUTS + i] = random.normal(0, 1);
      const [a, b, c, d] = x.subarray(row * INPUTS, (row + 1) * INPUTS);
      target[row * OUTPUTS] = a * b - c;
      target[row * OUTPUTS + 1] = d > 0 ? a : -b;
    }
    update.run({ x, target, learningRate: 1e-3 * (1 - step / updates) });
  }
  return state.save();
}
