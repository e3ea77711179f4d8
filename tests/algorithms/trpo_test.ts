/** TRPO against computations of its own: Fisher's matrix written out, whole steps, and small problems. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Learner } from "../../algorithms/algorithm.ts";
import { actorCritic } from "../../algorithms/common/actor_critic.ts";
import { dot } from "../../algorithms/common/conjugate_gradient.ts";
import { checkConfig } from "../../algorithms/create.ts";
import { programs, surrogate, trpo } from "../../algorithms/trpo.ts";
import { evaluate } from "../../benchmarks/cell/evaluate.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { Box } from "../../envs/spaces/box.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { learnerOf } from "./learners.ts";
import {
  advantagesOf,
  assertSameState,
  collectedOf,
  logProbabilities,
  networkOutputs,
  numbersOf,
  sameNumbers,
  type SavedTensor,
  tensorsOf,
} from "./on_policy.ts";
import { scriptedEnvironment } from "./scripted.ts";
import { solve } from "./solve.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

const DEVIATION = "policy.logStandardDeviation";

/** A policy by its parameters in one vector, eagerly. */
class FlatPolicy {
  readonly #tensors: readonly SavedTensor[];

  constructor(learner: Learner) {
    this.#tensors = Object.values(tensorsOf(learner))
      .filter(({ name }) => name.startsWith("policy."));
  }

  /** The learner's present parameters. */
  get parameters(): number[] {
    return this.#tensors.flatMap(({ data }) => Array.from(data));
  }

  variables(parameters: readonly number[]): Record<string, tf.Variable> {
    let begin = 0;
    return Object.fromEntries(this.#tensors.map(({ name, shape, data: { length } }) => {
      begin += length;
      const values = parameters.slice(begin - length, begin);
      return [name, tf.variable(tf.tensor(values, shape))];
    }));
  }

  /** The gradient of a function of the policy. */
  gradient(
    parameters: readonly number[],
    f: (variables: Record<string, tf.Variable>) => tf.Tensor,
  ): number[] {
    return tf.tidy(() => {
      const variables = this.variables(parameters);
      const { grads } = tf.variableGrads(() => f(variables) as tf.Scalar, Object.values(variables));
      // What the function does not depend on has no gradient.
      const numbers = Object.values(variables).flatMap(({ name, size }) =>
        Array.from(grads[name]?.dataSync() ?? new Float32Array(size))
      );
      return numbers as unknown as tf.TensorContainer;
    }) as unknown as number[];
  }

  /** The network's outputs for rows x, as plain numbers. */
  outputs(parameters: readonly number[], x: tf.Tensor2D): number[][] {
    return tf.tidy(() => {
      const outputs = networkOutputs(x, this.variables(parameters), "policy");
      return outputs.arraySync() as unknown as tf.TensorContainer;
    }) as unknown as number[][];
  }

  /** The logarithms of the deviations, if actions are vectors. */
  logDeviations(parameters: readonly number[]): number[] {
    const last = this.#tensors.at(-1)!;
    return last.name === DEVIATION ? parameters.slice(-last.data.length) : [];
  }
}

const softmax = (logits: readonly number[]) => {
  const weights = logits.map(Math.exp);
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
};

/** KL(p, q), the mean over the rows, from the definitions. */
function divergence(
  policy: FlatPolicy,
  p: readonly number[],
  q: readonly number[],
  x: tf.Tensor2D,
) {
  const outputs = [p, q].map((parameters) => policy.outputs(parameters, x));
  const [deviationsP, deviationsQ] = [p, q].map((it) => policy.logDeviations(it).map(Math.exp));
  const rows = outputs[0].map((rowP, i) => {
    const rowQ = outputs[1][i];
    if (deviationsP.length === 0) {
      const [a, b] = [softmax(rowP), softmax(rowQ)];
      return a.reduce((sum, value, j) => sum + value * Math.log(value / b[j]), 0);
    }
    return deviationsP.reduce((sum, dp, j) => {
      const dq = deviationsQ[j];
      const squares = dp ** 2 + (rowP[j] - rowQ[j]) ** 2;
      return sum + Math.log(dq / dp) + squares / (2 * dq ** 2) - 0.5;
    }, 0);
  });
  return rows.reduce((a, b) => a + b) / rows.length;
}

/** Fisher's matrix: the mean over rows of what scores are expected to give, outer products. */
function fisherMatrix(policy: FlatPolicy, parameters: readonly number[], x: tf.Tensor2D) {
  const size = parameters.length;
  const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const add = (score: readonly number[], weight: number) =>
    score.forEach((a, i) => score.forEach((b, j) => matrix[i][j] += weight * a * b));
  const rows = policy.outputs(parameters, x);
  const deviations = policy.logDeviations(parameters).map(Math.exp);
  rows.forEach((outputs, i) => {
    const row = tf.slice(x, [i, 0], [1, -1]);
    const pick = (j: number) =>
      policy.gradient(parameters, (s) => {
        const values = networkOutputs(row, s, "policy");
        const chosen = deviations.length > 0 ? values : tf.logSoftmax(values);
        return tf.sum(tf.slice(chosen, [0, j], [1, 1]));
      });
    if (deviations.length === 0) {
      // Over the actions, by their probabilities: the outer products of gradients of log p.
      softmax(outputs).forEach((p, j) => add(pick(j), p / rows.length));
    } else {
      // Of a Gaussian: the gradients of the means over the deviation; 2 for each logarithm of one.
      deviations.forEach((deviation, j) => add(pick(j), 1 / deviation ** 2 / rows.length));
      deviations.forEach((_, j) => {
        const at = size - deviations.length + j;
        matrix[at][at] += 2 / rows.length;
      });
    }
  });
  return matrix;
}

/** Small problems of both kinds. */
const problems = [
  { id: "CartPole-v1", width: 4 },
  { id: "Pendulum-v1", width: 3 },
] as const;

/** The programs of a small learner, and its policy. */
function small(id: string, config: Record<string, unknown>) {
  const own = { environments: 2, rolloutSteps: 6, minibatchSize: 4, hidden: [5], ...config };
  const checked = checkConfig(trpo, own) as Parameters<typeof programs>[0];
  const random = defaultGenerator(3);
  const model = actorCritic({ ...checked, environment: make(id), random });
  const made = programs(checked, model);
  // Weights as large as after some learning: the first ones make all actions alike.
  for (const name in model.policyParameters) {
    made.state.set(name, made.state.get(name).map(() => 0.7 * random.standardNormal()));
  }
  const saved = { state: made.state.save() };
  const policy = new FlatPolicy({ save: () => saved } as unknown as Learner);
  return { ...made, model, policy, random };
}

const normals = (random: ReturnType<typeof defaultGenerator>, length: number) =>
  Float32Array.from({ length }, () => random.standardNormal());

for (const { id, width } of problems) {
  Deno.test(`${id}: the product with Fisher's matrix equals the matrix written out`, () => {
    const { fisherProduct, policy, random } = small(id, { damping: 0.3 });
    const observation = normals(random, 12 * width);
    const matrix = fisherMatrix(policy, policy.parameters, tf.tensor2d(observation, [12, width]));
    for (let round = 0; round < 3; round++) {
      const vector = normals(random, matrix.length);
      fisherProduct.run({ observation, vector });
      const product = fisherProduct.output("product");
      assertEquals(product.length, matrix.length);
      matrix.forEach((row, i) =>
        assertAlmostEquals(product[i], dot(row, vector) + 0.3 * vector[i], 1e-4, `element ${i}`)
      );
    }
  });

  Deno.test(`${id}: it is the change of the divergence's gradient`, () => {
    const { fisherProduct, policy, random } = small(id, { damping: 0 });
    const observation = normals(random, 12 * width);
    const x = tf.tensor2d(observation, [12, width]);
    const old = policy.parameters;
    const vector = normals(random, old.length);
    fisherProduct.run({ observation, vector });
    const product = fisherProduct.output("product");
    // v H v by differences of second order of KL(old, .) in float64, which is 0 at the old policy.
    const step = 2 ** -7;
    const at = (length: number) =>
      divergence(policy, old, old.map((value, i) => value + length * vector[i]), x);
    const curvature = (at(step) + at(-step)) / step ** 2;
    assertAlmostEquals(dot(vector, product), curvature, 2e-2 * curvature);
  });

  Deno.test(`${id}: the line search is told KL(old, new), not KL(new, old)`, () => {
    const { candidate, state, model, policy, random } = small(id, {});
    const observation = normals(random, 12 * width);
    const x = tf.tensor2d(observation, [12, width]);
    const old = policy.parameters;
    const oldOutputs = Float32Array.from(policy.outputs(old, x).flat());
    const oldDeviation = id === "Pendulum-v1" ? { [DEVIATION]: state.get(DEVIATION) } : {};
    const added = normals(random, old.length);
    let begin = 0;
    for (const name in model.policyParameters) {
      state.set(name, state.get(name).map((value) => value + 0.5 * added[begin++]));
    }
    const moved = old.map((value, i) => value + 0.5 * added[i]);
    candidate.run({
      observation,
      action: model.distribution.array(12),
      oldLogProbability: new Float32Array(12),
      advantage: new Float32Array(12),
      oldOutputs,
      ...oldDeviation,
    });
    const told = candidate.output("divergence")[0];
    const expected = divergence(policy, old, moved, x);
    assertAlmostEquals(told, expected, 1e-4 * expected);
    assert(Math.abs(told - divergence(policy, moved, old, x)) > 0.05 * expected);
  });
}

Deno.test("the surrogate is the mean of ratios times advantages", () => {
  const logs = [tf.tensor1d([-1, -2]), tf.tensor1d([-1.5, -1])];
  const value = surrogate(logs[0], logs[1], tf.tensor1d([2, 3])).dataSync()[0];
  assertAlmostEquals(value, (2 * Math.exp(0.5) + 3 * Math.exp(-1)) / 2, 1e-6);
});

/** The policy after a rollout: the direction by elimination, the line search in plain numbers. */
function expectedStep(
  before: Learner,
  after: Learner,
  { maxKl, damping }: { maxKl: number; damping: number },
) {
  const policy = new FlatPolicy(before);
  const collected = collectedOf(after);
  const size = collected.rewards.length;
  const width = collected.observations.length / size;
  const x = tf.tensor2d(Array.from(collected.observations), [size, width]);
  const values = numbersOf(before, "value.");
  const shapes = tensorsOf(before);
  const value = (rows: ArrayLike<number>) => {
    const parameters = Object.fromEntries(
      Object.entries(values).map(([name, data]) => [name, tf.tensor(data, shapes[name].shape)]),
    );
    const x = tf.tensor2d(Array.from(rows), [rows.length / width, width]);
    return networkOutputs(x, parameters, "value").dataSync();
  };
  const raw = advantagesOf(collected, {
    lastValues: value(collected.current),
    discount: 0.99,
    lambda: 0.95,
  });
  const mean = raw.reduce((a, b) => a + b) / size;
  const deviation = Math.sqrt(raw.reduce((sum, a) => sum + (a - mean) ** 2, 0) / size);
  const advantage = raw.map((a) => (a - mean) / deviation);
  const objective = (s: Record<string, tf.Tensor>) => {
    const logs = logProbabilities(
      networkOutputs(x, s, "policy"),
      collected.actions,
      s[DEVIATION],
    );
    return surrogate(logs, tf.tensor1d(collected.logProbabilities), tf.tensor1d(advantage));
  };
  const old = policy.parameters;
  const g = policy.gradient(old, objective);
  const matrix = fisherMatrix(policy, old, x)
    .map((row, i) => row.map((value, j) => value + (i === j ? damping : 0)));
  const direction = solve(matrix, g);
  const longest = Math.sqrt(2 * maxKl / dot(direction, g));
  const surrogateAt = (parameters: readonly number[]) =>
    objective(policy.variables(parameters)).dataSync()[0];
  const zero = surrogateAt(old);
  for (let tries = 1; tries <= 10; tries++) {
    const moved = old.map((value, i) => value + 0.8 ** (tries - 1) * longest * direction[i]);
    if (divergence(policy, old, moved, x) < maxKl && surrogateAt(moved) > zero) {
      return { parameters: moved, tries };
    }
  }
  return { parameters: old, tries: 11 };
}

const steps = [
  { id: "CartPole-v1", maxKl: 0.01, seed: 4, tries: 1 },
  { id: "Pendulum-v1", maxKl: 0.01, seed: 4, tries: 1 },
  // So far off that the quadratic form says too little: the divergence sends the line search back,
  { id: "Pendulum-v1", maxKl: 2, seed: 4, tries: 2 },
  // or the surrogate does, where it is worse than at the old policy.
  { id: "CartPole-v1", maxKl: 20, seed: 3, tries: 4 },
];

for (const { id, maxKl, seed, tries } of steps) {
  Deno.test(`${id}: the step of a rollout with limit ${maxKl} equals elimination and a plain line search`, () => {
    const config = {
      environments: 2,
      rolloutSteps: 32,
      minibatchSize: 16,
      hidden: [5],
      maxKl,
      damping: 1e-2,
      conjugateGradientSteps: 100,
    };
    const learner = learnerOf(trpo, () => make(id), config, seed);
    const fresh = learnerOf(trpo, () => make(id), config, seed);
    learner.train(64);
    const expected = expectedStep(fresh, learner, config);
    assert(expected.tries >= tries && expected.tries <= 10, `${expected.tries} tries`);
    const old = new FlatPolicy(fresh).parameters;
    const actual = new FlatPolicy(learner).parameters;
    const step = expected.parameters.map((value, i) => value - old[i]);
    const largest = Math.max(...step.map(Math.abs));
    step.forEach((length, i) =>
      assertAlmostEquals(actual[i] - old[i], length, 3e-3 * largest, `element ${i}`)
    );
  });
}

Deno.test("the new policy keeps the limit and improves the surrogate in every rollout", () => {
  const config = { rolloutSteps: 128, hidden: [16], maxKl: 0.02 };
  const learner = learnerOf(trpo, () => make("Pendulum-v1"), config, 2);
  let largest = 0;
  for (let rollout = 1; rollout <= 8; rollout++) {
    const policy = new FlatPolicy(learner);
    learner.train(128 * rollout);
    const x = tf.tensor2d(Array.from(collectedOf(learner).observations), [128, 3]);
    const moved = divergence(policy, policy.parameters, new FlatPolicy(learner).parameters, x);
    assert(moved < 0.02 + 1e-6, `divergence ${moved}`);
    largest = Math.max(largest, moved);
  }
  assert(largest > 0.01, `divergence ${largest}`);
});

Deno.test("where no length of the step will do, the old policy comes back bit for bit", () => {
  // A step that makes the deviation of the Gaussian infinite or 0 is never near the old policy.
  const config = { rolloutSteps: 64, minibatchSize: 64, maxKl: 1e12 };
  const learner = learnerOf(trpo, () => make("Pendulum-v1"), config);
  const fresh = numbersOf(learner, "policy.");
  const values = numbersOf(learner, "value.");
  learner.train(64);
  assert(sameNumbers(numbersOf(learner, "policy."), fresh));
  assert(!sameNumbers(numbersOf(learner, "value."), values));
  assertEquals(learner.diverged, false);
  // With a limit that can be kept, the same steps change it.
  const usual = learnerOf(trpo, () => make("Pendulum-v1"), { ...config, maxKl: 0.01 });
  usual.train(64);
  assert(!sameNumbers(numbersOf(usual, "policy."), numbersOf(learner, "policy.")));
});

Deno.test("without advantages there is no step", () => {
  // Nothing to see and nothing to get: both networks give 0, and so does every gradient.
  const still = (): Environment => {
    const script = { states: 2, actions: 2, start: 0, steps: [{ next: 0, reward: 0 }] };
    const environment = scriptedEnvironment(script);
    const observation = new Float32Array(2);
    return {
      ...environment,
      observationSpace: new Box(-1, 1, [2]),
      reset: () => ({ observation, info: {} }),
      step: (action) => ({ ...environment.step(action as number), observation }),
    };
  };
  const learner = learnerOf(trpo, still, { rolloutSteps: 32, minibatchSize: 32 });
  const fresh = numbersOf(learner, "policy.");
  learner.train(64);
  assert(sameNumbers(numbersOf(learner, "policy."), fresh));
  assertEquals(learner.diverged, false);
});

Deno.test("policy and value function learn apart from each other", () => {
  const after = (config: Record<string, unknown>) => {
    const own = { rolloutSteps: 64, minibatchSize: 16, ...config };
    const learner = learnerOf(trpo, () => make("CartPole-v1"), own);
    learner.train(64);
    return learner;
  };
  const usual = after({});
  // Other steps of the values: the same policy.
  const longer = after({ epochs: 20 });
  assert(sameNumbers(numbersOf(longer, "policy."), numbersOf(usual, "policy.")));
  assert(!sameNumbers(numbersOf(longer, "value."), numbersOf(usual, "value.")));
  // Another step of the policy: the same values.
  const farther = after({ maxKl: 0.02 });
  assert(!sameNumbers(numbersOf(farther, "policy."), numbersOf(usual, "policy.")));
  assert(sameNumbers(numbersOf(farther, "value."), numbersOf(usual, "value.")));
  // The optimizer knows the values' parameters alone, and has done a step for each minibatch.
  const known = Object.keys(numbersOf(usual, "adam.")).map((name) => name.split(".")[2]);
  assertEquals(known.filter((name) => name === "policy"), []);
  assertEquals(tensorsOf(usual)["adam.step"].data[0], 10 * 64 / 16);
});

Deno.test("the rate of the values is that at the first step of a rollout", () => {
  const config = {
    rolloutSteps: 64,
    minibatchSize: 16,
    learningRate: { from: 1e-3, to: 0, steps: 64 },
  };
  const learner = learnerOf(trpo, () => make("CartPole-v1"), config);
  const fresh = numbersOf(learner, "value.");
  learner.train(64);
  const once = numbersOf(learner, "value.");
  assert(!sameNumbers(once, fresh));
  learner.train(128);
  assert(sameNumbers(numbersOf(learner, "value."), once));
});

Deno.test("minibatches of the value function must fill the rollout", () => {
  assertThrows(
    () => learnerOf(trpo, () => make("CartPole-v1"), { rolloutSteps: 100 }),
    TypeError,
    'configuration of trpo: "minibatchSize": must divide environments times rolloutSteps',
  );
});

Deno.test("values converge to what follows: a time limit is no end of the rewards, a termination is", () => {
  const valuesOf = (end: "terminated" | "truncated") => {
    const row = () =>
      scriptedEnvironment({
        states: 5,
        actions: 2,
        start: 0,
        steps: [1, 2, 3, 4, 4].map((next, i) => ({ next, reward: 1, ...(i === 4 && { end }) })),
      });
    const config = {
      discount: 0.8,
      hidden: [16],
      rolloutSteps: 50,
      minibatchSize: 25,
      learningRate: { from: 1e-2, to: 1e-4, steps: 5000 },
    };
    const learner = learnerOf(trpo, row, config);
    learner.train(5000);
    return collectedOf(learner).values.slice(0, 5);
  };
  valuesOf("truncated").forEach((value) => assertAlmostEquals(value, 5, 0.05));
  valuesOf("terminated").forEach((value, i) => {
    assertAlmostEquals(value, 5 * (1 - 0.8 ** (5 - i)), 0.05, `state ${i}`);
  });
});

Deno.test("TRPO finds a shortest path on a lake that is not slippery", () => {
  const lake = () => make("FrozenLake-v1", { isSlippery: false });
  const config = { hidden: [16], environments: 8, rolloutSteps: 32, maxKl: 0.05 };
  const learner = learnerOf(trpo, lake, config);
  learner.train(256 * 50);
  const { returns } = evaluate(learner.policy(), lake(), 0, 3, 0);
  assertEquals(returns, [1, 1, 1]);
});

Deno.test("TRPO balances the pole for 500 steps after 40,000 steps of learning", () => {
  const config = { hidden: [32, 32], environments: 4, rolloutSteps: 512, damping: 1e-2 };
  const learner = learnerOf(trpo, () => make("CartPole-v1"), config, 1);
  learner.train(40_960);
  assertEquals(evaluate(learner.policy(), make("CartPole-v1"), 1_000_000, 20, 1).mean, 500);
});

for (const id of ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"]) {
  Deno.test(`${id}: TRPO goes on bit for bit from a snapshot in mid-rollout`, () => {
    const config = {
      hidden: [8],
      environments: 3,
      rolloutSteps: 32,
      minibatchSize: 24,
      epochs: 2,
      normaliseObservations: true,
      scaleRewards: true,
    };
    const whole = learnerOf(trpo, () => make(id), config);
    whole.train(500);
    const first = learnerOf(trpo, () => make(id), config);
    first.train(96 + 50);
    const bytes = encodeSnapshot(first.save());
    const second = learnerOf(trpo, () => make(id), config, 77);
    second.train(31);
    second.restore(decodeSnapshot(bytes));
    assertSameState(second, first);
    for (const until of [147, 200, 288, 500]) second.train(until);
    assertSameState(second, whole);
  });
}

Deno.test("a reward that is no number makes training stop there and say so", () => {
  const poisoned = () =>
    scriptedEnvironment({
      states: 2,
      actions: 2,
      start: 0,
      steps: Array.from({ length: 100 }, (_, i) => ({ next: 1, reward: i === 90 ? NaN : 1 })),
    });
  const learner = learnerOf(trpo, poisoned, { rolloutSteps: 64, minibatchSize: 32 });
  learner.train(64);
  assertEquals(learner.diverged, false);
  learner.train(1000);
  assertEquals([learner.diverged, learner.steps], [true, 128]);
});

Deno.test("a policy that is no number any more makes training stop, also where the values are sound", () => {
  // exp(100) is more than float32 has.
  const config = { rolloutSteps: 64, minibatchSize: 32, initialLogStandardDeviation: 100 };
  const learner = learnerOf(trpo, () => make("Pendulum-v1"), config);
  learner.train(1000);
  assertEquals([learner.diverged, learner.steps], [true, 64]);
  assert(Object.values(numbersOf(learner, "value.")).every((data) => data.every(Number.isFinite)));
});

Deno.test("a product with Fisher's matrix that is no number makes training stop as well", () => {
  // exp(2 * 50), the precision of the Gaussian, is more than float32 has; its logarithms are sound.
  const config = { rolloutSteps: 64, minibatchSize: 32, initialLogStandardDeviation: -50 };
  const learner = learnerOf(trpo, () => make("Pendulum-v1"), config);
  learner.train(1000);
  assertEquals([learner.diverged, learner.steps], [true, 64]);
});

Deno.test("a finite loss of the values with gradients whose squares are not makes training stop as well", () => {
  const steep = () =>
    scriptedEnvironment({
      states: 2,
      actions: 2,
      start: 0,
      steps: [0, 1.5e19, 0, 0].map((reward) => ({ next: 0, reward })),
    });
  const config = { discount: 0, lambda: 0, rolloutSteps: 4, minibatchSize: 1, epochs: 1 };
  const learner = learnerOf(trpo, steep, config);
  learner.train(100);
  assertEquals([learner.diverged, learner.steps], [true, 4]);
});
