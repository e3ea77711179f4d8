import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { Environment, Info } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import { spaceFromDescription } from "../../envs/spaces/from_description.ts";
import { Box } from "../../envs/spaces/box.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { TupleSpace } from "../../envs/spaces/tuple.ts";
import { CartPoleVector } from "../../envs/vector/cart_pole_vector.ts";
import { SyncVector } from "../../envs/vector/sync_vector.ts";
import type { VectorEnvironment, VectorStep } from "../../envs/vector/vector_environment.ts";
import { loadGolden } from "../golden/golden.ts";
import { Countdown } from "./countdown.ts";

interface GoldenGroup {
  readonly what: string;
  readonly env_id: string;
  readonly make_kwargs: { readonly max_episode_steps?: number };
  readonly num_envs: number;
  readonly seed: number;
  readonly autoreset_mode: "NextStep" | "SameStep";
  readonly single_action_space: GoldenSpace;
  readonly action_space: GoldenSpace;
  readonly single_observation_space: GoldenSpace;
  readonly reset: { readonly obs: readonly unknown[]; readonly infos: GoldenInfos };
  readonly steps: readonly {
    readonly action: readonly (number | readonly number[])[];
    readonly obs: readonly unknown[];
    readonly reward: readonly number[];
    readonly terminated: readonly number[];
    readonly truncated: readonly number[];
    readonly infos: GoldenInfos;
  }[];
}
// deno-lint-ignore no-explicit-any -- recorded data of many layouts
type GoldenSpace = any;
type GoldenInfos = Record<string, unknown>;

const groups: readonly GoldenGroup[] = (await loadGolden("vector")).groups;

for (const group of groups) {
  Deno.test(`${group.what}, ${group.autoreset_mode}: observations, rewards, flags and infos equal Gymnasium's`, () => {
    const vector = makeVector(group);
    assertEquals(description(vector.singleActionSpace), spaceOf(group.single_action_space));
    assertEquals(description(vector.actionSpace), spaceOf(group.action_space));
    assertEquals(
      description(vector.singleObservationSpace),
      spaceOf(group.single_observation_space),
    );
    const start = vector.reset({ seed: group.seed });
    assertObservations(split(vector, start.observations), rows(group, group.reset.obs));
    assertEquals(batchInfos(group, start.infos), group.reset.infos);
    for (const expected of group.steps) {
      const step = vector.step(expected.action.flat());
      assertObservations(split(vector, step.observations), rows(group, expected.obs));
      step.rewards.forEach((reward, i) => assertAlmostEquals(reward, expected.reward[i], 1e-9));
      assertEquals([...step.terminations], expected.terminated);
      assertEquals([...step.truncations], expected.truncated);
      const { final_obs, _final_obs, final_info, _final_info, ...infos } = expected.infos;
      assertEquals(batchInfos(group, step.infos), infos);
      const none = Array(group.num_envs).fill(0);
      assertEquals([...step.hasFinal], _final_obs ?? none);
      assertEquals([...step.hasFinal], _final_info ?? none);
      if (final_obs === undefined) continue;
      const last = split(vector, step.finalObservations);
      (final_obs as unknown[]).forEach((observation, i) => {
        if (observation !== null) assertObservations([last[i]], [[observation].flat() as number[]]);
      });
      assertEquals(batchInfos(group, step.finalInfos, step.hasFinal), final_info);
    }
  });
}

function makeVector(
  { what, env_id, make_kwargs, num_envs, autoreset_mode }: GoldenGroup,
): VectorEnvironment {
  if (what.startsWith("CartPoleVectorEnv")) return new CartPoleVector(num_envs);
  const { max_episode_steps: maxEpisodeSteps } = make_kwargs;
  const copies = Array.from({ length: num_envs }, () => make(env_id, { maxEpisodeSteps }));
  return new SyncVector(copies, autoreset_mode === "NextStep" ? "next-step" : "same-step");
}

function spaceOf(space: GoldenSpace): unknown {
  const flat = "low" in space
    ? { ...space, low: space.low.flat(Infinity), high: space.high.flat(Infinity) }
    : space;
  return description(spaceFromDescription(flat));
}

/** A description without the integer type that only the recorded ones name. */
function description(space: { readonly description: object }): unknown {
  return JSON.parse(
    JSON.stringify(
      space.description,
      (key, value) => key === "dtype" && value === "int64" ? undefined : value,
    ),
  );
}

/** The observation of each copy. */
function split({ numEnvs }: VectorEnvironment, all: ArrayLike<number>): number[][] {
  const size = all.length / numEnvs;
  return Array.from({ length: numEnvs }, (_, i) => Array.from(all).slice(i * size, (i + 1) * size));
}

/** The recorded batch, one row per copy: tuples are recorded member by member. */
function rows(
  { single_observation_space: space, num_envs }: GoldenGroup,
  obs: readonly unknown[],
): number[][] {
  if (space.type === "Tuple") {
    return Array.from(
      { length: num_envs },
      (_, i) => (obs as number[][]).map((member) => member[i]),
    );
  }
  return obs.map((row) => [row].flat() as number[]);
}

/** Equal up to the last bits that sine and cosine of another library may cost in a free run. */
function assertObservations(actual: readonly number[][], expected: readonly number[][]): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((row, i) => {
    assertEquals(row.length, expected[i].length);
    row.forEach((value, j) => assertAlmostEquals(value, expected[i][j], 1e-6));
  });
}

/**
 * Infos as Gymnasium batches them: per key the values, 0 where there is none, and a mask under
 * `_key`. Its array takes the type of the first value: FrozenLake's reset gives the integer 1 as
 * `prob`, which then cuts the other copies' to integers.
 */
function batchInfos(
  { env_id }: GoldenGroup,
  infos: readonly Info[],
  mask?: ArrayLike<number>,
): GoldenInfos {
  const supplied = infos.filter((_, i) => mask === undefined || mask[i] === 1);
  const batched: GoldenInfos = {};
  for (const key of new Set(supplied.flatMap((info) => Object.keys(info)))) {
    const first = supplied.find((info) => key in info)![key] as number | Int8Array;
    const zero = typeof first === "number" ? 0 : Array(first.length).fill(0);
    const integer = env_id === "FrozenLake-v1" && first === 1;
    const has = infos.map((info) => supplied.includes(info) && key in info ? 1 : 0);
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    batched[name] = infos.map((info, i) => {
      if (has[i] === 0) return zero;
      const value = info[key];
      if (typeof value !== "number") return Array.from(value as Int8Array);
      return integer ? Math.trunc(value) : value;
    });
    batched[`_${name}`] = has;
  }
  return batched;
}

/** Steps of a vector with the same actions each time, as plain data. */
function play(vector: VectorEnvironment, steps: number): unknown[] {
  const actions = vector.actionSpace;
  actions.seed(1);
  return Array.from({ length: steps }, () => plain(vector.step(actions.sample())));
}

/** A copy of a step without what has no meaning. */
function plain(step: VectorStep): unknown {
  const { finalObservations, finalInfos, ...rest } = structuredClone(step);
  const size = finalObservations.length / rest.hasFinal.length;
  return {
    ...rest,
    finalObservations: finalObservations.filter((_, i) =>
      rest.hasFinal[Math.floor(i / size)] === 1
    ),
    finalInfos: finalInfos.filter((_, i) => rest.hasFinal[i] === 1),
  };
}

const vectors: readonly (readonly [string, () => VectorEnvironment])[] = [
  ["SyncVector, next-step", () => new SyncVector(copies(3), "next-step")],
  ["SyncVector, same-step", () => new SyncVector(copies(3), "same-step")],
  ["CartPoleVector", () => new CartPoleVector(3, { maxEpisodeSteps: 10 })],
];

function copies(n: number): Environment[] {
  return Array.from({ length: n }, () => make("CartPole-v1", { maxEpisodeSteps: 10 }));
}

for (const [name, makeOne] of vectors) {
  Deno.test(`${name}: a restored vector goes on bit for bit, also in another object`, () => {
    const vector = makeOne();
    vector.reset({ seed: 5 });
    play(vector, 10); // by now every copy has ended an episode
    const bytes = encodeSnapshot(vector.save());
    const before = [...vector.observations];
    const expected = play(vector, 25);
    for (const other of [vector, makeOne()]) {
      other.restore(decodeSnapshot(bytes));
      assertEquals([...other.observations], before);
      assertEquals(play(other, 25), expected);
    }
  });

  Deno.test(`${name}: the same objects and arrays are used in every call`, () => {
    const vector = makeOne();
    const { observations, infos } = vector.reset({ seed: 5 });
    const first = vector.step([0, 1, 0]);
    const arrays = Object.values(first);
    for (let i = 0; i < 30; i++) {
      const step = vector.step([0, 1, 0]);
      assertStrictEquals(step, first);
      Object.values(step).forEach((array, j) => assertStrictEquals(array, arrays[j]));
    }
    assertStrictEquals(first.observations, observations);
    assertStrictEquals(first.infos, infos);
  });

  Deno.test(`${name}: a snapshot of something else and a wrong number of actions are refused`, () => {
    const vector = makeOne();
    vector.reset({ seed: 5 });
    const saved = vector.save() as Record<string, Snapshot>;
    const wrong: Snapshot[] = [null, {}, { ...saved, states: null, ended: new Uint8Array(2) }];
    for (const snapshot of wrong) {
      assertThrows(() => vector.restore(snapshot), TypeError, "the snapshot was not saved by");
    }
    assertThrows(() => vector.step([0, 1]), RangeError, "3 copies need 3 action numbers, not 2");
  });
}

Deno.test("SyncVector gives copy i the seed s + i, or the seed in the list", () => {
  const seeds = () =>
    copies(3).map((env, i) => [...env.reset({ seed: 7 + i }).observation as Float32Array]);
  for (const seed of [7, 7n, [7, 8, 9]]) {
    const vector = new SyncVector(copies(3));
    assertEquals(split(vector, vector.reset({ seed }).observations), seeds());
  }
  const vector = new SyncVector(copies(3));
  vector.reset({ seed: 7 });
  const { observations } = vector.reset({ seed: [null, 8, null] });
  assertEquals(split(vector, observations)[1], seeds()[1]);
  assert(split(vector, observations)[0][0] !== seeds()[0][0]);
  assertThrows(() => vector.reset({ seed: [1] }), RangeError, "3 copies need 3 seeds, not 1");
});

Deno.test("reset options reach every copy", () => {
  for (const vector of [new SyncVector(copies(2)), new CartPoleVector(2)]) {
    const { observations } = vector.reset({ seed: 1, options: { low: 1, high: 1 } });
    assertEquals([...observations], Array(8).fill(1));
  }
});

Deno.test("a reset in the middle of an episode starts all copies anew", () => {
  for (const [, makeOne] of vectors) {
    const vector = makeOne();
    const fresh = () => [...vector.reset({ seed: 3 }).observations, plain(vector.step([0, 0, 0]))];
    const expected = fresh();
    for (let steps = 1; steps < 13; steps++) {
      play(vector, steps);
      assertEquals(fresh(), expected);
    }
  }
});

Deno.test("the info of an episode's end outlives the reset that follows, arrays included", () => {
  class Talkative extends Countdown {
    constructor() {
      super();
      this.info.trail = new Int8Array(1);
    }
    override show(...args: Parameters<Countdown["show"]>) {
      (this.info.trail as Int8Array)[0] = this.count;
      if (this.count <= 0) this.info.over = true;
      else delete this.info.over;
      return super.show(...args);
    }
  }
  const vector = new SyncVector([new Talkative(), new Talkative()], "same-step");
  vector.reset({ seed: 1 });
  let ends = 0;
  for (let i = 0; i < 20; i++) {
    const { hasFinal, finalObservations, finalInfos, infos } = vector.step([1, 0]);
    infos.forEach((info) => assertEquals("over" in info, false));
    hasFinal.forEach((has, copy) => {
      if (has === 0) return;
      ends++;
      const last = finalObservations[2 * copy];
      assertEquals(finalInfos[copy], { trail: Int8Array.of(last), count: last, over: true });
      assertEquals(infos[copy], { trail: Int8Array.of(5), count: 5 });
    });
  }
  assert(ends > 5);
});

Deno.test("an observation that a copy did not write into the batch is copied there", () => {
  class Stubborn extends Countdown {
    override show(decrease: number, reward: number) {
      return super.show(decrease, reward, this.own);
    }
  }
  const kept = new SyncVector([new Stubborn()], "same-step");
  const right = new SyncVector([new Countdown()], "same-step");
  for (const vector of [kept, right]) vector.reset({ seed: 2 });
  for (let i = 0; i < 20; i++) assertEquals(plain(kept.step([1])), plain(right.step([1])));
});

Deno.test("CartPoleVector: reward and limit are options, and a list of seeds is refused", () => {
  const vector = new CartPoleVector(2, { suttonBartoReward: true, maxEpisodeSteps: 30 });
  vector.reset({ seed: 1 });
  for (let i = 1; i < 30; i++) {
    const { rewards, terminations, truncations } = vector.step([1, i % 2]);
    assertEquals([...rewards], Array.from(terminations, (end) => end ? -1 : 0));
    assertEquals([...truncations], [0, 0]);
  }
  assertEquals([...vector.step([0, 0]).truncations], [0, 1]);
  assertThrows(() => vector.reset({ seed: [1, 2] }), TypeError, "one seed, not a list");
  assertThrows(
    () => vector.step([0, 2]),
    RangeError,
    "CartPole-v1: action 1 must be 0 or 1, not 2",
  );
});

Deno.test("vectors that cannot be are refused with the reason", () => {
  const one = make("CartPole-v1");
  const like = (space: Partial<Environment>) =>
    Object.assign(Object.create(one), space) as Environment;
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => new SyncVector([]), "at least one environment"],
    [() => new SyncVector([one, one]), "must be different objects"],
    [
      () => new SyncVector([one, make("Acrobot-v1")]),
      "same spaces: CartPole-v1 and Acrobot-v1 differ",
    ],
    [
      () => new SyncVector([like({ observationSpace: new Box(0, 1, [1], "uint8") as never })]),
      "cannot batch observations of Box uint8",
    ],
    [
      () =>
        new SyncVector([
          like({ observationSpace: new TupleSpace([new Discrete(2), new Box(0, 1)]) as never }),
        ]),
      "cannot batch observations of Tuple",
    ],
    [
      () => new SyncVector([like({ actionSpace: new TupleSpace([new Discrete(2)]) as never })]),
      "cannot batch actions of Tuple",
    ],
    [() => new CartPoleVector(0), "numEnvs must be a whole number >= 1, not 0"],
    [
      () => new CartPoleVector(1, { maxEpisodeSteps: 0 }),
      "maxEpisodeSteps must be a whole number >= 1, not 0",
    ],
  ];
  for (const [makeOne, reason] of cases) assertThrows(makeOne, Error, reason);
});
