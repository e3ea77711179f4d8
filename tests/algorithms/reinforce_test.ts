/**
 * REINFORCE: its gradient against the exact policy gradient, one whole update against eager
 * TensorFlow.js and plain numbers, what it learns on small tasks, and resumption in mid-episode.
 */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { checkConfig } from "../../algorithms/create.ts";
import { baselineLoss, policyLoss, reinforce } from "../../algorithms/reinforce.ts";
import { decodeSnapshot } from "../../data/snapshot.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { Box } from "../../envs/spaces/box.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { learnerOf, Recorder } from "./learners.ts";
import {
  bytesOf,
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
  returnsOf,
  shortCorridor,
  softmaxPolicy,
  tableTask,
  targetTask,
} from "./tiny_tasks.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

const logits = [[0.3, -0.2], [-0.5, 0.1], [0, 0.4]];

/** A step of a listed episode, and its weight in the policy's loss. */
interface Row {
  readonly state: number;
  readonly action: number;
  readonly weight: number;
}

/** The gradient of minus the policy's loss with respect to the logits. */
function gradientOf(rows: readonly Row[]): number[] {
  return tf.tidy(() => {
    const loss = (table: tf.Tensor) => {
      const outputs = tf.gather(table, rows.map(({ state }) => state)) as tf.Tensor2D;
      const actions = Int32Array.from(rows, ({ action }) => action);
      return policyLoss(
        logProbabilities(outputs, actions) as tf.Tensor1D,
        tf.tensor1d(rows.map(({ weight }) => weight)),
      );
    };
    return Array.from(tf.grad(loss)(tf.tensor2d(logits)).dataSync(), (value) => -value);
  });
}

/** All steps of all episodes under the policy of `logits`, by a baseline for each state. */
function allSteps(discount: number, { baseline, powers }: {
  baseline: readonly number[];
  /** Whether step t counts gamma^t. */
  powers: boolean;
}): Row[] {
  return episodesOf(softmaxPolicy(logits)).flatMap(({ probability, steps }) => {
    const returns = returnsOf(steps, discount);
    return steps.map(({ state, action }, t) => ({
      state,
      action,
      weight: probability * (powers ? discount ** t : 1) * (returns[t] - baseline[state]),
    }));
  });
}

const none = [0, 0, 0];

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number) {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(actual[i], value, tolerance, `element ${i}`));
}

Deno.test("reinforce: over all episodes, the update is the exact gradient of the expected return", () => {
  const exact = exactGradient(logits, 1).flat();
  assert(Math.max(...exact.map(Math.abs)) > 0.1);
  assertClose(gradientOf(allSteps(1, { baseline: none, powers: false })), exact, 1e-5);
});

Deno.test("reinforce: with gamma^t it is that of the discounted return from the start, without it is not", () => {
  const exact = exactGradient(logits, 0.8).flat();
  assertClose(gradientOf(allSteps(0.8, { baseline: none, powers: true })), exact, 1e-5);
  const without = gradientOf(allSteps(0.8, { baseline: none, powers: false }));
  assert(without.some((value, i) => Math.abs(value - exact[i]) > 0.01));
});

Deno.test("reinforce: no baseline changes the expected update, a good one lowers its variance", () => {
  const exact = exactGradient(logits, 1).flat();
  const values = exactValues(softmaxPolicy(logits), 1);
  for (const baseline of [values, [7, -5, 100]]) {
    assertClose(gradientOf(allSteps(1, { baseline, powers: false })), exact, 1e-4);
  }
  // The mean square of one episode's gradient.
  const square = (baseline: readonly number[]) =>
    episodesOf(softmaxPolicy(logits)).reduce((sum, { probability, steps }) => {
      const returns = returnsOf(steps, 1);
      const rows = steps.map(({ state, action }, t) => ({
        state,
        action,
        weight: returns[t] - baseline[state],
      }));
      return sum + probability * gradientOf(rows).reduce((sum, g) => sum + g * g, 0);
    }, 0);
  assert(square(values) < 0.7 * square(none));
});

Deno.test("reinforce: the baseline's loss is the weighted mean square", () => {
  const loss = tf.tidy(() => {
    const [value, target, weight] = [[1, 2, 9], [3, 1, 5], [0.5, 0.5, 0]].map((x) =>
      tf.tensor1d(x)
    );
    return baselineLoss(value, target, weight).dataSync()[0];
  });
  assertEquals(loss, (4 + 1) / 2);
});

/** A step as the environment saw it. */
interface Seen {
  readonly observation: Float32Array;
  readonly action: number | Float32Array;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly next: Float32Array;
}

/** An environment with wide bounds of actions that writes down what happens. */
function watched(id: string, seen: Seen[], maxEpisodeSteps: number): Environment {
  const environment = make(id, { maxEpisodeSteps });
  let before = new Float32Array(0);
  const { actionSpace } = environment;
  const copy = (x: unknown) => (x as Float32Array).slice();
  return {
    ...new Recorder().watch(environment),
    actionSpace: actionSpace.description.type === "Box" ? new Box(-1000, 1000, [1]) : actionSpace,
    reset: (options, out) => {
      const start = environment.reset(options, out);
      before = copy(start.observation);
      return start;
    },
    step: (action, out) => {
      const step = environment.step(action, out);
      const { reward, terminated, truncated } = step;
      const next = copy(step.observation);
      const taken = typeof action === "number" ? action : action.slice();
      seen.push({ observation: before, action: taken, reward, terminated, truncated, next });
      before = next;
      return step;
    },
  };
}

interface Config {
  readonly baseline: boolean;
  readonly discount: number;
  readonly discountLaterSteps: boolean;
  readonly normaliseAdvantages: boolean;
}

/** The parameters and the state of Adam after an update, eagerly and by definition. */
function expectedUpdate(
  seen: readonly Seen[],
  tensors: Readonly<Record<string, SavedTensor>>,
  { baseline, discount, discountLaterSteps, normaliseAdvantages }: Config,
): Record<string, number[]> {
  const variables = variablesOf(tensors, ["policy.", "value."]);
  const rows = (of: "observation" | "next") =>
    tf.tensor2d(seen.map((step) => Array.from(step[of])));
  const valuesAt = (of: "observation" | "next") =>
    baseline
      ? tf.tidy(() => networkOutputs(rows(of), variables, "value").dataSync().slice())
      : new Float32Array(seen.length);
  const values = valuesAt("observation"), following = valuesAt("next");

  const returns: number[] = [], weights: number[] = [];
  let first = 0, episodes = 0;
  seen.forEach(({ terminated, truncated }, last) => {
    if (!terminated && !truncated) return;
    for (let t = first; t <= last; t++) {
      let sum = terminated ? 0 : discount ** (last + 1 - t) * following[last];
      for (let k = t; k <= last; k++) sum += discount ** (k - t) * seen[k].reward;
      returns.push(sum);
      weights.push(discountLaterSteps ? discount ** (t - first) : 1);
    }
    first = last + 1;
    episodes++;
  });
  let advantages = returns.map((value, t) => value - values[t]);
  if (normaliseAdvantages) {
    const mean = advantages.reduce((sum, x) => sum + x) / seen.length;
    const square = advantages.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seen.length;
    advantages = advantages.map((x) => (x - mean) / Math.sqrt(square));
  }

  const discrete = typeof seen[0].action === "number";
  const flat = seen.flatMap(({ action }) =>
    typeof action === "number" ? action : Array.from(action)
  );
  const actions = discrete ? Int32Array.from(flat) : Float32Array.from(flat);
  const gradientsOf = (loss: () => tf.Tensor, prefix: string) => {
    const list = Object.entries(variables).filter(([name]) => name.startsWith(prefix));
    const { grads } = tf.variableGrads(() => loss() as tf.Scalar, list.map(([, it]) => it));
    return Object.fromEntries(
      list.map(([name, it]) => [name, Array.from(grads[it.name].dataSync())]),
    );
  };
  const gradients = tf.tidy(() => ({
    ...gradientsOf(() => {
      const outputs = networkOutputs(rows("observation"), variables, "policy");
      const logs = logProbabilities(outputs, actions, variables["policy.logStandardDeviation"]);
      const each = tf.tensor1d(advantages.map((x, t) => x * weights[t] / episodes));
      return tf.neg(tf.sum(tf.mul(each, logs)));
    }, "policy."),
    ...(baseline && gradientsOf(() => {
      const estimates = tf.reshape(networkOutputs(rows("observation"), variables, "value"), [-1]);
      return tf.mean(tf.squaredDifference(tf.tensor1d(returns), estimates));
    }, "value.")),
  }));
  tf.dispose(variables);

  const expected: Record<string, number[]> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    const adam = `${name.split(".")[0]}Adam`;
    const t = tensors[`${adam}.step`].data[0] + 1;
    const rate = adam === "policyAdam" ? 0.01 : 0.02;
    const mean = gradient.map((g, i) => 0.9 * tensors[`${adam}.mean.${name}`].data[i] + 0.1 * g);
    const variance = gradient.map((g, i) =>
      0.999 * tensors[`${adam}.variance.${name}`].data[i] + 0.001 * g * g
    );
    expected[`${adam}.mean.${name}`] = mean;
    expected[`${adam}.variance.${name}`] = variance;
    expected[name] = mean.map((m, i) => {
      const root = Math.sqrt(variance[i] / (1 - 0.999 ** t)) + 1e-8;
      return tensors[name].data[i] - rate * m / (1 - 0.9 ** t) / root;
    });
  }
  return expected;
}

for (
  const [id, limit, options] of [
    ["CartPole-v1", 90, { episodesPerUpdate: 4 }],
    ["CartPole-v1", 12, { discountLaterSteps: true, discount: 0.9 }],
    ["CartPole-v1", 12, { baseline: false, episodesPerUpdate: 3, normaliseAdvantages: true }],
    ["Pendulum-v1", 70, { episodesPerUpdate: 2, normaliseAdvantages: true, discount: 0.9 }],
    ["Pendulum-v1", 20, { baseline: false }],
  ] as const
) {
  Deno.test(`reinforce: one update is the formula's, on ${id} in episodes of ${limit} with ${JSON.stringify(options)}`, () => {
    const all = {
      hidden: [5, 6],
      learningRate: 0.01,
      baselineLearningRate: 0.02,
      ...options,
    };
    const seen: Seen[] = [];
    const learner = learnerOf(reinforce, () => watched(id, seen, limit), all, 5);
    // Up to the sixth update; the list begins anew after each one before.
    let last = learner.save();
    for (let updates = 0; updates < 6;) {
      last = learner.save();
      learner.train(learner.steps + 1);
      const { episodes } = learner.save() as unknown as { episodes: { rewards: Float32Array } };
      if (episodes.rewards.length === 0 && ++updates < 6) seen.length = 0;
    }
    if (limit > 64) assert(seen.length > 64); // More than one chunk.
    const before = tensorsOf({ save: () => last });
    const expected = expectedUpdate(seen, before, checkConfig(reinforce, all) as Config);
    const after = tensorsOf(learner);
    for (const [name, values] of Object.entries(expected)) {
      values.forEach((value, i) => {
        const tolerance = 1e-5 + 1e-4 * Math.abs(value);
        assertAlmostEquals(after[name].data[i], value, tolerance, `${name}[${i}]`);
      });
      assertNotEquals(after[name].data, before[name].data);
    }
    const sums = Object.keys(after).filter((name) => name.startsWith("gradient."));
    assert(sums.every((name) => after[name].data.every((value) => value === 0)));
  });
}

Deno.test("reinforce: the baseline does not leak gradients into the policy, nor the policy into it", () => {
  const start = (rates: Record<string, number>) => {
    const learner = learnerOf(reinforce, () => make("CartPole-v1", { maxEpisodeSteps: 20 }), rates);
    const before = tensorsOf(learner);
    learner.train(200);
    const after = tensorsOf(learner);
    const changed = Object.keys(before).filter((name) =>
      before[name].data.some((value, i) => value !== after[name].data[i])
    );
    return {
      policy: changed.some((name) => name.startsWith("policy.")),
      baseline: changed.some((name) => name.startsWith("value.")),
    };
  };
  assertEquals(start({ baselineLearningRate: 0 }), { policy: true, baseline: false });
  assertEquals(start({ learningRate: 0 }), { policy: false, baseline: true });

  // With equal policies and values, the step of the policy does not depend on how the baseline learns.
  const first = (baselineLearningRate: number) => {
    const learner = learnerOf(reinforce, () => make("CartPole-v1", { maxEpisodeSteps: 5 }), {
      baselineLearningRate,
    });
    learner.train(5);
    return tensorsOf(learner);
  };
  const [slow, fast] = [first(1e-4), first(0.1)];
  assertEquals(slow["policy.w1"], fast["policy.w1"]);
  assertNotEquals(slow["value.w1"], fast["value.w1"]);
});

Deno.test("reinforce without a baseline has no network for it", () => {
  const learner = learnerOf(reinforce, () => make("CartPole-v1"), { baseline: false });
  assert(!Object.keys(tensorsOf(learner)).some((name) => name.includes("value")));
});

Deno.test("reinforce leaves gamma^t out and advantages as they are by default", () => {
  const config = checkConfig(reinforce, {}) as Config;
  assertEquals([config.discountLaterSteps, config.normaliseAdvantages], [false, false]);
});

Deno.test("reinforce updates after whole episodes and not in between", () => {
  const recorder = new Recorder();
  const learner = learnerOf(reinforce, () => recorder.watch(make("CartPole-v1")), {
    episodesPerUpdate: 3,
    hidden: [4],
  });
  let before = tensorsOf(learner)["policy.w1"].data;
  let ended = 0;
  while (learner.steps < 500) {
    learner.train(learner.steps + 1);
    const after = tensorsOf(learner)["policy.w1"].data;
    const due = recorder.episodes.length > ended && recorder.episodes.length % 3 === 0;
    ended = recorder.episodes.length;
    assertEquals(after.some((value, i) => value !== before[i]), due);
    before = after;
  }
  assert(ended > 10);
});

Deno.test("reinforce: both step sizes follow schedules of their own", () => {
  const makeEnvironment = () => make("Pendulum-v1", { maxEpisodeSteps: 10 });
  const learner = learnerOf(reinforce, makeEnvironment, {
    hidden: [4],
    learningRate: { from: 0.01, to: 0, steps: 30 },
    baselineLearningRate: { from: 0.01, to: 0, steps: 50 },
  });
  const changed = () => {
    const before = tensorsOf(learner);
    learner.train(learner.steps + 10); // One episode, and one update at its end.
    const after = tensorsOf(learner);
    return ["policy.w1", "value.w1"].map((name) =>
      after[name].data.some((value, i) => value !== before[name].data[i])
    );
  };
  for (const until of [10, 20]) assertEquals(changed(), [true, true], `step ${until}`);
  for (const until of [30, 40]) assertEquals(changed(), [false, true], `step ${until}`);
  assertEquals(changed(), [false, false]);
});

Deno.test("reinforce learns the random policy that is best in the short corridor", () => {
  for (const baseline of [true, false]) {
    const learner = learnerOf(reinforce, shortCorridor, {
      baseline,
      hidden: [],
      discount: 1,
      episodesPerUpdate: 16,
      learningRate: { from: 0.05, to: 0, steps: 100_000 },
      baselineLearningRate: 0.1,
    });
    learner.train(100_000);
    const tensors = tensorsOf(learner);
    const [left, right] = [0, 1].map((action) =>
      Math.exp(tensors["policy.w1"].data[action] + tensors["policy.b1"].data[action])
    );
    assertAlmostEquals(right / (left + right), 2 - Math.SQRT2, 0.05);
    if (baseline) {
      const value = tensors["value.w1"].data[0] + tensors["value.b1"].data[0];
      // The mean over the steps of an episode, which is not the value of its start, -11.6.
      assert(value < -5 && value > -20, `${value}`);
    }
  }
});

Deno.test("reinforce finds the best action in every state", () => {
  for (const baseline of [true, false]) {
    const learner = learnerOf(reinforce, tableTask, {
      baseline,
      discount: 1,
      hidden: [16],
      episodesPerUpdate: 8,
      learningRate: 0.01,
      baselineLearningRate: 0.01,
    });
    learner.train(20_000);
    const random = defaultGenerator(0);
    assertEquals([0, 1, 2].map((state) => learner.policy().act(state, random)), optimum.actions);
  }
});

Deno.test("reinforce finds the best vector for every observation", () => {
  for (const config of [{}, { normaliseObservations: true, scaleRewards: true }]) {
    const learner = learnerOf(reinforce, targetTask, {
      hidden: [16],
      episodesPerUpdate: 16,
      learningRate: { from: 0.02, to: 0, steps: 20_000 },
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

Deno.test("reinforce normalises by the moments of all observations up to the last update, as its policy does", () => {
  const seen: Seen[] = [];
  const learner = learnerOf(reinforce, () => watched("Pendulum-v1", seen, 30), {
    normaliseObservations: true,
    hidden: [8],
  });
  learner.train(29);
  assert(tensorsOf(learner)["observation.scale"].data.every((scale) => scale === 1));
  learner.train(100); // Three episodes, and a part of the next.
  const tensors = tensorsOf(learner);
  const [mean, scale] = ["mean", "scale"].map((name) => tensors[`observation.${name}`].data);
  for (let i = 0; i < 3; i++) {
    const column = seen.slice(0, 90).map(({ observation }) => observation[i]);
    const average = column.reduce((sum, x) => sum + x) / 90;
    const variance = column.reduce((sum, x) => sum + (x - average) ** 2, 0) / 90;
    assertAlmostEquals(mean[i], average, 1e-5);
    assertAlmostEquals(scale[i], 1 / Math.sqrt(variance), 1e-4);
  }
  const x = Float32Array.of(0.6, -0.8, 1.5);
  const variables = variablesOf(tensors, ["policy."]);
  const z = x.map((value, i) => (value - mean[i]) * scale[i]);
  const [expected] = tf.tidy(() =>
    networkOutputs(tf.tensor2d(z, [1, 3]), variables, "policy").dataSync()
  );
  tf.dispose(variables);
  const [action] = learner.policy().act(x, defaultGenerator(0)) as Float32Array;
  assertAlmostEquals(action, expected, 1e-5);
});

const problems: readonly [make: () => Environment, config: Record<string, unknown>][] = [
  [() => make("CartPole-v1", { maxEpisodeSteps: 90 }), { episodesPerUpdate: 2 }],
  [() => make("FrozenLake-v1"), { normaliseObservations: true, baseline: false }],
  [() => make("Blackjack-v1"), { episodesPerUpdate: 3, discountLaterSteps: true }],
  [
    () => make("Pendulum-v1", { maxEpisodeSteps: 13 }),
    {
      normaliseObservations: true,
      normaliseAdvantages: true,
      scaleRewards: true,
      learningRate: { from: 1e-3, to: 0, steps: 500 },
    },
  ],
];

Deno.test("reinforce resumes bit for bit in mid-episode, whatever the other learner had done", () => {
  for (const [makeEnvironment, config] of problems) {
    for (const at of [333, 334, 335, 336, 337, 338]) {
      const original = learnerOf(reinforce, makeEnvironment, { hidden: [8], ...config }, 1);
      original.train(at);
      const bytes = bytesOf(original);
      original.train(700);
      const restored = learnerOf(reinforce, makeEnvironment, { hidden: [8], ...config }, 2);
      restored.train(11);
      restored.restore(decodeSnapshot(bytes));
      assertEquals(bytesOf(restored), bytes);
      restored.train(700);
      assertEquals(bytesOf(restored), bytesOf(original));
    }
  }
});

Deno.test("reinforce gives the same bytes in pieces as at once, and counts every step", () => {
  for (const [makeEnvironment, config] of problems) {
    const recorder = new Recorder();
    const whole = learnerOf(reinforce, makeEnvironment, { hidden: [8], ...config }, 1);
    whole.train(503);
    const watched = () => recorder.watch(makeEnvironment());
    const parts = learnerOf(reinforce, watched, { hidden: [8], ...config }, 1);
    for (const until of [1, 7, 8, 8, 39, 41, 100, 503]) {
      parts.train(until);
      assertEquals([parts.steps, recorder.steps], [until, until]);
    }
    assertEquals(bytesOf(parts), bytesOf(whole));
    const other = learnerOf(reinforce, makeEnvironment, { hidden: [8], ...config }, 2);
    other.train(503);
    assertNotEquals(bytesOf(other), bytesOf(whole));
  }
});

Deno.test("reinforce holds episodes of any length", () => {
  const learner = learnerOf(reinforce, () => make("Pendulum-v1", { maxEpisodeSteps: 5000 }), {
    hidden: [4],
  });
  learner.train(4999);
  const bytes = bytesOf(learner);
  const { episodes } = learner.save() as unknown as { episodes: { rewards: Float32Array } };
  assertEquals(episodes.rewards.length, 4999);
  learner.restore(decodeSnapshot(bytes));
  assertEquals(bytesOf(learner), bytes);
  learner.train(5000);
  assert(!learner.diverged);
});

Deno.test("reinforce refuses a snapshot of another problem", () => {
  const cartPole = learnerOf(reinforce, () => make("CartPole-v1"), {});
  const before = bytesOf(cartPole);
  for (
    const other of [
      learnerOf(reinforce, () => make("Acrobot-v1"), {}),
      learnerOf(reinforce, () => make("CartPole-v1"), { baseline: false }),
    ]
  ) {
    assertThrows(() => cartPole.restore(other.save()), Error, "snapshot");
    assertEquals(bytesOf(cartPole), before);
  }
});

Deno.test("reinforce stops where it diverges", () => {
  const explosive = (): Environment => {
    const cartPole = make("CartPole-v1");
    const step = cartPole.step.bind(cartPole);
    cartPole.step = (action, out) => ({ ...step(action, out), reward: 1e30 });
    return cartPole;
  };
  const learner = learnerOf(reinforce, explosive, {});
  learner.train(10_000);
  assert(learner.diverged);
  const { steps } = learner;
  assert(steps < 1000);
  learner.train(10_000);
  assertEquals(learner.steps, steps);
});
