/**
 * Snapshots: plain data that holds the whole state of a generator, an environment or a learner, and
 * its exact, checked form as bytes. Equal snapshots give equal bytes on every machine.
 *
 * The bytes, all numbers little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 4 | the letters `SBSN` |
 * | 4 | version of the format: 1 |
 * | 4 | CRC-32 of all bytes after this one |
 * | 8 | number of bytes that follow |
 * | rest | the value: one byte for its kind, then its content |
 */
import { crc32 } from "./crc32.ts";

/** Plain data: what `encodeSnapshot` can write and `decodeSnapshot` gives back equal. */
export type Snapshot =
  | null
  | boolean
  | number
  | bigint
  | string
  | SnapshotArray
  | readonly Snapshot[]
  | { readonly [key: string]: Snapshot };

/** The typed arrays that a snapshot may hold. */
export type SnapshotArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigUint64Array;

const MAGIC = "SBSN";
const VERSION = 1;
const HEADER = 20;
/** Deeper snapshots are taken for circular ones. */
const DEPTH = 100;

/** Kinds of values. The numbers are part of the format: only append. */
const NULL = 0, FALSE = 1, TRUE = 2, NUMBER = 3, BIGINT = 4, STRING = 5, LIST = 6, OBJECT = 7;
/** Kinds of typed arrays: 16 + place in this list. */
const ARRAYS = [
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigUint64Array,
] as const;
const FIRST_ARRAY = 16;

/**
 * Writes a snapshot as bytes. They do not depend on the order of an object's keys, and every NaN is
 * written alike; -0 and infinities are kept.
 *
 * @throws TypeError if a value is not plain data (the message says where it is)
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array<ArrayBuffer> {
  const writer = new Writer(arrayBytes(snapshot, 6));
  writer.value(snapshot, "snapshot", 0);
  return writer.finish();
}

/**
 * Reads what `encodeSnapshot` wrote. The result shares no memory with the bytes.
 *
 * @throws Error if the bytes are no snapshot, are cut short, were damaged, or are of a newer format
 */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || String.fromCharCode(...bytes.subarray(0, 4)) !== MAGIC) {
    throw new Error("these bytes are no snapshot: they do not start with a snapshot's header");
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new Error(`the snapshot has format ${version}; this version reads format ${VERSION}`);
  }
  const length = Number(view.getBigUint64(12, true));
  if (bytes.length - HEADER !== length) {
    throw new Error(
      `the snapshot is damaged: ${
        bytes.length - HEADER
      } bytes follow its header instead of ${length}`,
    );
  }
  if (crc32(bytes.subarray(12)) !== view.getUint32(8, true)) {
    throw new Error("the snapshot is damaged: its checksum does not agree with its content");
  }
  const reader = new Reader(bytes, view);
  const snapshot = reader.value();
  reader.finish();
  return snapshot;
}

/** Bytes in the arrays of a snapshot's first levels: with them expected, large ones are copied once. */
function arrayBytes(value: Snapshot, levels: number): number {
  if (ArrayBuffer.isView(value)) return (value as SnapshotArray).byteLength;
  if (value === null || typeof value !== "object" || levels === 0) return 0;
  let sum = 0;
  for (const each of Object.values<Snapshot>(value)) sum += arrayBytes(each, levels - 1);
  return sum;
}

class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = HEADER;

  /** Expects a snapshot with so many bytes in its arrays. */
  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected + 4096);
    this.#view = new DataView(this.#bytes.buffer);
  }

  value(value: Snapshot, path: string, depth: number): void {
    if (depth > DEPTH) {
      throw new TypeError(
        `${path.slice(0, 60)}...: nested deeper than ${DEPTH} levels, or circular`,
      );
    }
    if (value === null) this.#byte(NULL);
    else if (typeof value === "boolean") this.#byte(value ? TRUE : FALSE);
    else if (typeof value === "number") {
      this.#byte(NUMBER);
      this.#float64(value);
    } else if (typeof value === "bigint") {
      this.#byte(BIGINT);
      this.#string(String(value), path);
    } else if (typeof value === "string") {
      this.#byte(STRING);
      this.#string(value, path);
    } else if (Array.isArray(value)) {
      this.#byte(LIST);
      this.#uint32(value.length);
      for (let i = 0; i < value.length; i++) this.value(value[i], `${path}[${i}]`, depth + 1);
    } else if (ArrayBuffer.isView(value)) this.#array(value as SnapshotArray, path);
    else if (isPlainObject(value)) {
      this.#byte(OBJECT);
      const keys = Object.keys(value).sort();
      this.#uint32(keys.length);
      for (const key of keys) {
        this.#string(key, path);
        this.value(value[key], `${path}.${key}`, depth + 1);
      }
    } else {
      throw new TypeError(`${path}: a snapshot cannot hold ${nameOf(value)}`);
    }
  }

  finish(): Uint8Array<ArrayBuffer> {
    for (let i = 0; i < 4; i++) this.#bytes[i] = MAGIC.charCodeAt(i);
    this.#view.setUint32(4, VERSION, true);
    this.#view.setBigUint64(12, BigInt(this.#length - HEADER), true);
    this.#view.setUint32(8, crc32(this.#bytes.subarray(12, this.#length)), true);
    return this.#bytes.subarray(0, this.#length);
  }

  #array(array: SnapshotArray, path: string): void {
    const kind = ARRAYS.findIndex((type) => array instanceof type);
    if (kind < 0) throw new TypeError(`${path}: a snapshot cannot hold ${nameOf(array)}`);
    this.#byte(FIRST_ARRAY + kind);
    this.#uint32(array.length);
    const start = this.#reserve(array.byteLength);
    // Every platform that Deno and browsers run on is little-endian, so memory is copied as it is.
    this.#bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start);
    if (array instanceof Float32Array) {
      for (let i = 0; i < array.length; i++) {
        if (Number.isNaN(array[i])) this.#view.setUint32(start + 4 * i, 0x7fc00000, true);
      }
    } else if (array instanceof Float64Array) {
      for (let i = 0; i < array.length; i++) {
        if (Number.isNaN(array[i])) this.#setNaN(start + 8 * i);
      }
    }
  }

  #string(text: string, path: string): void {
    if (!text.isWellFormed()) {
      throw new TypeError(`${path}: a snapshot cannot hold text with half of a surrogate pair`);
    }
    const utf8 = new TextEncoder().encode(text);
    this.#uint32(utf8.length);
    const start = this.#reserve(utf8.length);
    this.#bytes.set(utf8, start);
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  #uint32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  #float64(value: number): void {
    const at = this.#reserve(8);
    if (Number.isNaN(value)) this.#setNaN(at);
    else this.#view.setFloat64(at, value, true);
  }

  /** The bits of a NaN are the host's choice if it is written as a number. */
  #setNaN(at: number): void {
    this.#view.setUint32(at, 0, true);
    this.#view.setUint32(at + 4, 0x7ff80000, true);
  }

  /** Makes room for so many bytes more and gives their place. */
  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const bytes = new Uint8Array(this.#length + (this.#length >> 2));
      bytes.set(this.#bytes.subarray(0, at));
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    return at;
  }
}

class Reader {
  #at = HEADER;

  constructor(readonly bytes: Uint8Array, readonly view: DataView) {}

  value(): Snapshot {
    const kind = this.bytes[this.#take(1)];
    switch (kind) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NUMBER:
        return this.view.getFloat64(this.#take(8), true);
      case BIGINT:
        return this.#bigint();
      case STRING:
        return this.#string();
      case LIST: {
        const list: Snapshot[] = [];
        for (let left = this.#uint32(); left > 0; left--) list.push(this.value());
        return list;
      }
      case OBJECT: {
        const entries: [string, Snapshot][] = [];
        for (let left = this.#uint32(); left > 0; left--) {
          entries.push([this.#string(), this.value()]);
        }
        return Object.fromEntries(entries);
      }
    }
    const type = ARRAYS[kind - FIRST_ARRAY];
    if (type === undefined) throw malformed(`kind ${kind} is unknown`);
    const size = this.#uint32() * type.BYTES_PER_ELEMENT;
    const start = this.#take(size);
    return new type(new Uint8Array(this.bytes.subarray(start, start + size)).buffer);
  }

  finish(): void {
    if (this.#at !== this.bytes.length) {
      throw malformed(`${this.bytes.length - this.#at} bytes follow the value`);
    }
  }

  #bigint(): bigint {
    const digits = this.#string();
    if (!/^-?\d+$/.test(digits)) throw malformed("an integer is not decimal");
    return BigInt(digits);
  }

  #string(): string {
    const size = this.#uint32();
    const start = this.#take(size);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
        .decode(this.bytes.subarray(start, start + size));
    } catch {
      throw malformed("a text is not UTF-8");
    }
  }

  #uint32(): number {
    return this.view.getUint32(this.#take(4), true);
  }

  /** Steps over so many bytes and gives the place of the first. */
  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.bytes.length) throw malformed("a value goes on after the last byte");
    this.#at += count;
    return at;
  }
}

/** For bytes whose checksum agrees, but which `encodeSnapshot` did not write. */
function malformed(how: string): Error {
  return new Error(`the snapshot is malformed: ${how}`);
}

function isPlainObject(value: unknown): value is { readonly [key: string]: Snapshot } {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a value of type ${typeof value}`;
  return `an instance of ${value.constructor?.name ?? "an unnamed class"}`;
}
