/** Running moments against two passes in the test, reward scaling against its definition. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import {
  normalisationState,
  normalised,
  RewardScaler,
  RunningMoments,
  setNormalisation,
} from "../../../algorithms/common/running_moments.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";
import { compile, State } from "../../../engine/mod.ts";
import { defaultGenerator } from "../../../random/generator.ts";

/** Mean and variance in two passes. */
function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
}

Deno.test("Welford's moments equal those of two passes, far from zero too", () => {
  const vectors = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(1000)), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(fc.property(vectors, fc.constantFrom(0, 1e6), (drawn, far) => {
    const running = new RunningMoments(2);
    for (const [a, b] of drawn) running.add([99, a + far, b / 7], 1);
    const columns = [drawn.map(([a]) => a + far), drawn.map(([, b]) => b / 7)];
    columns.forEach((column, i) => {
      const { mean, variance } = moments(column);
      assertAlmostEquals(running.mean[i], mean, 1e-9 * (1 + Math.abs(mean)));
      const scale = 1 / Math.sqrt(variance + 1e-8);
      assertAlmostEquals(running.scale(i), scale, 1e-6 * scale);
    });
    assertEquals(running.count, drawn.length);
  }));
});

Deno.test("before anything was seen, nothing is changed", () => {
  const running = new RunningMoments(2);
  assertEquals([running.scale(0), running.mean[0]], [1, 0]);
  const state = new State(normalisationState(2));
  const before = state.save();
  setNormalisation(state, running);
  assertEquals(state.save(), before);
});

Deno.test("normalised features have mean 0 and deviation 1, and are cut at 10 deviations", () => {
  const random = defaultGenerator(1);
  const running = new RunningMoments(3);
  const rows = 200;
  const x = Float32Array.from(
    { length: 3 * rows },
    (_, i) => random.normal([5, -100, 0][i % 3], [2, 0.1, 30][i % 3]),
  );
  for (let row = 0; row < rows; row++) running.add(x, 3 * row);
  const state = new State(normalisationState(3));
  setNormalisation(state, running);
  const program = compile({
    state,
    inputs: { x: { shape: [rows, 3] } },
    run: ({ x }, tensors) => ({ y: normalised(x as tf.Tensor2D, tensors) }),
  });
  program.run({ x });
  const y = program.output("y").slice();
  for (let i = 0; i < 3; i++) {
    const { mean, variance } = moments(Array.from(y).filter((_, at) => at % 3 === i));
    assertAlmostEquals(mean, 0, 1e-4);
    assertAlmostEquals(variance, 1, 1e-4);
  }
  x.set([1e4, 1e4, -1e4]);
  program.run({ x });
  assertEquals(Array.from(program.output("y").slice(0, 3)), [10, 10, -10]);
});

Deno.test("rewards are divided by the deviation of all discounted returns so far, and not centred", () => {
  const step = fc.record({
    copy: fc.nat(2),
    reward: fc.integer({ min: 1, max: 9 }),
    ended: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.constantFrom(0, 0.9, 1), (
      steps,
      discount,
    ) => {
      const scaler = new RewardScaler(3, discount);
      const seen: number[] = [];
      const rewards: number[][] = [[], [], []];
      for (const { copy, reward, ended } of steps) {
        const scaled = scaler.scaled(copy, reward, ended);
        rewards[copy].push(reward);
        // The return up to now of the episode under way: the newest reward counts in full.
        const since = rewards[copy].toReversed();
        seen.push(since.reduce((sum, r, age) => sum + discount ** age * r, 0));
        if (ended) rewards[copy] = [];
        const expected = reward / Math.sqrt(moments(seen).variance + 1e-8);
        assertAlmostEquals(scaled, Math.min(expected, 10), 1e-5);
      }
    }),
  );
});

Deno.test("scaled rewards are cut at 10 on both sides", () => {
  const scaler = new RewardScaler(1, 0.9);
  assertEquals(scaler.scaled(0, 3, true), 10); // One return has no deviation.
  assertEquals(scaler.scaled(0, 3, true), 10);
  assertEquals(new RewardScaler(1, 0.9).scaled(0, -3, true), -10);
});

Deno.test("moments and scalers resume bit for bit", () => {
  const random = defaultGenerator(2);
  const running = new RunningMoments(2), scaler = new RewardScaler(2, 0.9);
  const step = (moments: RunningMoments, scaler: RewardScaler, values: number[]) => {
    moments.add(values);
    return scaler.scaled(values[0] > 0 ? 1 : 0, values[1], values[0] > 1);
  };
  const draw = () => [random.standardNormal(), random.standardNormal()];
  for (let i = 0; i < 20; i++) step(running, scaler, draw());
  const bytes = encodeSnapshot([running.save(), scaler.save()]);
  const restored = [new RunningMoments(2), new RewardScaler(2, 0.9)] as const;
  const [first, second] = decodeSnapshot(bytes) as [never, never];
  restored[0].restore(first);
  restored[1].restore(second);
  for (let i = 0; i < 20; i++) {
    const values = draw();
    assertEquals(step(restored[0], restored[1], values), step(running, scaler, values));
  }
  assertEquals(encodeSnapshot(restored[0].save()), encodeSnapshot(running.save()));
  assert(running.scale(0) !== 1);
});
