/**
 * First values of weights, drawn from the project's own generators. Computed in float64 with nothing
 * but exact operations and square roots, so that a seed gives the same weights on every machine.
 *
 * Shapes are those of the tensors: [inputs, outputs] for a linear layer, [height, width, inputs,
 * outputs] for a convolution. Of each unit the inputs are all that its last axis does not count.
 */
import type { Generator } from "../random/generator.ts";
import { sizeOf } from "./program/tensor_spec.ts";

/** The gain that keeps the scale of values through a layer followed by a ReLU. */
export const reluGain: number = Math.SQRT2;

/**
 * An orthogonal matrix times a gain, every orthogonal matrix equally likely (Saxe et al. 2014; the
 * sign of each column as in `torch.nn.init.orthogonal_`, see Mezzadri 2007): the columns are
 * orthonormal if there are at least as many inputs as outputs, else the rows are.
 *
 * @param shape [..., inputs, outputs]
 * @returns the weights in row-major order
 * @throws RangeError if the shape has fewer than two axes or an empty one
 */
export function orthogonal(
  generator: Generator,
  shape: readonly number[],
  gain = 1,
): Float32Array<ArrayBuffer> {
  const outputs = checkedOutputs(shape);
  const inputs = sizeOf(shape) / outputs;
  const count = Math.min(inputs, outputs);
  const length = Math.max(inputs, outputs);
  const vectors = orthonormalVectors(generator, count, length);
  const weights = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      weights[i * outputs + o] = gain * (inputs >= outputs ? vectors[o][i] : vectors[i][o]);
    }
  }
  return weights;
}

/**
 * Vectors of normal numbers, each made orthogonal to those before it by Gram-Schmidt and scaled to
 * length 1: the columns of Q where the diagonal of R is positive. Each vector goes through twice,
 * which is enough for orthogonality to the last digits (Giraud et al. 2005).
 */
function orthonormalVectors(generator: Generator, count: number, length: number): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const vector = new Float64Array(length);
    generator.fillStandardNormal(vector);
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors) {
        const along = dot(vector, earlier);
        for (let i = 0; i < length; i++) vector[i] -= along * earlier[i];
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < length; i++) vector[i] /= norm;
    vectors.push(vector);
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Uniform between -gain sqrt(3 / inputs) and its opposite: outputs as large as inputs (He et al.
 * 2015; `torch.nn.init.kaiming_uniform_` by inputs).
 *
 * @param shape [..., inputs, outputs]
 * @param gain that of the activation that follows; of a ReLU if left out
 * @throws RangeError if the shape has fewer than two axes or an empty one
 */
export function kaimingUniform(
  generator: Generator,
  shape: readonly number[],
  gain = reluGain,
): Float32Array<ArrayBuffer> {
  const inputs = sizeOf(shape) / checkedOutputs(shape);
  return uniform(generator, sizeOf(shape), gain * Math.sqrt(3 / inputs));
}

/**
 * Uniform between -gain sqrt(6 / (inputs + outputs)) and its opposite: a compromise between values
 * and gradients of the same size (Glorot & Bengio 2010; `torch.nn.init.xavier_uniform_`). In a
 * convolution each output counts as often as the filter has places.
 *
 * @param shape [..., inputs, outputs]
 * @throws RangeError if the shape has fewer than two axes or an empty one
 */
export function xavierUniform(
  generator: Generator,
  shape: readonly number[],
  gain = 1,
): Float32Array<ArrayBuffer> {
  const outputs = checkedOutputs(shape);
  const inputs = sizeOf(shape) / outputs;
  const places = sizeOf(shape.slice(0, -2));
  return uniform(generator, sizeOf(shape), gain * Math.sqrt(6 / (inputs + places * outputs)));
}

/**
 * Weights and bias as PyTorch's `Linear` and `Conv2d` start with: both uniform between
 * -1 / sqrt(inputs) and its opposite.
 *
 * @param shape of the weights: [..., inputs, outputs]
 * @returns the weights in row-major order, drawn first, and one bias per output
 * @throws RangeError if the shape has fewer than two axes or an empty one
 */
export function pytorchUniform(
  generator: Generator,
  shape: readonly number[],
): { readonly weights: Float32Array<ArrayBuffer>; readonly bias: Float32Array<ArrayBuffer> } {
  const outputs = checkedOutputs(shape);
  const bound = 1 / Math.sqrt(sizeOf(shape) / outputs);
  return {
    weights: uniform(generator, sizeOf(shape), bound),
    bias: uniform(generator, outputs, bound),
  };
}

/** Uniform between -bound and bound. */
function uniform(generator: Generator, size: number, bound: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = generator.uniform(-bound, bound);
  return values;
}

/** The number of outputs of a layer whose weights have this shape. */
function checkedOutputs(shape: readonly number[]): number {
  if (shape.length < 2 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new RangeError(
      `weights need a shape [..., inputs, outputs] of whole numbers > 0, not [${shape.join(", ")}]`,
    );
  }
  return shape[shape.length - 1];
}
