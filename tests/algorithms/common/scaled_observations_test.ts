import "@tensorflow/tfjs-backend-cpu";
import { assertAlmostEquals, assertStrictEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Network } from "../../../algorithms/common/network.ts";
import { scaledToBounds } from "../../../algorithms/common/scaled_observations.ts";
import { make } from "../../../envs/make.ts";

await tf.setBackend("cpu");

/** A network that gives back its input. */
const identity: Network = { parameters: {}, apply: (x) => tf.mul(x, 1) };

function scaled(id: string, rows: number[][]): Float32Array {
  const { observationSpace } = make(id);
  return tf.tidy(() =>
    scaledToBounds(identity, observationSpace).apply(tf.tensor2d(rows), {}).dataSync().slice()
  ) as Float32Array;
}

Deno.test("bounds go to -1 and 1, what lies between them in proportion", () => {
  const numbers = scaled("MountainCar-v0", [[-1.2, -0.07], [0.6, 0.07], [-0.3, 0], [0.15, 0.035]]);
  [-1, -1, 1, 1, 0, 0, 0.5, 0.5].forEach((expected, i) =>
    assertAlmostEquals(numbers[i], expected, 1e-6)
  );
});

Deno.test("what has no bounds stays as it is, bit for bit", () => {
  const [position, velocity, angle, turning] = scaled("CartPole-v1", [[
    2.4,
    -3.7,
    0.20943951,
    1e9,
  ]]);
  assertAlmostEquals(position, 0.5, 1e-6);
  assertAlmostEquals(angle, 0.5, 1e-6);
  assertStrictEquals(velocity, Math.fround(-3.7));
  assertStrictEquals(turning, Math.fround(1e9));
});

Deno.test("integers are not scaled: their network is the one given", () => {
  for (const id of ["FrozenLake-v1", "Blackjack-v1"]) {
    assertStrictEquals(scaledToBounds(identity, make(id).observationSpace), identity);
  }
});
