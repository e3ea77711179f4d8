import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Box } from "../../envs/spaces/box.ts";
import { DictSpace } from "../../envs/spaces/dict.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { discreteIndexer, discreteSize } from "../../envs/spaces/discrete_index.ts";
import { spaceFromDescription } from "../../envs/spaces/from_description.ts";
import { MultiBinary } from "../../envs/spaces/multi_binary.ts";
import { MultiDiscrete } from "../../envs/spaces/multi_discrete.ts";
import type { Space, SpaceDescription } from "../../envs/spaces/space.ts";
import { TupleSpace } from "../../envs/spaces/tuple.ts";
import { loadGolden } from "../golden/golden.ts";

interface GoldenSpace {
  readonly space: GoldenDescription;
  readonly mask?: readonly number[];
  readonly probability?: readonly number[];
  readonly runs: readonly {
    readonly seed: number;
    readonly samples: readonly unknown[];
    readonly rng_at_end: GoldenState;
  }[];
}

interface GoldenState {
  readonly state: string;
  readonly inc: string;
  readonly has_uint32: number;
  readonly uinteger: number;
}

// deno-lint-ignore no-explicit-any -- recorded data of many layouts
type GoldenDescription = any;

const golden = await loadGolden("spaces");
const groups: readonly (GoldenSpace & { readonly name: string })[] = [
  ...golden.env_spaces.map((g: { env_id: string; which: string }) => ({
    ...g,
    name: `${g.env_id} ${g.which}`,
  })),
  ...golden.generic.map((g: { what: string }) => ({ ...g, name: g.what })),
];

/** The recorded description in our layout: bounds and numbers of values in one flat list. */
function describe(space: GoldenDescription): SpaceDescription {
  switch (space.type) {
    case "Discrete":
      return {
        type: "Discrete",
        n: space.n,
        start: space.start,
        ...(space.dtype === "int64" ? {} : { dtype: space.dtype }),
      };
    case "Box":
      return { ...space, low: space.low.flat(Infinity), high: space.high.flat(Infinity) };
    case "MultiDiscrete":
      return {
        type: "MultiDiscrete",
        nvec: space.nvec.flat(Infinity),
        start: space.start.flat(Infinity),
      };
    case "MultiBinary":
      return { type: "MultiBinary", shape: space.shape };
    case "Tuple":
      return { type: "Tuple", spaces: space.spaces.map(describe) };
    default:
      return {
        type: "Dict",
        spaces: space.spaces.map(([key, s]: [string, GoldenDescription]) => [key, describe(s)]),
      };
  }
}

/** A sample in the layout of the recorded ones, arrays flattened. */
function plain(value: unknown): unknown {
  if (typeof value === "number") return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, Number);
  if (Array.isArray(value)) return value.map(plain);
  return Object.entries(value as object).map(([key, v]) => [key, plain(v)]);
}

for (const group of groups) {
  Deno.test(`samples of ${group.name} equal Gymnasium's`, () => {
    const description = describe(group.space);
    const space = spaceFromDescription(description);
    assertEquals(space.description, description);
    const flat = description.type !== "Tuple" && description.type !== "Dict";
    for (const { seed, samples, rng_at_end: end } of group.runs) {
      space.seed(seed);
      for (const expected of samples) {
        const value = draw(space, group);
        assertEquals(plain(value), flat && Array.isArray(expected) ? expected.flat() : expected);
        assert(space.contains(value), `${value} belongs to the space`);
      }
      assertEquals(space.random.bits.state, {
        state: BigInt(end.state),
        inc: BigInt(end.inc),
        hasUint32: end.has_uint32 === 1,
        uinteger: end.uinteger,
      });
    }
  });
}

function draw(space: Space, { mask, probability }: GoldenSpace): unknown {
  if (mask !== undefined) return (space as Discrete).sample({ mask });
  if (probability !== undefined) return (space as Discrete).sample({ probability });
  return space.sample();
}

Deno.test("the golden file covers every kind of space", () => {
  const types = new Set(groups.map(({ space }) => space.type));
  assertEquals([...types].sort(), [
    "Box",
    "Dict",
    "Discrete",
    "MultiBinary",
    "MultiDiscrete",
    "Tuple",
  ]);
});

Deno.test("a space that was never seeded draws as if seeded with 0", () => {
  const make = () => new TupleSpace([new Discrete(1000), new Box(-1, 1, [2])]);
  const seeded = make();
  seeded.spaces.forEach((member) => member.seed(0));
  assertEquals(make().sample(), seeded.sample());
});

Deno.test("Discrete contains its integers and nothing else", () => {
  const space = new Discrete(3, -1);
  for (const value of [-1, 0, 1]) assert(space.contains(value));
  for (const value of [-2, 2, 0.5, NaN, Infinity, "0", true, 0n, null, undefined, [0]]) {
    assertFalse(space.contains(value), String(value));
  }
});

Deno.test("Box contains arrays of its class, size and bounds, bounds included", () => {
  const space = new Box([-1, 0], [1, Infinity]);
  assert(space.contains(Float32Array.of(-1, Infinity)));
  assert(space.contains(Float32Array.of(1, 0)));
  for (
    const value of [
      Float32Array.of(-1.1, 0),
      Float32Array.of(0, -1e-30),
      Float32Array.of(NaN, 0),
      Float32Array.of(0, 0, 0),
      Float32Array.of(0),
      Float64Array.of(0, 0),
      [0, 0],
      0,
      null,
    ]
  ) assertFalse(space.contains(value), String(value));
  assert(new Box(0, 255, [2], "uint8").contains(Uint8Array.of(0, 255)));
  assertFalse(new Box(-5, 5, [1], "int64").contains(BigInt64Array.of(6n)));
});

Deno.test("Box rounds its bounds to the element type and describes them so", () => {
  const space = new Box([-Infinity, 0.1], [0.3, 12]);
  assertEquals(space.high, Float32Array.of(0.3, 12));
  assertEquals(space.description, {
    type: "Box",
    shape: [2],
    dtype: "float32",
    low: ["-Infinity", Math.fround(0.1)],
    high: [Math.fround(0.3), 12],
  });
});

Deno.test("a tuple of Discrete spaces takes any array-like of the right length", () => {
  const space = new TupleSpace([new Discrete(2), new Discrete(3)]);
  for (const value of [Int32Array.of(1, 2), [1, 2], Float32Array.of(0, 0)]) {
    assert(space.contains(value), String(value));
  }
  for (const value of [[2, 0], [0], [0, 0, 0], { 0: 0, 1: 0, length: 2 }, "00", 0, null]) {
    assertFalse(space.contains(value), String(value));
  }
  assert(space.sample() instanceof Int32Array);
});

Deno.test("MultiDiscrete, MultiBinary and Dict refuse values of another form", () => {
  const many = new MultiDiscrete([2, 3], [0, 5]);
  assert(many.contains([1, 7]));
  for (const value of [[2, 5], [0, 4], [0], [0, 5.5], 0, null]) assertFalse(many.contains(value));
  const bits = new MultiBinary([2]);
  assert(bits.contains([0, 1]));
  for (const value of [[0, 2], [0], [true, false], null]) assertFalse(bits.contains(value));
  const dict = new DictSpace({ b: new Discrete(2), a: new Box(0, 1) });
  assert(dict.contains({ a: Float32Array.of(0), b: 1 }));
  for (
    const value of [{ b: 1 }, { a: Float32Array.of(0), b: 2 }, { a: [0], b: 1 }, null, 0, {
      a: Float32Array.of(0),
      b: 1,
      c: 1,
    }]
  ) assertFalse(dict.contains(value));
});

Deno.test("impossible spaces are refused with the reason", () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => new Discrete(0), "Discrete: n must be a whole number >= 1, not 0"],
    [() => new Discrete(2.5), "not 2.5"],
    [() => new Discrete(2, 0.5), "start must be a whole number, not 0.5"],
    [() => new Discrete(300, 0, "uint8"), "the values 0 to 299 do not fit uint8"],
    [() => new Box(1, 0), "low[0] = 1 is above high[0] = 0"],
    [() => new Box([0], [1, 2]), "high must have 1 elements for shape [1], not 2"],
    [() => new Box(0, 1, [0]), "not [0]"],
    [() => new Box(NaN, 1), "low[0] must be a number that fits float32, not NaN"],
    [() => new Box(0, 256, [1], "uint8"), "high[0] must be a number that fits uint8, not 256"],
    [() => new Box(0, Infinity, [1], "int32"), "must be a number that fits int32, not Infinity"],
    [() => new MultiDiscrete([]), "at least one element"],
    [() => new MultiDiscrete([2, 0]), "nvec[1] must be a whole number >= 1, not 0"],
    [() => new MultiDiscrete([2], [0, 0]), "start must have 1 elements, not 2"],
    [() => new MultiDiscrete([2], [0.5]), "start[0] = 0.5"],
    [() => new MultiBinary([]), "not []"],
    [() => new TupleSpace([]), "at least one space"],
    [() => new TupleSpace([new Discrete(2 ** 32)]), "integers of 32 bits"],
    [() => new DictSpace({}), "at least one space"],
    [() => new Discrete(2).sample({ mask: [1] }), "mask must have length 2, not 1"],
    [() => new Discrete(2).sample({ mask: [1, 2] }), "mask[1] must be 0 or 1, not 2"],
    [() => new Discrete(2).sample({ probability: [1] }), "probability must have length 2, not 1"],
    [() => new Discrete(2).seed(-1), "-1"],
  ];
  for (const [make, reason] of cases) assertThrows(make, RangeError, reason);
});

Deno.test("indices number the values of a tuple in row-major order, without gaps", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -3, max: 3 })), {
      minLength: 1,
      maxLength: 4,
    }),
    (members) => {
      const space = new TupleSpace(members.map(([n, start]) => new Discrete(n, start)));
      const indexer = discreteIndexer(space)!;
      let tuples: number[][] = [[]];
      for (const [n, start] of members) {
        tuples = tuples.flatMap((t) => Array.from({ length: n }, (_, i) => [...t, start + i]));
      }
      assertEquals(indexer.size, tuples.length);
      assertEquals(discreteSize(space), tuples.length);
      tuples.forEach((tuple, i) => assertEquals(indexer.index(Int32Array.from(tuple)), i));
    },
  ));
});

Deno.test("the index of a Discrete value counts from its start; other spaces have none", () => {
  assertEquals([0, 1, 2].map(discreteIndexer(new Discrete(3))!.index), [0, 1, 2]);
  assertEquals([-2, -1, 0].map(discreteIndexer(new Discrete(3, -2))!.index), [0, 1, 2]);
  assertEquals(discreteIndexer(new Box(0, 1)), null);
  assertEquals(discreteIndexer(new TupleSpace([new Discrete(2), new Box(0, 1)])), null);
  assertThrows(() => discreteSize(new Box(0, 1)), TypeError, "not Box");
});
