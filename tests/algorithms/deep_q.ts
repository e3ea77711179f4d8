/**
 * Helpers of the tests of the DQN family: what a learner holds, what its environment did, and its
 * updates once more by eager TensorFlow.js, whose own optimizer and losses are used.
 */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // Registers the gradients.
import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Learner } from "../../algorithms/algorithm.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import type { Environment, Observation } from "../../envs/environment.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

/** Numbers and shape of a tensor. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The tensors of a learner's State. */
export function tensorsOf(learner: Learner): Readonly<Record<string, Numbers>> {
  const { state } = learner.save() as { state: Uint8Array };
  const { tensors } = decodeSnapshot(state) as unknown as {
    tensors: readonly (Numbers & { name: string })[];
  };
  return Object.fromEntries(tensors.map(({ name, shape, data }) => [name, { shape, data }]));
}

/** Everything of a learner, as bytes. */
export function bytesOf(learner: Learner): Uint8Array {
  return encodeSnapshot(learner.save());
}

/** Updates done so far: Adam counts them. */
export function updatesOf(learner: Learner): number {
  return tensorsOf(learner)["adam.step"].data[0];
}

/** One step of an environment. */
export interface Seen {
  readonly observation: number | number[];
  readonly action: number;
  readonly reward: number;
  readonly next: number | number[];
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/**
 * An environment whose steps are written down.
 *
 * @param rewardAt the reward of each step, in place of the environment's
 */
export function watched(
  environment: Environment,
  seen: Seen[],
  rewardAt?: (step: number) => number,
): Environment {
  let observation: number | number[] = NaN;
  const plain = (it: Observation) => typeof it === "number" ? it : [...it];
  return {
    id: environment.id,
    observationSpace: environment.observationSpace,
    actionSpace: environment.actionSpace,
    random: environment.random,
    unwrapped: environment.unwrapped,
    reset(options, out) {
      const start = environment.reset(options, out);
      observation = plain(start.observation);
      return start;
    },
    step(action, out) {
      const made = environment.step(action, out);
      const step = { ...made, reward: rewardAt?.(seen.length) ?? made.reward };
      const { reward, terminated, truncated } = step;
      const next = plain(step.observation);
      seen.push({ observation, action: action as number, reward, next, terminated, truncated });
      observation = next;
      return step;
    },
    save: () => environment.save(),
    restore: (snapshot) => environment.restore(snapshot),
  };
}

/** A perceptron with ReLU between its layers, written out. */
export function eagerNetwork(
  x: tf.Tensor,
  parameters: Readonly<Record<string, tf.Tensor>>,
  name: string,
): tf.Tensor2D {
  let y = x as tf.Tensor2D;
  for (let layer = 1; parameters[`${name}.w${layer}`]; layer++) {
    if (layer > 1) y = tf.relu(y);
    const w = parameters[`${name}.w${layer}`] as tf.Tensor2D;
    y = tf.add(tf.dot(y, w), parameters[`${name}.b${layer}`]);
  }
  return y;
}

/** Transitions as tensors. */
export interface Batch {
  readonly observation: tf.Tensor2D;
  readonly action: tf.Tensor1D;
  readonly reward: tf.Tensor1D;
  /** 0 after a termination, 1 otherwise. */
  readonly goesOn: tf.Tensor1D;
  readonly next: tf.Tensor2D;
}

/** Makes tensors of transitions with vectors as observations. */
export function batchOf(transitions: readonly Seen[]): Batch {
  return {
    observation: tf.tensor2d(transitions.map(({ observation }) => observation as number[])),
    action: tf.tensor1d(transitions.map(({ action }) => action), "int32"),
    reward: tf.tensor1d(transitions.map(({ reward }) => reward)),
    goesOn: tf.tensor1d(transitions.map(({ terminated }) => terminated ? 0 : 1)),
    next: tf.tensor2d(transitions.map(({ next }) => next as number[])),
  };
}

/** The element of each row that its action names. */
export function chosen(values: tf.Tensor2D, action: tf.Tensor1D): tf.Tensor1D {
  const [rows, columns] = values.shape;
  const first = tf.tensor1d(Array.from({ length: rows }, (_, row) => row * columns), "int32");
  return tf.gather(tf.reshape(values, [-1]), tf.add(first, action) as tf.Tensor1D);
}

let count = 0;

/** The parameters of a learner, from which eager TensorFlow.js learns beside it. */
export class EagerParameters {
  /** Parameters and their targets by name, as the loss reads them. */
  readonly variables: Record<string, tf.Variable>;
  readonly #trained: readonly string[];
  readonly #adam = tf.train.adam(0, 0.9, 0.999, 1e-8);

  /** Copies the numbers of a learner that has done no updates. */
  constructor(learner: Learner) {
    const tensors = Object.entries(tensorsOf(learner)).filter(([name]) => !/^adam/.test(name));
    const copy = ++count;
    this.variables = Object.fromEntries(tensors.map(([name, { shape, data }]) => [
      name,
      tf.variable(tf.tensor(data, [...shape]), true, `${name} ${copy}`),
    ]));
    this.#trained = Object.keys(this.variables).filter((name) => !/^target/.test(name));
  }

  /** One step of Adam; gives the loss and the norm of the gradients before they are clipped. */
  update(
    loss: () => tf.Scalar,
    { learningRate, maxGradientNorm }: { learningRate: number; maxGradientNorm: number },
  ): { loss: number; norm: number } {
    const { value, grads } = tf.variableGrads(
      loss,
      this.#trained.map((name) => this.variables[name]),
    );
    const norm = Math.hypot(...Object.values(grads).flatMap((it) => [...it.dataSync()]));
    const factor = Math.min(1, maxGradientNorm / (norm + 1e-6));
    Object.assign(this.#adam, { learningRate });
    this.#adam.applyGradients(
      Object.fromEntries(Object.entries(grads).map(([name, it]) => [name, tf.mul(it, factor)])),
    );
    return { loss: value.dataSync()[0], norm };
  }

  /** Moves the targets by this part of the way. */
  follow(rate: number): void {
    for (const name of this.#trained) {
      const target = this.variables[`target.${name}`];
      target.assign(tf.add(target, tf.mul(rate, tf.sub(this.variables[name], target))));
    }
  }

  /** Fails unless the learner's parameters and targets are these, up to rounding. */
  assertEqual(learner: Learner, tolerance = 2e-5): void {
    const tensors = tensorsOf(learner);
    for (const [name, variable] of Object.entries(this.variables)) {
      const expected = variable.dataSync();
      tensors[name].data.forEach((value, i) =>
        assertAlmostEquals(value, expected[i], tolerance, `${name}[${i}]`)
      );
    }
  }
}
