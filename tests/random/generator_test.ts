/** Generator: bounds, orders, saved states, and what it refuses. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { defaultGenerator, Generator, type IntegerType } from "../../random/generator.ts";
import { PCG64 } from "../../random/pcg64.ts";

const seed = fc.nat();

/** Calls of every kind: what is drawn depends on the whole state, kept half-word included. */
const calls: readonly ((g: Generator) => unknown)[] = [
  (g) => g.random(),
  (g) => g.randomFloat32(),
  (g) => g.uniform(-2, 5),
  (g) => g.integers(0, 10),
  (g) => g.integers(-(2 ** 40), 2 ** 45),
  (g) => g.integersBigInt(-5n, 1n << 62n),
  (g) => g.integersArray(0, 100, 5, "int8"),
  (g) => g.standardNormal(),
  (g) => g.normal(1, 2),
  (g) => g.exponential(3),
  (g) => g.standardGamma(0.7),
  (g) => g.choice(6),
  (g) => g.choice(3, [0.2, 0.3, 0.5]),
  (g) => g.choiceWithoutReplacement(9, 4),
  (g) => g.permutation(7),
];

const program = fc.array(fc.nat(calls.length - 1).map((i) => calls[i]), { maxLength: 30 });

Deno.test("a generator with a saved state goes on identically", () => {
  fc.assert(fc.property(seed, program, program, (value, before, after) => {
    const original = defaultGenerator(value);
    for (const call of before) call(original);
    const copy = defaultGenerator(0);
    copy.bits.state = original.bits.state;
    for (const call of after) assertEquals(call(copy), call(original));
    assertEquals(copy.bits.state, original.bits.state);
  }));
});

Deno.test("generators do not disturb each other", () => {
  fc.assert(fc.property(seed, seed, program, (value, other, steps) => {
    const disturbed = defaultGenerator(value);
    const neighbour = defaultGenerator(other);
    const alone = steps.map((call) => call(disturbed));
    const again = defaultGenerator(value);
    assertEquals(
      steps.map((call) => {
        call(neighbour);
        return call(again);
      }),
      alone,
    );
  }));
});

Deno.test("uniform numbers stay within their bounds", () => {
  const bound = fc.double({ min: -1e300, max: 1e300, noNaN: true });
  fc.assert(fc.property(seed, bound, bound, (value, a, b) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const g = defaultGenerator(value);
    for (let i = 0; i < 20; i++) {
      const [x, y, z] = [g.random(), g.randomFloat32(), g.uniform(low, high)];
      assert(x >= 0 && x < 1 && y >= 0 && y < 1 && z >= low && z <= high);
      assertEquals(Math.fround(y), y);
    }
  }));
});

Deno.test("integers stay within their bounds, and small ranges are reached whole", () => {
  const safe = fc.maxSafeInteger().map((x) => Math.min(x, Number.MAX_SAFE_INTEGER - 1));
  fc.assert(fc.property(seed, safe, safe, fc.integer({ min: 1, max: 8 }), (value, a, b, count) => {
    const [low, high] = a < b ? [a, b] : [b, a + 1];
    const g = defaultGenerator(value);
    const x = g.integers(low, high);
    assert(Number.isSafeInteger(x) && x >= low && x < high);
    const big = g.integersBigInt(BigInt(low), BigInt(high));
    assert(big >= low && big < high);
    const seen = new Set(Array.from({ length: 300 }, () => g.integers(-3, -3 + count)));
    assertEquals([...seen].sort((x, y) => x - y), Array.from({ length: count }, (_, i) => i - 3));
  }));
});

Deno.test("integersBigInt and integers draw alike", () => {
  fc.assert(fc.property(seed, fc.maxSafeInteger(), fc.maxSafeNat(), (value, low, size) => {
    const high = Math.min(low + size + 1, Number.MAX_SAFE_INTEGER);
    fc.pre(low < high);
    const [numbers, bigints] = [defaultGenerator(value), defaultGenerator(value)];
    for (let i = 0; i < 5; i++) {
      assertEquals(
        bigints.integersBigInt(BigInt(low), BigInt(high)),
        BigInt(numbers.integers(low, high)),
      );
    }
    assertEquals(bigints.bits.state, numbers.bits.state);
  }));
});

Deno.test("arrays of integers have the type asked for and stay within their bounds", () => {
  const types: [IntegerType, number, number][] = [
    ["int8", -128, 128],
    ["uint8", 0, 256],
    ["int16", -32768, 32768],
    ["uint16", 0, 65536],
    ["int32", -(2 ** 31), 2 ** 31],
    ["uint32", 0, 2 ** 32],
    ["bool", 0, 2],
  ];
  for (const [type, min, max] of types) {
    const bound = fc.integer({ min, max });
    fc.assert(fc.property(seed, bound, bound, fc.nat(50), (value, a, b, size) => {
      fc.pre(a !== b);
      const [low, high] = a < b ? [a, b] : [b, a];
      const array = defaultGenerator(value).integersArray(low, high, size, type);
      assertEquals(array.length, size);
      assert(array.every((x) => x >= low && x < high), `${type} ${low} ${high}: ${array}`);
    }));
  }
  const g = defaultGenerator(0);
  const arrays = types.map(([type]) => g.integersArray(0, 2, 3, type).constructor.name);
  assertEquals(arrays, [
    ...["Int8Array", "Uint8Array", "Int16Array", "Uint16Array"],
    ...["Int32Array", "Uint32Array", "Uint8Array"],
  ]);
});

Deno.test("filling an array is drawing its numbers one by one", () => {
  fc.assert(fc.property(seed, fc.nat(40), (value, size) => {
    const [filled, drawn] = [defaultGenerator(value), defaultGenerator(value)];
    const doubles = new Float64Array(size);
    filled.fillRandom(doubles);
    assertEquals(doubles, Float64Array.from({ length: size }, () => drawn.random()));
    const floats = new Float32Array(size);
    filled.fillRandomFloat32(floats);
    assertEquals(floats, Float32Array.from({ length: size }, () => drawn.randomFloat32()));
    filled.fillStandardNormal(doubles);
    assertEquals(doubles, Float64Array.from({ length: size }, () => drawn.standardNormal()));
    assertEquals(filled.bits.state, drawn.bits.state);
  }));
});

Deno.test("permutations and shuffles keep every element", () => {
  fc.assert(fc.property(seed, fc.nat(200), fc.array(fc.string()), (value, n, list) => {
    const g = defaultGenerator(value);
    assertEquals(g.permutation(n).sort(), Int32Array.from({ length: n }, (_, i) => i));
    const shuffled = [...list];
    g.shuffle(shuffled);
    assertEquals(shuffled.sort(), [...list].sort());
  }));
});

Deno.test("every order of three is equally likely", () => {
  const g = defaultGenerator(5);
  const counts = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const order = g.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  // 10,000 expected of each, standard deviation 91.
  for (const count of counts.values()) assert(Math.abs(count - 10_000) < 450, `${count}`);
});

Deno.test("choosing without replacement gives different ones of those there are", () => {
  fc.assert(
    fc.property(seed, fc.nat(12_000), fc.nat(12_000), fc.boolean(), (value, a, b, shuffle) => {
      const [k, n] = a < b ? [a, b] : [b, a];
      const chosen = defaultGenerator(value).choiceWithoutReplacement(n, k, shuffle);
      assertEquals(chosen.length, k);
      assertEquals(new Set(chosen).size, k);
      assert(chosen.every((index) => index >= 0 && index < n));
    }),
    { numRuns: 50 },
  );
});

Deno.test("weighted choices follow their probabilities and never take an impossible one", () => {
  const g = defaultGenerator(11);
  const probabilities = [0, 0.5, 0, 0.2, 0.3, 0];
  const counts = Array(6).fill(0);
  for (let i = 0; i < 100_000; i++) counts[g.choice(6, probabilities)]++;
  probabilities.forEach((p, i) => {
    const deviation = Math.sqrt(1e5 * p * (1 - p));
    assert(Math.abs(counts[i] - 1e5 * p) <= 5 * deviation, `${i}: ${counts[i]}`);
  });
  const all = g.choiceWithoutReplacement(6, 3, true, probabilities);
  assertEquals([...all].sort(), [1, 3, 4]);
});

Deno.test("moments of the continuous distributions are right", () => {
  const g = defaultGenerator(17);
  const n = 200_000;
  const moments = (draw: () => number) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) {
      const x = draw();
      sum += x;
      squares += x * x;
    }
    return [sum / n, squares / n - (sum / n) ** 2];
  };
  const expected: [string, () => number, number, number, number][] = [
    // name, draw, mean, variance, fourth central moment
    ["uniform", () => g.uniform(-1, 3), 1, 16 / 12, 256 / 80],
    ["normal", () => g.normal(2, 3), 2, 9, 243],
    ["exponential", () => g.exponential(0.5), 0.5, 0.25, 9 / 16],
    ["gamma 0.5", () => g.standardGamma(0.5), 0.5, 0.5, 3.75],
    ["gamma 4", () => g.standardGamma(4), 4, 4, 72],
  ];
  for (const [name, draw, mean, variance, fourth] of expected) {
    const [m, v] = moments(draw);
    assert(Math.abs(m - mean) < 5 * Math.sqrt(variance / n), `${name}: mean ${m}`);
    assert(
      Math.abs(v - variance) < 5 * Math.sqrt((fourth - variance ** 2) / n),
      `${name}: variance ${v}`,
    );
  }
});

Deno.test("several generators can share one source of bits", () => {
  const bits = new PCG64(9);
  const [one, other] = [new Generator(bits), new Generator(bits)];
  const alone = defaultGenerator(9);
  assertEquals([one.random(), other.random()], [alone.random(), alone.random()]);
});

Deno.test("a generator of anything but a PCG64 is refused", () => {
  for (const bits of [5, null, {}, { slot: 0 }, defaultGenerator(0)]) {
    assertThrows(() => new Generator(bits as unknown as PCG64), TypeError, "needs a PCG64");
  }
});

Deno.test("what a generator cannot draw is refused in one clear line and draws nothing", () => {
  const g = defaultGenerator(0);
  const refused: [() => unknown, string][] = [
    [() => g.uniform(1, 0), "uniform needs finite low <= high, not 1 and 0"],
    [() => g.uniform(0, Infinity), "not 0 and Infinity"],
    [() => g.uniform(-1.7e308, 1.7e308), "uniform needs"],
    [() => g.uniform(NaN, 1), "not NaN and 1"],
    [() => g.integers(3, 3), "integers needs safe integers low < high, not 3 and 3"],
    [() => g.integers(0, 0.5), "not 0 and 0.5"],
    [() => g.integers(0, 2 ** 53), "not 0 and 9007199254740992"],
    [() => g.integers(NaN, 3), "not NaN and 3"],
    [() => g.integersBigInt(1n, 1n), "integersBigInt needs 64-bit low < high, not 1 and 1"],
    [() => g.integersBigInt(-1n, 1n << 64n), "not -1 and"],
    [() => g.integersBigInt(0n, (1n << 64n) + 1n), "not 0 and"],
    [
      () => g.integersArray(0, 300, 4, "uint8"),
      "integersArray of uint8 needs whole numbers 0 <= low",
    ],
    [() => g.integersArray(0, 3, 4, "bool"), "not 0 and 3"],
    [() => g.integersArray(-129, 3, 4, "int8"), "not -129 and 3"],
    [() => g.integersArray(0, 3, -1, "int8"), "from 0 to 2^31 - 1, not -1"],
    [() => g.normal(0, -1), "normal needs a standard deviation >= 0, not -1"],
    [() => g.normal(0, NaN), "not NaN"],
    [() => g.exponential(-1), "exponential needs a scale >= 0, not -1"],
    [() => g.standardGamma(-1), "standardGamma needs a shape >= 0, not -1"],
    [() => g.choice(0), "choice needs n > 0, not 0"],
    [() => g.choice(1.5), "choice needs n > 0, not 1.5"],
    [() => g.choice(3, [0.5, 0.5]), "choice needs 3 probabilities, not 2"],
    [() => g.choice(2, [0.5, 0.6]), "probabilities must sum to 1, not 1.1"],
    [() => g.choice(2, [1.5, -0.5]), "probability 1 must be >= 0, not -0.5"],
    [() => g.choice(2, [NaN, 1]), "probability 0 must be >= 0, not NaN"],
    [() => g.choice(0, []), "probabilities must sum to 1, not 0"],
    [() => g.choiceWithoutReplacement(3, 4), "cannot choose 4 of 3 without replacement"],
    [() => g.choiceWithoutReplacement(3, -1), "from 0 to 2^31 - 1, not -1"],
    [() => g.choiceWithoutReplacement(3, 2, true, [1, 0, 0]), "fewer have a probability above 0"],
    [() => g.permutation(-1), "not -1"],
    [() => g.permutation(2 ** 31), "not 2147483648"],
  ];
  const before = g.bits.state;
  for (const [call, message] of refused) {
    const { message: text } = assertThrows(call, RangeError, message);
    assert(!text.includes("\n"));
  }
  assertEquals(g.bits.state, before);
});
