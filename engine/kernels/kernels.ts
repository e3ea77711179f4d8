/**
 * The typed door to kernels.wasm: what each kernel computes, and how it wants its memory.
 *
 * This layer knows bytes and lengths only. It plans nothing, checks nothing and holds no graph: who
 * calls gives every address. What a kernel computes is fixed bit for bit: plain (not relaxed) SIMD,
 * one thread, and an order of every sum that is stated here and depends on the sizes alone.
 *
 * Conventions of all kernels:
 * - A pointer is a byte address in the instance's memory, at or above {@link KernelInstance.base}.
 *   Elements of float32 and int32 must lie at multiples of 4; multiples of 16 are fastest.
 * - Sizes, strides and counts are in elements unless the name says bytes. Arrays are contiguous in
 *   row-major order unless strides are given. Every size is at least 1.
 * - A bool is a byte, 0 or 1.
 * - An output never overlaps an input, except where the text says "in place".
 * - Integer tables (`table`, `program`) are int32 words in memory that are written once, when the
 *   calls are planned.
 * - NaN and infinities go through as IEEE 754 has it: relu, clip, maximum, minimum and step of NaN
 *   are NaN, as in TensorFlow.js; so is sign, which is 0 there. A cast to int32 takes NaN to 0 and
 *   what is too large to the nearest int32. The bits inside a NaN are left open.
 */
import { bytes } from "./bytes.ts";

/** Elements that a fused chain computes at a time: the length of its registers. */
export const BLOCK = 256;

/** Most axes that a table of `copyStrided` or `applyBroadcast` may have. */
export const MAX_RANK = 8;

/** Kinds of slots in the program of a fused chain (see {@link Kernels.elementwise}). */
export const Slot = {
  /** An array of n elements, read or written in its place. */
  array: 0,
  /** `period` elements that repeat over the whole length: a scalar (1) or a row. */
  repeated: 1,
  /** A register: {@link BLOCK} elements that hold what lies between steps. */
  register: 2,
} as const;

/** Codes of what {@link Kernels.reduce} takes. */
export const ReduceCode = { sum: 0, mean: 1, max: 2, min: 3, product: 4, any: 5, all: 6 } as const;

/** Codes of what a matrix product does to its result. */
export const ActivationCode = { none: 0, relu: 1, tanh: 2, sigmoid: 3, elu: 4 } as const;

/** The functions of kernels.wasm. */
export interface Kernels {
  /**
   * One elementwise operation over `n` elements. The operands are arrays of `n` elements; those
   * that the operation does not have are 0, as are `p` and `q` if it has no parameters. In place:
   * `out` may be one of the operands of the same element size.
   *
   * @param code which operation, with `p` and `q`: from `elementwiseCode` in operation_codes.ts
   */
  apply(
    code: number,
    a: number,
    b: number,
    c: number,
    out: number,
    n: number,
    p: number,
    q: number,
  ): void;

  /**
   * A binary operation where one operand has `n` elements and the other `columns` that repeat
   * (`n` is a multiple of it): a row over the leading axes, or with `columns` 1 a scalar.
   * `repeated` says which: 0 for `a`, 1 for `b`. In place: `out` may be the operand that does not
   * repeat.
   */
  applyRepeated(
    code: number,
    a: number,
    b: number,
    out: number,
    n: number,
    columns: number,
    repeated: number,
  ): void;

  /**
   * A binary operation with any broadcasting. `table` has three words per axis of the output, first
   * axis first: its size, the stride of `a`, the stride of `b`; a stride is 0 where the operand
   * repeats. `out` is contiguous.
   */
  applyBroadcast(
    code: number,
    a: number,
    b: number,
    out: number,
    rank: number,
    table: number,
  ): void;

  /**
   * A chain of elementwise operations over `n` elements in one sweep, {@link BLOCK} elements at a
   * time, with the same bits as {@link Kernels.apply} called for each. `program` is words:
   *
   * - word 0: number of slots; word 1: number of steps; words 2 and 3: free
   * - four words per slot: its kind (of {@link Slot}); its address; its period (`repeated` only);
   *   bytes per element, 1 or 4
   * - eight words per step: code; slot of the output; slots of a, b, c (the number of slots where
   *   the operation has none); p and q as float32 bits; 0
   *
   * At most 255 slots.
   *
   * A step writes an `array` or a `register`, whose room (BLOCK elements) the program gives. Where
   * a program both reads and writes one array, earlier steps read what was there, later ones what
   * was written.
   *
   * @param scratch room for the `repeated` slots, one after another in the order of the slots:
   *   (period + BLOCK) elements each, rounded up to 16 bytes
   */
  elementwise(program: number, scratch: number, n: number): void;

  /**
   * Matrix product: `out[g] = activation(A[g] B[g] + bias)` for each of `batch` products. A is [M,
   * K] or, transposed, [K, M]; B is [K, N] or [N, K]; out [batch, M, N]; bias [N], or pointer 0
   * for none.
   *
   * Every element is summed over k in ascending order in one float32 accumulator that starts at 0,
   * each product rounded before it is added, then the bias is added: neither M, N, nor the
   * transposes change a bit, and a row of a batch is the row alone.
   *
   * @param strideA elements from one A of the batch to the next; 0 if all use the same
   * @param scratch {@link Kernels.matMulScratch} bytes
   * @param activation of {@link ActivationCode}
   */
  matMul(
    a: number,
    b: number,
    bias: number,
    out: number,
    m: number,
    n: number,
    k: number,
    transposeA: number,
    transposeB: number,
    activation: number,
    scratch: number,
    batch: number,
    strideA: number,
    strideB: number,
  ): void;

  /** Bytes of scratch memory that {@link Kernels.matMul} wants for a shape. */
  matMulScratch(m: number, n: number, k: number, transposeA: number, transposeB: number): number;

  /**
   * Copies elements of 4 bytes between strided arrays. `table` has three words per axis, first axis
   * first: size, stride of the source, stride of the target. A source stride of 0 repeats, a
   * negative one reverses. Transpose, slice, pad (after a fill), concat, tile and broadcast are
   * this. The last axes are copied fastest if both strides are 1, and transposed by tiles of 4x4
   * if, of the last two axes, the source's strides are (1, s) and the target's (t, 1). An axis of
   * size 1 costs: leave it out, and join axes that are contiguous in both.
   */
  copyStrided(x: number, out: number, rank: number, table: number): void;

  /** {@link Kernels.copyStrided} of bools. */
  copyStridedBytes(x: number, out: number, rank: number, table: number): void;

  /** Copies `bytes` bytes; the ranges may overlap. */
  copyBytes(x: number, out: number, bytes: number): void;

  /** Fills `n` elements of 4 bytes with a 32-bit pattern. */
  fill(out: number, bits: number, n: number): void;

  /** Fills `n` bytes. */
  fillBytes(out: number, value: number, n: number): void;

  /**
   * Reduces the middle axis of x [outer, length, inner] to out [outer, inner]. float32, except
   * `any` and `all`, which are of bools.
   *
   * Order of a sum or product with inner = 1: below 16 elements ascending; else 16 lanes (lane j
   * takes the elements j, j + 16, ... ascending, what is missing at the end counts as 0 or 1), then
   * lane j + lane (j + 8), j + (j + 4), j + (j + 2), j + (j + 1). With inner > 1: ascending. All
   * start at 0 (product: 1). The mean is the sum divided by the length. NaN goes through max and
   * min.
   *
   * @param code of {@link ReduceCode}
   */
  reduce(code: number, x: number, out: number, outer: number, length: number, inner: number): void;

  /** exp(x - max) / sum of it, over each row of x [rows, columns]. In place. */
  softmax(x: number, out: number, rows: number, columns: number): void;

  /**
   * (x - max) - log(sum of exp(x - max)), over each row of x [rows, columns].
   *
   * @param scratch rows * (columns + 1) float32
   */
  logSoftmax(x: number, out: number, rows: number, columns: number, scratch: number): void;

  /**
   * int32 index of the first largest element along the middle axis of x [outer, length, inner]
   * (float32). As in TensorFlow.js, a NaN wins only in the first place.
   */
  argMax(x: number, out: number, outer: number, length: number, inner: number): void;

  /** {@link Kernels.argMax} of the smallest. */
  argMin(x: number, out: number, outer: number, length: number, inner: number): void;

  /**
   * out [n, depth] of 4-byte elements: `on` where the column is the index, else `off` (everywhere
   * for an index out of range).
   *
   * @param on 32-bit pattern
   * @param off 32-bit pattern
   */
  oneHot(
    indices: number,
    out: number,
    n: number,
    depth: number,
    on: number,
    off: number,
  ): void;

  /**
   * out [outer, count, inner] = rows of x [outer, rows, inner] by int32 indices [count], which are
   * clamped into [0, rows). Any element size: the inner axis is given in bytes.
   */
  gather(
    x: number,
    indices: number,
    out: number,
    outer: number,
    rows: number,
    count: number,
    innerBytes: number,
  ): void;

  /**
   * out [rows, inner] = 0, then adds row i of updates [count, inner] to row indices[i], in
   * ascending order of i. An index out of range adds nothing.
   */
  scatterAdd(
    indices: number,
    updates: number,
    out: number,
    count: number,
    rows: number,
    inner: number,
  ): void;

  /**
   * 2-D convolution (cross-correlation): x [batch, height, width, channels], filter [filterHeight,
   * filterWidth, channels, filters], out [batch, outHeight, outWidth, filters]. Sums ascend over
   * filter row, filter column, channel; what lies in the padding counts as 0.
   *
   * @param shape {@link ConvolutionWords} words
   * @param scratch {@link Kernels.conv2dScratch} bytes
   */
  conv2d(x: number, filter: number, out: number, shape: number, scratch: number): void;

  /**
   * Gradient of {@link Kernels.conv2d} by its input, out like x. For each output pixel in ascending
   * order, the sum over filters (ascending) is added to what it came from.
   */
  conv2dInputGradient(
    outputGradient: number,
    filter: number,
    out: number,
    shape: number,
    scratch: number,
  ): void;

  /** Gradient of {@link Kernels.conv2d} by its filter. Sums ascend over batch, row, column. */
  conv2dFilterGradient(
    x: number,
    outputGradient: number,
    out: number,
    shape: number,
    scratch: number,
  ): void;

  /** Bytes of scratch memory that the three convolution kernels want for a shape. */
  conv2dScratch(shape: number): number;

  /**
   * Largest value of each window, per channel; what lies in the padding does not count. `shape` as
   * for a convolution, `filters` being `channels`. NaN goes through.
   */
  maxPool(x: number, out: number, shape: number): void;

  /**
   * Gradient of {@link Kernels.maxPool}: each output's gradient is added to the first largest
   * element of its window, in ascending order of the outputs.
   */
  maxPoolGradient(x: number, outputGradient: number, out: number, shape: number): void;

  /** 1 if none of `n` float32 is NaN or infinite, else 0. */
  allFinite(x: number, n: number): number;

  /** Gives every NaN among `n` float32 the bits 7fc00000, in place. */
  canonicalizeNaN(x: number, n: number): void;
}

/** The words of a convolution's or pooling's shape, in their order. */
export const convolutionWords = [
  "batch",
  "height",
  "width",
  "channels",
  "filterHeight",
  "filterWidth",
  "filters",
  "outHeight",
  "outWidth",
  "strideHeight",
  "strideWidth",
  "padTop",
  "padLeft",
] as const;

/** One instance of kernels.wasm with its own memory. */
export interface KernelInstance {
  /** Grown by its user: it holds one page or a few at first. */
  readonly memory: WebAssembly.Memory;
  /** First byte that the kernels do not use themselves; a multiple of 64. */
  readonly base: number;
  /** The kernels, working on that memory. */
  readonly kernels: Kernels;
}

let compiled: WebAssembly.Module | undefined;

/** A new instance, with a memory of its own that is freed with it. */
export function instantiate(): KernelInstance {
  compiled ??= new WebAssembly.Module(bytes());
  const { exports } = new WebAssembly.Instance(compiled);
  const { memory, base } = exports as { memory: WebAssembly.Memory; base: () => number };
  return { memory, base: base(), kernels: exports as unknown as Kernels };
}
