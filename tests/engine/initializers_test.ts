/** First values of weights: their defining properties, their bounds and moments, and their bytes. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  kaimingUniform,
  orthogonal,
  pytorchUniform,
  reluGain,
  xavierUniform,
} from "../../engine/initializers.ts";
import { defaultGenerator } from "../../random/generator.ts";

/** The largest difference between the Gram matrix of the shorter side and gain^2 times the identity. */
function orthogonalityError(weights: Float32Array, inputs: number, outputs: number, gain: number) {
  const at = (i: number, o: number) => weights[i * outputs + o];
  const [count, length] = inputs >= outputs ? [outputs, inputs] : [inputs, outputs];
  const element = inputs >= outputs
    ? (k: number, i: number) => at(i, k)
    : (k: number, i: number) => at(k, i);
  let error = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < length; i++) sum += element(a, i) * element(b, i);
      error = Math.max(error, Math.abs(sum - (a === b ? gain * gain : 0)));
    }
  }
  return error;
}

Deno.test("orthogonal weights are orthonormal times the gain on their shorter side", () => {
  for (
    const [inputs, outputs] of [[1, 1], [4, 64], [64, 64], [64, 2], [1, 7], [256, 256], [33, 32]]
  ) {
    for (const gain of [1, Math.SQRT2, 0.01]) {
      const weights = orthogonal(defaultGenerator(3), [inputs, outputs], gain);
      assertEquals(weights.length, inputs * outputs);
      const error = orthogonalityError(weights, inputs, outputs, gain);
      assert(error <= 1e-6 * gain * gain, `${inputs}x${outputs}, gain ${gain}: ${error}`);
    }
  }
});

Deno.test("the filters of a convolution are orthogonal over all of their places", () => {
  const weights = orthogonal(defaultGenerator(0), [3, 3, 4, 16]);
  assert(orthogonalityError(weights, 36, 16, 1) <= 1e-6);
});

Deno.test("the first orthogonal vector is the first draws, scaled: no sign is turned", () => {
  const draws = new Float64Array(5);
  defaultGenerator(9).fillStandardNormal(draws);
  const norm = Math.sqrt(draws.reduce((sum, x) => sum + x * x, 0));
  const expected = Float32Array.from(draws, (x) => x / norm);
  assertEquals(orthogonal(defaultGenerator(9), [5, 1]), expected);
  assertEquals(orthogonal(defaultGenerator(9), [1, 5]), expected);
  const square = orthogonal(defaultGenerator(9), [5, 5]);
  assertEquals(expected, Float32Array.from(expected, (_, i) => square[i * 5]));
});

Deno.test("every orthogonal matrix is equally likely: both determinants, all signs, mean 0", () => {
  const generator = defaultGenerator(17);
  const runs = 4000;
  let positive = 0;
  const sums = [0, 0, 0, 0];
  const squares = [0, 0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const [a, b, c, d] = orthogonal(generator, [2, 2]);
    if (a * d - b * c > 0) positive++;
    [a, b, c, d].forEach((x, i) => {
      sums[i] += x;
      squares[i] += x * x;
    });
  }
  // Four standard deviations of a fair coin and of the mean of numbers with variance 1/2.
  assertAlmostEquals(positive / runs, 0.5, 4 * Math.sqrt(0.25 / runs));
  for (let i = 0; i < 4; i++) {
    assertAlmostEquals(sums[i] / runs, 0, 4 * Math.sqrt(0.5 / runs), `mean of element ${i}`);
    assertAlmostEquals(squares[i] / runs, 0.5, 4 * Math.sqrt(0.125 / runs), `square of ${i}`);
  }
});

/** Checks that values fill the interval from -bound to bound evenly. */
function assertUniform(values: Float32Array, bound: number, what: string) {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const square = values.reduce((sum, x) => sum + x * x, 0) / n;
  assertAlmostEquals(mean, 0, 4 * bound / Math.sqrt(3 * n), `${what}: mean`);
  // The variance of x^2 is bound^4 (1/5 - 1/9).
  assertAlmostEquals(
    square,
    bound ** 2 / 3,
    4 * bound ** 2 * Math.sqrt(4 / 45 / n),
    `${what}: x^2`,
  );
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  assert(largest <= Math.fround(bound), `${what}: ${largest} > ${bound}`);
  assert(largest > bound * (1 - 10 / n), `${what}: ${largest} is far below ${bound}`);
}

Deno.test("Kaiming and Xavier weights are uniform within the bounds of their papers", () => {
  const generator = defaultGenerator(5);
  assertEquals(reluGain, Math.sqrt(2));
  assertUniform(kaimingUniform(generator, [24, 500]), Math.sqrt(6 / 24), "Kaiming");
  assertUniform(kaimingUniform(generator, [12, 900], 1), Math.sqrt(3 / 12), "Kaiming, gain 1");
  assertUniform(kaimingUniform(generator, [3, 3, 4, 200]), Math.sqrt(6 / 36), "Kaiming, filters");
  assertUniform(xavierUniform(generator, [50, 100]), Math.sqrt(6 / 150), "Xavier");
  assertUniform(xavierUniform(generator, [50, 100], 5 / 3), 5 / 3 * Math.sqrt(6 / 150), "gain 5/3");
  assertUniform(xavierUniform(generator, [3, 3, 16, 32]), Math.sqrt(6 / (9 * 48)), "filters");
});

Deno.test("PyTorch's first weights and bias are uniform within 1 / sqrt(inputs)", () => {
  const { weights, bias } = pytorchUniform(defaultGenerator(6), [25, 2000]);
  assertUniform(weights, 0.2, "weights");
  assertUniform(bias, 0.2, "bias");
  assertEquals([weights.length, bias.length], [50_000, 2000]);
  assertUniform(pytorchUniform(defaultGenerator(6), [2, 2, 4, 500]).weights, 0.25, "filters");
});

async function sha256(values: Float32Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", values)).toHex().slice(0, 16);
}

/** Of the weights below, in their order. */
const HASHES = [
  "1906cb4a20bce07e",
  "335107963cb93e4c",
  "c46cc336bc761232",
  "d36dd49130751ca5",
  "10708c0816604bfe",
  "2767fb059f4b5081",
];

Deno.test("a seed gives the same weights, bit for bit, on every machine", async () => {
  const make = async (seed: number) => {
    const generator = defaultGenerator(seed);
    const { weights, bias } = pytorchUniform(generator, [17, 64]);
    return await Promise.all([
      orthogonal(generator, [64, 64], Math.SQRT2),
      orthogonal(generator, [4, 64]),
      kaimingUniform(generator, [64, 64]),
      xavierUniform(generator, [64, 6]),
      weights,
      bias,
    ].map(sha256));
  };
  assertEquals(await make(1), HASHES);
  assert((await make(2)).every((hash, i) => hash !== HASHES[i]));
});

Deno.test("a shape without inputs or outputs is refused", () => {
  for (const shape of [[], [4], [4, 0], [0, 4], [2.5, 4], [NaN, 1]]) {
    for (const initialize of [orthogonal, kaimingUniform, xavierUniform, pytorchUniform]) {
      assertThrows(
        () => initialize(defaultGenerator(0), shape),
        RangeError,
        "weights need a shape",
      );
    }
  }
});
