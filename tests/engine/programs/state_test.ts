/** The State: reading, writing, saving and restoring exactly, and refusing what does not fit. */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { State } from "../../../engine/state.ts";

const bytesOf = (array: ArrayBufferView) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

Deno.test("a State holds what it was given, and zeros where nothing was", () => {
  const state = new State({
    weights: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
    bias: { shape: [3], values: 0.5 },
    list: { shape: [2], values: [7, 8] },
    count: { shape: [], dtype: "int32", values: 2 ** 31 - 1 },
    mask: { shape: [3], dtype: "bool", values: Uint8Array.of(1, 0, 1) },
    empty: { shape: [2] },
    negative: { shape: [], values: -0 },
  });
  assertEquals(state.names, ["weights", "bias", "list", "count", "mask", "empty", "negative"]);
  assertEquals(state.spec("mask"), { shape: [3], dtype: "bool" });
  assertEquals(state.get("weights"), Float32Array.of(1, 2, 3, 4));
  assertEquals(state.get("bias"), Float32Array.of(0.5, 0.5, 0.5));
  assertEquals(state.get("list"), Float32Array.of(7, 8));
  assertEquals(state.get("count"), Int32Array.of(2 ** 31 - 1));
  assertEquals(state.get("mask"), Uint8Array.of(1, 0, 1));
  assertEquals(state.get("empty"), Float32Array.of(0, 0));
  assertEquals(state.get("negative"), Float32Array.of(-0));
});

Deno.test("what get gives is a copy", () => {
  const state = new State({ x: { shape: [2], values: 1 } });
  const copy = state.get("x");
  copy[0] = 9;
  assertEquals(state.get("x"), Float32Array.of(1, 1));
  state.set("x", 3);
  assertEquals(copy, Float32Array.of(9, 1));
});

Deno.test("a State refuses what does not fit, and says what would", () => {
  const state = new State({
    x: { shape: [2, 3] },
    n: { shape: [], dtype: "int32" },
    mask: { shape: [2], dtype: "bool" },
  });
  const refused = (message: string, action: () => void) =>
    assertEquals(assertThrows(action).message, message);
  refused('no state is named "y"; there are: x, n, mask', () => state.get("y" as "x"));
  refused('state "x" has 6 elements [2, 3], not 2', () => state.set("x", [1, 2]));
  refused('state "x" is float32: give a Float32Array, not Int32Array', () => {
    state.set("x", new Int32Array(6));
  });
  refused('state "n" is int32: element 0 cannot be 0.5', () => state.set("n", 0.5));
  refused('state "n" is int32: element 0 cannot be 2147483648', () => state.set("n", 2 ** 31));
  refused('state "mask" is bool: element 1 cannot be 2', () => state.set("mask", [1, 2]));
  refused('state "a": the shape [0] is not at most 6 positive integers', () => {
    new State({ a: { shape: [0] } });
  });
  refused('state "a": there is no dtype float64; use float32, int32 or bool', () => {
    new State({ a: { shape: [1], dtype: "float64" as "float32" } });
  });
  refused('state "a" has 2 elements [2], not 3', () => {
    new State({ a: { shape: [2], values: [1, 2, 3] } });
  });
});

const specs = { w: { shape: [3, 2] }, n: { shape: [2], dtype: "int32" } } as const;

Deno.test("a saved State is restored bit for bit, and equal States give equal bytes", () => {
  const float = fc.oneof(fc.float(), fc.constantFrom(NaN, -0, Infinity, -Infinity, 2 ** -149));
  fc.assert(fc.property(
    fc.array(float, { minLength: 6, maxLength: 6 }),
    fc.array(fc.integer(), { minLength: 2, maxLength: 2 }),
    (w, n) => {
      const [a, b] = [new State(specs), new State(specs)];
      a.set("w", w);
      a.set("n", n);
      b.restore(a.save());
      assertEquals(b.get("w"), a.get("w"));
      assertEquals(b.get("n"), Int32Array.from(n));
      assertEquals(b.save(), a.save());
    },
  ));
});

Deno.test("every NaN is saved alike", () => {
  const bits = Uint32Array.of(0x7fc00000, 0xffc00000, 0x7f800001, 0x7fffffff);
  const saved = [...bits].map((pattern) => {
    const state = new State({ x: { shape: [] } });
    state.set("x", new Float32Array(Uint32Array.of(pattern).buffer));
    return state.save();
  });
  for (const bytes of saved) assertEquals(bytes, saved[0]);
});

Deno.test("damaged and foreign snapshots are refused, and change nothing", () => {
  const state = new State({ w: { shape: [3, 2], values: 5 }, n: { shape: [2], dtype: "int32" } });
  const before = state.save();
  const refused = (bytes: Uint8Array, message: string) => {
    assertThrows(() => state.restore(bytes), Error, message);
    assertEquals(state.save(), before);
  };
  for (const at of [0, 5, 9, 15, 25, before.length - 1]) {
    const damaged = before.slice();
    damaged[at] ^= 1;
    refused(damaged, "snapshot");
  }
  refused(before.subarray(0, before.length - 1), "damaged");
  refused(bytesOf(new Float32Array(8)), "no snapshot");
  refused(
    new State({ w: { shape: [2, 3] }, n: { shape: [2], dtype: "int32" } }).save(),
    'the snapshot has "w": float32 [2, 3] where this State has "w": float32 [3, 2]',
  );
  refused(
    new State({ w: { shape: [3, 2] }, n: { shape: [2] } }).save(),
    'the snapshot has "n": float32 [2] where this State has "n": int32 [2]',
  );
  refused(
    new State({ w: { shape: [3, 2] } }).save(),
    'the snapshot has nothing where this State has "n": int32 [2]',
  );
  refused(
    new State({ ...specs, m: { shape: [] } }).save(),
    'the snapshot has a tensor "m", which this State does not have',
  );
});
