/**
 * Matrix products: panels of 8 (or 4) columns of B, copied side by side, times tiles of 4 (or 8)
 * rows of A; row by row where there are few, and other ways around for a result of a few columns.
 *
 * Columns that do not fill a panel are computed by one that begins earlier and computes some
 * columns again: the same bits are stored twice. So `out` must not overlap what is read.
 */
import { transpose } from "./copy";
import { apply, applyRepeated } from "./elementwise";
import { matrixTimesVector } from "./matrix_vector";
import { ACCUMULATE, panel4, panel8, RELU, row32, row4, row8, thinPanel8 } from "./tiles";

// What is done to the result (the order of ActivationCode in kernels/kernels.ts), and the
// codes of the elementwise kernels that do it.
const ACTIVATION_RELU: i32 = 1;
const ACTIVATION_TANH: i32 = 2;
const ACTIVATION_SIGMOID: i32 = 3;
const ACTIVATION_ELU: i32 = 4;
const CODE_ADD: i32 = 30;
const CODE_ELU: i32 = 3;
const CODE_RELU: i32 = 12;
const CODE_SIGMOID: i32 = 16;
const CODE_TANH: i32 = 23;

/** From so many rows on it pays to copy B panel by panel. */
const PACKED_ROWS: usize = 8;

/** Bytes for a panel of B and an A turned round, or for a narrow result. */
export function matMulScratch(
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  _transposeB: bool,
): usize {
  if (n < 4) return transposeA ? m << 2 : (k + m) << 4;
  return max<usize>(k << 5, 128) + (transposeA ? (m * k) << 2 : 0);
}

/** The sums of a vector times a matrix of less than 4 columns. */
const narrowSums: usize = memory.data(16, 16);

/** A vector times a matrix of less than 4 columns. */
function narrowRow(
  a: usize,
  stepA: usize,
  b: usize,
  n: usize,
  k: usize,
  out: usize,
  bias: usize,
  mode: i32,
): void {
  let sums = f32x4.splat(0);
  const row = n << 2;
  const end = b + k * row;
  // A vector holds the row and some of the next.
  for (; b + 16 <= end; b += row, a += stepA) {
    sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(a), v128.load(b)));
  }
  v128.store(narrowSums, sums);
  for (; b < end; b += row, a += stepA) {
    for (let j: usize = 0; j < row; j += 4) {
      const term = load<f32>(a) * load<f32>(b + j);
      store<f32>(narrowSums + j, load<f32>(narrowSums + j) + term);
    }
  }
  for (let j: usize = 0; j < row; j += 4) {
    const sum = load<f32>(narrowSums + j);
    store<f32>(out + j, bias ? sum + load<f32>(bias + j) : sum);
  }
  if (mode & RELU) apply(CODE_RELU, out, 0, 0, out, n, 0, 0);
}

/** A vector times a matrix [k, n]. */
function rowTimesMatrix(
  a: usize,
  stepA: usize,
  b: usize,
  n: usize,
  k: usize,
  out: usize,
  bias: usize,
  mode: i32,
): void {
  if (n < 4) {
    narrowRow(a, stepA, b, n, k, out, bias, mode);
    return;
  }
  const stepB = n << 2;
  let j: usize = 0;
  for (; j + 32 <= n; j += 32) {
    const offset = j << 2;
    row32(a, stepA, b + offset, stepB, k, out + offset, bias ? bias + offset : 0, mode);
  }
  for (; j + 8 <= n; j += 8) {
    const offset = j << 2;
    row8(a, stepA, b + offset, stepB, k, out + offset, bias ? bias + offset : 0, mode);
  }
  while (j < n) {
    j = min(j, n - 4);
    const offset = j << 2;
    row4(a, stepA, b + offset, stepB, k, out + offset, bias ? bias + offset : 0, mode);
    j += 4;
  }
}

/** Copies columns j to j + width of B to a panel [k, width]. */
function packPanel(
  b: usize,
  j: usize,
  width: usize,
  n: usize,
  k: usize,
  transposeB: bool,
  panel: usize,
): void {
  if (transposeB) {
    transpose(b + ((j * k) << 2), panel, width, k, k << 2, width << 2);
    return;
  }
  let from = b + (j << 2);
  const row = n << 2;
  const end = panel + ((k * width) << 2);
  if (width === 8) {
    for (; panel < end; panel += 32, from += row) {
      v128.store(panel, v128.load(from));
      v128.store(panel, v128.load(from, 16), 16);
    }
  } else {
    for (; panel < end; panel += 16, from += row) v128.store(panel, v128.load(from));
  }
}

/** Copies B of less than 4 columns to a panel [k, 4], zeros at the end of the rows. */
function packNarrow(b: usize, n: usize, k: usize, transposeB: bool, panel: usize): void {
  memory.fill(panel, 0, k << 4);
  const step: usize = transposeB ? 4 : n << 2;
  const column: usize = transposeB ? k << 2 : 4;
  for (let j: usize = 0; j < n; j++) {
    let from = b + j * column;
    let to = panel + (j << 2);
    for (let i: usize = 0; i < k; i++, from += step, to += 16) store<u32>(to, load<u32>(from));
  }
}

/** The bias of less than 4 columns. */
const narrowBias: usize = memory.data(16, 16);

/** A product of less than 4 columns: B is widened to 4. */
function narrowProduct(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeB: bool,
  mode: i32,
  scratch: usize,
): void {
  const wide = scratch + (k << 4);
  packNarrow(b, n, k, transposeB, scratch);
  if (bias) {
    memory.copy(narrowBias, bias, n << 2);
    bias = narrowBias;
  }
  panel4(a, k << 2, scratch, k, wide, 16, m, bias, mode);
  for (let i: usize = 0; i < m; i++) {
    for (let j: usize = 0; j < n; j++) {
      store<u32>(out + ((i * n + j) << 2), load<u32>(wide + (i << 4) + (j << 2)));
    }
  }
}

/** A product of few columns with a transposed A: (A B)' = B' A', a column of B at a time. */
function narrowTransposed(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeB: bool,
  mode: i32,
  scratch: usize,
): void {
  const step: usize = transposeB ? 4 : n << 2;
  const column: usize = transposeB ? k << 2 : 4;
  for (let j: usize = 0; j < n; j++) {
    rowTimesMatrix(b + j * column, step, a, m, k, scratch, 0, 0);
    for (let i: usize = 0; i < m; i++) {
      const sum = load<f32>(scratch + (i << 2));
      store<f32>(out + ((i * n + j) << 2), bias ? sum + load<f32>(bias + (j << 2)) : sum);
    }
  }
  if (mode & RELU) apply(CODE_RELU, out, 0, 0, out, m * n, 0, 0);
}

/**
 * One matrix product, less the activations other than relu; `mode` as tiles take it. To
 * accumulate, n must be a multiple of 4.
 */
export function product(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  transposeB: bool,
  mode: i32,
  scratch: usize,
): void {
  if (!transposeB && m < PACKED_ROWS && !(mode & ACCUMULATE)) {
    const row: usize = transposeA ? 4 : k << 2;
    const step: usize = transposeA ? m << 2 : 4;
    for (let i: usize = 0; i < m; i++) {
      rowTimesMatrix(a + i * row, step, b, n, k, out + ((i * n) << 2), bias, mode);
    }
    return;
  }
  if (transposeB && m === 1) {
    matrixTimesVector(b, n, k, a, out);
    if (bias) apply(CODE_ADD, out, bias, 0, out, n, 0, 0);
    if (mode & RELU) apply(CODE_RELU, out, 0, 0, out, n, 0, 0);
    return;
  }
  if (n === 1 && !transposeA) {
    matrixTimesVector(a, m, k, b, out);
    if (bias) applyRepeated(CODE_ADD, out, bias, out, m, 1, 1);
    if (mode & RELU) apply(CODE_RELU, out, 0, 0, out, m, 0, 0);
    return;
  }
  if (transposeA && (n < 4 || (n < 8 && m >= 16 && !(mode & ACCUMULATE)))) {
    narrowTransposed(a, b, bias, out, m, n, k, transposeB, mode, scratch);
    return;
  }
  if (n < 4) {
    narrowProduct(a, b, bias, out, m, n, k, transposeB, mode, scratch);
    return;
  }
  const panel = scratch;
  if (transposeA) {
    const rows = scratch + max<usize>(k << 5, 128);
    transpose(a, rows, k, m, m << 2, k << 2);
    a = rows;
  }
  const rowA = k << 2;
  const rowOut = n << 2;
  for (let j: usize = 0; j < n;) {
    const width: usize = n - j >= 8 || (n >= 8 && n - j > 4) ? 8 : 4;
    j = min(j, n - width);
    packPanel(b, j, width, n, k, transposeB, panel);
    const columnBias = bias ? bias + (j << 2) : 0;
    const to = out + (j << 2);
    if (width === 4) {
      panel4(a, rowA, panel, k, to, rowOut, m, columnBias, mode);
    } else if (k <= 4 && !(mode & ACCUMULATE)) {
      thinPanel8(a, rowA, panel, k, to, rowOut, m, columnBias, mode);
    } else {
      panel8(a, rowA, panel, k, to, rowOut, m, columnBias, mode);
    }
    j += width;
  }
}

export function matMul(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  transposeB: bool,
  activation: i32,
  scratch: usize,
  batch: usize,
  strideA: usize,
  strideB: usize,
): void {
  const mode = activation === ACTIVATION_RELU ? RELU : 0;
  for (let i: usize = 0; i < batch; i++) {
    const to = out + ((i * m * n) << 2);
    const fromA = a + ((i * strideA) << 2);
    const fromB = b + ((i * strideB) << 2);
    product(fromA, fromB, bias, to, m, n, k, transposeA, transposeB, mode, scratch);
  }
  const size = batch * m * n;
  if (activation === ACTIVATION_TANH) apply(CODE_TANH, out, 0, 0, out, size, 0, 0);
  if (activation === ACTIVATION_SIGMOID) apply(CODE_SIGMOID, out, 0, 0, out, size, 0, 0);
  if (activation === ACTIVATION_ELU) apply(CODE_ELU, out, 0, 0, out, size, 0, 0);
}
