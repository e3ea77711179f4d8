/**
 * The distributions of stochastic policies, as compiled programs, against closed forms in plain
 * numbers and against frequencies.
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import {
  type ActionDistribution,
  actionDistribution,
  logStandardDeviation,
} from "../../../algorithms/common/action_distribution.ts";
import { compile, State } from "../../../engine/mod.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const discrete = (n: number) => actionDistribution({ type: "discrete", n, start: 5 });
const gaussian = (size: number, initial?: number) =>
  actionDistribution({
    type: "continuous",
    size,
    shape: [size],
    low: new Float32Array(size).fill(-1),
    high: new Float32Array(size).fill(1),
  }, initial);

/** Everything that a distribution computes of a batch, by the engine. */
function compute(
  distribution: ActionDistribution,
  { outputs, others, actions, noise, logDeviations = [0, 0] }: {
    outputs: readonly number[];
    /** Outputs of the second distribution of the divergence. */
    others?: readonly number[];
    actions?: readonly number[];
    noise?: Float32Array;
    /** Of the distribution itself and of the second one, for all numbers. */
    logDeviations?: readonly [number, number];
  },
) {
  const batch = outputs.length / distribution.outputs;
  const spec = distribution.spec(batch);
  const own = Object.keys(distribution.parameters);
  const state = new State<string>({
    ...distribution.parameters,
    ...Object.fromEntries(own.map((name) => [`other.${name}`, distribution.parameters[name]])),
  });
  for (const name of own) {
    state.set(name, logDeviations[0]);
    state.set(`other.${name}`, logDeviations[1]);
  }
  const shape = [batch, distribution.outputs];
  const program = compile({
    state,
    inputs: {
      outputs: { shape },
      others: { shape },
      action: spec,
      noise: { shape: [batch, distribution.noise] },
    },
    run: ({ outputs, others, action, noise }, tensors) => {
      const p = { outputs: outputs as tf.Tensor2D, tensors };
      const q = {
        outputs: others as tf.Tensor2D,
        tensors: Object.fromEntries(own.map((name) => [name, tensors[`other.${name}`]])),
      };
      return {
        sample: distribution.sample(p.outputs, noise as tf.Tensor2D, tensors),
        mode: distribution.mode(p.outputs),
        logProbability: distribution.logProbability(p.outputs, action, tensors),
        entropy: distribution.entropy(p.outputs, tensors),
        divergence: distribution.divergence(p, q),
      };
    },
  });
  const action = distribution.array(batch);
  if (actions) action.set(actions);
  program.run({
    outputs: Float32Array.from(outputs),
    others: Float32Array.from(others ?? outputs),
    action,
    noise: noise ?? new Float32Array(batch * distribution.noise).fill(0.5),
  });
  const read = (name: Parameters<typeof program.output>[0]) => Array.from(program.output(name));
  return {
    sample: read("sample"),
    mode: read("mode"),
    logProbability: read("logProbability"),
    entropy: read("entropy"),
    divergence: read("divergence"),
  };
}

function softmax(logits: readonly number[]): number[] {
  const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / sum);
}

const sum = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0);

const logits = [[0, 0, 0], [1, -2, 0.5], [30, -30, 29], [1000, 999, 0]];
const otherLogits = [[0.1, -1, 3], [1, -2, 0.5], [25, -25, 28], [1000, 1000, 900]];

Deno.test("categorical: log-probability, entropy, divergence and mode are the closed forms", () => {
  for (let action = 0; action < 3; action++) {
    const result = compute(discrete(3), {
      outputs: logits.flat(),
      others: otherLogits.flat(),
      actions: logits.map(() => action),
    });
    logits.forEach((row, i) => {
      const p = softmax(row), q = softmax(otherLogits[i]);
      const shifted = row[action] - Math.max(...row);
      const normaliser = Math.log(sum(row.map((x) => Math.exp(x - Math.max(...row)))));
      assertAlmostEquals(result.logProbability[i], shifted - normaliser, 1e-4);
      const entropy = -sum(p.map((x) => x === 0 ? 0 : x * Math.log(x)));
      assertAlmostEquals(result.entropy[i], entropy, 1e-5);
      const divergence = sum(p.map((x, a) => x === 0 ? 0 : x * Math.log(x / q[a])));
      assertAlmostEquals(result.divergence[i], divergence, 1e-4);
      assertEquals(result.mode[i], row.indexOf(Math.max(...row)));
    });
  }
});

Deno.test("Gaussian: log-density, entropy and divergence are the closed forms, summed over numbers", () => {
  const means = [0.3, -0.2, 2, 5], others = [0, 0, 2.5, 4], actions = [1, -1, 2, 4.5];
  const logDeviations = [-0.5, 0.25] as const;
  const result = compute(gaussian(2), { outputs: means, others, actions, logDeviations });
  const [sp, sq] = logDeviations.map(Math.exp);
  for (let row = 0; row < 2; row++) {
    const each = [2 * row, 2 * row + 1];
    const density = (i: number) =>
      Math.exp(-0.5 * ((actions[i] - means[i]) / sp) ** 2) / (sp * Math.sqrt(2 * Math.PI));
    assertAlmostEquals(
      result.logProbability[row],
      Math.log(density(each[0]) * density(each[1])),
      1e-5,
    );
    assertAlmostEquals(result.entropy[row], Math.log(2 * Math.PI * Math.E * sp * sp), 1e-5);
    const divergence = (i: number) =>
      Math.log(sq / sp) + (sp ** 2 + (means[i] - others[i]) ** 2) / (2 * sq ** 2) - 0.5;
    assertAlmostEquals(result.divergence[row], divergence(each[0]) + divergence(each[1]), 1e-5);
    assertEquals(result.mode, Array.from(Float32Array.from(means)));
  }
});

Deno.test("the divergence of a distribution from itself is 0", () => {
  for (const value of compute(discrete(3), { outputs: logits.flat() }).divergence) {
    assertEquals(Math.abs(value), 0);
  }
  const same = compute(gaussian(2, -1), { outputs: [1, 2, 3, 4], logDeviations: [-1, -1] });
  for (const value of same.divergence) assertAlmostEquals(value, 0, 1e-6);
});

Deno.test("categorical samples come as often as their probabilities say", () => {
  const count = 60_000;
  const row = [0.5, -1, 2, -3];
  const distribution = discrete(4);
  const noise = new Float32Array(count * distribution.noise);
  distribution.fillNoise(defaultGenerator(5), noise);
  const { sample } = compute(distribution, {
    outputs: Array.from({ length: count }, () => row).flat(),
    noise,
  });
  softmax(row).forEach((p, action) => {
    const times = sample.filter((taken) => taken === action).length;
    const deviation = Math.sqrt(count * p * (1 - p));
    assert(Math.abs(times - count * p) < 4 * deviation, `${action}: ${times} of ${count * p}`);
  });
});

Deno.test("a draw of exactly 0 gives a sample and no NaN", () => {
  const noise = Float32Array.of(0, 0.5, 0.2, 0, 0, 0);
  const { sample } = compute(discrete(3), { outputs: [9, 1, 0, 0, 0, 0], noise });
  assertEquals(sample[0], 1);
  assert(sample[1] >= 0 && sample[1] < 3);
});

Deno.test("Gaussian samples have the mean and the deviation that they should, number by number", () => {
  const count = 20_000;
  const distribution = gaussian(2);
  const noise = new Float32Array(2 * count);
  distribution.fillNoise(defaultGenerator(6), noise);
  const { sample } = compute(distribution, {
    outputs: Array.from({ length: count }, () => [3, -1]).flat(),
    noise,
    logDeviations: [Math.log(0.5), 0],
  });
  [3, -1].forEach((mean, i) => {
    const values = sample.filter((_, at) => at % 2 === i);
    const average = sum(values) / count;
    assertAlmostEquals(average, mean, 4 * 0.5 / Math.sqrt(count));
    const variance = sum(values.map((x) => (x - average) ** 2)) / count;
    assertAlmostEquals(variance, 0.25, 4 * 0.25 * Math.sqrt(2 / count));
  });
});

Deno.test("the Gaussian's deviation starts where it is told to; the categorical has no parameter", () => {
  assertEquals(gaussian(3, -1.5).parameters, {
    [logStandardDeviation]: { shape: [3], values: -1.5 },
  });
  assertEquals(gaussian(1).parameters[logStandardDeviation].values, 0);
  assertEquals(discrete(3).parameters, {});
});

Deno.test("a single action is certain", () => {
  const result = compute(discrete(1), { outputs: [3, -2], others: [0, 1], actions: [0, 0] });
  for (const [name, values] of Object.entries(result)) {
    assert(values.every((value) => value === 0), `${name}: ${values}`);
  }
});
