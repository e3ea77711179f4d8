/** Runs one recorded call of NumPy's Generator (see rng.json in tests/golden/README.md) on ours. */
import type { Generator, IntegerType } from "../../random/generator.ts";

/** One recorded call. */
export interface RecordedCall {
  readonly op: string;
  // deno-lint-ignore no-explicit-any -- each operation has its own arguments
  readonly args: any;
  /** Numbers, or decimal strings for what may exceed 2^53. */
  readonly out: unknown;
  /** The 128-bit state afterwards, and whether a half-word is kept; for calls on new generators. */
  readonly state_after?: string;
  readonly has_uint32_after?: number;
}

type Call = (args: RecordedCall["args"]) => unknown;

/** Gymnasium's helper: the first cumulative sum above a draw, not normalised. */
function categoricalSample(generator: Generator, probabilities: readonly number[]): number {
  const u = generator.random();
  let sum = 0;
  return Math.max(0, probabilities.findIndex((p) => (sum += p) > u));
}

function callsOf(g: Generator): Record<string, Call> {
  const integers: Call = ({ low, high, endpoint, dtype, size, repeat }) => {
    const last = BigInt(high) + (endpoint ? 1n : 0n);
    if (dtype === undefined || dtype === "uint64") {
      const safe = Number.isSafeInteger(Number(low)) && Number.isSafeInteger(Number(last));
      const draw: () => number | bigint = safe
        ? () => g.integers(Number(low), Number(last))
        : () => g.integersBigInt(BigInt(low), last);
      return size === undefined ? draw() : Array.from({ length: size }, draw);
    }
    const draw =
      () => [...g.integersArray(Number(low), Number(last), size ?? 1, dtype as IntegerType)];
    if (repeat !== undefined) return Array.from({ length: repeat }, draw).flat();
    return size === undefined ? draw()[0] : draw();
  };
  const choice: Call = ({ n, a, p, size, replace, shuffle, first }) => {
    if (a !== undefined) return a[g.choice(a.length)];
    if (replace === false) {
      return [...g.choiceWithoutReplacement(n, size, shuffle, p)].slice(0, first);
    }
    return size === undefined ? g.choice(n, p) : Array.from({ length: size }, () => g.choice(n, p));
  };
  const shuffle: Call = ({ n }) => {
    const list = Array.from({ length: n }, (_, i) => i);
    g.shuffle(list);
    return list;
  };
  const sized = (draw: () => number): Call => ({ size }) =>
    size === undefined ? draw() : Array.from({ length: size }, draw);
  return {
    random_raw: () => g.bits.nextUint64(),
    random: sized(() => g.random()),
    random_f32: sized(() => g.randomFloat32()),
    uniform: ({ low, high, size }) =>
      Array.isArray(low)
        ? low.map((_, i) => g.uniform(low[i], high[i]))
        : sized(() => g.uniform(low, high))({ size }),
    integers,
    standard_normal: () => g.standardNormal(),
    normal: ({ loc, scale }) => g.normal(loc, scale),
    standard_exponential: () => g.standardExponential(),
    exponential: ({ scale }) => g.exponential(scale),
    standard_gamma: ({ shape }) => g.standardGamma(shape),
    choice,
    permutation: ({ n }) => [...g.permutation(n)],
    shuffle,
    categorical_sample: ({ p, p_uniform_over }) =>
      categoricalSample(g, p_uniform_over ? Array(p_uniform_over).fill(p[0]) : p),
  };
}

/** Makes the recorded call and gives its results in the form of the recording. */
export function replay(generator: Generator, { op, args, out }: RecordedCall): unknown {
  const call = callsOf(generator)[op];
  const result = args.count === undefined
    ? call(args)
    : Array.from({ length: args.count }, () => call(args));
  const sample = Array.isArray(out) ? out[0] : out;
  if (typeof sample !== "string") return result;
  return Array.isArray(result) ? result.map(String) : String(result);
}
