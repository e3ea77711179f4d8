/**
 * Matrix products: panels of 8 (or 4) columns of B times tiles of 4 (or 8) rows of A, both copied so
 * that what is multiplied at a time lies side by side; row by row where there are few, column by
 * column for a result of a few columns.
 *
 * Columns that do not fill a panel are computed by one that begins earlier and computes some
 * columns again: the same bits are stored twice. So `out` must not overlap what is read.
 */
import { transpose } from "./copy";
import { apply } from "./elementwise";
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

/** Bytes for a panel of B and all tiles of A, or for a narrow result. */
export function matMulScratch(
  m: usize,
  n: usize,
  k: usize,
  _transposeA: bool,
  _transposeB: bool,
): usize {
  if (n < 4) return (k + m) << 2;
  return max<usize>(k << 5, 128) + ((((m + 3) & ~3) * k) << 2);
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

/** Copies less than 4 columns of B to a panel [k, 4], zeros at the end of the rows. */
function packNarrow(
  b: usize,
  j: usize,
  width: usize,
  n: usize,
  k: usize,
  transposeB: bool,
  panel: usize,
): void {
  memory.fill(panel, 0, k << 4);
  const step: usize = transposeB ? 4 : n << 2;
  const column: usize = transposeB ? k << 2 : 4;
  b += j * column;
  for (let end = panel + (width << 2); panel < end; panel += 4, b += column) {
    let from = b;
    let to = panel;
    for (let i: usize = 0; i < k; i++, from += step, to += 16) store<u32>(to, load<u32>(from));
  }
}

/** Copies columns j to j + width of B to a panel [k, width], of width 4 at least. */
function packPanel(
  b: usize,
  j: usize,
  width: usize,
  n: usize,
  k: usize,
  transposeB: bool,
  panel: usize,
): void {
  if (width < 4) {
    packNarrow(b, j, width, n, k, transposeB, panel);
    return;
  }
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

/** A product of few columns, a column of B at a time. */
function narrowProduct(
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
  const step: usize = transposeB ? 4 : n << 2;
  const column: usize = transposeB ? k << 2 : 4;
  const sums = n === 1 ? out : scratch + (k << 2);
  for (let j: usize = 0; j < n; j++, b += column) {
    if (transposeA) {
      rowTimesMatrix(b, step, a, m, k, sums, 0, 0);
    } else {
      let x = b;
      if (step > 4) {
        x = scratch;
        for (let i: usize = 0; i < k; i++) store<u32>(x + (i << 2), load<u32>(b + i * step));
      }
      matrixTimesVector(a, m, k, x, sums);
    }
    // No sum is -0, so adding +0 for a bias that is not there changes nothing.
    const shift: f32 = bias ? load<f32>(bias + (j << 2)) : 0;
    let from = sums;
    let to = out + (j << 2);
    for (const end = from + (m << 2); from < end; from += 4, to += n << 2) {
      store<f32>(to, load<f32>(from) + shift);
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
  if (n < 4 || (transposeA && n < 8 && m >= 16 && !(mode & ACCUMULATE))) {
    narrowProduct(a, b, bias, out, m, n, k, transposeA, transposeB, mode, scratch);
    return;
  }
  const panel = scratch;
  const turned = scratch + max<usize>(k << 5, 128);
  const rowA = k << 2;
  const rowOut = n << 2;
  const thin = k <= 4 && !transposeA && !(mode & ACCUMULATE);
  if (n >= 8 && !thin) {
    // Tiles of A are panels of its transpose.
    for (let i: usize = 0; i < m; i += 4) {
      packPanel(a, i, min<usize>(4, m - i), m, k, !transposeA, turned + i * rowA);
    }
  }
  for (let j: usize = 0; j < n;) {
    const width: usize = n - j >= 8 || (n >= 8 && n - j > 4) ? 8 : 4;
    j = min(j, n - width);
    packPanel(b, j, width, n, k, transposeB, panel);
    const columnBias = bias ? bias + (j << 2) : 0;
    const to = out + (j << 2);
    if (width === 8) {
      if (thin) thinPanel8(a, rowA, panel, k, to, rowOut, m, columnBias, mode);
      else panel8(turned, panel, k, to, rowOut, m, columnBias, mode);
    } else {
      // Such panels are the last: A as tiles is not needed any more.
      if (transposeA && a !== turned) {
        transpose(a, turned, k, m, m << 2, rowA);
        a = turned;
      }
      panel4(a, rowA, panel, k, to, rowOut, m, columnBias, mode);
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
