import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Policy } from "../../../algorithms/algorithm.ts";
import { tabularPolicy } from "../../../algorithms/common/tabular_policy.ts";
import { encodeModel } from "../../../engine/onnx/model.ts";
import type { Environment, Observation } from "../../../envs/environment.ts";
import { make } from "../../../envs/make.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import type { Space } from "../../../envs/spaces/space.ts";
import { TupleSpace } from "../../../envs/spaces/tuple.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });
const ignore = ffi.state !== "granted";

/** Only the spaces of an environment are looked at. */
function withSpaces(observationSpace: Space<Observation>, actionSpace: Space<number>): Environment {
  return { id: "Spaces-v0", observationSpace, actionSpace } as unknown as Environment;
}

/** Every tuple of integers, the last varying fastest, each component from its start. */
function everyTuple(spaces: readonly { n: number; start: number }[]): number[][] {
  return spaces.reduce<number[][]>(
    (tuples, { n, start }) =>
      tuples.flatMap((tuple) => Array.from({ length: n }, (_, i) => [...tuple, start + i])),
    [[]],
  );
}

const discrete = fc.record({
  n: fc.integer({ min: 1, max: 5 }),
  start: fc.integer({ min: -3, max: 7 }),
});

/** A policy over random spaces, its observations and the actions that it should take. */
const anyPolicy = fc.record({
  members: fc.array(discrete, { minLength: 1, maxLength: 3 }),
  tuple: fc.boolean(),
  actions: discrete,
  choices: fc.array(fc.nat(100), { minLength: 125, maxLength: 125 }),
}).map(({ members, tuple, actions, choices }) => {
  const parts = tuple ? members : members.slice(0, 1);
  const spaces = parts.map(({ n, start }) => new Discrete(n, start));
  const observations = everyTuple(parts);
  const chosen = observations.map((_, i) => choices[i] % actions.n);
  return {
    policy: tabularPolicy(
      withSpaces(
        (tuple ? new TupleSpace(spaces) : spaces[0]) as unknown as Space<Observation>,
        new Discrete(actions.n, actions.start),
      ),
      chosen,
    ),
    observations,
    tuple,
    expected: chosen.map((action) => action + actions.start),
  };
});

Deno.test("a tabular policy looks up observations in row-major order, from their starts", () => {
  fc.assert(
    fc.property(anyPolicy, ({ policy, observations, tuple, expected }) => {
      const random = defaultGenerator(0);
      const actions = observations.map((integers) =>
        policy.act(tuple ? Int32Array.from(integers) : integers[0], random)
      );
      assertEquals(actions, expected);
    }),
  );
});

async function runModel(policy: Policy, rows: number[][], tuple: boolean): Promise<number[]> {
  const ort = await import("onnxruntime-node");
  const session = await ort.InferenceSession.create(encodeModel(policy.toOnnx()));
  const data = BigInt64Array.from(rows.flat(), BigInt);
  const shape = tuple ? [rows.length, rows[0].length] : [rows.length];
  const { action } = await session.run({ observation: new ort.Tensor("int64", data, shape) });
  assertEquals(action.dims, [rows.length]);
  await session.release();
  return Array.from(action.data as BigInt64Array, Number);
}

Deno.test({
  name: "a tabular policy's ONNX model acts the same on every observation, in one batch",
  ignore,
  fn: async () => {
    await fc.assert(
      fc.asyncProperty(anyPolicy, async ({ policy, observations, tuple, expected }) => {
        assertEquals(await runModel(policy, observations, tuple), expected);
      }),
      { numRuns: 40 },
    );
  },
});

Deno.test("a tabular policy refuses spaces that are not made of integers", () => {
  for (const id of ["CartPole-v1", "Pendulum-v1"]) {
    assertThrows(
      () => tabularPolicy(make(id), []),
      RangeError,
      `${id}: a tabular policy needs Discrete observations and actions`,
    );
  }
});

Deno.test("a tabular policy keeps a copy of its actions", () => {
  const actions = Int32Array.of(1, 1);
  const policy = tabularPolicy(withSpaces(new Discrete(2), new Discrete(2)), actions);
  actions.fill(0);
  assertStrictEquals(policy.act(1, defaultGenerator(0)), 1);
});
