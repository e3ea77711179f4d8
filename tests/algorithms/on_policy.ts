/**
 * Helpers of the tests of on-policy learners: what their snapshots hold, and the same networks,
 * distributions and advantages once more, eagerly, from their definitions.
 */
import "@tensorflow/tfjs-backend-cpu";
// The core alone has no gradients; importing the layers registers them all.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { assertStrictEquals } from "@std/assert";
import type { Learner } from "../../algorithms/algorithm.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";

/** A tensor of a learner's State. */
export interface SavedTensor {
  readonly name: string;
  readonly shape: number[];
  readonly data: Float32Array;
}

/** The tensors of a learner's State, by name. */
export function tensorsOf(learner: Pick<Learner, "save">): Record<string, SavedTensor> {
  const { state } = learner.save() as unknown as { state: Uint8Array };
  const { tensors } = decodeSnapshot(state) as unknown as { tensors: SavedTensor[] };
  return Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor]));
}

/** The numbers of those tensors of a learner whose names begin like this. */
export function numbersOf(learner: Learner, prefix: string): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.values(tensorsOf(learner))
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, data }) => [name, data]),
  );
}

/** Whether both have the same names and numbers: a boolean, for a difference of thousands is no help. */
export function sameNumbers(
  a: Readonly<Record<string, ArrayLike<number>>>,
  b: Readonly<Record<string, ArrayLike<number>>>,
): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length &&
    names.every((name) =>
      a[name].length === b[name]?.length &&
      Array.from(a[name]).every((value, i) => Object.is(value, b[name][i]))
    );
}

/** What a learner's rollout holds, [T, N, ...]. */
export interface Collected {
  readonly observations: Float32Array | Int32Array;
  readonly actions: Float32Array | Int32Array;
  readonly logProbabilities: Float32Array;
  readonly values: Float32Array;
  readonly rewards: Float32Array;
  readonly endValues: Float32Array;
  readonly ended: Uint8Array;
  /** Where the copies stand now. */
  readonly current: Float32Array | Int32Array;
}

/** The arrays of a learner's rollout. */
export function collectedOf(learner: Learner): Collected {
  const { rollout } = learner.save() as unknown as { rollout: { arrays: unknown[] } };
  const [observations, actions, logProbabilities, values, rewards, endValues, ended, current] =
    rollout.arrays;
  return {
    observations,
    actions,
    logProbabilities,
    values,
    rewards,
    endValues,
    ended,
    current,
  } as Collected;
}

/** Advantages by their definition: a sum of TD errors for each step, in float64. */
export function advantagesOf(
  { rewards, values, endValues, ended }: Collected,
  { lastValues, discount, lambda }: {
    readonly lastValues: ArrayLike<number>;
    readonly discount: number;
    readonly lambda: number;
  },
): number[] {
  const copies = lastValues.length;
  const next = (place: number) => {
    if (ended[place]) return endValues[place];
    const following = place + copies;
    return following < values.length ? values[following] : lastValues[place % copies];
  };
  return Array.from(rewards, (_, start) => {
    let sum = 0, weight = 1;
    for (let place = start; place < rewards.length; place += copies) {
      sum += weight * (rewards[place] + discount * next(place) - values[place]);
      if (ended[place]) break;
      weight *= discount * lambda;
    }
    return sum;
  });
}

/** A network's outputs for rows x, from its parameters. */
export function networkOutputs(
  x: tf.Tensor2D,
  parameters: Readonly<Record<string, tf.Tensor>>,
  name: string,
  activation: "tanh" | "relu" = "tanh",
): tf.Tensor2D {
  let hidden = x;
  for (let layer = 1; `${name}.w${layer}` in parameters; layer++) {
    const product = tf.matMul(hidden, parameters[`${name}.w${layer}`] as tf.Tensor2D);
    const z: tf.Tensor2D = tf.add(product, parameters[`${name}.b${layer}`]);
    const last = !(`${name}.w${layer + 1}` in parameters);
    hidden = last ? z : tf[activation](z);
  }
  return hidden;
}

/** The log-probability of each row's action; vectors if `deviation` is given. */
export function logProbabilities(
  outputs: tf.Tensor2D,
  actions: ArrayLike<number>,
  logDeviation?: tf.Tensor,
): tf.Tensor {
  if (logDeviation === undefined) {
    const [rows, n] = outputs.shape;
    const mask = tf.tensor2d(
      Array.from(
        { length: rows },
        (_, i) => Array.from({ length: n }, (_, j) => actions[i] === j ? 1 : 0),
      ),
    );
    return tf.log(tf.sum(tf.mul(tf.softmax(outputs), mask), 1));
  }
  const deviation = tf.exp(logDeviation);
  const distance = tf.sub(tf.tensor(Array.from(actions), outputs.shape), outputs);
  const exponent = tf.div(tf.square(distance), tf.mul(2, tf.square(deviation)));
  const scale = tf.log(tf.mul(deviation, Math.sqrt(2 * Math.PI)));
  return tf.sum(tf.neg(tf.add(exponent, scale)), 1);
}

/** Rows `order` of an array of rows of `length` numbers each. */
export function rowsOf(
  array: ArrayLike<number>,
  order: ArrayLike<number>,
  length: number,
): number[] {
  return Array.from(order).flatMap((row) =>
    Array.from({ length }, (_, j) => array[row * length + j])
  );
}

/** Fails unless both learners would save the same bytes. A difference is told by its place alone. */
export function assertSameState(actual: Learner, expected: Learner): void {
  const [own, other] = [actual, expected].map((learner) => encodeSnapshot(learner.save()));
  assertStrictEquals(own.length, other.length, "bytes saved");
  assertStrictEquals(own.findIndex((byte, i) => byte !== other[i]), -1, "first byte that differs");
}

/** A learner's whole state as bytes. */
export function bytesOf(learner: Learner): Uint8Array {
  return encodeSnapshot(learner.save());
}

/** Variables of the tensors whose names begin so; dispose of them afterwards. */
export function variablesOf(
  tensors: Readonly<Record<string, SavedTensor>>,
  prefixes: readonly string[],
): Record<string, tf.Variable> {
  return Object.fromEntries(
    Object.values(tensors)
      .filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)))
      .map(({ name, shape, data }) => [name, tf.variable(tf.tensor(data, [...shape]))]),
  );
}

/** The entropy of each row; of a Gaussian if `logDeviation` is given. */
export function entropies(outputs: tf.Tensor2D, logDeviation?: tf.Tensor): tf.Tensor {
  if (logDeviation === undefined) {
    const p = tf.softmax(outputs);
    return tf.neg(tf.sum(tf.mul(p, tf.log(p)), 1));
  }
  const each = tf.add(logDeviation, 0.5 * Math.log(2 * Math.PI * Math.E));
  return tf.mul(tf.sum(each), tf.ones([outputs.shape[0]]));
}
