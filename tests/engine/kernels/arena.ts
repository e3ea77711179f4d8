/** Memory for the kernels' tests: arrays put one after another, each with guards around it. */
import { assert } from "@std/assert";
import * as fc from "fast-check";
import { instantiate, type Kernels } from "../../../engine/kernels/kernels.ts";

const instance = instantiate();
instance.memory.grow(1024);

/** The kernels under test. */
export const kernels: Kernels = instance.kernels;

const memory = new Uint8Array(instance.memory.buffer);
const GUARD = 0xd5;
const GUARD_BYTES = 32;
let top = instance.base;
/** Where the guards begin, and where they end. */
let guards: [begin: number, end: number][] = [];

/** Forgets what was allocated, after a look that nothing was written around it. */
export function clear(): void {
  for (const [begin, end] of guards) {
    assert(memory.subarray(begin, end).every((byte) => byte === GUARD), "written beyond an array");
  }
  top = instance.base;
  guards = [];
}

/** Address of new memory, all NaN. */
export function bytes(size: number): number {
  const begin = top + GUARD_BYTES;
  const end = begin + size;
  const next = Math.ceil((end + GUARD_BYTES) / 16) * 16;
  memory.fill(GUARD, top, begin).fill(0xff, begin, end).fill(GUARD, end, next);
  guards.push([top, begin], [end, next]);
  top = next;
  return begin;
}

/** Address of new float32 elements. */
export function floats(values: ArrayLike<number>): number {
  const address = bytes(values.length * 4);
  new Float32Array(instance.memory.buffer, address).set(values);
  return address;
}

/** Address of new int32 elements. */
export function integers(values: ArrayLike<number>): number {
  const address = bytes(values.length * 4);
  new Int32Array(instance.memory.buffer, address).set(values);
  return address;
}

/** Address of new bools. */
export function bools(values: ArrayLike<number | boolean>): number {
  const address = bytes(values.length);
  memory.set(Array.from(values, Number), address);
  return address;
}

/** A view of float32 elements. */
export function floatsAt(address: number, n: number): Float32Array {
  return new Float32Array(instance.memory.buffer, address, n);
}

/** A view of int32 elements. */
export function integersAt(address: number, n: number): Int32Array {
  return new Int32Array(instance.memory.buffer, address, n);
}

/** A view of bools. */
export function boolsAt(address: number, n: number): Uint8Array {
  return new Uint8Array(instance.memory.buffer, address, n);
}

/** The bits of float32 elements, those of every NaN the same. */
export function bitsAt(address: number, n: number): number[] {
  return bitsOf(floatsAt(address, n));
}

/** The bits of float32 numbers, those of every NaN the same. */
export function bitsOf(values: Float32Array): number[] {
  const bits = new Int32Array(values.slice().buffer);
  return Array.from(bits, (word, i) => Number.isNaN(values[i]) ? 0x7fc00000 : word);
}

/** Numbers with the edges of float32 among them. */
export const specialValues: readonly number[] = [
  ...[0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, NaN, Infinity, -Infinity],
  ...[2 ** -149, -(2 ** -149), 2 ** -126, -(2 ** -126), 3.4028234663852886e38],
  ...[-3.4028234663852886e38, 1e-20, -1e-20, 16777217, -16777215, 2147483648, -2147483904],
  ...[1.5, 2.5, -1.5, -2.5, 88.7, 88.8, -87.4, -103.9, -104.1, 6, 7, 0.1],
].map(Math.fround);

/** A float32, often a special one. */
export const anyFloat: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...specialValues),
  fc.float({ min: -8, max: 8, noNaN: true }),
  fc.float(),
);

/** A float32 whose sums and products stay moderate. */
export const moderateFloat: fc.Arbitrary<number> = fc.float({ min: -4, max: 4, noNaN: true });

/** `count` numbers from -1 to 1, the same for the same seed. */
export function someNumbers(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
