/** Neural policies: copies that act greedily within the action space, the same as ONNX models. */
import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { continuousActionsOf, rescale } from "../../../algorithms/common/action_space.ts";
import { neuralPolicy } from "../../../algorithms/common/neural_policy.ts";
import type { Policy } from "../../../algorithms/algorithm.ts";
import { State } from "../../../engine/mod.ts";
import { encodeModel } from "../../../engine/onnx/model.ts";
import type { Environment } from "../../../envs/environment.ts";
import { Box } from "../../../envs/spaces/box.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import type { Space } from "../../../envs/spaces/space.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });
const ignore = ffi.state !== "granted";

const observationSpace = new Box([-9, -9], [9, 9]);

const spaces = (actionSpace: Space) =>
  ({ id: "E-v0", observationSpace, actionSpace }) as unknown as Environment;

/** Outputs are the observation times a matrix. */
function linear(state: State<"w">, actionSpace: Space, squash = false): Policy {
  const environment = spaces(actionSpace);
  return neuralPolicy({
    name: "linear",
    environment,
    state,
    parameters: ["w"],
    action: (features, { w }) => {
      const output = tf.matMul(features, w as tf.Tensor2D);
      return squash ? rescale(continuousActionsOf(environment), tf.tanh(output)) : output;
    },
  });
}

/** A policy's actions, one after the other. */
function actionsOf(policy: Policy, observations: readonly Float32Array[]) {
  const random = defaultGenerator(0);
  const actions = observations.map((observation) => policy.act(observation, random));
  assertEquals(random.bits.state, defaultGenerator(0).bits.state); // It draws nothing.
  assertStrictEquals(policy.noise, 0);
  return actions;
}

/** The outputs of its ONNX model for all of them at once. */
async function modelActions(policy: Policy, observations: readonly Float32Array[]) {
  const ort = await import("onnxruntime-node");
  const session = await ort.InferenceSession.create(encodeModel(policy.toOnnx()));
  const all = Float32Array.from(observations.flatMap((observation) => [...observation]));
  const observation = new ort.Tensor("float32", all, [observations.length, 2]);
  const { action } = await session.run({ observation });
  await session.release();
  return {
    values: Array.from(action.data as ArrayLike<number | bigint>, Number),
    dims: action.dims,
  };
}

const random = defaultGenerator(6);
const observations = Array.from(
  { length: 50 },
  () => Float32Array.of(random.uniform(-3, 3), random.uniform(-3, 3)),
);

const policies = {
  discrete: () =>
    linear(
      new State({ w: { shape: [2, 3], values: [1, 0, -1, 0, 1, 1] } }),
      new Discrete(3, 5),
    ),
  continuous: () =>
    linear(new State({ w: { shape: [2, 2], values: [1, 0, 0, 1] } }), new Box([-1, 0], [3, 10])),
  squashed: () =>
    linear(
      new State({ w: { shape: [2, 2], values: [1, -1, 2, 1] } }),
      new Box([-1, 0], [3, 10]),
      true,
    ),
};

Deno.test("a discrete policy takes the first of the most preferred actions, by its environment's number", () => {
  const expected = observations.map(([x, y]) => {
    const preferences = [x, y, y - x];
    return 5 + preferences.indexOf(Math.max(...preferences));
  });
  assertEquals(actionsOf(policies.discrete(), observations), expected);
  assertEquals(new Set(expected), new Set([5, 6, 7]));
  const ties = [Float32Array.of(0, 0), Float32Array.of(0, 2)];
  assertEquals(actionsOf(policies.discrete(), ties), [5, 6]);
});

Deno.test("a continuous policy is clipped to its box", () => {
  const expected = observations.map(([x, y]) =>
    Float32Array.of(Math.min(Math.max(x, -1), 3), Math.max(y, 0))
  );
  assertEquals(actionsOf(policies.continuous(), observations), expected);
});

Deno.test("a squashed policy fills an asymmetric box", () => {
  const actions = actionsOf(policies.squashed(), observations) as Float32Array[];
  observations.forEach(([x, y], i) => {
    const expected = [1 + 2 * Math.tanh(x + 2 * y), 5 + 5 * Math.tanh(y - x)];
    expected.forEach((value, j) => assertAlmostEquals(actions[i][j], value, 1e-5));
  });
  const [far] = actionsOf(policies.squashed(), [Float32Array.of(9, 9)]) as Float32Array[];
  assertStrictEquals(far[0], 3);
});

Deno.test({
  name: "a neural policy's ONNX model gives the environment's actions, in one batch",
  ignore,
  fn: async () => {
    for (const [kind, make] of Object.entries(policies)) {
      const own = actionsOf(make(), observations);
      const { values, dims } = await modelActions(make(), observations);
      const shape = kind === "discrete" ? [] : [2];
      assertEquals([...dims], [observations.length, ...shape]);
      const expected = own.flatMap((action) => typeof action === "number" ? [action] : [...action]);
      values.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5));
    }
  },
});

Deno.test("a policy is a copy that later changes of the parameters do not touch", () => {
  const state = new State({ w: { shape: [2, 2], values: [1, 0, 0, 1] } });
  const policy = linear(state, new Discrete(2));
  const before = actionsOf(policy, observations);
  const unused = linear(state, new Discrete(2)); // not yet asked for anything
  state.set("w", [0, 1, 1, 0]);
  assertEquals(actionsOf(policy, observations), before);
  assertEquals(actionsOf(unused, observations), before);
  const after = actionsOf(linear(state, new Discrete(2)), observations);
  assert(after.every((action, i) => action !== before[i]));
});

Deno.test("an action that was given out is not changed by the next one", () => {
  const policy = policies.continuous();
  const first = policy.act(Float32Array.of(1, 2), random) as Float32Array;
  policy.act(Float32Array.of(0, 5), random);
  assertEquals(first, Float32Array.of(1, 2));
});
