/** What a SeedSequence takes and refuses, and that its children are independent. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SeedSequence } from "../../random/seed_sequence.ts";

const seed = fc.bigInt({ min: 0n, max: 1n << 200n });

Deno.test("a number and the bigint of the same value are the same seed", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (value) => {
    assertEquals(new SeedSequence(value).pool, new SeedSequence(BigInt(value)).pool);
    assertEquals(new SeedSequence([value]).pool, new SeedSequence(value).pool);
  }));
});

Deno.test("the same words come on each call, and more words go on from fewer", () => {
  fc.assert(fc.property(seed, fc.nat(20), fc.nat(20), (value, few, more) => {
    const sequence = new SeedSequence(value);
    const long = sequence.generateState(few + more);
    assertEquals(sequence.generateState(few), long.slice(0, few));
    assertEquals(sequence.generateState64(few).length, few);
  }));
});

Deno.test("children are numbered on over several calls of spawn", () => {
  fc.assert(fc.property(seed, fc.nat(5), fc.nat(5), (value, first, second) => {
    const [once, twice] = [new SeedSequence(value), new SeedSequence(value)];
    const together = once.spawn(first + second).map(({ pool }) => pool);
    const apart = [...twice.spawn(first), ...twice.spawn(second)].map(({ pool }) => pool);
    assertEquals(apart, together);
  }));
});

Deno.test("a child is the sequence of its spawn key, whatever else was spawned", () => {
  fc.assert(fc.property(seed, fc.nat(4), fc.nat(4), (value, i, j) => {
    const grandchild = new SeedSequence(value).spawn(i + 1)[i].spawn(j + 1)[j];
    assertEquals(grandchild.spawnKey, [i, j]);
    assertEquals(grandchild.pool, new SeedSequence(value, [i, j]).pool);
  }));
});

Deno.test("parent, children and grandchildren all have different words", () => {
  fc.assert(fc.property(seed, (value) => {
    const parent = new SeedSequence(value);
    const children = parent.spawn(10);
    const family = [parent, ...children, ...children.flatMap((child) => child.spawn(3))];
    const words = family.map((member) => member.generateState64(2).join());
    assertEquals(new Set(words).size, 41);
  }));
});

Deno.test("half of all bits change with one bit of the seed", () => {
  let changed = 0;
  for (let bit = 0; bit < 64; bit++) {
    const [one, other] = [0x123456789n, 0x123456789n ^ (1n << BigInt(bit))]
      .map((value) => new SeedSequence(value).generateState64(4));
    one.forEach((word, i) => {
      changed += (word ^ other[i]).toString(2).replaceAll("0", "").length;
    });
  }
  const share = changed / (64 * 256);
  assert(Math.abs(share - 0.5) < 0.02, `${share}`);
});

Deno.test("what is no seed is refused in one clear line", () => {
  const refused: [unknown, typeof Error, string][] = [
    [-1, RangeError, "seed must not be negative, not -1"],
    [-5n, RangeError, "seed must not be negative, not -5"],
    [1.5, RangeError, "seed must be a whole number below 2^53 (a bigint may be larger), not 1.5"],
    [2 ** 53, RangeError, "not 9007199254740992"],
    [NaN, RangeError, "not NaN"],
    [Infinity, RangeError, "not Infinity"],
    ["7", TypeError, 'seed must be a whole number, a bigint or a list of them, not "7"'],
    [null, TypeError, "not null"],
    [undefined, TypeError, "not undefined"],
    [true, TypeError, "not boolean"],
    [{}, TypeError, "not object"],
    [[1, "2"], TypeError, 'not "2"'],
    [[1, [2]], TypeError, "not object"],
  ];
  for (const [value, type, message] of refused) {
    assertThrows(() => new SeedSequence(value as number), type, message);
  }
  assertThrows(
    () => new SeedSequence(1, [-1]),
    RangeError,
    "spawn key must not be negative, not -1",
  );
  for (const count of [-1, 1.5, NaN]) {
    assertThrows(() => new SeedSequence(1).spawn(count), RangeError, `not ${count}`);
    assertThrows(() => new SeedSequence(1).generateState(count), RangeError, `not ${count}`);
    assertThrows(() => new SeedSequence(1).generateState64(count), RangeError, `not ${count}`);
  }
});
