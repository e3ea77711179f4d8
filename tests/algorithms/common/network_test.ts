/** The perceptron against plain loops, and its first weights. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import {
  copyOf,
  type Network,
  perceptron,
  type PerceptronOptions,
  trainable,
} from "../../../algorithms/common/network.ts";
import { compile, State } from "../../../engine/mod.ts";
import { defaultGenerator } from "../../../random/generator.ts";

function networkOf(options: Partial<PerceptronOptions> = {}): Network {
  return perceptron({
    name: "q",
    sizes: [3, 8, 5, 2],
    activation: "tanh",
    initialisation: { outputGain: 0.01 },
    random: defaultGenerator(1),
    ...options,
  });
}

/** The network's output by plain loops. */
function expected(state: State, x: readonly number[], activation: "relu" | "tanh", prefix = "") {
  let hidden = [...x];
  for (let layer = 1; layer <= 3; layer++) {
    const weights = state.get(`${prefix}q.w${layer}`), bias = state.get(`${prefix}q.b${layer}`);
    hidden = Array.from(bias, (b, unit) => {
      const z = hidden.reduce((sum, value, i) => sum + value * weights[i * bias.length + unit], b);
      if (layer === 3) return z;
      return activation === "relu" ? Math.max(z, 0) : Math.tanh(z);
    });
  }
  return hidden;
}

Deno.test("a perceptron computes layer by layer, the last one linear; a copy by its prefix", () => {
  for (const activation of ["relu", "tanh"] as const) {
    const network = networkOf({ activation, initialisation: "pytorch" });
    const copy = perceptron({
      name: "q",
      sizes: [3, 8, 5, 2],
      activation,
      initialisation: "pytorch",
      random: defaultGenerator(2),
    });
    const state = new State({
      ...network.parameters,
      ...copyOf(copy.parameters, "target."),
    });
    const x = [[0.5, -2, 1], [3, 0, -1]];
    const program = compile({
      state,
      inputs: { x: { shape: [2, 3] } },
      run: ({ x }, tensors) => ({
        y: network.apply(x as tf.Tensor2D, tensors),
        z: network.apply(x as tf.Tensor2D, tensors, "target."),
      }),
    });
    program.run({ x: Float32Array.from(x.flat()) });
    for (const [output, prefix] of [["y", ""], ["z", "target."]] as const) {
      const all = x.flatMap((row) => expected(state, row, activation, prefix));
      all.forEach((value, i) => assertAlmostEquals(program.output(output)[i], value, 1e-5));
    }
  }
});

Deno.test("orthogonal first weights: gain sqrt 2 inside, the given gain at the end, biases 0", () => {
  for (const outputGain of [0.01, 1]) {
    const { parameters } = networkOf({ initialisation: { outputGain } });
    const state = new State(parameters);
    [[3, 8, Math.SQRT2], [8, 5, Math.SQRT2], [5, 2, outputGain]].forEach(
      ([rows, columns, gain], i) => {
        const w = state.get(`q.w${i + 1}`);
        // The shorter side's vectors are orthogonal and as long as the gain.
        const along = Math.min(rows, columns), across = Math.max(rows, columns);
        const at = (k: number, j: number) =>
          rows <= columns ? w[k * columns + j] : w[j * columns + k];
        for (let a = 0; a < along; a++) {
          for (let b = 0; b < along; b++) {
            let product = 0;
            for (let j = 0; j < across; j++) product += at(a, j) * at(b, j);
            assertAlmostEquals(product, a === b ? gain * gain : 0, 1e-6);
          }
        }
        assert(state.get(`q.b${i + 1}`).every((value) => value === 0));
      },
    );
  }
});

Deno.test("PyTorch's first weights and biases lie within 1 / sqrt(inputs) and fill that range", () => {
  const { parameters } = networkOf({ sizes: [16, 100, 2], initialisation: "pytorch" });
  const state = new State(parameters);
  for (const [name, bound] of [["q.w1", 1 / 4], ["q.b1", 1 / 4], ["q.w2", 1 / 10]] as const) {
    const sizes = state.get(name).map(Math.abs);
    const largest = Math.max(...sizes);
    assert(largest <= bound && largest > 0.9 * bound, `${name}: ${largest}`);
  }
});

Deno.test("the generator decides the first weights; parameters are named and listed layer by layer", () => {
  const values = (seed: number) => networkOf({ random: defaultGenerator(seed) }).parameters;
  assertEquals(values(1), values(1));
  assertNotEquals(values(1), values(2));
  const names = ["q.w1", "q.b1", "q.w2", "q.b2", "q.w3", "q.b3"];
  const { parameters } = networkOf();
  assertEquals(Object.keys(parameters), names);
  const tensors = Object.fromEntries(["x", ...names.toReversed()].map((name) => [name, name]));
  assertEquals(trainable(parameters, tensors as never) as unknown, names);
});
