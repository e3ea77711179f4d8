/** The property that random updates of states must have; updates_test.ts tries some hundred cases. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { record } from "../../../engine/record/record.ts";
import { passNames } from "../../../engine/simplify/simplify.ts";
import { assertSameBits, randomValues } from "../functions.ts";
import type { Loss } from "../losses.ts";
import { runCompiled, type Without } from "./compiled.ts";

const SHAPES = [[], [1], [3], [4], [2, 3], [3, 3], [5]];

/** Operations on one, two and three tensors; all are defined for every number. */
const operations: readonly ((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.Tensor)[] = [
  (a, b) => tf.add(a, b),
  (a, b) => tf.sub(a, b),
  (a, b) => tf.mul(a, b),
  (a, b) => tf.maximum(a, b),
  (a, b, c) => tf.add(tf.mul(a, b), c),
  (a, b, c) => tf.sub(tf.mul(a, 0.9), tf.mul(b, c)),
  (a) => tf.tanh(a),
  (a) => tf.exp(tf.minimum(a, 1)),
  (a, b) => tf.div(a, tf.add(tf.sqrt(tf.abs(b)), 0.5)),
  (a, b) => tf.where(tf.greater(a, b), a, tf.neg(b)),
  (a) => tf.mul(a, 0.5),
  (a) => a.rank === 0 ? tf.square(a) : tf.softmax(a),
  (a, b) => tf.add(a, tf.mean(b)),
];

/** An operation done alike to tensors of several shapes: which, and from which earlier layers. */
type Step = readonly [operation: number, a: number, b: number, c: number, shared: number];

/**
 * A function that does the same to states of several shapes, as optimizers do: a state of each shape in
 * each of three families, and layers of tensors, one for each shape.
 *
 * @param shapes of the members, in the order in which they are declared and computed
 * @param updates for each family the layer that gives it its new values
 * @param outputs layers whose tensors of one shape are outputs
 * @param odd a member that a layer, and an update, leaves out now and then
 */
function loss(
  shapes: readonly number[],
  steps: readonly Step[],
  updates: readonly number[],
  outputs: readonly number[],
  odd: number,
): Loss {
  const families = ["p", "m", "v"];
  const members = shapes.map((shape, i) => ({ shape: SHAPES[shape], i }));
  const state = Object.fromEntries(
    families.flatMap((family) => members.map(({ shape, i }) => [`${family}${i}`, { shape }])),
  );
  return {
    name: "updates",
    inputs: { x: { shape: [] } },
    state: { ...state, count: { shape: [] } },
    run({ x }, s) {
      const layers: tf.Tensor[][] = families.map((f) => members.map(({ i }) => s[`${f}${i}`]));
      const scalars: tf.Tensor[] = [x, s.count, tf.scalar(0.75)];
      for (const [operation, a, b, c, shared] of steps) {
        const chosen = operations[operation % operations.length];
        const layer = members.map(({ shape, i }) => {
          const of = (k: number) => layers[(k + Number(i === odd && k % 5 === 0)) % layers.length];
          const other = shared % 3 === 0
            ? scalars[shared % scalars.length]
            : shared % 7 === 1
            ? of(b)[0]
            : of(b)[i];
          const fits = other.rank === 0 || String(other.shape) === String(shape);
          return chosen(of(a)[i], fits ? other : of(b)[i], of(c)[i]);
        });
        layers.push(layer);
        scalars.push(...layer.filter(({ rank }) => rank === 0));
      }
      updates.forEach((layer, f) => {
        if (layer % 6 === 0) return;
        const from = layers[layers.length - 1 - layer % layers.length];
        members.forEach(({ i }) => {
          if (i !== odd || layer % 4 !== 0) s[`${families[f]}${i}`].assign(from[i]);
        });
      });
      s.count.assign(scalars.at(-1) as tf.Tensor);
      return Object.fromEntries(outputs.map((layer, k) => {
        const from = layers[layers.length - 1 - layer % layers.length];
        return [`y${k}`, from[layer % members.length]];
      }));
    },
  } as Loss;
}

const step = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99));

const variants: readonly Without[] = [
  { passes: passNames },
  { plan: { sweeps: false } },
  { plan: { reuse: false } },
  { passes: passNames, plan: { sweeps: false, reuse: false } },
];

/** Compiles random updates of states: not a bit changes when a part of the engine is left out. */
export function checkUpdates(numRuns: number, seed?: number): void {
  const losses = fc.tuple(
    fc.array(fc.nat(SHAPES.length - 1), { minLength: 2, maxLength: 5 }),
    fc.array(step, { minLength: 1, maxLength: 9 }),
    fc.array(fc.nat(99), { minLength: 3, maxLength: 3 }),
    fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }),
    fc.nat(9),
  );
  const property = fc.property(losses, fc.nat(), (parts, seed) => {
    const updates = loss(...parts);
    const inputs = randomValues(updates.inputs, seed);
    const state = randomValues(updates.state, seed + 1);
    const graph = record(updates);
    const plain = runCompiled(graph, updates, inputs, state, variants.at(-1));
    for (const without of [{}, ...variants.slice(0, -1)]) {
      const results = runCompiled(graph, updates, inputs, state, without);
      assertSameBits(results, plain, `without ${JSON.stringify(without)}`);
    }
  });
  fc.assert(property, { numRuns, seed });
}
