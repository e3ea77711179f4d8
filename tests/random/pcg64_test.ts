/** PCG64 against its definition in bigints, its state, and the memory its states lie in. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PCG64, type PCG64State } from "../../random/pcg64.ts";
import * as wasm from "../../random/random.wasm";
import zigguratSource from "../../random/assembly/ziggurat_tables.ts" with { type: "text" };
import { loadGolden } from "../golden/golden.ts";

const MASK = (1n << 128n) - 1n;

/** A draw by the definition of PCG XSL-RR 128/64 (O'Neill 2014). */
function definition(before: { state: bigint; inc: bigint }): { state: bigint; output: bigint } {
  const state = (before.state * 0x2360ed051fc65da44385df649fccf645n + before.inc) & MASK;
  const folded = BigInt.asUintN(64, (state >> 64n) ^ state);
  const rotation = state >> 122n;
  return { state, output: BigInt.asUintN(64, folded >> rotation | folded << (64n - rotation)) };
}

/** Any 128-bit number, often one with long runs of ones or zeros, where carries go wrong. */
const word128 = fc.tuple(fc.bigInt({ min: 0n, max: MASK }), fc.nat(128), fc.boolean())
  .map(([word, shift, low]) => low ? word >> BigInt(shift) : MASK ^ (word >> BigInt(shift)));

const anyState: fc.Arbitrary<PCG64State> = fc.record({
  state: word128,
  inc: word128.map((word) => word | 1n),
  hasUint32: fc.boolean(),
  uinteger: fc.nat(0xffffffff),
}, { noNullPrototype: true });

Deno.test("a draw from any state is what the definition says", () => {
  const bits = new PCG64(0);
  fc.assert(
    fc.property(anyState, (start) => {
      bits.state = start;
      const expected = definition(start);
      assertEquals(bits.nextUint64(), expected.output);
      assertEquals(bits.state, { ...start, state: expected.state });
      bits.state = start;
      assertEquals(bits.nextDouble(), Number(expected.output >> 11n) / 2 ** 53);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("32-bit draws take the low half of a 64-bit draw, then the high half", () => {
  const bits = new PCG64(0);
  fc.assert(fc.property(anyState, (start) => {
    bits.state = { ...start, hasUint32: false };
    const { state, output } = definition(start);
    assertEquals(bits.nextUint32(), Number(output & 0xffffffffn));
    assertEquals(bits.state, { ...start, state, hasUint32: true, uinteger: Number(output >> 32n) });
    assertEquals(
      bits.nextDouble(),
      Number(definition({ state, inc: start.inc }).output >> 11n) / 2 ** 53,
    );
    assertEquals(bits.nextUint32(), Number(output >> 32n));
    assert(!bits.state.hasUint32);
  }));
});

Deno.test("setting a state gives exactly this state back", () => {
  const bits = new PCG64(0);
  fc.assert(fc.property(anyState, (state) => {
    bits.state = state;
    assertEquals(bits.state, state);
  }));
});

Deno.test("a state that none can be is refused and changes nothing", () => {
  const bits = new PCG64(3);
  const good = bits.state;
  const refused: [Partial<PCG64State>, string][] = [
    [{ state: -1n }, "state must be from 0 to 2^128 - 1, not -1"],
    [{ state: 1n << 128n }, "state must be"],
    [{ inc: 2n }, "increment must be odd and from 1 to 2^128 - 1, not 2"],
    [{ inc: (1n << 128n) + 1n }, "increment must be odd"],
    [{ uinteger: -1 }, "half-word must be from 0 to 2^32 - 1, not -1"],
    [{ uinteger: 0.5 }, "not 0.5"],
  ];
  for (const [part, message] of refused) {
    assertThrows(() => bits.state = { ...good, ...part }, RangeError, message);
  }
  assertEquals(bits.state, good);
});

Deno.test("a hundred thousand generators live side by side and disturb none", () => {
  const first = new PCG64(1);
  const expected = new PCG64(1);
  const many = Array.from({ length: 100_000 }, () => first);
  const { state } = first;
  for (let i = 1; i < many.length; i++) {
    // By state, not by seed: seeding so many would take a second.
    const slot = wasm.allocate();
    wasm.setState(slot, state.state >> 64n, BigInt(i), state.inc >> 64n, state.inc, 0, 0);
    assertEquals(BigInt.asUintN(64, wasm.stateLow(slot)), BigInt(i));
    wasm.nextUint64(slot);
  }
  assertEquals(first.nextUint64(), expected.nextUint64());
});

Deno.test("slots in use never overlap, and released ones are used again", () => {
  const SLOT_BYTES = 40;
  fc.assert(fc.property(fc.array(fc.nat(2), { maxLength: 200 }), (steps) => {
    const live: number[] = [];
    let allocated = 0;
    const before = wasm.allocate();
    wasm.release(before);
    assertEquals(wasm.allocate(), before);
    for (const step of steps) {
      if (step === 0 && live.length > 0) wasm.release(live.shift()!);
      else {
        const slot = wasm.allocate();
        assert(live.every((other) => Math.abs(other - slot) >= SLOT_BYTES), "slots overlap");
        wasm.setState(slot, -1n, -1n, -1n, -1n, 1, -1);
        live.push(slot);
        allocated++;
      }
    }
    assert(allocated >= live.length);
    for (const slot of [...live, before]) wasm.release(slot);
  }));
});

Deno.test("the ziggurat tables are NumPy's", async () => {
  const golden = await loadGolden("numpy_ziggurat_tables");
  const table = (name: string) =>
    new RegExp(`${name} = memory.data<.64>\\(\\[([^\\]]*)\\]`).exec(zigguratSource)![1]
      .split(",").map((text) => text.trim()).filter((text) => text !== "");
  const constant = (name: string) =>
    Number(new RegExp(`${name}: f64 = (.*);`).exec(zigguratSource)![1]);
  const { standard_normal: normal, standard_exponential: exponential } = golden;
  assertEquals(table("NORMAL_K"), normal.ki);
  assertEquals(table("NORMAL_W").map(Number), normal.wi);
  assertEquals(table("NORMAL_F").map(Number), normal.fi);
  assertEquals(constant("NORMAL_R"), normal.r);
  assertEquals(constant("NORMAL_INVERSE_R"), normal.inv_r);
  assertEquals(table("EXPONENTIAL_K"), exponential.ke);
  assertEquals(table("EXPONENTIAL_W").map(Number), exponential.we);
  assertEquals(table("EXPONENTIAL_F").map(Number), exponential.fe);
  assertEquals(constant("EXPONENTIAL_R"), exponential.r);
  assertEquals(table("NORMAL_K").length, 256);
});
