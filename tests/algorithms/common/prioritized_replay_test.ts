/** Prioritized replay: priorities of new transitions, importance weights, and what learners make of both. */
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { observationEncoder } from "../../../algorithms/common/observation_encoder.ts";
import { PrioritizedReplay } from "../../../algorithms/common/prioritized_replay.ts";
import { doubleDqn } from "../../../algorithms/double_dqn.ts";
import { dqn } from "../../../algorithms/dqn.ts";
import { duelingDqn } from "../../../algorithms/dueling_dqn.ts";
import { qrDqn } from "../../../algorithms/qr_dqn.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import { defaultGenerator } from "../../../random/generator.ts";
import { bytesOf } from "../deep_q.ts";
import { learnerOf } from "../learners.ts";
import { scriptedEnvironment } from "../scripted.ts";

/** A memory of five, with this many transitions whose actions are their places. */
function memoryOf(count: number, alpha: number) {
  const encoder = observationEncoder(new Discrete(9));
  const memory = new PrioritizedReplay({
    capacity: 5,
    encoder,
    actionSize: 0,
    alpha,
    batchSize: 8,
  });
  for (let i = 0; i < count; i++) memory.add(i, i, 0, 0, i);
  return { memory, minibatch: memory.minibatch(8), random: defaultGenerator(1) };
}

const prioritiesOf = (memory: PrioritizedReplay) =>
  Array.from((memory.save() as { priorities: Float64Array }).priorities);

Deno.test("a new transition has the largest priority so far, which is 1 at first", () => {
  const { memory, minibatch, random } = memoryOf(1, 0.5);
  assertEquals(prioritiesOf(memory), [1]);
  memory.sampleByPriority(random, minibatch, 1);
  memory.prioritise(new Float32Array(8).fill(-16));
  memory.add(1, 1, 0, 0, 1);
  memory.prioritise(new Float32Array(8).fill(0.25));
  memory.add(2, 2, 0, 0, 2);
  const [first, second, third] = prioritiesOf(memory);
  assertAlmostEquals(first, 0.5, 1e-5); // (|0.25| + 1e-6)^0.5
  assertAlmostEquals(second, 4, 1e-5);
  assertEquals(third, second);
});

Deno.test("importance weights are (N P)^-beta over the largest one of the minibatch", () => {
  const { memory, minibatch, random } = memoryOf(5, 1);
  memory.sampleByPriority(random, minibatch, 1);
  memory.prioritise(minibatch.action.map((place) => 2 + place));
  const priorities = prioritiesOf(memory);
  const total = priorities.reduce((sum, priority) => sum + priority);
  memory.sampleByPriority(random, minibatch, 0.7);
  const weights = Array.from(minibatch.action, (i) => (5 * priorities[i] / total) ** -0.7);
  const largest = Math.max(...weights);
  weights.forEach((weight, i) => assertAlmostEquals(memory.weights[i], weight / largest, 1e-6));
  assertNotEquals(Math.min(...memory.weights), 1);
});

/** One state and action that end with reward 2. */
const single = () =>
  scriptedEnvironment({
    states: 1,
    actions: 1,
    start: 0,
    steps: [{ next: 0, reward: 2, end: "terminated" }],
  });

Deno.test("priorities are the sizes of the TD errors, those of mean values for quantiles", () => {
  for (const algorithm of [dqn, doubleDqn, duelingDqn, qrDqn]) {
    const learner = learnerOf(algorithm, single, {
      hidden: [4],
      learningRate: 0,
      replay: { alpha: 1 },
      batchSize: 64,
      learningStarts: 4,
      trainEvery: 4,
    });
    learner.train(4);
    const { memory } = learner.save() as { memory: { priorities: Float64Array } };
    const value = learner.policy().preferences!(0)[0];
    assertEquals(memory.priorities.length, 4);
    for (const priority of memory.priorities) {
      assertAlmostEquals(priority, Math.abs(value - 2) + 1e-6, 1e-5, algorithm.name);
    }
  }
});

Deno.test("beta follows its schedule", () => {
  const bytes = (beta: unknown) => {
    const script = { states: 3, actions: 2, start: 0 };
    const steps = [{ next: 1, reward: 5 }, { next: 2, reward: 1 }, {
      next: 0,
      reward: -3,
      end: "terminated",
    }] as const;
    const learner = learnerOf(dqn, () => scriptedEnvironment({ ...script, steps }), {
      ...{ hidden: [4], learningStarts: 30, batchSize: 8, replay: { alpha: 1, beta } },
    });
    learner.train(60);
    return bytesOf(learner);
  };
  assertEquals(bytes({ from: 0, to: 1, steps: 20 }), bytes(1));
  assertNotEquals(bytes({ from: 0, to: 1, steps: 200 }), bytes(0));
});
