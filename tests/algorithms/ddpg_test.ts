/** DDPG: its update against plain numbers, its exploration, and what it learns. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import ddpg from "../../algorithms/ddpg.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { make } from "../../envs/make.ts";
import { defaultGenerator, Generator } from "../../random/generator.ts";
import { PCG64, type PCG64State } from "../../random/pcg64.ts";
import { learnerOf } from "./learners.ts";
import {
  adamStep,
  assertCountdownValues,
  assertUpdate,
  boxTask,
  drawMinibatch,
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

/** What an update makes of a learner's tensors, computed from the paper's algorithm 1. */
function updated(held: Held, targetRate: number | null): Numbers {
  const { tensors } = held;
  const { observation, action, reward, discount, next } = drawMinibatch(held, 7);

  const ofCritic: Numbers = {};
  observation.forEach((s, i) => {
    const nextAction = pass(tensors, "target.actor", next[i]).outputs.map(tanh);
    const [nextValue] = pass(tensors, "target.critic", [...next[i], ...nextAction]).outputs;
    const y = reward[i] + discount[i] * nextValue;
    const critic = pass(tensors, "critic", [...s, ...action[i]]);
    critic.back([2 * (critic.outputs[0] - y) / 7], ofCritic);
  });
  const critic = adamStep(tensors, ofCritic, 0.01, "criticAdam");

  const ofActor: Numbers = {};
  for (const s of observation) {
    const actor = pass(tensors, "actor", s);
    const chosen = actor.outputs.map(tanh);
    const [, , , ...slope] = pass(critic, "critic", [...s, ...chosen]).back([-1 / 7]);
    actor.back(chosen.map((a, j) => slope[j] * (1 - a * a)), ofActor);
  }
  const actor = adamStep(tensors, ofActor, 0.003, "actorAdam");
  const changed = { ...critic, ...actor };
  return targetRate === null
    ? changed
    : { ...changed, ...polyakStep(tensors, changed, targetRate) };
}

Deno.test("DDPG: whole updates equal the paper's algorithm in plain numbers", () => {
  const learner = learnerOfBoxes(ddpg, { target: { rate: 0.05 } });
  for (let i = 0; i < 5; i++) assertUpdate(learner, (held) => updated(held, 0.05));
});

Deno.test("DDPG: hard targets stay for so many steps, and are then the networks themselves", () => {
  const learner = learnerOfBoxes(ddpg, { target: { every: 25 } }, 40);
  const { tensors } = heldBy(learner);
  assertUpdate(learner, (held) => updated(held, null)); // no target among what changes
  learner.train(50);
  const { tensors: now } = heldBy(learner);
  for (const name of Object.keys(now).filter((name) => name.startsWith("target."))) {
    assertEquals(now[name], now[name.slice(7)], name);
    assertNotEquals(now[name], tensors[name], name);
  }
});

Deno.test("DDPG: target networks start as copies", () => {
  const { tensors } = heldBy(learnerOfBoxes(ddpg, {}, 0));
  for (const name of Object.keys(tensors).filter((name) => name.startsWith("target."))) {
    assertEquals(tensors[name], tensors[name.slice(7)]);
  }
});

Deno.test("DDPG: the actor's update leaves the critic alone, and the critic's the actor and the targets", () => {
  for (const [still, moving] of [["actor", "critic"], ["critic", "actor"]]) {
    const learner = learnerOfBoxes(ddpg, {
      [`${still}LearningRate`]: 0,
      target: { every: 1_000_000 },
    });
    const before = heldBy(learnerOfBoxes(ddpg, {}, 0)).tensors;
    const after = heldBy(learner).tensors;
    for (const name of Object.keys(before).filter((name) => !name.includes("Adam"))) {
      if (name.startsWith(`${moving}.`)) assertNotEquals(after[name], before[name], name);
      else assertEquals(after[name], before[name], name);
    }
  }
});

Deno.test("DDPG: only a termination zeroes the bootstrap; a time limit does not", () => {
  const { replay } = heldBy(learnerOfBoxes(ddpg, {}, 36));
  replay.discount.forEach((discount, i) => {
    const count = i + 1; // episodes of 4 (terminated) and 5 (truncated) steps
    assertEquals(discount, count % 9 === 4 ? 0 : Math.fround(0.9), `step ${count}`);
    // S' is what the environment returned, not the first observation of the next episode.
    const { environment } = boxTask();
    environment.restore(count);
    assertEquals(replay.next[i], [...environment.reset().observation as Float32Array]);
  });
});

Deno.test("DDPG: the first actions are uniform over the whole box, and nothing is learned from them before", () => {
  const learner = learnerOfBoxes(ddpg, { learningStarts: 4000 }, 3999);
  for (const j of [0, 1]) {
    const unit = learner.actions.map((action) => (action[j] - low[j]) / (high[j] - low[j]));
    const counts = [0, 0, 0, 0];
    for (const u of unit) {
      assert(u >= 0 && u <= 1);
      counts[Math.min(3, Math.floor(4 * u))]++;
    }
    // Four standard deviations of a binomial count.
    for (const count of counts) assert(Math.abs(count - 1000) < 4 * Math.sqrt(750), `${counts}`);
  }
  const { tensors } = heldBy(learner);
  assertEquals(tensors, heldBy(learnerOfBoxes(ddpg, {}, 0)).tensors);
  learner.train(4000);
  assertNotEquals(heldBy(learner).tensors["critic.w1"], tensors["critic.w1"]);
});

Deno.test("DDPG: actions are the actor's plus noise in units of half the box, then clipped; they are stored normalised", () => {
  const noise = { type: "gaussian", sigma: 0.8 };
  const learner = learnerOfBoxes(ddpg, { noise });
  const clipped = [0, 0];
  for (let step = 40; step < 140; step++) {
    const { tensors } = heldBy(learner);
    const saved = learner.save() as {
      exploration: PCG64State;
      task: { observation: Float32Array };
    };
    const bits = new PCG64(0);
    bits.state = saved.exploration;
    const random = new Generator(bits);
    const mean = pass(tensors, "actor", [...saved.task.observation]).outputs.map(tanh);
    learner.train(step + 1);
    const action = learner.actions.at(-1)!;
    const stored = heldBy(learner).replay.action.at(-1)!;
    mean.forEach((mu, j) => {
      const noisy = mu + 0.8 * random.standardNormal();
      const normalised = Math.max(-1, Math.min(noisy, 1));
      if (normalised !== noisy) clipped[j]++;
      assertAlmostEquals(stored[j], normalised, 1e-6);
      const centre = (high[j] + low[j]) / 2, half = (high[j] - low[j]) / 2;
      assertAlmostEquals(action[j], centre + half * normalised, 1e-5);
      if (normalised === 1) assertEquals(action[j], high[j]);
      if (normalised === -1) assertEquals(action[j], low[j]);
    });
  }
  assert(clipped[0] > 10 && clipped[1] > 10);
});

Deno.test("DDPG: Ornstein-Uhlenbeck noise goes on within an episode and starts at 0 in each", () => {
  const noise = { type: "ornstein-uhlenbeck", sigma: 0.3, theta: 0.2, dt: 0.5 };
  const learner = learnerOfBoxes(ddpg, { noise }, 45); // 45 = 5 * 9: an episode has just ended
  const saved = learner.save() as { exploration: PCG64State };
  const bits = new PCG64(0);
  bits.state = saved.exploration;
  const random = new Generator(bits);
  let x = [0, 0];
  for (let count = 46; count <= 63; count++) {
    const { noise } = learner.save() as { noise: Float64Array };
    x.forEach((value, j) => assertAlmostEquals(noise[j], value, 1e-12, `before step ${count}`));
    learner.train(count);
    x = x.map((value) =>
      value - 0.2 * value * 0.5 + 0.3 * Math.sqrt(0.5) * random.standardNormal()
    );
    if (count % 9 === 4 || count % 9 === 0) x = [0, 0];
  }
});

Deno.test("DDPG: without noise the actions are the actor's own", () => {
  const learner = learnerOfBoxes(ddpg, { noise: { type: "none" } });
  const { task } = learner.save() as { task: { observation: Float32Array } };
  const expected = learner.policy().act(task.observation.slice(), defaultGenerator(0));
  learner.train(41);
  assertEquals(learner.actions.at(-1), [...expected as Float32Array]);
});

Deno.test("DDPG: several updates at a time, every so many steps", () => {
  const learner = learnerOfBoxes(ddpg, { trainEvery: 8, updates: 3 }, 9);
  const updates = () => heldBy(learner).tensors["criticAdam.step"][0];
  const counts = Array.from({ length: 24 }, (_, i) => {
    learner.train(10 + i);
    return updates();
  });
  // Steps 16, 24 and 32 are multiples of 8 from learningStarts (10) on.
  assertEquals(counts, [...Array(6).fill(0), ...Array(8).fill(3), ...Array(8).fill(6), 9, 9]);
});

Deno.test("DDPG: the actor's and the critic's learning rates may decay, each by itself", () => {
  const learner = learnerOfBoxes(ddpg, {
    actorLearningRate: { from: 0.01, to: 0, steps: 20 },
  });
  const before = heldBy(learner).tensors;
  learner.train(60);
  const after = heldBy(learner).tensors;
  assertEquals(after["actor.w2"], before["actor.w2"]);
  assertNotEquals(after["critic.w2"], before["critic.w2"]);
});

Deno.test("DDPG: numbers that are not finite end the run at their step, without an error", () => {
  for (const reward of [NaN, Infinity, 1e30]) { // the last one overflows when squared
    for (const steps of [40, 41]) {
      const learner = learnerOfBoxes(ddpg, {}, steps);
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

Deno.test("DDPG solves a one-step problem in an asymmetric box to its known optimum", () => {
  const best = (s: number) => 4 + 3 * s;
  const learner = learnerOf(ddpg, () => oneStepTask(best, 0, 10), {
    hidden: [32, 32],
    batchSize: 32,
    learningStarts: 200,
    noise: { type: "gaussian", sigma: 0.3 },
  });
  learner.train(2500);
  const miss = largestMiss(learner, best, 0, 10);
  assert(miss < 0.08, `misses by up to ${miss}`);
});

Deno.test("DDPG learns exact values: rewards to come before a termination, and on across a time limit", () => {
  assertCountdownValues(ddpg, "critic");
});

Deno.test("DDPG: a run saved in mid-episode goes on bit for bit in a fresh learner", () => {
  const config = { noise: { type: "ornstein-uhlenbeck", sigma: 0.2 }, replayCapacity: 30 };
  const whole = learnerOfBoxes(ddpg, config, 47);
  const bytes = encodeSnapshot(whole.save());
  whole.train(90);
  const restored = learnerOfBoxes(ddpg, config, 3);
  restored.restore(decodeSnapshot(bytes));
  restored.train(90);
  assertEquals(encodeSnapshot(restored.save()), encodeSnapshot(whole.save()));
  assertEquals(
    encodeSnapshot(learnerOfBoxes(ddpg, config, 90).save()),
    encodeSnapshot(whole.save()),
  );
});

Deno.test("DDPG takes integers as observations: two states with different best actions", () => {
  const task = (): ReturnType<typeof oneStepTask> => {
    const inner = oneStepTask((s) => s < 0 ? -0.5 : 0.5, -1, 1);
    const sign = (observation: unknown) => (observation as Float32Array)[0] < 0 ? 0 : 1;
    return {
      ...inner,
      observationSpace: make("FrozenLake-v1").observationSpace,
      reset: (options) => ({ observation: sign(inner.reset(options).observation), info: {} }),
      step: (action) => {
        const step = inner.step(action);
        return { ...step, observation: sign(step.observation) };
      },
    };
  };
  const learner = learnerOf(ddpg, task, {
    hidden: [16],
    batchSize: 32,
    learningStarts: 200,
    noise: { type: "gaussian", sigma: 0.3 },
  });
  learner.train(1500);
  const policy = learner.policy();
  for (const [state, best] of [[0, -0.5], [1, 0.5]]) {
    const [action] = policy.act(state, defaultGenerator(0)) as Float32Array;
    assertAlmostEquals(action, best, 0.1);
  }
});
