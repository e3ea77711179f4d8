/**
 * The linear memory of one kernel instance, given out in 16-byte steps: what is reserved stays for
 * good (state, constants, tables), and one working area is shared by all programs, which run one at a
 * time. Memory only grows while something is made, never while a program runs.
 */
import type { KernelInstance } from "../kernels/kernels.ts";
import type { DType } from "../program/ir.ts";

/** A tensor's elements as JavaScript sees them. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Bytes of one element. */
export const elementBytes: Readonly<Record<DType, number>> = { float32: 4, int32: 4, bool: 1 };

/** The next multiple of 16. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

const PAGE = 65536;
/** WebAssembly addresses are 32 bits wide. */
const LIMIT = 65536 * PAGE;

/** See the file's header. */
export class EngineMemory {
  readonly instance: KernelInstance;
  /** Grows by one whenever earlier views have been detached. */
  generation = 0;
  #top: number;
  readonly #areas = { working: { pointer: 0, bytes: 0 }, scratch: { pointer: 0, bytes: 0 } };

  constructor(instance: KernelInstance) {
    this.instance = instance;
    this.#top = aligned(instance.base);
  }

  /** Room that is kept as long as the memory; it starts as zeros. */
  reserve(bytes: number): number {
    const pointer = this.#top;
    this.ensure(bytes);
    this.#top = pointer + aligned(bytes);
    return pointer;
  }

  /**
   * An area that programs share, with at least so many bytes: `working` for the tensors of a run,
   * `scratch` for what a kernel needs while it computes. Where it has to grow it is put elsewhere, and
   * programs made before keep the smaller one.
   */
  area(which: "working" | "scratch", bytes: number): number {
    const area = this.#areas[which];
    if (bytes > area.bytes) {
      // At least twice the size, so that growing step by step does not waste much.
      area.bytes = aligned(Math.max(bytes, area.bytes === 0 ? bytes : 2 * area.bytes));
      area.pointer = this.reserve(area.bytes);
    }
    return area.pointer;
  }

  /** Makes so many bytes above everything reserved usable without reserving them; gives their place. */
  ensure(bytes: number): number {
    const end = this.#top + aligned(bytes);
    if (end > LIMIT) {
      throw new RangeError(`the programs of one State need ${end} bytes; WebAssembly has ${LIMIT}`);
    }
    const missing = end - this.instance.memory.buffer.byteLength;
    if (missing > 0) {
      this.instance.memory.grow(Math.ceil(missing / PAGE));
      this.generation++;
    }
    return this.#top;
  }

  /** The elements at a place. The view lives until `generation` changes. */
  view(dtype: DType, pointer: number, length: number): TensorData {
    const buffer = this.instance.memory.buffer as ArrayBuffer;
    if (dtype === "float32") return new Float32Array(buffer, pointer, length);
    return dtype === "int32"
      ? new Int32Array(buffer, pointer, length)
      : new Uint8Array(buffer, pointer, length);
  }
}
