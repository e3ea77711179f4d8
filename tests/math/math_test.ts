/** The portable elementary functions: accuracy, special cases, and the very bits. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import * as portable from "../../math/math.ts";
import { PCG64 } from "../../random/pcg64.ts";
import { loadGolden } from "../golden/golden.ts";

type Name = keyof typeof portable;
type Elementary = (x: number, y: number) => number;

const names = Object.keys(portable) as Name[];
const golden = await loadGolden("elementary");

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The float64's place in the order of all float64 numbers; both zeros have place 0. */
function place(x: number): bigint {
  float[0] = x;
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0];
}

/** How many float64 numbers the two are apart. */
function distance(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Object.is(x, y) ? 0 : Infinity;
  const places = Number(place(x) - place(y));
  return Math.abs(places);
}

Deno.test("there are recorded values and a digest for every function", () => {
  assertEquals(Object.keys(golden.functions).sort(), [...names].sort());
  assertEquals(Object.keys(digests).sort(), [...names].sort());
});

for (const name of names) {
  const ours = portable[name] as Elementary;
  const host = Math[name] as Elementary;

  Deno.test(`${name} is the correctly rounded value or its neighbour`, () => {
    const { arguments: points, values } = golden.functions[name];
    assert(points.length > 100);
    points.forEach(([x, y]: [number, number], i: number) => {
      const apart = distance(ours(x, y), values[i]);
      assert(apart <= 1, `${name}(${x}, ${y}) = ${ours(x, y)}: ${apart} places from ${values[i]}`);
    });
  });

  Deno.test(`${name} is within 4 units in the last place of this host's Math.${name}`, () => {
    const argument = fc.oneof(
      fc.double(),
      fc.double({ min: -10, max: 10 }),
      fc.double({ min: -1, max: 1 }),
    );
    fc.assert(
      fc.property(argument, argument, (x, y) => distance(ours(x, y), host(x, y)) <= 4),
      { numRuns: 1000 },
    );
  });

  Deno.test(`${name} has Math.${name}'s special cases`, () => {
    const special = [
      NaN,
      0,
      -0,
      Infinity,
      -Infinity,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0.5,
      2 ** 53,
      1e308,
      -1e308,
    ];
    for (const x of special) {
      for (const y of special) {
        const [actual, expected] = [ours(x, y), host(x, y)];
        const isSpecial = !Number.isFinite(expected) || expected === 0;
        assert(
          isSpecial ? Object.is(actual, expected) : distance(actual, expected) <= 4,
          `${name}(${x}, ${y}) = ${actual}, Math gives ${expected}`,
        );
      }
    }
  });
}

/**
 * SHA-256 over the float64 results at 20,000 arguments. A change here changes results everywhere:
 * it must be meant, and never depend on the machine.
 */
const digests: Record<Name, string> = {
  acos: "1bdc97b2f219a4eb2ecab3e1e9ef64416e4ec68ec8f4bdf3592b57985b69915f",
  asin: "d1155816dae77de30a64080bfa51576badbf53e742ec32caeb4d88394c47412b",
  atan: "515a84e9862e47fe56284e79384a28665fa2eda26d6741463e675e631ddc23ea",
  atan2: "03362a8547f23bded733e98eaa0cc807f812bcbd3be0d83d08b1c20918aaaab6",
  cbrt: "cd11e1df0dde196b6e313a1ee40707bbcd01bbaebc353a9ce8746fe67a731ede",
  cos: "68446395029cf5e52e4c256d28c2a23aac50fad9319dce4ab443f6300ba72124",
  cosh: "1ee7fd91dff6b1a64e9cd3e366a2143966d75f8671c30c11146c53bb97df32bd",
  exp: "7708700a9a900bd5acf8f315d00d1c922562c2e5c258958e094989576a3566f5",
  expm1: "f7cbaffdf02af0d4173331c7ca0d9d96e15cce1583f4c281213280749a5f54fa",
  hypot: "4be42fe4fe2ec326730830cda5eca4d2a013d45966a15448c5c51a208aa3a34b",
  log: "0d73b76a99423ab8a994f272ef921fdb6f3894c0bd128f5a30f030d997a1b1a9",
  log10: "6c5e8ee7331448e75084a542210bf68682959025c4df049390dba9fd8331ea96",
  log1p: "e72991e20960ff5b002239831128068785747f2ce491a7358255c9ba1f0f277e",
  log2: "6f5495510b6ac1bae7d6784a008b5a4d137e81b011c0c180e0a907fc773b6906",
  pow: "b0d4cf389ce68e1941f02cec970b5f05a3728abe0df978c47721d29822669617",
  sin: "b9749205530610fb22f73dcbd42f2734b487a1f003b6558f4dd9d3fd7cb8caa4",
  sinh: "c874b4ed3c9722e01bdf6d71da378d34548ee9d948b0ec66f94efd0ab84dd66c",
  tan: "8cfedd33524d68ca588441790ce71d0a5c06f91ceb9a345949c7fc21dde2397a",
  tanh: "7d2308e7b17a1a3de7c5d897e3aea9ed7818eb6477dfb1f4c47ae046738a1edf",
};

/** Two ordinary numbers, then two of any bit pattern, and so on. */
function manyArguments(): Float64Array {
  const random = new PCG64(1);
  const words = new BigUint64Array(20001);
  const numbers = new Float64Array(words.buffer);
  for (let i = 0; i < words.length; i++) {
    if (i & 2) words[i] = random.nextUint64();
    else numbers[i] = random.nextDouble() * 20 - 10;
  }
  return numbers;
}

for (const name of names) {
  Deno.test(`${name} gives the same bits as ever and everywhere`, async () => {
    const points = manyArguments();
    const results = new Float64Array(20000);
    // WebAssembly leaves a NaN's bits open, so a number that does not occur stands for NaN.
    for (let i = 0; i < results.length; i++) {
      const value = (portable[name] as Elementary)(points[i], points[i + 1]);
      results[i] = Number.isNaN(value) ? -0.123456789 : value;
    }
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", results));
    assertEquals(hash.toHex(), digests[name]);
  });
}
