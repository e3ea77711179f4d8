/** RandomState against NumPy 2.4.6 (random_state.json), and what it refuses. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RandomState } from "../../random/random_state.ts";
import { loadGolden } from "../golden/golden.ts";

// deno-lint-ignore no-explicit-any -- each operation has its own arguments
type Call = { op: string; args: any; out: unknown[]; state_after: unknown };

const golden = await loadGolden("random_state");

function draw(r: RandomState, { op, args }: Call): unknown {
  switch (op) {
    case "random_raw":
      return r.nextUint32();
    case "random_sample":
    case "rand":
      return r.random();
    case "uniform":
      return r.uniform(args.low, args.high);
    case "randint":
      return r.randint(args.low, args.high);
    case "choice":
      return r.choice(args.n, args.p);
    case "permutation":
      return [...r.permutation(args.n)];
    case "shuffle": {
      const list = Array.from({ length: args.n }, (_, i) => i);
      r.shuffle(list);
      return list;
    }
    case "standard_normal":
      return r.standardNormal();
    case "normal":
      return r.normal(args.loc, args.scale);
  }
  throw new Error(`no such operation: ${op}`);
}

function replay(r: RandomState, call: Call): unknown[] {
  return Array.from({ length: call.args.count ?? 1 }, () => draw(r, call));
}

function fingerprint(r: RandomState): unknown {
  const { key, position, hasGauss, gauss } = r.state;
  return { position, has_gauss: Number(hasGauss), gauss, last_words: [...key.slice(-4)] };
}

for (const recorded of golden.seeds) {
  const { seed } = recorded;
  const name = Array.isArray(seed) ? `a list of ${seed.length} from ${seed[0]}` : seed;

  Deno.test(`RandomState of ${name} gives NumPy's numbers and states`, () => {
    assertEquals([...new RandomState(seed).state.key], recorded.key_after_seeding);
    for (const call of recorded.fresh as Call[]) {
      const label = `${call.op} ${JSON.stringify(call.args)}`;
      const r = new RandomState(seed);
      assertEquals(replay(r, call), call.out, label);
      assertEquals(fingerprint(r), call.state_after, label);
    }
    const mixed = new RandomState(seed);
    for (const call of recorded.interleaved.ops) {
      assertEquals(replay(mixed, call), call.out, call.op);
    }
    assertEquals(fingerprint(mixed), recorded.interleaved.state_after);
  });

  Deno.test(`20,001 normal numbers of RandomState of ${name} end where NumPy's end`, () => {
    const { count, last5, min, max, state_after } = recorded.long_standard_normal;
    const r = new RandomState(seed);
    const values = Array.from({ length: count }, () => r.standardNormal());
    assertEquals([values.slice(-5), Math.min(...values), Math.max(...values)], [last5, min, max]);
    assertEquals(fingerprint(r), state_after);
  });
}

Deno.test("the reference program's numbers: seed 5489 gives 4123659995 as its 10,000th word", () => {
  // The check value of std::mt19937 (C++ standard, [rand.predef]).
  const r = new RandomState(5489);
  for (let i = 1; i < 10000; i++) r.nextUint32();
  assertEquals(r.nextUint32(), 4123659995);
});

Deno.test("a saved RandomState goes on identically, kept normal number included", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(2000), fc.nat(3), (seed, words, normals) => {
    const original = new RandomState(seed);
    for (let i = 0; i < words; i++) original.nextUint32();
    for (let i = 0; i < normals; i++) original.standardNormal();
    const saved = original.state;
    const copy = new RandomState(0);
    copy.state = saved;
    const next = (
      r: RandomState,
    ) => [r.standardNormal(), r.random(), ...r.permutation(9), r.standardNormal()];
    assertEquals(next(copy), next(original));
    // What was saved is a copy: drawing did not change it.
    copy.state = saved;
    original.state = saved;
    assertEquals(next(copy), next(original));
  }));
});

Deno.test("randint stays within its bounds and reaches both ends", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, low, count) => {
      const r = new RandomState(seed);
      const seen = new Set(Array.from({ length: 200 }, () => r.randint(low, low + count) - low));
      assertEquals([...seen].sort(), Array.from({ length: count }, (_, i) => i));
    }),
  );
});

Deno.test("what a RandomState cannot take is refused in one clear line", () => {
  const r = new RandomState(0);
  const refused: [() => unknown, string][] = [
    [
      () => new RandomState(-1),
      "a RandomState seed must be a whole number from 0 to 2^32 - 1, not -1",
    ],
    [() => new RandomState(2 ** 32), "not 4294967296"],
    [() => new RandomState(0.5), "not 0.5"],
    [() => new RandomState([1, -2]), "not -2"],
    [() => new RandomState([]), "must not be empty"],
    [() => r.randint(3, 3), "randint needs safe integers low < high, not 3 and 3"],
    [() => r.randint(0, 1.5), "not 0 and 1.5"],
    [() => r.randint(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), "less than 2^53 apart"],
    [() => r.choice(0), "choice needs n > 0, not 0"],
    [() => r.choice(2, [0.5, 0.6]), "probabilities must sum to 1, not 1.1"],
    [() => r.uniform(0, Infinity), "uniform needs finite bounds"],
    [() => r.normal(0, -1), "standard deviation >= 0, not -1"],
    [() => r.permutation(-1), "from 0 to 2^31 - 1, not -1"],
    [() => r.state = { ...r.state, key: new Uint32Array(3) }, "must have 624 words, not 3"],
    [() => r.state = { ...r.state, position: 625 }, "from 0 to 624, not 625"],
  ];
  const before = fingerprint(r);
  for (const [call, message] of refused) {
    assertThrows(call, RangeError, message);
    assert(!message.includes("\n"));
  }
  assertEquals(fingerprint(r), before);
});
