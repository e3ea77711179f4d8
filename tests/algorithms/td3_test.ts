/** TD3: its updates against plain numbers, its three changes to DDPG, and what it learns. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type * as tf from "@tensorflow/tfjs-core";
import td3, { smoothed } from "../../algorithms/td3.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { compile } from "../../engine/mod.ts";
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

const { tanh } = Math;
const clip = (x: number, bound: number) => Math.max(-bound, Math.min(x, bound));

/** What an update makes of a learner's tensors, computed from the paper's algorithm 1. */
function updated(
  held: Held,
  { withActor, sigma = 0.2, bound = 0.5 }: { withActor: boolean; sigma?: number; bound?: number },
): Numbers {
  const { tensors } = held;
  const { observation, action, reward, discount, next } = drawMinibatch(held, 7);
  const noise = drawNoise(held, 7);

  const ofCritics: Numbers = {};
  observation.forEach((s, i) => {
    const mean = pass(tensors, "target.actor", next[i]).outputs.map(tanh);
    const nextAction = mean.map((mu, j) => clip(mu + clip(sigma * noise[i][j], bound), 1));
    const nextValues = ["target.critic1", "target.critic2"].map((name) =>
      pass(tensors, name, [...next[i], ...nextAction]).outputs[0]
    );
    const y = reward[i] + discount[i] * Math.min(...nextValues);
    for (const name of ["critic1", "critic2"]) {
      const critic = pass(tensors, name, [...s, ...action[i]]);
      critic.back([2 * (critic.outputs[0] - y) / 7], ofCritics);
    }
  });
  const critics = adamStep(tensors, ofCritics, 0.01, "criticAdam");
  if (!withActor) return critics;

  const ofActor: Numbers = {};
  for (const s of observation) {
    const actor = pass(tensors, "actor", s);
    const chosen = actor.outputs.map(tanh);
    const [, , , ...slope] = pass(critics, "critic1", [...s, ...chosen]).back([-1 / 7]);
    actor.back(chosen.map((a, j) => slope[j] * (1 - a * a)), ofActor);
  }
  const changed = { ...critics, ...adamStep(tensors, ofActor, 0.003, "actorAdam") };
  return { ...changed, ...polyakStep(tensors, changed, 0.05) };
}

Deno.test("TD3: whole updates equal the paper's algorithm in plain numbers: the lower target critic counts, the actor follows Q1 every second time", () => {
  const learner = learnerOfBoxes(td3, { target: { rate: 0.05 } }); // 31 updates so far
  for (let i = 0; i < 6; i++) {
    assertUpdate(learner, (held) => updated(held, { withActor: i % 2 === 0 }));
  }
});

Deno.test("TD3: large noise on the target's action is clipped, and then the action", () => {
  const learner = learnerOfBoxes(td3, {
    target: { rate: 0.05 },
    targetNoise: 2,
    targetNoiseClip: 0.7,
  });
  for (let i = 0; i < 4; i++) {
    assertUpdate(
      learner,
      (held) => updated(held, { withActor: i % 2 === 0, sigma: 2, bound: 0.7 }),
    );
  }
  const smooth = compile({
    inputs: { action: { shape: [4, 1] }, noise: { shape: [4, 1] } },
    run: ({ action, noise }) => ({
      action: smoothed(action as tf.Tensor2D, noise, { targetNoise: 0.2, targetNoiseClip: 0.5 }),
    }),
  });
  smooth.run({ action: Float32Array.of(0, 0, 0.9, -0.9), noise: Float32Array.of(1, 9, 9, -9) });
  assertEquals(smooth.output("action"), Float32Array.of(0.2, 0.5, 1, -1));
});

Deno.test("TD3: two separate critics, and copies of all three networks", () => {
  const { tensors } = heldBy(learnerOfBoxes(td3, {}, 0));
  assertNotEquals(tensors["critic1.w1"], tensors["critic2.w1"]);
  const targets = Object.keys(tensors).filter((name) => name.startsWith("target."));
  assertEquals(targets.length, 3 * 6);
  for (const name of targets) assertEquals(tensors[name], tensors[name.slice(7)], name);
});

Deno.test("TD3: the actor and the targets are updated once in policyDelay updates of the critics", () => {
  for (const policyDelay of [1, 2, 3]) {
    const learner = learnerOfBoxes(td3, { policyDelay }, 9);
    let { tensors } = heldBy(learner);
    for (let updates = 1; updates <= 7; updates++) {
      learner.train(9 + updates);
      const now = heldBy(learner).tensors;
      assertEquals(now["criticAdam.step"][0], updates);
      assertEquals(now["actorAdam.step"][0], Math.floor(updates / policyDelay));
      const delayed = Object.keys(now).filter((name) => /^(actor|target)\..*b/.test(name));
      for (const name of delayed) {
        if (updates % policyDelay === 0) assertNotEquals(now[name], tensors[name], name);
        else assertEquals(now[name], tensors[name], name);
      }
      tensors = now;
    }
  }
});

Deno.test("TD3: the actor learns from the first critic alone, and leaves both alone", () => {
  const frozen = { criticLearningRate: 0 };
  const learner = learnerOfBoxes(td3, frozen, 9);
  const other = learnerOfBoxes(td3, frozen, 9);
  const before = heldBy(learner).tensors;
  // A second critic turned upside down, which is another minimum and the same slope of the first.
  const saved = other.save() as { state: Uint8Array };
  const state = decodeSnapshot(saved.state) as unknown as {
    tensors: { name: string; data: Float32Array }[];
  };
  for (const { name, data } of state.tensors) {
    if (name.endsWith("critic2.w3")) data.forEach((w, i) => data[i] = -w);
  }
  other.restore({ ...saved, state: encodeSnapshot(state as never) } as never);
  learner.train(30);
  other.train(30);
  const [after, otherwise] = [heldBy(learner).tensors, heldBy(other).tensors];
  for (const name of Object.keys(before).filter((name) => /^actor\./.test(name))) {
    assertNotEquals(after[name], before[name], name);
    assertEquals(after[name], otherwise[name], name);
  }
  for (const name of Object.keys(before).filter((name) => /^critic.\./.test(name))) {
    assertEquals(after[name], before[name], name);
  }
});

Deno.test("TD3: only a termination zeroes the bootstrap; a time limit does not", () => {
  const { replay } = heldBy(learnerOfBoxes(td3, {}, 36));
  assertEquals(
    replay.discount,
    replay.discount.map((_, i) => (i + 1) % 9 === 4 ? 0 : Math.fround(0.9)),
  );
});

Deno.test("TD3: the first actions are uniform; later ones have noise and stay in the box", () => {
  const noise = { type: "gaussian", sigma: 1 };
  const learner = learnerOfBoxes(td3, { noise, learningStarts: 50 }, 250);
  const { replay } = heldBy(learner);
  const edges = { early: 0, late: 0 };
  learner.actions.forEach((action, i) =>
    action.forEach((value, j) => {
      assert(value >= low[j] && value <= high[j]);
      const normalised = replay.action[i][j];
      const centre = (high[j] + low[j]) / 2, half = (high[j] - low[j]) / 2;
      assertAlmostEquals(value, centre + half * normalised, 1e-5);
      if (Math.abs(normalised) === 1) edges[i < 50 ? "early" : "late"]++;
    })
  );
  assertEquals(edges.early, 0);
  assert(edges.late > 50);
});

Deno.test("TD3: numbers that are not finite end the run at their step, without an error", () => {
  for (const reward of [NaN, Infinity, 1e30]) { // the last one overflows when squared
    for (const steps of [40, 41]) {
      const learner = learnerOfBoxes(td3, {}, steps);
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

Deno.test("TD3 solves a one-step problem in an asymmetric box to its known optimum", () => {
  const best = (s: number) => -2 - s;
  const learner = learnerOf(td3, () => oneStepTask(best, -4, 1), {
    hidden: [32, 32],
    batchSize: 32,
    learningStarts: 200,
    noise: { type: "gaussian", sigma: 0.3 },
  });
  learner.train(3000);
  const miss = largestMiss(learner, best, -4, 1);
  assert(miss < 0.08, `misses by up to ${miss}`);
});

Deno.test("TD3 learns exact values: rewards to come before a termination, and on across a time limit", () => {
  assertCountdownValues(td3, "critic1");
});

Deno.test("TD3: a run saved between two updates of the actor goes on bit for bit in a fresh learner", () => {
  const config = { noise: { type: "ornstein-uhlenbeck", sigma: 0.2 }, policyDelay: 3 };
  const whole = learnerOfBoxes(td3, config, 47);
  const bytes = encodeSnapshot(whole.save());
  whole.train(90);
  const restored = learnerOfBoxes(td3, config, 3);
  restored.restore(decodeSnapshot(bytes));
  restored.train(90);
  assertEquals(encodeSnapshot(restored.save()), encodeSnapshot(whole.save()));
  const again = learnerOfBoxes(td3, config, 90);
  assertEquals(encodeSnapshot(again.save()), encodeSnapshot(whole.save()));
});
