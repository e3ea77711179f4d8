/** PPO against an eager computation of its own, its details one by one, and small problems solved. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Learner } from "../../algorithms/algorithm.ts";
import { streamsOf } from "../../algorithms/common/streams.ts";
import { standardised } from "../../algorithms/common/standardised.ts";
import { clippedLoss, estimatedDivergence, ppo, valueLoss } from "../../algorithms/ppo.ts";
import { evaluate } from "../../benchmarks/cell/evaluate.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { make } from "../../envs/make.ts";
import { defaultGenerator } from "../../random/generator.ts";
import type { PCG64State } from "../../random/pcg64.ts";
import { learnerOf, Recorder } from "./learners.ts";
import {
  advantagesOf,
  assertSameState,
  collectedOf,
  logProbabilities,
  networkOutputs,
  numbersOf,
  rowsOf,
  sameNumbers,
  tensorsOf,
} from "./on_policy.ts";
import { scriptedEnvironment } from "./scripted.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

const number = (tensor: tf.Tensor) => tensor.dataSync()[0];

Deno.test("the clipped loss: nothing more is gained beyond the range, but everything is lost", () => {
  // Ratio, advantage, the term: of the two products the smaller.
  const terms = [
    [1.1, 2, 2.2],
    [1.5, 2, 2.4],
    [0.5, 2, 1],
    [0.9, -3, -2.7],
    [0.5, -3, -2.4],
    [1.5, -3, -4.5],
  ];
  for (const [ratio, advantage, term] of terms) {
    const loss = clippedLoss(tf.tensor1d([ratio]), tf.tensor1d([advantage]), tf.scalar(0.2));
    assertAlmostEquals(number(loss), -term, 1e-6, `ratio ${ratio}, advantage ${advantage}`);
  }
  const [ratios, advantages] = [0, 1].map((i) => tf.tensor1d(terms.map((row) => row[i])));
  const mean = -terms.reduce((sum, [, , term]) => sum + term, 0) / terms.length;
  assertAlmostEquals(number(clippedLoss(ratios, advantages, tf.scalar(0.2))), mean, 1e-6);
  // The gradient is gone exactly where the clipped product is the smaller one.
  const slopes = tf.grad((ratio) => clippedLoss(ratio, advantages, tf.scalar(0.2)))(ratios);
  const expected = [2, 0, 2, -3, 0, -3].map((slope) => -slope / terms.length);
  Array.from(slopes.dataSync()).forEach((slope, i) => assertAlmostEquals(slope, expected[i], 1e-6));
});

Deno.test("the value loss is the mean square; clipped, the larger of the two squares", () => {
  const target = tf.tensor1d([1, 1, 1, 1]);
  const oldValue = tf.tensor1d([0, 0, 0, 0]);
  const value = tf.tensor1d([0.1, 0.9, -0.9, 3]);
  const plain = valueLoss(value, { target, oldValue, clipRange: null });
  assertAlmostEquals(number(plain), (0.81 + 0.01 + 3.61 + 4) / 4, 1e-6);
  const clipped = valueLoss(value, { target, oldValue, clipRange: 0.2 });
  assertAlmostEquals(number(clipped), (0.81 + 0.64 + 3.61 + 4) / 4, 1e-6);
});

Deno.test("the estimated divergence is the mean of r - 1 - log r", () => {
  const logs = [0, 0.5, -1];
  const mean = logs.reduce((sum, x) => sum + Math.exp(x) - 1 - x, 0) / logs.length;
  assertAlmostEquals(number(estimatedDivergence(tf.tensor1d(logs))), mean, 1e-6);
});

Deno.test("advantages get mean 0 and deviation 1; one alone stays as it is", () => {
  const advantages = [3, -1, 4, -6];
  const result = standardised(tf.tensor1d(advantages)).dataSync();
  const deviation = Math.sqrt((9 + 1 + 16 + 36) / 4);
  advantages.forEach((advantage, i) => assertAlmostEquals(result[i], advantage / deviation, 1e-6));
  assertEquals(standardised(tf.tensor1d([7])).dataSync(), Float32Array.of(7));
});

/** Minibatches of one rollout, computed eagerly and with Adam written out, in float64 where it is plain. */
function expectedParameters(
  before: Learner,
  after: Learner,
  config: Required<Pick<UpdateConfig, keyof UpdateConfig>>,
): Record<string, number[]> {
  const collected = collectedOf(after);
  const saved = before.save() as unknown as { minibatches: PCG64State };
  const random = defaultGenerator(0);
  random.bits.state = saved.minibatches;
  const tensors = tensorsOf(before);
  const names = Object.keys(tensors).filter((name) => /^(policy|value)\./.test(name));
  const moment = (kind: string, name: string) => Array.from(tensors[`adam.${kind}.${name}`].data);
  const parameters: Record<string, number[]> = {}, mean: typeof parameters = {};
  const square: typeof parameters = {};
  for (const name of names) {
    parameters[name] = Array.from(tensors[name].data);
    mean[name] = moment("mean", name);
    square[name] = moment("variance", name);
  }
  let t = tensors["adam.step"].data[0];
  const size = collected.rewards.length;
  const width = collected.observations.length / size;
  const actionWidth = collected.actions.length / size;

  const features = (rows: number[]): tf.Tensor2D => {
    const x = tf.tensor2d(rows, [rows.length / width, width]);
    if (!("observation.mean" in tensors)) return x;
    const [centre, scale] = ["mean", "scale"].map((kind) => tensors[`observation.${kind}`].data);
    return tf.clipByValue(tf.mul(tf.sub(x, centre), scale), -10, 10);
  };
  const variables = () =>
    Object.fromEntries(
      names.map((name) => [name, tf.variable(tf.tensor(parameters[name], tensors[name].shape))]),
    );
  const valuesOf = (rows: number[], s: Record<string, tf.Tensor>) =>
    tf.reshape(networkOutputs(features(rows), s, "value", config.activation), [-1]);

  const lastValues = valuesOf(Array.from(collected.current), variables()).dataSync();
  const advantages = advantagesOf(collected, { ...config, lastValues });
  const targets = advantages.map((advantage, i) => advantage + collected.values[i]);

  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const order = random.permutation(size);
    for (let begin = 0; begin < size; begin += config.minibatchSize) {
      const rows = order.slice(begin, begin + config.minibatchSize);
      const pick = (array: ArrayLike<number>) => tf.tensor1d(rowsOf(array, rows, 1));
      let advantage = pick(advantages);
      if (config.normaliseAdvantages) {
        const { mean, variance } = tf.moments(advantage);
        advantage = tf.div(tf.sub(advantage, mean), tf.sqrt(variance));
      }
      const s = variables();
      const loss = () => {
        const rowsSeen = rowsOf(collected.observations, rows, width);
        const outputs = networkOutputs(features(rowsSeen), s, "policy", config.activation);
        const deviation = s["policy.logStandardDeviation"];
        const actions = rowsOf(collected.actions, rows, actionWidth);
        const logs = logProbabilities(outputs, actions, deviation);
        const ratio = tf.exp(tf.sub(logs, pick(collected.logProbabilities)));
        // Where the ratio has gone too far in the direction of the advantage, its term is constant.
        // Plain numbers decide which terms depend on the ratio: where it has gone too far in the
        // direction of the advantage, the term is constant.
        const [r, a] = [ratio.dataSync(), advantage.dataSync()];
        const { clipRange } = config;
        const held = a.map((a, i) => a > 0 ? +(r[i] > 1 + clipRange) : -(r[i] < 1 - clipRange));
        const free = tf.mul(tf.tensor1d(held.map((sign) => 1 - Math.abs(sign))), ratio);
        const bound = tf.tensor1d(held.map((sign) => Math.abs(sign) * (1 + sign * clipRange)));
        const objective = tf.mul(tf.add(free, bound), advantage);
        const value = valuesOf(rowsSeen, s), old = pick(collected.values), target = pick(targets);
        let error = tf.square(tf.sub(target, value));
        if (config.valueClipRange !== null) {
          const range = config.valueClipRange;
          const moved = tf.add(old, tf.clipByValue(tf.sub(value, old), -range, range));
          const other = tf.square(tf.sub(target, moved));
          const [own, others] = [error.dataSync(), other.dataSync()];
          const larger = tf.tensor1d(own.map((error, i) => +(others[i] > error)));
          error = tf.add(tf.mul(larger, other), tf.mul(tf.sub(1, larger), error));
        }
        const entropy = deviation === undefined
          ? tf.neg(tf.sum(tf.mul(tf.softmax(outputs), tf.log(tf.softmax(outputs))), 1))
          : tf.sum(tf.add(deviation, 0.5 * Math.log(2 * Math.PI * Math.E)));
        return tf.add(
          tf.sub(tf.mul(config.valueCoefficient, tf.mean(error)), tf.mean(objective)),
          tf.mul(-config.entropyCoefficient, tf.mean(entropy)),
        ) as tf.Scalar;
      };
      const { grads } = tf.variableGrads(loss, Object.values(s));
      const gradients = Object.fromEntries(
        names.map((name) => [name, Array.from(grads[s[name].name].dataSync())]),
      );
      const norm = Math.hypot(...Object.values(gradients).flat());
      const factor = Math.min(1, (config.maxGradientNorm ?? Infinity) / norm);
      t++;
      for (const name of names) {
        gradients[name].forEach((unclipped, i) => {
          const g = unclipped * factor;
          mean[name][i] = 0.9 * mean[name][i] + 0.1 * g;
          square[name][i] = 0.999 * square[name][i] + 0.001 * g * g;
          const m = mean[name][i] / (1 - 0.9 ** t), v = square[name][i] / (1 - 0.999 ** t);
          parameters[name][i] -= config.learningRate * m / (Math.sqrt(v) + 1e-5);
        });
      }
    }
  }
  return parameters;
}

interface UpdateConfig {
  discount: number;
  lambda: number;
  activation: "tanh" | "relu";
  epochs: number;
  minibatchSize: number;
  learningRate: number;
  clipRange: number;
  valueClipRange: number | null;
  valueCoefficient: number;
  entropyCoefficient: number;
  maxGradientNorm: number | null;
  normaliseAdvantages: boolean;
}

const updates: readonly { title: string; id: string; config: UpdateConfig; own: object }[] = [
  {
    title: "numbered actions",
    id: "CartPole-v1",
    config: {
      discount: 0.9,
      lambda: 0.8,
      activation: "tanh",
      epochs: 3,
      minibatchSize: 16,
      learningRate: 3e-3,
      clipRange: 0.05,
      valueClipRange: 0.03,
      valueCoefficient: 0.7,
      entropyCoefficient: 0.02,
      maxGradientNorm: 0.4,
      normaliseAdvantages: true,
    },
    own: { environments: 2, rolloutSteps: 24, hidden: [8, 6] },
  },
  {
    title: "vectors, normalised observations and scaled rewards",
    id: "Pendulum-v1",
    config: {
      discount: 0.95,
      lambda: 0.9,
      activation: "relu",
      epochs: 2,
      minibatchSize: 15,
      learningRate: 1e-3,
      clipRange: 0.1,
      valueClipRange: null,
      valueCoefficient: 0.5,
      entropyCoefficient: 0.01,
      maxGradientNorm: null,
      normaliseAdvantages: false,
    },
    own: {
      environments: 3,
      rolloutSteps: 10,
      hidden: [7],
      normaliseObservations: true,
      scaleRewards: true,
      initialLogStandardDeviation: 0.5,
    },
  },
];

for (const { title, id, config, own } of updates) {
  Deno.test(`the parameters after all minibatches of a rollout equal those computed eagerly: ${title}`, () => {
    const learner = learnerOf(ppo, () => make(id), { ...config, ...own }, 5);
    const size = collectedOf(learner).rewards.length;
    // The second rollout: moments of observations and Adam's are in use.
    learner.train(size + 1);
    const before = learnerOf(ppo, () => make(id), { ...config, ...own }, 5);
    before.restore(learner.save());
    learner.train(2 * size);
    const expected = tf.tidy(() => {
      const parameters = expectedParameters(before, learner, config);
      return parameters as unknown as tf.TensorContainer;
    }) as unknown as Record<string, number[]>;
    const changed = numbersOf(before, "");
    for (const [name, { data }] of Object.entries(tensorsOf(learner))) {
      if (!(name in expected)) continue;
      assert(!sameNumbers({ data }, { data: changed[name] }), name);
      data.forEach((value, i) =>
        assertAlmostEquals(value, expected[name][i], 2e-5, `${name}[${i}]`)
      );
    }
  });
}

/** How many steps of Adam a learner has done. */
const updatesOf = (learner: Learner) => tensorsOf(learner)["adam.step"].data[0];

for (const id of ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"]) {
  Deno.test(`${id}: all ratios are exactly 1 in the first minibatch; the update ends before the step that is too far`, () => {
    // Divergences above nothing end the update: the first minibatch has none, to the last bit, whatever
    // the sizes of batches that old and new probabilities were computed in; the second one has.
    const config = {
      environments: 3,
      rolloutSteps: 40,
      minibatchSize: 24,
      learningRate: 1e-2,
      targetKl: Number.MIN_VALUE,
      normaliseObservations: true,
    };
    const learner = learnerOf(ppo, () => make(id), config);
    const { minibatches } = streamsOf(0);
    for (let rollout = 1; rollout <= 4; rollout++) {
      learner.train(120 * rollout);
      assertEquals(updatesOf(learner), rollout);
      // It was the end of the whole update: no second epoch has been shuffled.
      minibatches.permutation(120);
      assertEquals(
        (learner.save() as { minibatches?: unknown }).minibatches,
        minibatches.bits.state,
      );
    }
  });
}

Deno.test("the limit of the divergence ends updates early, and learning goes on", () => {
  const run = (targetKl: number | null) => {
    const config = { rolloutSteps: 256, minibatchSize: 32, learningRate: 3e-3, targetKl };
    const learner = learnerOf(ppo, () => make("CartPole-v1"), config);
    learner.train(1024);
    return updatesOf(learner);
  };
  assertEquals(run(null), 4 * 10 * 8);
  const limited = run(0.01);
  assert(limited > 4 * 8 && limited < 4 * 10 * 8, `${limited} updates`);
  assertEquals(run(1e6), 4 * 10 * 8);
});

Deno.test("minibatches must fill the rollout", () => {
  const config = { environments: 3, rolloutSteps: 10, minibatchSize: 4 };
  assertThrows(
    () => learnerOf(ppo, () => make("CartPole-v1"), config),
    TypeError,
    'configuration of ppo: "minibatchSize": must divide environments times rolloutSteps',
  );
});

Deno.test("first weights: gains sqrt 2, 0.01 and 1, biases 0, logarithms of deviations as told", () => {
  const config = { hidden: [32, 16], initialLogStandardDeviation: -0.5 };
  const tensors = tensorsOf(learnerOf(ppo, () => make("Pendulum-v1"), config));
  const gains = {
    "policy.w1": Math.SQRT2,
    "policy.w2": Math.SQRT2,
    "policy.w3": 0.01,
    "value.w1": Math.SQRT2,
    "value.w2": Math.SQRT2,
    "value.w3": 1,
  };
  for (const [name, gain] of Object.entries(gains)) {
    const { shape: [inputs, outputs], data } = tensors[name];
    // The shorter vectors of an orthogonal matrix have the gain as their length.
    const squares = data.reduce((sum, w) => sum + w * w, 0);
    assertAlmostEquals(squares / Math.min(inputs, outputs), gain * gain, 1e-5, name);
  }
  for (const name of ["policy.b1", "policy.b3", "value.b2", "value.b3"]) {
    assert(tensors[name].data.every((bias) => bias === 0));
  }
  assertEquals(tensors["policy.logStandardDeviation"].data, Float32Array.of(-0.5));
});

Deno.test("rates are those at the first step of a rollout", () => {
  const config = {
    rolloutSteps: 64,
    learningRate: { from: 1e-3, to: 0, steps: 64 },
  };
  const learner = learnerOf(ppo, () => make("CartPole-v1"), config);
  const fresh = numbersOf(learner, "policy.");
  learner.train(64);
  const once = numbersOf(learner, "policy.");
  assert(!sameNumbers(once, fresh));
  learner.train(128);
  assert(sameNumbers(numbersOf(learner, "policy."), once));
  assertEquals(updatesOf(learner), 20);
});

Deno.test("so is the clip range", () => {
  // Half of the decay is over when the second rollout begins.
  const schedule = { from: 0.25, to: 0.125, steps: 128 };
  const learnerWith = (clipRange: unknown) =>
    learnerOf(ppo, () => make("CartPole-v1"), {
      rolloutSteps: 64,
      minibatchSize: 16,
      learningRate: 1e-2,
      clipRange,
    });
  const decaying = learnerWith(schedule), constant = learnerWith(0.25);
  decaying.train(64);
  constant.train(64);
  assertSameState(decaying, constant);
  const half = learnerWith(0.1875);
  half.restore(decaying.save());
  for (const learner of [decaying, constant, half]) learner.train(128);
  assertSameState(decaying, half);
  assert(!sameNumbers(numbersOf(decaying, "policy."), numbersOf(constant, "policy.")));
});

Deno.test("vectors are kept as they were sampled, and clipped for the environment alone", () => {
  const taken: number[] = [];
  const recorder = new Recorder();
  recorder.onAction = (_, action) => taken.push((action as Float32Array)[0]);
  const makeEnvironment = () => recorder.watch(make("Pendulum-v1"));
  const config = { rolloutSteps: 64, initialLogStandardDeviation: 2 };
  const learner = learnerOf(ppo, makeEnvironment, config);
  learner.train(64);
  const { actions } = collectedOf(learner);
  assert(actions.some((action) => action > 2) && actions.some((action) => action < -2));
  assertEquals(taken, Array.from(actions, (action) => Math.max(-2, Math.min(2, action))));
});

Deno.test("the policy normalises observations by the moments that it was trained with", () => {
  const config = { rolloutSteps: 128, hidden: [8], normaliseObservations: true };
  const learner = learnerOf(ppo, () => make("Pendulum-v1"), config);
  learner.train(300);
  const tensors = tensorsOf(learner);
  const { "observation.mean": mean, "observation.scale": scale } = tensors;
  assert(scale.data.every((value) => value !== 1));
  const parameters = Object.fromEntries(
    Object.values(tensors).map(({ name, shape, data }) => [name, tf.tensor(data, shape)]),
  );
  const policy = learner.policy();
  const random = defaultGenerator(0);
  // The last one is cut at 10 deviations.
  for (const observation of [[1, 0, -3], [-0.5, 0.8, 6], [0, 1, 1000]]) {
    const seen = observation.map((x, i) =>
      Math.max(-10, Math.min(10, (x - mean.data[i]) * scale.data[i]))
    );
    const [action] = networkOutputs(tf.tensor2d([seen]), parameters, "policy").dataSync();
    const [own] = policy.act(Float32Array.from(observation), random) as Float32Array;
    assertAlmostEquals(own, action, 1e-6);
  }
});

/** Five states in a row, reward 1 each step, and then the given end. */
const row = (end: "terminated" | "truncated") =>
  scriptedEnvironment({
    states: 5,
    actions: 2,
    start: 0,
    steps: [1, 2, 3, 4, 4].map((next, i) => ({ next, reward: 1, ...(i === 4 && { end }) })),
  });

Deno.test("a time limit is no end of the rewards, a termination is", () => {
  const valuesOf = (end: "terminated" | "truncated") => {
    const config = {
      discount: 0.8,
      hidden: [16],
      rolloutSteps: 50,
      minibatchSize: 25,
      learningRate: { from: 1e-2, to: 1e-4, steps: 10_000 },
    };
    const learner = learnerOf(ppo, () => row(end), config);
    learner.train(10_000);
    return collectedOf(learner).values.slice(0, 5);
  };
  valuesOf("truncated").forEach((value) => assertAlmostEquals(value, 5, 0.05));
  valuesOf("terminated").forEach((value, i) => {
    assertAlmostEquals(value, 5 * (1 - 0.8 ** (5 - i)), 0.05, `state ${i}`);
  });
});

Deno.test("PPO finds a shortest path on a lake that is not slippery", () => {
  const lake = () => make("FrozenLake-v1", { isSlippery: false });
  const config = {
    environments: 8,
    rolloutSteps: 32,
    learningRate: 3e-3,
    entropyCoefficient: 0.01,
  };
  for (let seed = 0; seed < 3; seed++) {
    const learner = learnerOf(ppo, lake, config, seed);
    learner.train(256 * 40);
    const environment = lake();
    const policy = learner.policy(), random = defaultGenerator(0);
    let { observation } = environment.reset({ seed: 0 });
    for (let step = 1; step <= 6; step++) {
      const result = environment.step(policy.act(observation, random));
      assertEquals(result.terminated, step === 6);
      assertEquals(result.reward, step === 6 ? 1 : 0);
      observation = result.observation;
    }
  }
});

Deno.test("PPO balances the pole for 500 steps after 30,000 steps of learning", () => {
  const config = { environments: 8, rolloutSteps: 64, learningRate: 1e-3, epochs: 8 };
  const learner = learnerOf(ppo, () => make("CartPole-v1"), config, 1);
  learner.train(30_208);
  assertEquals(evaluate(learner.policy(), make("CartPole-v1"), 1_000_000, 20, 1).mean, 500);
});

for (const id of ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"]) {
  Deno.test(`${id}: PPO goes on bit for bit from a snapshot in mid-rollout`, () => {
    const config = {
      environments: 3,
      rolloutSteps: 32,
      minibatchSize: 24,
      epochs: 3,
      targetKl: 0.02,
      normaliseObservations: true,
      scaleRewards: true,
    };
    const whole = learnerOf(ppo, () => make(id), config);
    whole.train(500);
    const first = learnerOf(ppo, () => make(id), config);
    first.train(96 + 50);
    const bytes = encodeSnapshot(first.save());
    const second = learnerOf(ppo, () => make(id), config, 77);
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
  const learner = learnerOf(ppo, poisoned, { rolloutSteps: 64 });
  learner.train(64);
  assertEquals(learner.diverged, false);
  learner.train(1000);
  assertEquals([learner.diverged, learner.steps], [true, 128]);
});

/** The mean square of these rewards is below 2^128. */
const steep = () =>
  scriptedEnvironment({
    states: 4,
    actions: 2,
    start: 0,
    steps: [0, 1.5e19, 0, 0].map((reward, i) => ({ next: (i + 1) % 4, reward })),
  });

Deno.test("a finite loss with gradients beyond float32 makes training stop as well", () => {
  // The sum of the squared gradients is not.
  const config = {
    discount: 0,
    lambda: 0,
    rolloutSteps: 4,
    minibatchSize: 4,
    epochs: 1,
    valueCoefficient: 5,
  };
  const learner = learnerOf(ppo, steep, config);
  learner.train(100);
  assertEquals([learner.diverged, learner.steps], [true, 4]);
});

Deno.test("it does so where the limit of the divergence ends the update before the next loss", () => {
  const config = {
    discount: 0,
    lambda: 0,
    rolloutSteps: 4,
    minibatchSize: 4,
    learningRate: 0.1,
    targetKl: 1e-9,
    maxGradientNorm: null,
    valueCoefficient: 5,
  };
  const learner = learnerOf(ppo, steep, config);
  learner.train(100);
  assertEquals(updatesOf(learner), 1);
  assertEquals([learner.diverged, learner.steps], [true, 4]);
});
