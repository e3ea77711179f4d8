import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { crc32 } from "../../data/crc32.ts";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../data/snapshot.ts";

const typedArrays = fc.oneof(
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.array(fc.bigInt(0n, 2n ** 64n - 1n)).map((values) => BigUint64Array.from(values)),
);
const text = fc.string({ unit: "binary" }).filter((s) => s.isWellFormed());

/** Everything that a snapshot may hold. */
const snapshots: fc.Arbitrary<Snapshot> = fc.letrec<{ value: Snapshot }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom<Snapshot>(null, true, false, 0, -0, NaN, Infinity, -Infinity, 2 ** 53, 5e-324),
    fc.double(),
    fc.bigInt(),
    text,
    typedArrays,
    fc.array(tie("value")),
    fc.dictionary(text, tie("value"), { noNullPrototype: true }),
  ),
})).value;

Deno.test("what is decoded is what was encoded", () => {
  fc.assert(fc.property(snapshots, (snapshot) => {
    assertEquals(decodeSnapshot(encodeSnapshot(snapshot)), snapshot);
  }));
});

Deno.test("the values that other formats lose are kept: -0, infinities, __proto__, big integers, a BOM", () => {
  const snapshot = {
    zero: -0,
    infinities: [Infinity, -Infinity],
    ["__proto__"]: 1,
    big: -(2n ** 200n),
    bom: "\ufeffx",
    zeros: Float32Array.of(-0, 0),
  };
  const decoded = decodeSnapshot(encodeSnapshot(snapshot)) as typeof snapshot;
  assert(Object.is(decoded.zero, -0));
  assert(Object.is(decoded.zeros[0], -0));
  assert(Object.hasOwn(decoded, "__proto__"));
  assertEquals(decoded, snapshot);
});

Deno.test("the bytes do not depend on the order of keys or on the bits of a NaN", () => {
  assertEquals(encodeSnapshot({ a: 1, b: [2], c: {} }), encodeSnapshot({ c: {}, b: [2], a: 1 }));
  const odd64 = new Float64Array(BigUint64Array.of(0xfff8_0000_0000_1234n).buffer);
  const odd32 = new Float32Array(Uint32Array.of(0xffc0_1234).buffer);
  assertEquals(encodeSnapshot(odd64), encodeSnapshot(Float64Array.of(NaN)));
  assertEquals(encodeSnapshot(odd32), encodeSnapshot(Float32Array.of(NaN)));
  assertEquals(encodeSnapshot(odd64[0]), encodeSnapshot(NaN));
});

Deno.test("the format is fixed: these bytes stay readable", () => {
  const bytes = encodeSnapshot({ b: -0, a: [null, true, "é", -5n], c: Int32Array.of(-1) });
  assertEquals(
    bytes.toHex(),
    "5342534e01000000" + "c11d69a6" + "3b00000000000000" +
      "0703000000" + "0100000061" + "0604000000" + "00" + "02" + "0502000000c3a9" +
      "04020000002d35" +
      "0100000062" + "030000000000000080" + "0100000063" + "1301000000ffffffff",
  );
});

Deno.test("a view of a part of a buffer is saved as that part, and what is decoded shares no memory", () => {
  const view = new Float32Array(new ArrayBuffer(32), 8, 2).fill(1.5);
  const bytes = encodeSnapshot(view);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const decoded = decodeSnapshot(shifted.subarray(1)) as Float32Array;
  shifted.fill(0);
  assertEquals(decoded, Float32Array.of(1.5, 1.5));
});

Deno.test("any changed byte is refused", () => {
  fc.assert(
    fc.property(snapshots, fc.nat(), fc.integer({ min: 1, max: 255 }), (snapshot, at, bits) => {
      const bytes = encodeSnapshot(snapshot);
      bytes[at % bytes.length] ^= bits;
      assertThrows(() => decodeSnapshot(bytes), Error, "snapshot");
    }),
  );
});

Deno.test("bytes cut short or with more behind them are refused", () => {
  const bytes = encodeSnapshot({ values: Float64Array.of(1, 2), done: false });
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeSnapshot(bytes.subarray(0, length)), Error, "snapshot");
  }
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  assertThrows(() => decodeSnapshot(longer), Error, "is damaged");
});

Deno.test("bytes of another kind or of a newer format are refused with the reason", () => {
  assertThrows(
    () => decodeSnapshot(new TextEncoder().encode('{"episodes": [1, 2, 3, 4]}')),
    Error,
    "are no snapshot",
  );
  const newer = encodeSnapshot(null);
  newer[4] = 2;
  assertThrows(() => decodeSnapshot(newer), Error, "has format 2; this version reads format 1");
});

Deno.test("content that nobody encoded is refused even under a right checksum", () => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[], "a value goes on after the last byte"],
    [[9], "kind 9 is unknown"],
    [[0, 0], "1 bytes follow the value"],
    [[6, 2, 0, 0, 0, 0], "a value goes on after the last byte"],
    [[22, 255, 255, 255, 255], "a value goes on after the last byte"],
    [[5, 1, 0, 0, 0, 255], "a text is not UTF-8"],
    [[4, 1, 0, 0, 0, 120], "an integer is not decimal"],
  ];
  for (const [content, reason] of cases) {
    const bytes = new Uint8Array(20 + content.length);
    bytes.set(new TextEncoder().encode("SBSN"));
    bytes[4] = 1;
    bytes[12] = content.length;
    bytes.set(content, 20);
    new DataView(bytes.buffer).setUint32(8, crc32(bytes.subarray(12)), true);
    assertThrows(() => decodeSnapshot(bytes), Error, `the snapshot is malformed: ${reason}`);
  }
});

Deno.test("what is not plain data is refused with its place", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const cases: readonly (readonly [unknown, string])[] = [
    [{ a: [1, undefined] }, "snapshot.a[1]: a snapshot cannot hold a value of type undefined"],
    [{ a: { f: () => 1 } }, "snapshot.a.f: a snapshot cannot hold a value of type function"],
    [new Map(), "snapshot: a snapshot cannot hold an instance of Map"],
    [[new Date(0)], "snapshot[0]: a snapshot cannot hold an instance of Date"],
    [
      { a: BigInt64Array.of(1n) },
      "snapshot.a: a snapshot cannot hold an instance of BigInt64Array",
    ],
    [
      { a: new DataView(new ArrayBuffer(1)) },
      "snapshot.a: a snapshot cannot hold an instance of DataView",
    ],
    [["\ud800"], "snapshot[0]: a snapshot cannot hold text with half of a surrogate pair"],
    [circular, "or circular"],
  ];
  for (const [value, reason] of cases) {
    assertThrows(() => encodeSnapshot(value as Snapshot), TypeError, reason);
  }
});

Deno.test("the checksum is zlib's CRC-32", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assertEquals(crc32(new Uint8Array()), 0);
  // Bit by bit, as the polynomial is defined.
  const bitwise = (bytes: Uint8Array) => {
    let remainder = 0xffffffff;
    for (const byte of bytes) {
      remainder ^= byte;
      for (let bit = 0; bit < 8; bit++) {
        remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
      }
    }
    return (remainder ^ 0xffffffff) >>> 0;
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assertEquals(crc32(bytes), bitwise(bytes));
    }),
  );
});

Deno.test("large arrays, wherever they stand, are written as small ones are", () => {
  const large = Float32Array.from({ length: 100_000 }, (_, i) => i / 3);
  let nested: Snapshot = { large, also: [large, "text"] };
  for (let level = 0; level < 9; level++) nested = { nested, level };
  const bytes = encodeSnapshot(nested);
  assertEquals(bytes.byteOffset, 0);
  assertEquals(decodeSnapshot(bytes), nested);
  assertEquals(encodeSnapshot(decodeSnapshot(bytes)), bytes);
});
