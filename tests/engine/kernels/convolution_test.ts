/** Convolution and pooling with their gradients, against TensorFlow.js. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // registers the gradients
import { convolutionWords } from "../../../engine/kernels/kernels.ts";
import * as arena from "./arena.ts";

tf.enableProdMode();
const { kernels } = arena;

type Shape = Record<typeof convolutionWords[number], number>;

const small = (max: number) => fc.integer({ min: 1, max });

/** Shapes with any padding below the filter's size. */
const shapes: fc.Arbitrary<Shape & { padBottom: number; padRight: number }> = fc.record({
  batch: small(3),
  height: small(8),
  width: small(8),
  channels: small(6),
  filterHeight: small(4),
  filterWidth: small(4),
  filters: fc.oneof(small(9), fc.constant(16)),
  strideHeight: small(3),
  strideWidth: small(3),
  pads: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
}).map(({ pads, ...shape }) => {
  const [padTop, padBottom] = pads.map((pad) => pad % shape.filterHeight);
  const [padLeft, padRight] = pads.slice(2).map((pad) => pad % shape.filterWidth);
  const { height, width, filterHeight, filterWidth, strideHeight, strideWidth } = shape;
  const steps = (room: number, stride: number) => Math.floor(room / stride) + 1;
  return {
    ...shape,
    ...{ padTop, padBottom, padLeft, padRight },
    outHeight: steps(height + padTop + padBottom - filterHeight, strideHeight),
    outWidth: steps(width + padLeft + padRight - filterWidth, strideWidth),
  };
}).filter(({ outHeight, outWidth }) => outHeight > 0 && outWidth > 0);

function assertClose(address: number, expected: tf.Tensor): void {
  const values = expected.dataSync();
  const actual = arena.floatsAt(address, values.length);
  values.forEach((value, i) => assertAlmostEquals(actual[i], value, 2e-5, `element ${i}`));
}

Deno.test("conv2d and its gradients are TensorFlow.js's", async () => {
  await tf.setBackend("cpu");
  fc.assert(fc.property(shapes, (shape) => {
    const { batch, height, width, channels, filterHeight, filterWidth, filters } = shape;
    const { outHeight, outWidth, strideHeight, strideWidth } = shape;
    const x = arena.someNumbers(batch * height * width * channels, 1);
    const filter = arena.someNumbers(filterHeight * filterWidth * channels * filters, 2);
    const gradient = arena.someNumbers(batch * outHeight * outWidth * filters, 3);
    const words = arena.integers(convolutionWords.map((word) => shape[word]));
    const scratch = arena.bytes(kernels.conv2dScratch(words));
    const [xs, filtersAt, gradients] = [x, filter, gradient].map(arena.floats);
    const out = arena.bytes(gradient.byteLength);
    kernels.conv2d(xs, filtersAt, out, words, scratch);
    const inputGradient = arena.bytes(x.byteLength);
    kernels.conv2dInputGradient(gradients, filtersAt, inputGradient, words, scratch);
    const filterGradient = arena.bytes(filter.byteLength);
    kernels.conv2dFilterGradient(xs, gradients, filterGradient, words, scratch);
    tf.tidy(() => {
      const input = tf.tensor4d(x, [batch, height, width, channels]);
      const kernel = tf.tensor4d(filter, [filterHeight, filterWidth, channels, filters]);
      const dy = tf.tensor4d(gradient, [batch, outHeight, outWidth, filters]);
      const { padTop, padBottom, padLeft, padRight } = shape;
      const pads: [number, number][] = [[0, 0], [padTop, padBottom], [padLeft, padRight], [0, 0]];
      const strides: [number, number] = [strideHeight, strideWidth];
      const convolve = (input: tf.Tensor, kernel: tf.Tensor) =>
        tf.conv2d(tf.pad(input, pads) as tf.Tensor4D, kernel as tf.Tensor4D, strides, "valid");
      assertClose(out, convolve(input, kernel));
      const [byInput, byKernel] = tf.grads(convolve)([input, kernel], dy);
      assertClose(inputGradient, byInput);
      assertClose(filterGradient, byKernel);
    });
    arena.clear();
  }));
});

Deno.test("a convolved image does not depend on the images beside it", () => {
  const shape: Shape = {
    ...{ batch: 3, height: 10, width: 10, channels: 4, filterHeight: 3, filterWidth: 3 },
    ...{ filters: 16, outHeight: 8, outWidth: 8, strideHeight: 1, strideWidth: 1 },
    ...{ padTop: 0, padLeft: 0 },
  };
  const x = arena.someNumbers(3 * 400, 1);
  const filter = arena.floats(arena.someNumbers(9 * 4 * 16, 2));
  const convolve = (x: Float32Array, batch: number) => {
    const words = arena.integers(convolutionWords.map((word) => ({ ...shape, batch })[word]));
    const out = arena.bytes(4 * batch * 1024);
    const scratch = arena.bytes(kernels.conv2dScratch(words));
    kernels.conv2d(arena.floats(x), filter, out, words, scratch);
    return arena.bitsAt(out, batch * 1024);
  };
  const together = convolve(x, 3);
  assertEquals(convolve(x.subarray(800), 1), together.slice(2048));
  arena.clear();
});

Deno.test("maxPool and its gradient are TensorFlow.js's", async () => {
  await tf.setBackend("cpu");
  const pools = shapes.filter((shape) => shape.padBottom >= 0).map((shape) => ({
    ...shape,
    ...{ padTop: 0, padLeft: 0, filters: shape.channels },
    outHeight: Math.floor((shape.height - shape.filterHeight) / shape.strideHeight) + 1,
    outWidth: Math.floor((shape.width - shape.filterWidth) / shape.strideWidth) + 1,
  })).filter(({ outHeight, outWidth }) => outHeight > 0 && outWidth > 0);
  fc.assert(fc.property(pools, (shape) => {
    const { batch, height, width, channels, outHeight, outWidth } = shape;
    // Few values, so that there are ties.
    const x = arena.someNumbers(batch * height * width * channels).map((v) => Math.round(3 * v));
    const gradient = arena.someNumbers(batch * outHeight * outWidth * channels, 2);
    const words = arena.integers(convolutionWords.map((word) => shape[word]));
    const [from, gradients] = [x, gradient].map(arena.floats);
    const out = arena.bytes(gradient.byteLength);
    kernels.maxPool(from, out, words);
    const inputGradient = arena.bytes(x.byteLength);
    kernels.maxPoolGradient(from, gradients, inputGradient, words);
    tf.tidy(() => {
      const input = tf.tensor4d(x, [batch, height, width, channels]);
      const pool = (input: tf.Tensor) =>
        tf.maxPool(
          input as tf.Tensor4D,
          [shape.filterHeight, shape.filterWidth],
          [shape.strideHeight, shape.strideWidth],
          "valid",
        );
      assertClose(out, pool(input));
      const dy = tf.tensor4d(gradient, [batch, outHeight, outWidth, channels]);
      assertClose(inputGradient, tf.grad(pool)(input, dy));
    });
    arena.clear();
  }));
});

Deno.test("maxPool lets padding alone and NaN through", () => {
  const shape: Shape = {
    ...{ batch: 1, height: 3, width: 3, channels: 1, filterHeight: 2, filterWidth: 2, filters: 1 },
    ...{ outHeight: 2, outWidth: 2, strideHeight: 2, strideWidth: 2, padTop: 1, padLeft: 1 },
  };
  const words = arena.integers(convolutionWords.map((word) => shape[word]));
  const out = arena.bytes(16);
  kernels.maxPool(arena.floats([-5, -6, -7, -8, NaN, -1, -2, -3, -4]), out, words);
  assertEquals(arena.floatsAt(out, 4).slice(), Float32Array.of(-5, -6, -2, NaN));
  arena.clear();
});
