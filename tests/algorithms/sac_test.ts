/** SAC: its density and its updates against plain numbers, its temperature, and what it learns. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import sac, { LOG_DEVIATION, squashedGaussian, temperatureLoss } from "../../algorithms/sac.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { compile } from "../../engine/mod.ts";
import { defaultGenerator, Generator } from "../../random/generator.ts";
import { PCG64, type PCG64State } from "../../random/pcg64.ts";
import { learnerOf } from "./learners.ts";
import {
  adamStep,
  assertCountdownValues,
  assertUpdate,
  drawMinibatch,
  drawNoise,
  type Held,
  heldBy,
  high,
  largestMiss,
  learnerOfBoxes,
  low,
  type Numbers,
  oneStepTask,
  pass,
  polyakStep,
} from "./off_policy.ts";

const { exp, log, tanh } = Math;

/** A draw: tanh(u), and its log-density by the change of variables, in float64. */
function draw(outputs: readonly number[], noise: readonly number[]) {
  const size = noise.length;
  const deviation = outputs.slice(size).map((logDeviation) => exp(logDeviation));
  const u = noise.map((e, j) => outputs[j] + deviation[j] * e);
  const action = u.map(tanh);
  const each = u.map((uj, j) => {
    const z = (uj - outputs[j]) / deviation[j];
    const density = exp(-z * z / 2) / (deviation[j] * Math.sqrt(2 * Math.PI));
    // |da/du| = 1 - tanh(u)^2 = 1 / cosh(u)^2
    return log(density) + 2 * log(Math.cosh(uj));
  });
  return { action, deviation, logProbability: each.reduce((sum, x) => sum + x) };
}

/** What an update makes of a learner's tensors, computed from the paper's algorithm 1. */
function updated(held: Held, temperature: number | null): Numbers {
  const { tensors } = held;
  const batch = drawMinibatch(held, 7);
  const { observation, action, reward, discount, next } = batch;
  const nextNoise = drawNoise(held, 7);
  const noise = drawNoise(held, 7);
  const alpha = temperature ?? exp(tensors.logTemperature[0]);

  const ofCritics: Numbers = {};
  observation.forEach((s, i) => {
    const drawn = draw(pass(tensors, "actor", next[i]).outputs, nextNoise[i]);
    const nextValues = ["target.critic1", "target.critic2"].map((name) =>
      pass(tensors, name, [...next[i], ...drawn.action]).outputs[0]
    );
    const y = reward[i] + discount[i] * (Math.min(...nextValues) - alpha * drawn.logProbability);
    for (const name of ["critic1", "critic2"]) {
      const critic = pass(tensors, name, [...s, ...action[i]]);
      critic.back([(critic.outputs[0] - y) / 7], ofCritics);
    }
  });
  const critics = adamStep(tensors, ofCritics, 0.01, "criticAdam");

  const ofActor: Numbers = {};
  let surplus = 0;
  observation.forEach((s, i) => {
    const actor = pass(tensors, "actor", s);
    const drawn = draw(actor.outputs, noise[i]);
    surplus += (drawn.logProbability - 2) / 7;
    const values = ["critic1", "critic2"].map((name) =>
      pass(critics, name, [...s, ...drawn.action])
    );
    const lower = values[0].outputs[0] <= values[1].outputs[0] ? values[0] : values[1];
    const [, , , ...slope] = lower.back([1]);
    // d/du of alpha log pi - Q: log pi has -log(1 - tanh(u)^2), whose derivative is 2 tanh(u).
    const byU = drawn.action.map((a, j) => (alpha * 2 * a - slope[j] * (1 - a * a)) / 7);
    const byLogDeviation = byU.map((d, j) => d * drawn.deviation[j] * noise[i][j] - alpha / 7);
    actor.back([...byU, ...byLogDeviation], ofActor);
  });
  if (temperature === null) ofActor.logTemperature = [-surplus];
  const changed = { ...critics, ...adamStep(tensors, ofActor, 0.003, "actorAdam") };
  return { ...changed, ...polyakStep(tensors, changed, 0.05) };
}

Deno.test("SAC: whole updates equal the paper's algorithm in plain numbers", () => {
  const learner = learnerOfBoxes(sac, { target: { rate: 0.05 } });
  for (let i = 0; i < 5; i++) assertUpdate(learner, (held) => updated(held, null));
});

Deno.test("SAC: so they do with a fixed temperature, which stays", () => {
  const learner = learnerOfBoxes(sac, { target: { rate: 0.05 }, temperature: 0.3 });
  for (let i = 0; i < 5; i++) assertUpdate(learner, (held) => updated(held, 0.3));
  const { tensors } = heldBy(learner);
  assertEquals(tensors.logTemperature, Float32Array.of(log(0.3)));
});

/** Draws from outputs of one number each, with the gradient of the mean log-density. */
function drawBy(means: number[], logDeviations: number[], noise: number[]) {
  const rows = means.length;
  const program = compile({
    inputs: { outputs: { shape: [rows, 2] }, noise: { shape: [rows, 1] } },
    run({ outputs, noise }) {
      const { action, logProbability } = squashedGaussian(outputs as tf.Tensor2D, noise);
      const slope = tf.grad((x) =>
        tf.sum(squashedGaussian(x as tf.Tensor2D, noise).logProbability)
      );
      return { action, logProbability, slope: slope(outputs) };
    },
  });
  program.run({
    outputs: Float32Array.from(means.flatMap((mean, i) => [mean, logDeviations[i]])),
    noise: Float32Array.from(noise),
  });
  return {
    action: [...program.output("action")],
    logProbability: [...program.output("logProbability")],
    slope: [...program.output("slope")],
  };
}

Deno.test("SAC: the log-density of the squashed Gaussian is that of the change of variables", () => {
  const random = defaultGenerator(5);
  const rows = Array.from({ length: 200 }, () => ({
    mean: random.uniform(-3, 3),
    logDeviation: random.uniform(-4, 1.5),
    noise: random.standardNormal(),
  }));
  const drawn = drawBy(
    rows.map(({ mean }) => mean),
    rows.map(({ logDeviation }) => logDeviation),
    rows.map(({ noise }) => noise),
  );
  rows.forEach(({ mean, logDeviation, noise }, i) => {
    const expected = draw([mean, logDeviation], [noise]);
    assertAlmostEquals(drawn.action[i], expected.action[0], 1e-5);
    assertAlmostEquals(drawn.logProbability[i], expected.logProbability, 2e-4);
  });
});

Deno.test("SAC: the densities of one number integrate to 1", () => {
  const points = 2000;
  const actions = Array.from({ length: points }, (_, i) => -1 + 2 * (i + 0.5) / points);
  const mean = 0.4, logDeviation = -0.3;
  const noise = actions.map((a) => (Math.atanh(a) - mean) / exp(logDeviation));
  const { logProbability } = drawBy(
    actions.map(() => mean),
    actions.map(() => logDeviation),
    noise,
  );
  const integral = logProbability.reduce((sum, x) => sum + exp(x), 0) * 2 / points;
  assertAlmostEquals(integral, 1, 1e-3);
});

Deno.test("SAC: log-density and its gradient stay finite and right where tanh rounds to 1", () => {
  const means = [30, -30, 100, -100, 9, -9];
  const { action, logProbability, slope } = drawBy(means, means.map(() => 0), means.map(() => 0.5));
  assert(action.slice(0, 4).every((a) => Math.abs(a) === 1));
  means.forEach((mean, i) => {
    const u = mean + 0.5;
    // log(1 - tanh(u)^2) = 2 log 2 - 2|u| up to e^-2|u|
    const expected = -0.125 - log(2 * Math.PI) / 2 - (2 * log(2) - 2 * Math.abs(u));
    assertAlmostEquals(logProbability[i], expected, 1e-4);
    assertAlmostEquals(slope[2 * i], 2 * Math.sign(u), 1e-5);
  });
});

Deno.test("SAC: the log standard deviation is clipped to its bounds", () => {
  const { least, most } = LOG_DEVIATION;
  const means = [0.2, 0.2, 0.2, 0.2];
  const noise = [0.7, 0.7, 0.7, 0.7];
  const { action, logProbability, slope } = drawBy(
    means,
    [most, most + 9, least, least - 9],
    noise,
  );
  assertEquals(action[0], action[1]);
  assertEquals(logProbability[0], logProbability[1]);
  assertEquals(action[2], action[3]);
  assertEquals(logProbability[2], logProbability[3]);
  assertEquals([slope[3], slope[7]], [0, 0]); // no gradient beyond
  assert(logProbability.every(Number.isFinite));
});

Deno.test("SAC: the gradient of a sample goes through it (reparameterisation)", () => {
  const program = compile({
    inputs: { outputs: { shape: [1, 2] }, noise: { shape: [1, 1] } },
    run: ({ outputs, noise }) => ({
      slope: tf.grad((x) => tf.sum(squashedGaussian(x as tf.Tensor2D, noise).action))(outputs),
    }),
  });
  program.run({ outputs: Float32Array.of(0.3, -1), noise: Float32Array.of(0.8) });
  const deviation = exp(-1);
  const a = tanh(0.3 + deviation * 0.8);
  const [byMean, byLogDeviation] = program.output("slope");
  assertAlmostEquals(byMean, 1 - a * a, 1e-6);
  assertAlmostEquals(byLogDeviation, (1 - a * a) * deviation * 0.8, 1e-6);
});

Deno.test("SAC: the temperature rises when the entropy is below the wanted one, and falls above", () => {
  const program = compile({
    inputs: { logTemperature: { shape: [] }, logProbability: { shape: [2] } },
    run: ({ logTemperature, logProbability }) => ({
      slope: tf.grad((x) => temperatureLoss(x, logProbability, -1))(logTemperature),
    }),
  });
  const slope = (...logProbability: number[]) => {
    program.run({ logTemperature: 0.5, logProbability: Float32Array.from(logProbability) });
    return program.output("slope")[0];
  };
  assertEquals(slope(3, 5), -3); // entropy -4, wanted -1: descent raises log alpha
  assertEquals(slope(-2, 0), 2); // entropy 1
  assertAlmostEquals(slope(1, 1), 0, 0);
});

Deno.test("SAC: the temperature settles where the entropy is the wanted one", () => {
  const learner = learnerOf(sac, () => oneStepTask((s) => s / 2, -1, 1), {
    hidden: [32, 32],
    batchSize: 32,
    learningStarts: 200,
    actorLearningRate: 0.003,
  });
  learner.train(4000);
  const { tensors } = heldBy(learner);
  const random = defaultGenerator(3);
  let entropy = 0;
  for (let i = 0; i < 2000; i++) {
    const { outputs } = pass(tensors, "actor", [random.uniform(-1, 1)]);
    entropy -= draw(outputs, [random.standardNormal()]).logProbability / 2000;
  }
  assertAlmostEquals(entropy, -1, 0.2);
  assert(exp(tensors.logTemperature[0]) < 0.5); // it began at 1
});

Deno.test("SAC: two separate critics, their copies, and no copy of the actor", () => {
  const { tensors } = heldBy(learnerOfBoxes(sac, {}, 0));
  assertNotEquals(tensors["critic1.w1"], tensors["critic2.w1"]);
  const targets = Object.keys(tensors).filter((name) => name.startsWith("target."));
  assertEquals(new Set(targets.map((name) => name.split(".")[1])), new Set(["critic1", "critic2"]));
  for (const name of targets) assertEquals(tensors[name], tensors[name.slice(7)], name);
});

Deno.test("SAC: the critics' update leaves the actor alone, and the actor's the critics and the targets", () => {
  const before = heldBy(learnerOfBoxes(sac, {}, 0)).tensors;
  for (const [still, moving] of [["actor", "critic"], ["critic", "actor"]]) {
    const learner = learnerOfBoxes(sac, { [`${still}LearningRate`]: 0, target: { rate: 0 } });
    const after = heldBy(learner).tensors;
    for (
      const name of Object.keys(before).filter((name) => /^(actor|critic.|target)\./.test(name))
    ) {
      if (name.startsWith(moving)) assertNotEquals(after[name], before[name], name);
      else assertEquals(after[name], before[name], name);
    }
  }
});

Deno.test("SAC: only a termination zeroes the bootstrap; a time limit does not", () => {
  const { replay } = heldBy(learnerOfBoxes(sac, {}, 36));
  assertEquals(
    replay.discount,
    replay.discount.map((_, i) => (i + 1) % 9 === 4 ? 0 : Math.fround(0.9)),
  );
});

Deno.test("SAC acts by the squashed Gaussian of the observation, rescaled to the box", () => {
  for (const correlation of [0, 0.8]) {
    const learner = learnerOfBoxes(sac, { noiseCorrelation: correlation });
    for (let count = 41; count <= 60; count++) {
      const { tensors } = heldBy(learner);
      const saved = learner.save() as unknown as {
        exploration: PCG64State;
        noise: Float64Array;
        task: { observation: Float32Array };
      };
      const bits = new PCG64(0);
      bits.state = saved.exploration;
      const random = new Generator(bits);
      const scale = Math.sqrt(1 - correlation * correlation);
      const noise = [0, 1].map((j) =>
        correlation * saved.noise[j] + scale * random.standardNormal()
      );
      const { outputs } = pass(tensors, "actor", [...saved.task.observation]);
      const expected = draw(outputs, noise).action;
      learner.train(count);
      const stored = heldBy(learner).replay.action.at(-1)!;
      learner.actions.at(-1)!.forEach((action, j) => {
        assertAlmostEquals(stored[j], expected[j], 1e-5);
        const centre = (high[j] + low[j]) / 2, half = (high[j] - low[j]) / 2;
        assertAlmostEquals(action, centre + half * expected[j], 5e-5);
      });
    }
  }
});

Deno.test("SAC: the policy that is evaluated takes the middle of the Gaussian and draws nothing", () => {
  const learner = learnerOfBoxes(sac);
  const { tensors } = heldBy(learner);
  const random = defaultGenerator(0);
  for (let i = 0; i < 10; i++) {
    const observation = Float32Array.from({ length: 3 }, () => random.uniform(-1, 1));
    const before = random.bits.state;
    const action = learner.policy().act(observation, random) as Float32Array;
    assertEquals(random.bits.state, before);
    const { outputs } = pass(tensors, "actor", [...observation]);
    action.forEach((value, j) => {
      const centre = (high[j] + low[j]) / 2, half = (high[j] - low[j]) / 2;
      assertAlmostEquals(value, centre + half * tanh(outputs[j]), 1e-5);
    });
  }
});

Deno.test("SAC: numbers that are not finite end the run at their step, without an error", () => {
  for (const reward of [NaN, Infinity, 1e30]) { // the last one overflows when squared
    for (const steps of [40, 41]) {
      const learner = learnerOfBoxes(sac, {}, steps);
      const saved = learner.save() as unknown as { replay: { reward: Float32Array } };
      saved.replay.reward.fill(reward);
      learner.restore(saved as never);
      learner.train(100);
      assert(learner.diverged);
      assertEquals(learner.steps, steps + 1);
      learner.train(200);
      assertEquals(learner.steps, steps + 1);
    }
  }
});

Deno.test("SAC solves a one-step problem in an asymmetric box to its known optimum", () => {
  const best = (s: number) => 4 + 3 * s;
  const learner = learnerOf(sac, () => oneStepTask(best, 0, 10), {
    hidden: [32, 32],
    batchSize: 32,
    learningStarts: 200,
    temperature: 0.02,
  });
  learner.train(3000);
  const miss = largestMiss(learner, best, 0, 10);
  assert(miss < 0.1, `misses by up to ${miss}`);
});

Deno.test("SAC learns exact values: rewards to come before a termination, and on across a time limit", () => {
  assertCountdownValues(sac, "critic1", { temperature: 1e-6 });
});

Deno.test("SAC: a run saved in mid-episode goes on bit for bit in a fresh learner", () => {
  const config = { noiseCorrelation: 0.9, replayCapacity: 30 };
  const whole = learnerOfBoxes(sac, config, 47);
  const bytes = encodeSnapshot(whole.save());
  whole.train(90);
  const restored = learnerOfBoxes(sac, config, 3);
  restored.restore(decodeSnapshot(bytes));
  restored.train(90);
  assertEquals(encodeSnapshot(restored.save()), encodeSnapshot(whole.save()));
  const again = learnerOfBoxes(sac, config, 90);
  assertEquals(encodeSnapshot(again.save()), encodeSnapshot(whole.save()));
});
