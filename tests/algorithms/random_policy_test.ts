import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { Policy } from "../../algorithms/algorithm.ts";
import randomPolicy from "../../algorithms/random_policy.ts";
import { encodeModel } from "../../engine/onnx/model.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { Box } from "../../envs/spaces/box.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import type { Space } from "../../envs/spaces/space.ts";
import { defaultGenerator, type Generator } from "../../random/generator.ts";
import { learnerOf, Recorder } from "./learners.ts";

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });
const ignore = ffi.state !== "granted";

/** The random policy for an action space, in an environment with these observations. */
function policyFor(actionSpace: Space, observations = "Blackjack-v1"): Policy {
  const environment = new Recorder().watch(make(observations));
  const changed = { ...environment, actionSpace } as Environment;
  return learnerOf(randomPolicy, () => changed).policy();
}

/** A generator whose float32 draws are all the same. */
function constant(u: number): Generator {
  return { randomFloat32: () => u } as unknown as Generator;
}

const unseen = Int32Array.of(0, 0, 0);
const largest = 1 - 2 ** -24; // of the float32 draws

/** The largest float32 draw below i / 1000, modulo 1: times 1000, it is rounded up to a whole number. */
function below(i: number): number {
  return (Math.ceil((i % 1000) / 1000 * 2 ** 24) - 1) / 2 ** 24;
}

Deno.test("every discrete action is taken equally often, from the space's start on", () => {
  const policy = policyFor(new Discrete(3, -1));
  assertStrictEquals(policy.noise, 1);
  const random = defaultGenerator(1);
  const counts = new Map<unknown, number>();
  for (let i = 0; i < 30_000; i++) {
    const action = policy.act(unseen, random);
    counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort(), [-1, 0, 1]);
  // Four standard deviations of 30 000 draws with probability 1/3: 327.
  for (const count of counts.values()) assert(Math.abs(count - 10_000) <= 327, `${count}`);
});

Deno.test("a discrete action never leaves the space, however close to 1 the draw", () => {
  const powers = Array.from({ length: 24 }, (_, k) => 2 ** k);
  for (const n of [...powers.flatMap((power) => [power, power + 1, 2 * power - 1]), 2 ** 24]) {
    const policy = policyFor(new Discrete(n));
    assertStrictEquals(policy.act(unseen, constant(0)), 0);
    assertStrictEquals(policy.act(unseen, constant(largest)), n - 1);
  }
});

Deno.test("a continuous action is uniform in its box", () => {
  const policy = policyFor(new Box([-2, 0], [1, 10]));
  assertStrictEquals(policy.noise, 2);
  const random = defaultGenerator(2);
  const sums = [0, 0];
  for (let i = 0; i < 30_000; i++) {
    const action = policy.act(unseen, random) as Float32Array;
    assert(action instanceof Float32Array && action.length === 2);
    assert(action[0] >= -2 && action[0] < 1 && action[1] >= 0 && action[1] < 10);
    sums[0] += action[0];
    sums[1] += action[1];
  }
  // Standard deviation of a mean of 30 000: width / sqrt(12 30 000); four of these.
  assertAlmostEquals(sums[0] / 30_000, -0.5, 4 * 3 / 600);
  assertAlmostEquals(sums[1] / 30_000, 5, 4 * 10 / 600);
});

Deno.test("a continuous action never leaves its box, however its bounds are rounded", () => {
  const random = defaultGenerator(3);
  for (let i = 0; i < 3000; i++) {
    const [a, b] = [random.uniform(-1, 1), random.uniform(-1, 1)];
    const space = new Box(Math.min(a, b), Math.max(a, b));
    const policy = policyFor(space);
    for (const u of [0, largest]) {
      assert(space.contains(policy.act(unseen, constant(u))), `${space.low} ${space.high} ${u}`);
    }
  }
});

Deno.test("an action takes as many float32 draws as the policy says", () => {
  for (const space of [new Discrete(5), new Box(-1, 1, [2, 3])]) {
    const policy = policyFor(space as Space);
    const [random, counted] = [defaultGenerator(5), defaultGenerator(5)];
    policy.act(unseen, random);
    for (let draw = 0; draw < policy.noise; draw++) counted.randomFloat32();
    assertEquals(random.bits.state, counted.bits.state);
  }
});

Deno.test("the random policy refuses actions that have no uniform distribution", () => {
  assertThrows(
    () => policyFor(new Box([0, 0], [1, Infinity])),
    RangeError,
    "Blackjack-v1: the random policy needs bounded actions, not [0,0] to [1,Infinity]",
  );
  assertThrows(
    () => policyFor(new Box(0, 255, [2], "uint8") as unknown as Space),
    RangeError,
    "Blackjack-v1: the random policy needs Discrete or float32 Box actions, not Box",
  );
  assertThrows(
    () => policyFor(new Discrete(2 ** 24 + 1)),
    RangeError,
    "Blackjack-v1: the random policy draws from 2^24 actions at most, not 16777217",
  );
  assertThrows(
    () => policyFor(make("Blackjack-v1").observationSpace),
    RangeError,
    "not Tuple",
  );
});

/** Runs the policy's model on a batch; the observations are of no importance. */
async function runModel(policy: Policy, rows: number, noise: Float32Array, observations: string) {
  const ort = await import("onnxruntime-node");
  const session = await ort.InferenceSession.create(encodeModel(policy.toOnnx()));
  const { description } = make(observations).observationSpace;
  const width = description.type === "Tuple" ? [description.spaces.length] : [];
  const observation = description.type === "Box"
    ? new ort.Tensor(
      "float32",
      new Float32Array(rows * description.low.length),
      [rows, ...description.shape],
    )
    : new ort.Tensor("int64", new BigInt64Array(rows * (width[0] ?? 1)), [rows, ...width]);
  const { action } = await session.run({
    observation,
    noise: new ort.Tensor("float32", noise, [rows, policy.noise]),
  });
  await session.release();
  return action;
}

for (const observations of ["FrozenLake-v1", "Blackjack-v1", "CartPole-v1"]) {
  const spaces = {
    "Discrete(2)": new Discrete(2),
    "Discrete(7) from 3": new Discrete(7, 3),
    "Discrete(1000) from -5": new Discrete(1000, -5),
    "Box [2]": new Box([-2, 0.1], [1, 0.7]),
    "Box [2, 3]": new Box(-0.3, 0.9, [2, 3]),
  };
  for (const [actions, space] of Object.entries(spaces)) {
    const { description } = space;
    Deno.test({
      name: `the random policy's ONNX model acts bit for bit the same: ${observations}, ${actions}`,
      ignore,
      fn: async () => {
        const policy = policyFor(space as Space, observations);
        for (const rows of [0, 1, 500]) {
          const random = defaultGenerator(4);
          const noise = Float32Array.from(
            { length: rows * policy.noise },
            (_, i) => i < policy.noise ? largest : i % 2 === 0 ? random.randomFloat32() : below(i),
          );
          let drawn = 0;
          const replay = { randomFloat32: () => noise[drawn++] } as unknown as Generator;
          const expected = Array.from({ length: rows }, () => policy.act(unseen, replay));
          const action = await runModel(policy, rows, noise, observations);
          if (description.type === "Discrete") {
            assertEquals(action.dims, [rows]);
            assertEquals(Array.from(action.data as BigInt64Array, Number), expected);
          } else if (description.type === "Box") {
            assertEquals(action.dims, [rows, ...description.shape]);
            const flat = expected.flatMap((vector) => Array.from(vector as Float32Array));
            assertEquals(Array.from(action.data as Float32Array), flat);
          }
        }
      },
    });
  }
}
