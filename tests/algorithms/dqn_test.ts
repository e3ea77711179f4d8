/** DQN: its target, loss and updates against independent computations, and its loop step by step. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { optimalValues } from "../../algorithms/common/exact.ts";
import { checkConfig } from "../../algorithms/create.ts";
import { doubleDqn } from "../../algorithms/double_dqn.ts";
import { dqn, dqnTarget, huber, tdLoss } from "../../algorithms/dqn.ts";
import { duelingDqn } from "../../algorithms/dueling_dqn.ts";
import { qrDqn } from "../../algorithms/qr_dqn.ts";
import { evaluate } from "../../benchmarks/cell/evaluate.ts";
import { decodeSnapshot } from "../../data/snapshot.ts";
import { make } from "../../envs/make.ts";
import { defaultGenerator } from "../../random/generator.ts";
import {
  batchOf,
  bytesOf,
  chosen,
  eagerNetwork,
  EagerParameters,
  type Seen,
  tensorsOf,
  updatesOf,
  watched,
} from "./deep_q.ts";
import { learnerOf, Recorder } from "./learners.ts";
import { scriptedEnvironment } from "./scripted.ts";

const family = [dqn, doubleDqn, duelingDqn, qrDqn];

/** Short episodes with both kinds of end. */
const shortCartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

const number = fc.float({ min: -5, max: 5, noNaN: true });

Deno.test("target and losses of a batch are those of its transitions one by one", () => {
  const row = fc.record({
    reward: number,
    discount: fc.constantFrom(0, 0.5, 1),
    values: fc.array(number, { minLength: 3, maxLength: 3 }),
    next: fc.array(number, { minLength: 3, maxLength: 3 }),
    action: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      tf.tidy(() => {
        const values = tf.tensor2d(rows.map((it) => it.values));
        const action = tf.tensor1d(rows.map((it) => it.action), "int32");
        const y = dqnTarget(
          tf.tensor1d(rows.map((it) => it.reward)),
          tf.tensor1d(rows.map((it) => it.discount)),
          tf.tensor2d(rows.map((it) => it.next)),
        );
        assertEquals(y.shape, [rows.length]);
        for (const loss of ["huber", "squared"] as const) {
          const computed = tdLoss(values, action, y, loss);
          assertEquals([computed.loss.shape, computed.error.shape], [y.shape, y.shape]);
          const [losses, errors] = [computed.loss.dataSync(), computed.error.dataSync()];
          rows.forEach(({ reward, discount, next, values, action }, i) => {
            const error = values[action] - (reward + discount * Math.max(...next));
            assertAlmostEquals(errors[i], error, 1e-5);
            const size = Math.abs(error);
            const huber = size <= 1 ? error ** 2 / 2 : size - 0.5;
            assertAlmostEquals(losses[i], loss === "huber" ? huber : error ** 2, 1e-4);
          });
        }
      });
    }),
    { numRuns: 50 },
  );
});

Deno.test("the gradient of Huber's loss is the error clipped to [-1, 1]", () => {
  const errors = [-7, -1.5, -1, -0.3, 0, 0.7, 1, 1.01, 9];
  const gradient = tf.tidy(() =>
    tf.grad((x) => tf.sum(huber(x)))(tf.tensor1d(errors)).dataSync().slice()
  );
  errors.forEach((error, i) => {
    // At 1 itself TensorFlow.js may take the slope of either side; here both are 1.
    assertAlmostEquals(gradient[i], Math.max(-1, Math.min(1, error)), 1e-6);
  });
});

/** Rewards such that TD errors lie on both sides of Huber's threshold. */
const variedReward = (step: number) => (step % 5 - 2) * 0.9;

for (const loss of ["huber", "squared"] as const) {
  for (const target of [{ rate: 0.3 }, { every: 48 }, "none"] as const) {
    Deno.test(`five updates equal eager TensorFlow.js: ${loss}, target ${JSON.stringify(target)}`, () => {
      const seen: Seen[] = [];
      const learner = learnerOf(dqn, () => watched(shortCartPole(), seen, variedReward), {
        loss,
        target,
        hidden: [16, 8],
        replay: "none",
        batchSize: 24,
        trainEvery: 24,
        learningStarts: 24,
        discount: 0.9,
        maxGradientNorm: 0.1,
        learningRate: { from: 0.02, to: 0.001, steps: 100 },
        epsilon: 1,
      });
      learner.train(23);
      const eager = new EagerParameters(learner);
      const { variables } = eager;
      const prefix = target === "none" ? "" : "target.";
      const norms: number[] = [];
      for (let k = 1; k <= 5; k++) {
        learner.train(24 * k);
        tf.tidy(() => {
          const batch = batchOf(seen.slice(24 * (k - 1)));
          const best = tf.max(eagerNetwork(batch.next, variables, `${prefix}q`), 1);
          const y = tf.add(batch.reward, tf.mul(0.9, tf.mul(batch.goesOn, best)));
          const { norm } = eager.update(() => {
            const values = eagerNetwork(batch.observation, variables, "q");
            const q = chosen(values, batch.action);
            return loss === "huber"
              ? tf.losses.huberLoss(y, q) as tf.Scalar
              : tf.losses.meanSquaredError(y, q) as tf.Scalar;
          }, {
            learningRate: 0.02 + (0.001 - 0.02) * Math.min(1, 24 * k / 100),
            maxGradientNorm: 0.1,
          });
          norms.push(norm);
          if (typeof target === "object") {
            eager.follow(target.rate ?? Number(24 * k % 48 === 0));
          }
        });
        eager.assertEqual(learner);
      }
      assert(norms.some((norm) => norm > 0.1) && seen.some(({ terminated }) => terminated));
    });
  }
}

Deno.test("importance weights multiply the losses, and TD errors become priorities", () => {
  const seen: Seen[] = [];
  const learner = learnerOf(dqn, () => watched(shortCartPole(), seen, variedReward), {
    replay: { alpha: 1, beta: 1 },
    hidden: [16],
    batchSize: 8,
    trainEvery: 40,
    learningStarts: 40,
    target: "none",
    maxGradientNorm: 1000,
    learningRate: 0.01,
    epsilon: 1,
    discount: 0.9,
  });
  const memory = () =>
    (learner.save() as unknown as { memory: { priorities: Float64Array; largest: number } }).memory;
  learner.train(39);
  const eager = new EagerParameters(learner);
  let before = new Float64Array(40).fill(1);
  for (let k = 1; k <= 2; k++) {
    learner.train(40 * k);
    const { priorities } = memory();
    const drawn = [...priorities.keys()].filter((i) => priorities[i] !== before[i]);
    assertGreater(drawn.length, 3);
    tf.tidy(() => {
      const batch = batchOf(drawn.map((i) => seen[i]));
      const best = tf.max(eagerNetwork(batch.next, eager.variables, "q"), 1);
      const y = tf.add(batch.reward, tf.mul(0.9, tf.mul(batch.goesOn, best)));
      const q = chosen(eagerNetwork(batch.observation, eager.variables, "q"), batch.action);
      tf.abs(tf.sub(y, q)).dataSync().forEach((error, i) => {
        assertAlmostEquals(priorities[drawn[i]], error + 1e-6, 1e-4);
      });
      // Which transitions were drawn twice is not told by the priorities; see the next assertion.
      if (drawn.length < 8) return;
      const smallest = Math.min(...drawn.map((i) => before[i]));
      const weights = drawn.map((i) => smallest / before[i]);
      eager.update(() => {
        const q = chosen(eagerNetwork(batch.observation, eager.variables, "q"), batch.action);
        const losses = tf.losses.huberLoss(y, q, undefined, 1, tf.Reduction.NONE);
        return tf.mean(tf.mul(weights, losses)) as tf.Scalar;
      }, { learningRate: 0.01, maxGradientNorm: 1000 });
      eager.assertEqual(learner);
    });
    const { largest } = memory();
    before = new Float64Array(80).fill(largest);
    before.set(priorities);
  }
});

Deno.test("a target network is a copy, made each so many environment steps", () => {
  for (const algorithm of family) {
    const learner = learnerOf(algorithm, shortCartPole, {
      hidden: [8],
      learningStarts: 10,
      trainEvery: 1,
      batchSize: 4,
      target: { every: 25 },
    });
    const networks = () => {
      const tensors = tensorsOf(learner);
      const names = Object.keys(tensors).filter((name) => /^target/.test(name));
      assertGreater(names.length, 3);
      return {
        online: names.map((name) => tensors[name.slice("target.".length)].data),
        target: names.map((name) => tensors[name].data),
      };
    };
    const first = networks();
    assertEquals(first.target, first.online);
    learner.train(24);
    assertEquals(networks().target, first.target);
    assertNotEquals(networks().online, first.online);
    learner.train(25);
    const copied = networks();
    assertEquals(copied.target, copied.online);
    learner.train(49);
    assertEquals(networks().target, copied.target);
    assertNotEquals(networks().online, copied.online);

    const without = learnerOf(algorithm, shortCartPole, { hidden: [8], target: "none" });
    assert(Object.keys(tensorsOf(without)).every((name) => !/^target/.test(name)));
  }
});

Deno.test("updates come at a cadence of environment steps, whatever episodes and parts of training do", () => {
  const learner = learnerOf(dqn, shortCartPole, {
    hidden: [4],
    learningStarts: 1000,
    trainEvery: 256,
    updates: 128,
    batchSize: 2,
  });
  const expected = { 1023: 0, 1024: 128, 1279: 128, 1280: 256, 2047: 512, 2048: 640 };
  for (const [step, updates] of Object.entries(expected)) {
    learner.train(Number(step) - 3);
    learner.train(Number(step));
    assertStrictEquals(updatesOf(learner), updates, step);
  }
  const soon = learnerOf(dqn, shortCartPole, { hidden: [4], learningStarts: 1, trainEvery: 1 });
  soon.train(37);
  assertStrictEquals(updatesOf(soon), 37);
});

Deno.test("epsilon depends on the number of environment steps alone", () => {
  // The draws are 0.5 each, so the agent explores while epsilon is above 0.5: for 50 steps.
  let step = 0;
  const explored: number[] = [];
  const exploration = Object.assign(defaultGenerator(0), {
    random: () => 0.5,
    integers: () => (explored.push(step), 0),
  });
  const recorder = new Recorder();
  recorder.onAction = () => step++;
  const learner = learnerOf(
    dqn,
    () => recorder.watch(shortCartPole()),
    { epsilon: { from: 1, to: 0, steps: 100 }, learningStarts: 20, batchSize: 2, hidden: [4] },
    0,
    exploration,
  );
  for (const until of [1, 7, 8, 30, 150]) learner.train(until);
  assertGreater(recorder.episodes.length, 3);
  assertEquals(explored, Array.from({ length: 50 }, (_, k) => k));
});

Deno.test("only a termination zeroes the next value; a time limit keeps it, at the last observation", () => {
  for (const algorithm of family) {
    const script = {
      states: 5,
      actions: 2,
      start: 0,
      steps: [
        { next: 1, reward: 1 },
        { next: 2, reward: 2, end: "truncated" as const },
        { next: 3, reward: 3 },
        { next: 4, reward: 4, end: "terminated" as const },
      ],
    };
    const memoryAfter = (n: number) => {
      const learner = learnerOf(algorithm, () => scriptedEnvironment(script), { n, discount: 0.5 });
      learner.train(4);
      const { memory } = learner.save() as unknown as { memory: Record<string, ArrayLike<number>> };
      return ["observation", "reward", "discount", "next"].map((name) => Array.from(memory[name]));
    };
    assertEquals(memoryAfter(1), [[0, 1, 0, 3], [1, 2, 3, 4], [0.5, 0.5, 0.5, 0], [1, 2, 3, 4]]);
    assertEquals(memoryAfter(2), [[0, 1, 0, 3], [2, 2, 5, 4], [0.25, 0.5, 0, 0], [2, 2, 4, 4]]);
  }
});

Deno.test("with one linear layer over one-hot states, the values become the exact optimal ones", () => {
  const lake = () => make("FrozenLake-v1", { isSlippery: false, maxEpisodeSteps: 30 });
  const optimal = optimalValues(lake().model!, 0.9);
  const budget = 12_000;
  const cases = [
    { algorithm: dqn, own: { target: { every: 100 } } },
    { algorithm: dqn, own: { target: "none" } },
    { algorithm: dqn, own: { target: { rate: 0.05 }, loss: "squared", replay: {} } },
    { algorithm: doubleDqn, own: { target: { every: 100 } } },
    { algorithm: qrDqn, own: { target: { every: 100 }, quantiles: 4 } },
  ];
  for (const { algorithm, own } of cases) {
    const learner = learnerOf(algorithm, lake, {
      hidden: [],
      discount: 0.9,
      learningStarts: 500,
      epsilon: 1,
      learningRate: { from: 0.03, to: 0, steps: budget },
      ...own,
    }, 1);
    learner.train(budget);
    const policy = learner.policy();
    optimal.forEach((value, state) => {
      if (value === 0) return; // Holes and the goal: nothing is done there.
      const best = Math.max(...Array.from(policy.preferences!(state)));
      assertAlmostEquals(best, value, 2e-3, `${algorithm.name} ${JSON.stringify(own)} ${state}`);
    });
  }
});

Deno.test("a loss that is not finite stops the learner there, and its state can still be saved", () => {
  for (const algorithm of family) {
    const learner = learnerOf(algorithm, () => watched(shortCartPole(), [], () => 1e38), {
      hidden: [8],
      learningStarts: 30,
      trainEvery: 10,
      updates: 5,
      batchSize: 100,
      n: 5,
      discount: 1,
      ...(algorithm !== qrDqn && { loss: "squared" }),
    });
    learner.train(29);
    assertStrictEquals(learner.diverged, false);
    learner.train(1000);
    assertStrictEquals(learner.diverged, true);
    assertLess(learner.steps, 1000);
    const { steps } = learner;
    const bytes = bytesOf(learner);
    learner.train(2000);
    assertStrictEquals(learner.steps, steps);
    assertEquals(bytesOf(learner), bytes);
    const restored = learnerOf(algorithm, shortCartPole, {
      hidden: [8],
      learningStarts: 30,
      n: 5,
      ...(algorithm !== qrDqn && { loss: "squared" }),
    });
    restored.restore(decodeSnapshot(bytes));
    assertStrictEquals(restored.diverged, true);
  }
});

const everything = { n: 3, replay: { alpha: 0.5 }, target: { rate: 0.1 } };
const variants: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["prioritized replay, 3 steps, Polyak target", everything],
  ["no replay, no target network", { replay: "none", target: "none" }],
  ["replay that wraps, hard target", { replayCapacity: 77, target: { every: 13 }, updates: 2 }],
];

for (const algorithm of family) {
  for (const [name, own] of variants) {
    Deno.test(`${algorithm.name} resumes bit for bit in mid-episode: ${name}`, () => {
      const config = { ...own, hidden: [8], batchSize: 5, learningStarts: 40, trainEvery: 3 };
      for (const environment of [shortCartPole, () => make("Blackjack-v1")]) {
        const fresh = (seed = 7) => learnerOf(algorithm, environment, config, seed);
        const whole = fresh();
        whole.train(300);
        const parts = fresh();
        for (const until of [1, 38, 39, 100, 101, 157]) parts.train(until);
        const saved = parts.save();
        const bytes = bytesOf(parts);
        parts.train(200);
        const restored = fresh(8);
        restored.train(61);
        restored.restore(decodeSnapshot(bytes));
        assertEquals(bytesOf(restored), bytes);
        restored.train(300);
        assertEquals(bytesOf(restored), bytesOf(whole));
        parts.restore(saved);
        parts.train(300);
        assertEquals(bytesOf(parts), bytesOf(whole));
      }
    });
  }
}

Deno.test("gradients that overflow stop the learner there, though the loss is finite", () => {
  for (const algorithm of family.filter((it) => it !== qrDqn)) {
    // A loss of 1e38; the square of the norm of its gradient is beyond float32.
    const learner = learnerOf(algorithm, () => watched(shortCartPole(), [], () => 1e19), {
      hidden: [8],
      loss: "squared",
      batchSize: 1,
      learningStarts: 30,
      trainEvery: 10,
    });
    learner.train(1000);
    assertEquals([learner.diverged, learner.steps], [true, 30], algorithm.name);
    assertStrictEquals(learner.policy().finite, false);
  }
});

Deno.test("with a single action its value is learned", () => {
  const steps = [{ next: 0, reward: 2, end: "terminated" } as const];
  for (const algorithm of family) {
    const learner = learnerOf(
      algorithm,
      () => scriptedEnvironment({ states: 1, actions: 1, start: 0, steps }),
      { hidden: [8], learningRate: 0.02, learningStarts: 10, trainEvery: 1 },
    );
    learner.train(500);
    const policy = learner.policy();
    assertStrictEquals(policy.act(0, defaultGenerator(0)), 0);
    assertAlmostEquals(policy.preferences!(0)[0], 2, 0.01, algorithm.name);
  }
});

Deno.test("a snapshot of another problem or network is refused and changes nothing", () => {
  const learner = learnerOf(dqn, shortCartPole, { hidden: [8] }, 1);
  learner.train(30);
  const before = bytesOf(learner);
  const others = [
    learnerOf(dqn, () => make("Acrobot-v1"), { hidden: [8] }),
    learnerOf(dqn, shortCartPole, { hidden: [9] }),
    learnerOf(dqn, shortCartPole, { hidden: [8], target: "none" }),
    learnerOf(duelingDqn, shortCartPole, { hidden: [8] }),
  ];
  for (const other of others) {
    assertThrows(() => learner.restore(other.save()), Error, "where this State has");
    assertEquals(bytesOf(learner), before);
  }
  const smaller = learnerOf(dqn, shortCartPole, { hidden: [8], replayCapacity: 50 });
  assertThrows(() => learner.restore(smaller.save()), RangeError, "replay memory");
});

Deno.test("a configuration that would learn before there is anything to learn from is refused", () => {
  for (const algorithm of family) {
    assertThrows(
      () => checkConfig(algorithm, { n: 5, learningStarts: 4 }),
      TypeError,
      '"learningStarts": must be at least n, without replay n - 1 + batchSize',
    );
    assertThrows(() =>
      checkConfig(algorithm, { replay: "none", batchSize: 32, learningStarts: 31 })
    );
    const earliest = { n: 5, replay: "none", batchSize: 3, learningStarts: 7, trainEvery: 1 };
    const learner = learnerOf(algorithm, shortCartPole, { ...earliest, hidden: [4] });
    learner.train(6);
    assertStrictEquals(updatesOf(learner), 0);
    learner.train(7);
    assertStrictEquals(updatesOf(learner), 1);
  }
});

Deno.test("a policy is greedy, draws nothing, and later training does not change it", () => {
  for (const algorithm of family) {
    const learner = learnerOf(algorithm, shortCartPole, { hidden: [16], learningStarts: 50 });
    const policy = learner.policy();
    const random = defaultGenerator(0);
    const observations = Array.from(
      { length: 50 },
      (_, k) => Float32Array.of(k / 12 - 2, 3 - k % 7, k % 11 / 50 - 0.1, k % 3 - 1),
    );
    const preferences = (of: typeof policy) =>
      observations.map((observation) => Array.from(of.preferences!(observation)));
    const before = preferences(policy);
    observations.forEach((observation, k) => {
      const action = policy.act(observation, random) as number;
      assertStrictEquals(before[k][action], Math.max(...before[k]));
    });
    learner.train(100);
    assertEquals(preferences(policy), before);
    assertNotEquals(preferences(learner.policy()), before);
    assertStrictEquals(policy.noise, 0);
    assertEquals(random.bits.state, defaultGenerator(0).bits.state);
  }
});

Deno.test("every member of the family learns to balance the pole", () => {
  for (const algorithm of family) {
    const learner = learnerOf(algorithm, () => make("CartPole-v1"), {
      hidden: algorithm === duelingDqn ? [32] : [32, 32],
      ...(algorithm === qrDqn && { quantiles: 8 }),
      learningRate: { from: 2e-3, to: 0, steps: 12_000 },
      epsilon: { from: 1, to: 0.04, steps: 2000 },
      batchSize: 32,
      trainEvery: 2,
      target: { rate: 0.02 },
      discount: 0.98,
    }, 1);
    learner.train(12_000);
    const { mean } = evaluate(learner.policy(), make("CartPole-v1"), 1_000_000, 10, 0);
    assertGreater(mean, 90, algorithm.name); // A random policy keeps it up for about 22 steps.
  }
});
