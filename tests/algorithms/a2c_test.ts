/**
 * A2C: its loss and one whole update against eager TensorFlow.js and plain numbers, its gradient
 * against the exact policy gradient, what it learns on small tasks, and resumption in mid-rollout.
 */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { a2c, a2cLoss } from "../../algorithms/a2c.ts";
import { checkConfig } from "../../algorithms/create.ts";
import { decodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { learnerOf, Recorder } from "./learners.ts";
import {
  bytesOf,
  entropies,
  logProbabilities,
  networkOutputs,
  type SavedTensor,
  tensorsOf,
  variablesOf,
} from "./on_policy.ts";
import {
  episodesOf,
  exactGradient,
  exactValues,
  optimum,
  softmaxPolicy,
  tableTask,
  targetTask,
} from "./tiny_tasks.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

Deno.test("a2c: the loss is that of the formula, in plain numbers", () => {
  const logProbability = [-0.5, -2, -0.1], advantage = [1, -3, 0.5];
  const value = [1, 2, 3], target = [2, 0, 3.5], entropy = [0.6, 0.3, 0.1];
  const batch = { logProbability, advantage, value, target, entropy };
  const loss = tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(batch).map(([name, values]) => [name, tf.tensor1d(values)]),
    ) as Record<keyof typeof batch, tf.Tensor1D>;
    return a2cLoss(tensors, { valueCoefficient: 0.5, entropyCoefficient: 0.01 }).dataSync()[0];
  });
  const policy = (0.5 * 1 - 2 * 3 + 0.1 * 0.5) / 3;
  const values = (1 + 4 + 0.25) / 3;
  assertAlmostEquals(loss, policy + 0.5 * values - 0.01 / 3, 1e-6);
});

/** What a rollout's snapshot holds, as far as it matters here. */
type SavedRollout = {
  place: number;
  arrays: [
    Float32Array,
    Int32Array | Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Uint8Array,
    Float32Array,
  ];
  environments: Snapshot[];
};

const copies = 3, steps = 4;

/** A learner stopped one step before an update, after many others, in episodes of at most 6 steps. */
function beforeUpdate(id: string, config: Record<string, unknown>) {
  const makeEnvironment = () => make(id, { maxEpisodeSteps: 6 });
  const all = { environments: copies, rolloutSteps: steps, hidden: [5, 6], ...config };
  const learner = learnerOf(a2c, makeEnvironment, all, 4);
  learner.train(copies * steps * 20 - 1);
  return { learner, environment: makeEnvironment(), config: checkConfig(a2c, all) as Config };
}

type Config = {
  discount: number;
  lambda: number;
  optimizer: string;
  normaliseAdvantages: boolean;
  maxGradientNorm: number | null;
  entropyCoefficient: number;
};

/** One update, eagerly and by definition: the parameters and the optimizer's state afterwards. */
function expectedUpdate(
  { learner, environment, config }: ReturnType<typeof beforeUpdate>,
  tensors: Record<string, SavedTensor>,
) {
  const { rollout } = learner.save() as unknown as { rollout: SavedRollout };
  const [observations, actions, , , rewards, , ended, current] = rollout.arrays;
  const batch = copies * steps;
  const size = observations.length / batch;
  const variables = variablesOf(tensors, ["policy.", "value."]);
  const valueOf = (x: ArrayLike<number>) =>
    tf.tidy(() =>
      networkOutputs(tf.tensor2d(Float32Array.from(x), [x.length / size, size]), variables, "value")
        .dataSync().slice()
    );

  // The last step: the environments' own answer to the action that was chosen.
  environment.restore(rollout.environments[copies - 1]);
  const last = batch - 1;
  const action = actions instanceof Int32Array
    ? actions[last]
    : Float32Array.of(Math.max(-2, Math.min(2, actions[last])));
  const { observation, reward, terminated, truncated } = environment.step(action);
  rewards[last] = reward;
  ended[last] = terminated || truncated ? 1 : 0;
  const final = terminated ? 0 : valueOf(observation as Float32Array)[0];
  const endValues = rollout.arrays[5];
  endValues[last] = final;

  // Advantages by the sum of the definition.
  const values = valueOf(observations);
  const next = valueOf(current);
  next[copies - 1] = final;
  const following = (t: number, copy: number) => {
    const place = t * copies + copy;
    if (ended[place]) return endValues[place];
    return t === steps - 1 ? next[copy] : values[place + copies];
  };
  const advantages = new Float32Array(batch), targets = new Float32Array(batch);
  for (let copy = 0; copy < copies; copy++) {
    for (let t = 0; t < steps; t++) {
      let sum = 0;
      for (let k = t, weight = 1; k < steps; k++, weight *= config.discount * config.lambda) {
        const place = k * copies + copy;
        sum += weight * (rewards[place] + config.discount * following(k, copy) - values[place]);
        if (ended[place]) break;
      }
      advantages[t * copies + copy] = sum;
      targets[t * copies + copy] = sum + values[t * copies + copy];
    }
  }
  let weights = Array.from(advantages);
  if (config.normaliseAdvantages) {
    const mean = weights.reduce((sum, x) => sum + x) / batch;
    const deviation = Math.sqrt(weights.reduce((sum, x) => sum + (x - mean) ** 2, 0) / batch);
    weights = weights.map((x) => (x - mean) / deviation);
  }

  // Loss and gradients.
  const { grads } = tf.tidy(() =>
    tf.variableGrads(() => {
      const x = tf.tensor2d(observations, [batch, size]);
      const outputs = networkOutputs(x, variables, "policy");
      const deviation = variables["policy.logStandardDeviation"];
      const gains = tf.mul(logProbabilities(outputs, actions, deviation), tf.tensor1d(weights));
      const values = tf.reshape(networkOutputs(x, variables, "value"), [-1]);
      const squares = tf.squaredDifference(tf.tensor1d(targets), values);
      const bonus = tf.mul(entropies(outputs, deviation), config.entropyCoefficient);
      return tf.mean(tf.sub(tf.sub(tf.mul(squares, 0.5), gains), bonus)) as tf.Scalar;
    }, Object.values(variables))
  );
  const names = Object.keys(variables);
  // variableGrads names gradients by the variables' own names.
  const gradients = names.map((name) => Array.from(grads[variables[name].name].dataSync()));

  // Clipping and RMSProp.
  const norm = Math.sqrt(gradients.flat().reduce((sum, g) => sum + g * g, 0));
  const factor = config.maxGradientNorm === null ? 1 : Math.min(1, config.maxGradientNorm / norm);
  const expected: Record<string, number[]> = {};
  names.forEach((name, i) => {
    const squares = tensors[`rmsProp.square.${name}`].data;
    const square = gradients[i].map((g, j) => 0.99 * squares[j] + 0.01 * (factor * g) ** 2);
    expected[`rmsProp.square.${name}`] = square;
    expected[name] = gradients[i].map((g, j) => {
      const divisor = config.optimizer === "rmsProp"
        ? Math.sqrt(square[j]) + 1e-5
        : Math.sqrt(square[j] + 1e-5);
      return tensors[name].data[j] - 7e-4 * factor * g / divisor;
    });
  });
  tf.dispose([variables, grads]);
  return { expected, norm };
}

for (
  const [id, config] of [
    ["CartPole-v1", {}],
    ["CartPole-v1", { lambda: 0.8, optimizer: "rmsPropTensorFlow", maxGradientNorm: null }],
    ["CartPole-v1", { entropyCoefficient: 0.1, normaliseAdvantages: true }],
    ["Pendulum-v1", { lambda: 0.5 }],
    ["Pendulum-v1", { entropyCoefficient: 0.05, lambda: 0, discount: 0.9 }],
  ] as const
) {
  Deno.test(`a2c: one update is the formula's, on ${id} with ${JSON.stringify(config)}`, () => {
    const before = beforeUpdate(id, config);
    const { learner } = before;
    const tensors = tensorsOf(learner);
    const { expected, norm } = expectedUpdate(before, tensors);
    learner.train(learner.steps + 1);
    const after = tensorsOf(learner);
    for (const [name, values] of Object.entries(expected)) {
      values.forEach((value, i) => {
        assertAlmostEquals(
          after[name].data[i],
          value,
          2e-6 + 1e-4 * Math.abs(value),
          `${name}[${i}]`,
        );
      });
      assertNotEquals(after[name].data, tensors[name].data);
    }
    if (id === "Pendulum-v1") assert(norm > 0.5); // It was clipped.
  });
}

Deno.test("a2c: with exact values, the expected gradient is that of the return, for every lambda", () => {
  const logits = [[0.3, -0.2], [-0.5, 0.1], [0, 0.4]];
  const policy = softmaxPolicy(logits);
  const values = exactValues(policy, 1);
  const exact = exactGradient(logits, 1).flat();
  for (const lambda of [0, 0.5, 0.95, 1]) {
    // All steps of all episodes, each as often as the episode is probable.
    const rows = episodesOf(policy).flatMap(({ probability, steps }) => {
      let advantage = 0;
      return steps.toReversed().map(({ state, action, reward, next }) => {
        const following = next === null ? 0 : values[next];
        advantage = reward + following - values[state] + lambda * advantage;
        return { state, action, weight: probability * advantage };
      });
    });
    const count = rows.length;
    const gradient = tf.tidy(() => {
      const loss = (table: tf.Tensor) => {
        const outputs = tf.gather(table, rows.map(({ state }) => state)) as tf.Tensor2D;
        const actions = Int32Array.from(rows, ({ action }) => action);
        const zeros = tf.zeros([count]) as tf.Tensor1D;
        return a2cLoss({
          logProbability: logProbabilities(outputs, actions) as tf.Tensor1D,
          advantage: tf.tensor1d(rows.map(({ weight }) => weight * count)), // The loss is a mean.
          entropy: zeros,
          value: zeros,
          target: zeros,
        }, { valueCoefficient: 1, entropyCoefficient: 0 });
      };
      return tf.grad(loss)(tf.tensor2d(logits)).dataSync();
    });
    exact.forEach((value, i) => assertAlmostEquals(-gradient[i], value, 1e-5, `lambda ${lambda}`));
  }
});

const published = {
  environments: 8,
  rolloutSteps: 5,
  lambda: 1,
  optimizer: "rmsProp",
  rmsPropEpsilon: 1e-5,
  maxGradientNorm: 0.5,
  valueCoefficient: 0.5,
  entropyCoefficient: 0,
  normaliseAdvantages: false,
};

Deno.test("a2c: by default RMSProp's epsilon is 1e-5 and advantages are not normalised", () => {
  const config = checkConfig(a2c, {}) as Record<string, unknown>;
  for (const [option, value] of Object.entries(published)) assertEquals(config[option], value);
});

Deno.test("a2c finds the best action in every state, and its values", () => {
  const learner = learnerOf(a2c, tableTask, {
    discount: 1,
    hidden: [16],
    learningRate: { from: 5e-3, to: 0, steps: 20_000 },
  });
  learner.train(20_000);
  const random = defaultGenerator(0);
  assertEquals([0, 1, 2].map((state) => learner.policy().act(state, random)), optimum.actions);
  const variables = variablesOf(tensorsOf(learner), ["value."]);
  const values = tf.tidy(() => networkOutputs(tf.eye(3), variables, "value").dataSync());
  tf.dispose(variables);
  optimum.values.forEach((value, i) => assertAlmostEquals(values[i], value, 0.2, `state ${i}`));
});

Deno.test("a2c finds the best vector for every observation", () => {
  for (const config of [{}, { normaliseObservations: true, scaleRewards: true, lambda: 0.9 }]) {
    const learner = learnerOf(a2c, targetTask, {
      hidden: [16],
      learningRate: { from: 3e-3, to: 0, steps: 20_000 },
      ...config,
    });
    learner.train(20_000);
    const random = defaultGenerator(0);
    for (const x of [-1, 1]) {
      const [action] = learner.policy().act(Float32Array.of(x), random) as Float32Array;
      assertAlmostEquals(action, 0.7 * x, 0.1);
    }
  }
});

const problems: readonly [make: () => Environment, config: Record<string, unknown>][] = [
  [() => make("CartPole-v1", { maxEpisodeSteps: 20 }), {}],
  [() => make("FrozenLake-v1"), { normaliseObservations: true, entropyCoefficient: 0.01 }],
  [() => make("Blackjack-v1"), { lambda: 0.5, environments: 1 }],
  [
    () => make("Pendulum-v1", { maxEpisodeSteps: 13 }),
    {
      normaliseObservations: true,
      scaleRewards: true,
      optimizer: "rmsPropTensorFlow",
      learningRate: { from: 1e-3, to: 0, steps: 500 },
    },
  ],
];

Deno.test("a2c resumes bit for bit in mid-rollout, whatever the other learner had done", () => {
  for (const [makeEnvironment, config] of problems) {
    const original = learnerOf(a2c, makeEnvironment, { hidden: [8], ...config }, 1);
    original.train(333);
    const bytes = bytesOf(original);
    original.train(700);
    const restored = learnerOf(a2c, makeEnvironment, { hidden: [8], ...config }, 2);
    restored.train(11);
    restored.restore(decodeSnapshot(bytes));
    assertEquals(bytesOf(restored), bytes);
    restored.train(700);
    assertEquals(bytesOf(restored), bytesOf(original));
  }
});

Deno.test("a2c gives the same bytes in pieces as at once, and counts every step", () => {
  for (const [makeEnvironment, config] of problems) {
    const recorder = new Recorder();
    const whole = learnerOf(a2c, makeEnvironment, { hidden: [8], ...config }, 1);
    whole.train(503);
    const watched = () => recorder.watch(makeEnvironment());
    const parts = learnerOf(a2c, watched, { hidden: [8], ...config }, 1);
    for (const until of [1, 7, 8, 8, 39, 41, 100, 503]) {
      parts.train(until);
      assertEquals([parts.steps, recorder.steps], [until, until]);
    }
    assertEquals(bytesOf(parts), bytesOf(whole));
    const other = learnerOf(a2c, makeEnvironment, { hidden: [8], ...config }, 2);
    other.train(503);
    assertNotEquals(bytesOf(other), bytesOf(whole));
  }
});

Deno.test("a2c refuses a snapshot of another problem", () => {
  const cartPole = learnerOf(a2c, () => make("CartPole-v1"), {});
  const before = bytesOf(cartPole);
  for (
    const other of [
      learnerOf(a2c, () => make("Acrobot-v1"), {}),
      learnerOf(a2c, () => make("CartPole-v1"), { hidden: [8] }),
    ]
  ) {
    assertThrows(() => cartPole.restore(other.save()), Error, "snapshot");
    assertEquals(bytesOf(cartPole), before);
  }
});

Deno.test("a2c: the policy is the mode, normalises as in training, and does not change with it", () => {
  const learner = learnerOf(a2c, () => make("Pendulum-v1"), {
    normaliseObservations: true,
    hidden: [8],
    learningRate: 0.01,
  });
  learner.train(4000);
  const policy = learner.policy();
  assertEquals(policy.noise, 0);
  const tensors = tensorsOf(learner);
  const variables = variablesOf(tensors, ["policy."]);
  const random = defaultGenerator(1);
  const observations = Array.from(
    { length: 5 },
    () => Float32Array.from({ length: 3 }, () => random.uniform(-1, 1)),
  );
  const unused = defaultGenerator(0);
  const actions = observations.map((x) => policy.act(x, unused) as Float32Array);
  observations.forEach((x, i) => {
    const [mean, scale] = ["mean", "scale"].map((name) => tensors[`observation.${name}`].data);
    assert(scale.every((value) => value !== 1));
    const z = x.map((value, j) => (value - mean[j]) * scale[j]);
    const [expected] = tf.tidy(() =>
      networkOutputs(tf.tensor2d(z, [1, 3]), variables, "policy").dataSync()
    );
    assertAlmostEquals(actions[i][0], Math.max(-2, Math.min(2, expected)), 1e-5);
  });
  tf.dispose(variables);
  learner.train(8000);
  assertEquals(observations.map((x) => policy.act(x, unused) as Float32Array), actions);
  assertNotEquals(
    observations.map((x) => learner.policy().act(x, unused) as Float32Array),
    actions,
  );
  assertEquals(unused.bits.state, defaultGenerator(0).bits.state);
});

Deno.test("a2c stops where it diverges", () => {
  const explosive = (): Environment => {
    const cartPole = make("CartPole-v1");
    const step = cartPole.step.bind(cartPole);
    let steps = 0;
    cartPole.step = (action, out) => ({ ...step(action, out), reward: ++steps > 10 ? 1e30 : 1 });
    return cartPole;
  };
  const learner = learnerOf(a2c, explosive, {});
  learner.train(10_000);
  assert(learner.diverged);
  assertEquals(learner.steps % 40, 0);
  const { steps } = learner;
  assert(steps < 1000);
  learner.train(10_000);
  assertEquals(learner.steps, steps);
  const restored = learnerOf(a2c, explosive, {});
  restored.restore(learner.save());
  assert(restored.diverged);
});
