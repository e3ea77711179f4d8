import {
  assertAlmostEquals,
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import type { Policy } from "../../algorithms/algorithm.ts";
import { tabularPolicy } from "../../algorithms/common/tabular_policy.ts";
import { createLearner } from "../../algorithms/create.ts";
import { dqn } from "../../algorithms/dqn.ts";
import { randomPolicy } from "../../algorithms/random_policy.ts";
import { evaluate } from "../../benchmarks/cell/evaluate.ts";
import {
  checkParity,
  compareActions,
  everyObservation,
  openModel,
  type PolicyModel,
} from "../../benchmarks/cell/onnx_parity.ts";
import { PolicyRecorder, type PolicySamples } from "../../benchmarks/cell/policy_recorder.ts";
import { encodeModel } from "../../engine/onnx/model.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import type { SpaceDescription } from "../../envs/spaces/space.ts";
import { TupleSpace } from "../../envs/spaces/tuple.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { linearGraph, lookupGraph, uniformGraph } from "../engine/onnx/graphs.ts";

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });
const ignore = ffi.state !== "granted";

const discrete = (n: number, start = 0): SpaceDescription => ({ type: "Discrete", n, start });
const tuple = (...spaces: SpaceDescription[]): SpaceDescription => ({ type: "Tuple", spaces });
const box: SpaceDescription = {
  type: "Box",
  shape: [2],
  dtype: "float32",
  low: [-1, -1],
  high: [1, 1],
};

function lookupPolicy(radices: readonly number[], table: readonly number[]): Policy {
  return {
    noise: 0,
    act: (observation) => {
      const digits = observation as Int32Array;
      return table[radices.reduce((index, n, i) => index * n + digits[i], 0)];
    },
    toOnnx: () => lookupGraph(radices, table),
  };
}

function uniformPolicy(n: number): Policy {
  return {
    noise: 1,
    act: (_, random) => Math.floor(Math.fround(random.randomFloat32() * n)),
    toOnnx: () => uniformGraph(n),
  };
}

/** One action per element, each its own element times its weight, as float32. */
function scalingPolicy(scale: number): Policy {
  const output = new Float32Array(2);
  return {
    noise: 0,
    act: (observation) => {
      const [x, y] = observation as Float32Array;
      output[0] = Math.max(-1, Math.min(1, x * scale));
      output[1] = Math.max(-1, Math.min(1, y * scale));
      return output;
    },
    toOnnx: () => linearGraph(Float32Array.of(scale, 0, 0, scale), Float32Array.of(0, 0)),
  };
}

function record(policy: Policy, observations: Iterable<number | Float32Array>): PolicySamples {
  const recorder = new PolicyRecorder(policy);
  const random = defaultGenerator(1);
  for (const observation of observations) recorder.act(observation, random);
  return recorder.samples();
}

/** A model made of a function, for tests of the comparison itself. */
function modelOf(answer: (rows: PolicySamples) => BigInt64Array | Float32Array): PolicyModel {
  return {
    run: (batch) => Promise.resolve(answer(batch as PolicySamples)),
    release: () => Promise.resolve(),
  };
}

/** Observations 0, 1, 2, ... and these actions. */
function samplesOf(actions: Int32Array | Float32Array): PolicySamples {
  const rows = actions.length;
  return {
    rows,
    observations: Int32Array.from(actions.keys()),
    noise: new Float32Array(0),
    actions,
  };
}

Deno.test("every observation of a tuple space is visited once, the last component fastest", () => {
  const seen: number[][] = [];
  const policy: Policy = {
    ...lookupPolicy([2, 1, 3], [0, 1, 2, 3, 4, 5]),
    act: (observation) => seen.push([...observation as Int32Array]),
  };
  const samples = everyObservation(policy, tuple(discrete(2, 4), discrete(1), discrete(3, -1)))!;
  assertEquals(seen, [[4, 0, -1], [4, 0, 0], [4, 0, 1], [5, 0, -1], [5, 0, 0], [5, 0, 1]]);
  assertEquals(samples, {
    rows: 6,
    observations: Int32Array.from(seen.flat()),
    noise: new Float32Array(0),
    actions: Int32Array.of(1, 2, 3, 4, 5, 6),
  });
});

Deno.test("observations of a Discrete space are numbers, of a MultiDiscrete space arrays", () => {
  const numbers: unknown[] = [];
  everyObservation({ ...uniformPolicy(2), noise: 0, act: (o) => numbers.push(o) }, discrete(3, 5));
  assertEquals(numbers, [5, 6, 7]);
  const multi: SpaceDescription = { type: "MultiDiscrete", nvec: [2, 2], start: [0, 7] };
  const samples = everyObservation({ ...uniformPolicy(2), noise: 0, act: () => 0 }, multi)!;
  assertEquals(samples.observations, Int32Array.of(0, 7, 0, 8, 1, 7, 1, 8));
});

Deno.test("continuous, mixed and huge spaces and stochastic policies are not enumerated", () => {
  const policy: Policy = { ...uniformPolicy(2), noise: 0, act: () => 0 };
  assertEquals(everyObservation(policy, box), undefined);
  assertEquals(everyObservation(policy, tuple(discrete(2), box)), undefined);
  assertEquals(everyObservation(policy, tuple(discrete(2048), discrete(2048))), undefined);
  assertEquals(everyObservation(uniformPolicy(2), discrete(2)), undefined);
});

Deno.test("a policy that draws numbers although its noise is 0 is refused", () => {
  const policy = { ...uniformPolicy(2), noise: 0 };
  assertThrows(() => everyObservation(policy, discrete(3)), Error, "must not draw random numbers");
});

Deno.test("a recorder copies what is reused and grows", () => {
  const observation = new Float32Array(2);
  function* observations() {
    for (let i = 0; i < 3000; i++) {
      observation.set([i / 4096, -i / 8192]);
      yield observation;
    }
  }
  const { rows, observations: seen, noise, actions } = record(scalingPolicy(2), observations());
  assertEquals(rows, 3000);
  assertEquals(seen.length, 6000);
  assertEquals(noise.length, 0);
  for (const i of [0, 1, 511, 512, 1023, 2999]) {
    assertEquals([...seen.subarray(2 * i, 2 * i + 2)], [i / 4096, -i / 8192]);
    assertEquals([...actions.subarray(2 * i, 2 * i + 2)], [Math.min(1, i / 2048), -i / 4096]);
  }
});

Deno.test("recording a stochastic policy changes neither its actions nor the generator", () => {
  const policy = uniformPolicy(1000);
  const recorder = new PolicyRecorder(policy);
  const recorded = defaultGenerator(3);
  const plain = defaultGenerator(3);
  for (let i = 0; i < 100; i++) {
    assertEquals(recorder.act(i, recorded), policy.act(i, plain));
    assertEquals(recorded.bits.state, plain.bits.state);
  }
  const { noise, actions } = recorder.samples();
  const expected = defaultGenerator(3);
  for (let i = 0; i < 100; i++) {
    assertStrictEquals(noise[i], expected.randomFloat32());
    assertStrictEquals(actions[i], Math.floor(Math.fround(noise[i] * 1000)));
  }
});

Deno.test("a policy that draws more, less or other numbers than its noise is refused", () => {
  const uniform = uniformPolicy(2);
  const acts: Policy["act"][] = [
    () => 0,
    (_, random) => Math.floor(random.randomFloat32() + random.randomFloat32()),
    (_, random) => Math.floor(2 * random.random()),
  ];
  for (const act of acts) {
    assertThrows(
      () => record({ ...uniform, act }, [0]),
      Error,
      "the policy's noise is 1, so each action must draw that many numbers by randomFloat32()",
    );
  }
});

Deno.test("an action that is none is refused by name", () => {
  for (const action of [undefined, NaN, 0.5, "left"]) {
    assertThrows(
      () => record({ ...uniformPolicy(2), noise: 0, act: () => action as number }, [7]),
      Error,
      `the policy's action must be an integer or a Float32Array, not ${action}, on observation 7`,
    );
  }
});

Deno.test("an action with a number that is not finite is refused with the observation", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    assertThrows(
      () => record({ ...uniformPolicy(2), noise: 0, act: () => Float32Array.of(1, bad) }, [7]),
      Error,
      `the policy's action must be of finite numbers, not [1, ${bad}], on observation 7`,
    );
  }
});

Deno.test("all rows are compared, in batches", async () => {
  const samples = samplesOf(Int32Array.from({ length: 10000 }, (_, i) => i % 7));
  const sizes: number[] = [];
  const model = modelOf(({ rows, actions }) => {
    sizes.push(rows);
    return BigInt64Array.from(actions, BigInt);
  });
  assertEquals(await compareActions(model, samples), { checked: 10000, maxDifference: 0 });
  assertEquals(sizes, [4096, 4096, 1808]);
});

Deno.test("the first action that differs is reported with its observation, wherever it is", async () => {
  for (const wrong of [0, 4095, 4096, 9999]) {
    const samples = samplesOf(Int32Array.from({ length: 10000 }, (_, i) => i % 7));
    const model = modelOf(({ observations, actions }) =>
      BigInt64Array.from(
        actions,
        (action, i) => BigInt(observations[i] >= wrong ? action + 9 : action),
      )
    );
    await assertRejects(
      () => compareActions(model, samples),
      Error,
      `on observation ${wrong} the policy's action is ${wrong % 7}, its ONNX model's is ${
        wrong % 7 + 9
      }`,
    );
  }
});

Deno.test("a discrete action that differs by 2^32 differs", async () => {
  const model = modelOf(() => BigInt64Array.of(2n ** 32n));
  await assertRejects(
    () => compareActions(model, samplesOf(Int32Array.of(0))),
    Error,
    "observation 0",
  );
});

Deno.test("continuous actions may differ by 1e-5 and no more", async () => {
  const model = modelOf(() => Float32Array.of(1, 0.5, -0.25));
  const near = await compareActions(model, samplesOf(Float32Array.of(1, 0.5 + 5e-6, -0.25)));
  assertEquals(near, { checked: 3, maxDifference: Math.fround(0.5 + 5e-6) - 0.5 });
  await assertRejects(
    () => compareActions(model, samplesOf(Float32Array.of(1, 0.5, -0.25 - 2e-5))),
    Error,
    "on observation 2 the policy's action is -0.2500",
  );
});

Deno.test("the difference that counts is relative to the largest action", async () => {
  const model = modelOf(() => Float32Array.of(200, 0.5));
  const { maxDifference } = await compareActions(model, samplesOf(Float32Array.of(200, 0.5015)));
  assertAlmostEquals(maxDifference, 0.0015 / 200, 1e-9);
  await assertRejects(
    () => compareActions(model, samplesOf(Float32Array.of(200, 0.503))),
    Error,
    "on observation 1",
  );
});

Deno.test("one action in a thousand may be further off, but not by more than 1e-3", async () => {
  const off = (...differences: number[]) => {
    const actions = new Float32Array(2000);
    differences.forEach((difference, i) => actions[10 * i] = difference);
    return compareActions(modelOf(({ rows }) => new Float32Array(rows)), samplesOf(actions));
  };
  assertEquals((await off(9e-4, 5e-4)).checked, 2000);
  await assertRejects(() => off(9e-4, 5e-4, 2e-5), Error, "on observation 20 ");
  await assertRejects(() => off(0, 1.1e-3), Error, "on observation 10 ");

  const flipped = (count: number, gap: number) => {
    const model = modelOf(({ rows }) => new BigInt64Array(rows).fill(1n, 0, count));
    return compareActions(model, samplesOf(new Int32Array(2000)), () => gap);
  };
  assertEquals(await flipped(2000, 1e-5), { checked: 2000, maxDifference: 1e-5 });
  assertEquals(await flipped(2, 1e-3), { checked: 2000, maxDifference: 1e-3 });
  await assertRejects(() => flipped(3, 2e-5), Error, "on observation 2 ");
  await assertRejects(() => flipped(1, 2e-3), Error, "on observation 0 ");
});

Deno.test("a NaN agrees with a NaN, an infinity with itself, and with nothing else", async () => {
  const special = [NaN, Infinity, -Infinity];
  const model = modelOf(() => Float32Array.from(special));
  assertEquals(
    (await compareActions(model, samplesOf(Float32Array.from(special)))).maxDifference,
    0,
  );
  for (let i = 0; i < 3; i++) {
    for (const other of [0, ...special].filter((value) => !Object.is(value, special[i]))) {
      const samples = samplesOf(Float32Array.from(special.with(i, other)));
      await assertRejects(() => compareActions(model, samples), Error, `on observation ${i} `);
    }
  }
});

Deno.test("a comparison of nothing, or of integers with floats, fails", async () => {
  await assertRejects(
    () => compareActions(modelOf(() => new BigInt64Array(0)), samplesOf(new Int32Array(0))),
    Error,
    "there is no observation to compare",
  );
  await assertRejects(
    () => compareActions(modelOf(() => Float32Array.of(0)), samplesOf(Int32Array.of(0))),
    Error,
    "the policy answers 1 observations by 1 integers, its model by 1 floats",
  );
  await assertRejects(
    () => compareActions(modelOf(() => BigInt64Array.of(0n, 0n)), samplesOf(Int32Array.of(0))),
    Error,
    "the policy answers 1 observations by 1 integers, its model by 2 integers",
  );
});

function testWithRuntime(name: string, fn: () => Promise<void>) {
  Deno.test({ name, ignore, fn });
}

testWithRuntime("a table's ONNX model acts as the table does on every observation", async () => {
  const table = Array.from({ length: 700 }, (_, i) => (i * i) % 11);
  const policy = lookupPolicy([7, 50, 2], table);
  const bytes = encodeModel(policy.toOnnx());
  const space = tuple(discrete(7), discrete(50), discrete(2));
  const parity = await checkParity(policy, bytes, space, record(policy, []));
  assertEquals(parity, { checked: 700, maxDifference: 0 });

  const otherTable = table.with(699, 12);
  await assertRejects(
    () => checkParity(lookupPolicy([7, 50, 2], otherTable), bytes, space, record(policy, [])),
    Error,
    `on observation [6, 49, 1] the policy's action is 12, its ONNX model's is ${table[699]}`,
  );
});

testWithRuntime(
  "a model may take another action only where the policy prefers both alike",
  async () => {
    // Four states; the model knows actions 0 to 2, the policy calls them 5 to 7.
    const actions = [5, 6, 5, 7];
    const policyWith = (preferences: readonly (readonly number[])[]): Policy => ({
      ...lookupPolicy([4], actions),
      act: (state) => actions[state as number],
      preferences: (state) => preferences[state as number],
    });
    const model = encodeModel(lookupGraph([4], [5, 6, 6, 5]));
    const check = (...last: readonly (readonly number[])[]) => {
      const policy = policyWith([[9, 0, 0], [0, 9, 0], ...last]);
      return checkParity(policy, model, discrete(4), record(policy, []));
    };
    // A difference of 1e-5 is no preference, nor is one of 1e-5 of their size where that is above 1.
    const tied = await check([0.5, 0.5 - 9e-6, 0], [99.9991, 0, 100]);
    assertEquals(tied.checked, 4);
    assertAlmostEquals(tied.maxDifference, 9e-6, 1e-12);
    const failing: [readonly number[], readonly number[], string][] = [
      [[0.5, 0.5 - 2e-5, 0.5], [1, 0, 1], "on observation 2 the policy's action is 5"],
      [[1, 1, 0], [99.998, 0, 100], "on observation 3 the policy's action is 7"],
      [[NaN, NaN, NaN], [1, 0, 1], "on observation 2"],
      [[1], [1, 0, 1], "on observation 2"], // No preference for what the model takes.
    ];
    for (const [third, fourth, message] of failing) {
      await assertRejects(() => check(third, fourth), Error, message);
    }
  },
);

testWithRuntime("a neural policy's ties are told by its own preferences", async () => {
  const makeEnvironment = () => make("CartPole-v1");
  const policy = createLearner(dqn, { makeEnvironment, seed: 0 }).policy();
  const observations = [[0.1, 0.2, -0.1, 0], [0, -1, 0.05, 2]].map((o) => Float32Array.from(o));
  const samples = record(policy, observations);
  const flipped: Policy = { ...policy, act: (o, r) => 1 - (policy.act(o, r) as number) };
  const other = record(flipped, observations);
  const model = encodeModel(policy.toOnnx());
  assertEquals((await checkParity(policy, model, box, samples)).maxDifference, 0);
  await assertRejects(() => checkParity(policy, model, box, other), Error, "on observation [0.1");
  for (const observation of observations) {
    const [left, right] = Array.from(policy.preferences!(observation));
    assertEquals(policy.act(observation, defaultGenerator(0)), left >= right ? 0 : 1);
  }
  // The policy that takes the other action, and prefers it by next to nothing.
  const random = defaultGenerator(0);
  const preferences: Policy["preferences"] = (o) =>
    flipped.act(o, random) === 0 ? [7, 7] : [7 - 1e-6, 7];
  const { maxDifference } = await checkParity({ ...flipped, preferences }, model, box, other);
  assertAlmostEquals(maxDifference, 1e-6 / 7, 1e-12);
});

testWithRuntime("a stochastic policy's model acts the same on the recorded noise", async () => {
  const policy = uniformPolicy(6);
  const samples = record(policy, Array.from({ length: 5000 }, (_, i) => i % 16));
  const bytes = encodeModel(policy.toOnnx());
  assertEquals(await checkParity(policy, bytes, discrete(16), samples), {
    checked: 5000,

    maxDifference: 0,
  });
  const swapped = { ...samples, noise: samples.noise.toReversed() };
  await assertRejects(
    () => checkParity(policy, bytes, discrete(16), swapped),
    Error,
    "with noise 0.",
  );
});

testWithRuntime(
  "a continuous policy's model is compared on the recorded observations",
  async () => {
    const policy = scalingPolicy(0.75);
    const random = defaultGenerator(5);
    const observations = Array.from(
      { length: 5000 },
      () => Float32Array.of(random.normal(0, 1), random.normal(0, 1)),
    );
    const samples = record(policy, observations);
    const { checked, maxDifference } = await checkParity(
      policy,
      encodeModel(policy.toOnnx()),
      box,
      samples,
    );
    assertEquals(checked, 5000);
    assertLessOrEqual(maxDifference, 1e-7);
    await assertRejects(
      () => checkParity(policy, encodeModel(scalingPolicy(0.7501).toOnnx()), box, samples),
      Error,
      "on observation [",
    );
  },
);

testWithRuntime("what is no model, or no policy's model, is refused with the reason", async () => {
  await assertRejects(
    () => openModel(Uint8Array.of(1, 2, 3)),
    Error,
    "onnxruntime does not accept the model: Failed to load model because protobuf parsing failed.",
  );
  const graph = lookupGraph([2], [0, 1]);
  const misspelt = {
    ...graph,
    nodes: [graph.nodes[0], graph.nodes[1], { ...graph.nodes[2], op: "Gathr" }],
  };
  await assertRejects(
    () => openModel(encodeModel(misspelt)),
    Error,
    "No Op registered for Gathr with domain_version of 17",
  );
  const second = { name: "index", type: "int64", shape: ["N"] } as const;
  await assertRejects(
    () => openModel(encodeModel({ ...graph, outputs: [...graph.outputs, second] })),
    Error,
    "and the output action, not [observation] and [action, index]",
  );
});

testWithRuntime("samples that do not fit the model's inputs are refused with both", async () => {
  const model = await openModel(encodeModel(lookupGraph([2, 2], [0, 1, 2, 3])));
  const noise = new Float32Array(0);
  await assertRejects(
    () => model.run({ rows: 2, observations: Int32Array.of(0, 1), noise }),
    Error,
    "the model's observation is int64 [N, 2], which 2 int64 numbers in 2 rows are not",
  );
  await assertRejects(
    () => model.run({ rows: 1, observations: Float32Array.of(0, 1), noise }),
    Error,
    "the model's observation is int64 [N, 2], which 2 float32 numbers in 1 rows are not",
  );
  await assertRejects(
    () => model.run({ rows: 1, observations: Int32Array.of(0, 9), noise }),
    Error,
    "onnxruntime fails to run the model: ",
  );
  await model.release();

  const stochastic = await openModel(encodeModel(uniformGraph(2)));
  await assertRejects(
    () => stochastic.run({ rows: 1, observations: Int32Array.of(0), noise }),
    Error,
    "the model's noise is float32 [N, 1], which 0 float32 numbers in 1 rows are not",
  );
  await stochastic.release();
});

testWithRuntime("tabular policies of any shape and offset pass", async () => {
  const range = fc.record({
    n: fc.integer({ min: 1, max: 6 }),
    start: fc.integer({ min: -9, max: 9 }),
  });
  const cases = fc.tuple(
    fc.array(range, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
    range,
    fc.infiniteStream(fc.nat()),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([ranges, bare, actions, numbers]) => {
      const members = ranges.map(({ n, start }) => new Discrete(n, start));
      const observationSpace = bare && members.length === 1 ? members[0] : new TupleSpace(members);
      const actionSpace = new Discrete(actions.n, actions.start);
      const size = ranges.reduce((product, { n }) => product * n, 1);
      const table = [...numbers.take(size)].map((number) => number % actions.n);
      const environment = {
        id: "Table-v0",
        observationSpace,
        actionSpace,
      } as unknown as Environment;
      const policy = tabularPolicy(environment, table);
      const nothing = new PolicyRecorder(policy).samples();
      const { checked } = await checkParity(
        policy,
        encodeModel(policy.toOnnx()),
        observationSpace.description,
        nothing,
      );
      assertEquals(checked, size);
      assertEquals(
        [...everyObservation(policy, observationSpace.description)!.actions],
        table.map((action) => action + actions.start),
      );
    }),
    { numRuns: 50 },
  );
});

for (const id of ["FrozenLake-v1", "Blackjack-v1", "CartPole-v1", "Pendulum-v1"]) {
  testWithRuntime(`the random policy's model acts as the policy does in ${id}`, async () => {
    const makeEnvironment = () => make(id);
    const policy = createLearner(randomPolicy, { makeEnvironment, seed: 0 }).policy();
    const recorder = new PolicyRecorder(policy);
    const environment = makeEnvironment();
    evaluate(recorder, environment, 0, 20, 0);
    const { checked } = await checkParity(
      policy,
      encodeModel(policy.toOnnx()),
      environment.observationSpace.description,
      recorder.samples(),
    );
    assertGreaterOrEqual(checked, 20);
    assertEquals(checked, recorder.samples().rows);
  });
}
