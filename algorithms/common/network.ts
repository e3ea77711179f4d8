/**
 * The multilayer perceptron: its parameters as tensors of a State, and what it computes as a recorded
 * function.
 */
import * as tf from "@tensorflow/tfjs-core";
import { orthogonal, pytorchUniform, reluGain, type StateTensor } from "../../engine/mod.ts";
import type { Generator } from "../../random/generator.ts";

/** Tensors by name, as a recorded function gets those of its State. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** Named tensors of a State with their first values. */
export type Parameters = Readonly<Record<string, StateTensor>>;

/** The nonlinearity between layers. */
export type Activation = "relu" | "tanh";

/** What a perceptron is made of. */
export interface PerceptronOptions {
  /** Prefix of the names of its parameters. */
  readonly name: string;
  /** Numbers in, units of each hidden layer, numbers out. */
  readonly sizes: readonly number[];
  /** Between layers; the last layer is linear. */
  readonly activation: Activation;
  /**
   * First weights: orthogonal with the activation's gain (sqrt 2) for hidden layers, this gain for the
   * last one, and zero biases; or PyTorch's: weights and biases uniform within 1 / sqrt(inputs).
   */
  readonly initialisation: { readonly outputGain: number } | "pytorch";
  /** Draws the first weights, layer by layer. */
  readonly random: Generator;
}

/** A network: declared parameters and a function of them. */
export interface Network {
  /** `NAME.w1` [inputs, units], `NAME.b1` [units], `NAME.w2`, ... with their first values. */
  readonly parameters: Parameters;
  /**
   * The network's output for each row of x, float32 [batch, outputs].
   *
   * @param prefix reads the parameters of a copy, such as `target.` (see `copyOf`)
   */
  apply(x: tf.Tensor2D, tensors: Tensors, prefix?: string): tf.Tensor2D;
}

/** Makes a multilayer perceptron. */
export function perceptron(
  { name, sizes, activation, initialisation, random }: PerceptronOptions,
): Network {
  const parameters: Record<string, StateTensor> = {};
  const layers = sizes.length - 1;
  for (let layer = 1; layer <= layers; layer++) {
    const shape = [sizes[layer - 1], sizes[layer]];
    const [w, b] = [`${name}.w${layer}`, `${name}.b${layer}`];
    if (initialisation === "pytorch") {
      const { weights, bias } = pytorchUniform(random, shape);
      parameters[w] = { shape, values: weights };
      parameters[b] = { shape: [shape[1]], values: bias };
    } else {
      const gain = layer === layers ? initialisation.outputGain : reluGain;
      parameters[w] = { shape, values: orthogonal(random, shape, gain) };
      parameters[b] = { shape: [shape[1]] };
    }
  }
  const nonlinear = activation === "relu" ? tf.relu : tf.tanh;
  return {
    parameters,
    apply(x, tensors, prefix = "") {
      let hidden = x;
      for (let layer = 1; layer <= layers; layer++) {
        const weights = tensors[`${prefix}${name}.w${layer}`] as tf.Tensor2D;
        hidden = tf.add(tf.matMul(hidden, weights), tensors[`${prefix}${name}.b${layer}`]);
        if (layer < layers) hidden = nonlinear(hidden);
      }
      return hidden;
    },
  };
}

/** The same tensors once more under prefixed names: the parameters of a target network. */
export function copyOf(parameters: Parameters, prefix: string): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, tensor]) => [prefix + name, tensor]),
  );
}

/** The variables with these parameters' names, in their order: what gradients are taken of. */
export function trainable<T extends tf.Tensor>(
  parameters: Parameters,
  tensors: Readonly<Record<string, T>>,
): T[] {
  return Object.keys(parameters).map((name) => tensors[name]);
}
