import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { observationEncoder } from "../../../algorithms/common/observation_encoder.ts";
import { PrioritizedReplay } from "../../../algorithms/common/prioritized_replay.ts";
import { ReplayBuffer } from "../../../algorithms/common/replay_buffer.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";
import { make } from "../../../envs/make.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const vectors = observationEncoder(make("MountainCar-v0").observationSpace);
const integers = observationEncoder(new Discrete(1_000_000));

/** The transition with a number: all its fields tell it. */
function addTo(buffer: ReplayBuffer, k: number): number {
  return buffer.add(Float32Array.of(k, -k), k % 7, k / 2, 0.5, Float32Array.of(k + 1, -k - 1));
}

/** The numbers of the transitions of a minibatch; fails if the fields do not belong together. */
function numbersOf(minibatch: ReturnType<ReplayBuffer["minibatch"]>): number[] {
  return Array.from(minibatch.reward, (half, i) => {
    const k = 2 * half;
    assertEquals(minibatch.observation.slice(2 * i, 2 * i + 2), Float32Array.of(k, -k));
    assertEquals(minibatch.next.slice(2 * i, 2 * i + 2), Float32Array.of(k + 1, -k - 1));
    assertStrictEquals(minibatch.action[i], k % 7);
    assertStrictEquals(minibatch.discount[i], 0.5);
    return k;
  });
}

/** What is kept at each place. */
function contentOf(buffer: ReplayBuffer): number[] {
  const minibatch = buffer.minibatch(buffer.length);
  for (let place = 0; place < buffer.length; place++) buffer.copy(place, minibatch, place);
  return numbersOf(minibatch);
}

Deno.test("a replay memory keeps the last transitions, wherever it grows, wraps or is restored", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2600 }),
      fc.array(fc.tuple(fc.nat(1500), fc.boolean()), { minLength: 1, maxLength: 5 }),
      (capacity, runs) => {
        let buffer = new ReplayBuffer({ capacity, encoder: vectors, actionSize: 0 });
        const naive: number[] = [];
        let k = 0;
        for (const [count, restore] of runs) {
          for (let i = 0; i < count; i++, k++) {
            naive[k % capacity] = k;
            assertStrictEquals(addTo(buffer, k), k % capacity);
          }
          if (restore) {
            const bytes = encodeSnapshot(buffer.save());
            buffer = new ReplayBuffer({ capacity, encoder: vectors, actionSize: 0 });
            addTo(buffer, 999);
            buffer.restore(decodeSnapshot(bytes));
            assertEquals(encodeSnapshot(buffer.save()), bytes);
          }
          assertStrictEquals(buffer.length, naive.length);
          assertEquals(contentOf(buffer), naive);
          const latest = buffer.minibatch(Math.min(buffer.length, 40));
          buffer.latest(latest);
          assertEquals(
            numbersOf(latest),
            Array.from(latest.reward, (_, i) => k - latest.reward.length + i),
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("minibatches are drawn uniformly from what is kept", () => {
  const buffer = new ReplayBuffer({ capacity: 10, encoder: vectors, actionSize: 0 });
  for (let k = 0; k < 17; k++) addTo(buffer, k);
  const minibatch = buffer.minibatch(50);
  const counts = new Map<number, number>();
  const random = defaultGenerator(0);
  for (let i = 0; i < 400; i++) {
    buffer.sample(random, minibatch);
    for (const k of numbersOf(minibatch)) counts.set(k, (counts.get(k) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort((a, b) => a - b), [7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  for (const count of counts.values()) assert(Math.abs(count - 2000) < 4.5 * Math.sqrt(1800));
});

Deno.test("integers as observations and vectors as actions are kept as they are", () => {
  const buffer = new ReplayBuffer({ capacity: 3, encoder: integers, actionSize: 2 });
  for (let k = 0; k < 5; k++) buffer.add(k, Float32Array.of(k, k / 2), 0, 1, k + 1);
  const minibatch = buffer.minibatch(3);
  buffer.latest(minibatch);
  assertEquals(minibatch.observation, Int32Array.of(2, 3, 4));
  assertEquals(minibatch.action, Float32Array.of(2, 1, 3, 1.5, 4, 2));
  assertEquals(minibatch.next, Int32Array.of(3, 4, 5));
});

Deno.test("what is kept is a copy", () => {
  const buffer = new ReplayBuffer({ capacity: 4, encoder: vectors, actionSize: 1 });
  const observation = Float32Array.of(1, 2), action = Float32Array.of(3);
  buffer.add(observation, action, 0, 1, observation);
  const saved = buffer.save();
  const bytes = encodeSnapshot(saved);
  observation.fill(9);
  action.fill(9);
  assertEquals(encodeSnapshot(buffer.save()), bytes);
  buffer.add(observation, action, 0, 1, observation);
  assertEquals(encodeSnapshot(saved), bytes);
});

Deno.test("a memory of another size or problem is refused and changes nothing", () => {
  const buffer = new ReplayBuffer({ capacity: 5, encoder: vectors, actionSize: 0 });
  addTo(buffer, 1);
  const before = encodeSnapshot(buffer.save());
  const others = [
    { capacity: 6, encoder: vectors, actionSize: 0 },
    { capacity: 5, encoder: integers, actionSize: 0 },
    { capacity: 5, encoder: vectors, actionSize: 1 },
  ].map((options) => new ReplayBuffer(options));
  addTo(others[0], 2);
  others[1].add(1, 1, 0, 1, 2);
  others[2].add(Float32Array.of(1, 2), Float32Array.of(1), 0, 1, Float32Array.of(1, 2));
  for (const other of others) {
    assertThrows(() => buffer.restore(other.save()), RangeError, "replay memory is not of this");
    assertEquals(encodeSnapshot(buffer.save()), before);
  }
});

/** A prioritized memory with these TD errors at its places. */
function prioritized(errors: readonly number[], alpha: number): PrioritizedReplay {
  const buffer = new PrioritizedReplay({
    capacity: errors.length,
    encoder: vectors,
    actionSize: 0,
    alpha,
    batchSize: 1,
  });
  const minibatch = buffer.minibatch(1);
  const random = defaultGenerator(3);
  errors.forEach((_, k) => addTo(buffer, k));
  const left = new Set(errors.keys());
  while (left.size > 0) {
    buffer.sampleByPriority(random, minibatch, 1);
    const [k] = numbersOf(minibatch);
    buffer.prioritise([errors[k]]);
    left.delete(k);
  }
  return buffer;
}

Deno.test("prioritized replay draws in proportion to the power of the TD errors", () => {
  const errors = [0.5, -2, 0.01, 1, -0.25, 4];
  for (const alpha of [0, 0.6, 1]) {
    const buffer = prioritized(errors, alpha);
    const minibatch = buffer.minibatch(1);
    const random = defaultGenerator(1);
    const counts = errors.map(() => 0);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      buffer.sampleByPriority(random, minibatch, 0);
      counts[numbersOf(minibatch)[0]]++;
      assertEquals(buffer.weights, Float32Array.of(1)); // beta 0
    }
    const powers = errors.map((error) => (Math.abs(error) + 1e-6) ** alpha);
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, k) => {
      const p = power / sum;
      const deviation = Math.sqrt(draws * p * (1 - p));
      assert(Math.abs(counts[k] - draws * p) < 4.5 * deviation, `${alpha} ${k}: ${counts[k]}`);
    });
  }
});

Deno.test("importance weights are (N P)^-beta over the largest of the minibatch", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (errors, alpha, beta, seed) => {
        const size = 4;
        const options = { capacity: 20, encoder: vectors, actionSize: 0, alpha, batchSize: size };
        const buffer = new PrioritizedReplay(options);
        for (let k = 0; k < 9; k++) addTo(buffer, k);
        const random = defaultGenerator(seed);
        const minibatch = buffer.minibatch(size);
        buffer.sampleByPriority(random, minibatch, beta);
        // All new: equal priorities, one draw from each quarter of 9.
        const first = numbersOf(minibatch);
        first.forEach((k, i) => assert(k >= Math.floor(9 * i / 4) && k <= 9 * (i + 1) / 4));
        assertEquals(buffer.weights, new Float32Array(size).fill(1));

        buffer.prioritise(errors);
        const priorities = new Array<number>(9).fill(1);
        first.forEach((k, i) => priorities[k] = (errors[i] + 1e-6) ** alpha);
        // What is added now is as likely as the likeliest so far.
        const largest = Math.max(1, ...errors.map((error) => (error + 1e-6) ** alpha));
        addTo(buffer, 9);
        priorities.push(largest);

        buffer.sampleByPriority(random, minibatch, beta);
        const sum = priorities.reduce((a, b) => a + b, 0);
        const weights = numbersOf(minibatch).map((k) => (10 * priorities[k] / sum) ** -beta);
        const top = Math.max(...weights);
        weights.forEach((weight, i) => {
          assert(Math.abs(buffer.weights[i] - weight / top) < 1e-5);
        });
      },
    ),
  );
});

Deno.test("a restored prioritized memory goes on drawing bit for bit", () => {
  const options = { capacity: 7, encoder: vectors, actionSize: 0, alpha: 0.7, batchSize: 3 };
  const run = (buffer: PrioritizedReplay, seed: number) => {
    const random = defaultGenerator(seed);
    const minibatch = buffer.minibatch(3);
    const drawn: number[] = [];
    for (let k = 0; k < 30; k++) {
      addTo(buffer, k);
      buffer.sampleByPriority(random, minibatch, 0.5);
      buffer.prioritise([random.random(), 3 * random.random(), 0]);
      drawn.push(...numbersOf(minibatch), ...buffer.weights);
    }
    return drawn;
  };
  const buffer = new PrioritizedReplay(options);
  run(buffer, 1);
  const bytes = encodeSnapshot(buffer.save());
  const expected = run(buffer, 2);
  const restored = new PrioritizedReplay(options);
  addTo(restored, 4);
  restored.restore(decodeSnapshot(bytes));
  assertEquals(encodeSnapshot(restored.save()), bytes);
  assertEquals(run(restored, 2), expected);
});
