/**
 * A matrix whose rows are contiguous, times a vector: rows go by fours, turned in registers so that
 * the sums of four rows are the lanes of one vector. As everywhere in a matrix product, each sum
 * takes its products in ascending order.
 */

/** Four more products for the sums of four rows; rows are `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function addFour(
  sums: v128,
  row: usize,
  stride: usize,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
): v128 {
  const r0 = v128.load(row);
  const r1 = v128.load(row + stride);
  const r2 = v128.load(row + 2 * stride);
  const r3 = v128.load(row + 3 * stride);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  sums = f32x4.add(sums, f32x4.mul(x0, v128.shuffle<f64>(low01, low23, 0, 2)));
  sums = f32x4.add(sums, f32x4.mul(x1, v128.shuffle<f64>(low01, low23, 1, 3)));
  sums = f32x4.add(sums, f32x4.mul(x2, v128.shuffle<f64>(high01, high23, 0, 2)));
  return f32x4.add(sums, f32x4.mul(x3, v128.shuffle<f64>(high01, high23, 1, 3)));
}

/** One more product for the sums of four rows. */
// @ts-ignore: decorator
@inline
function addOne(sums: v128, row: usize, stride: usize, x: v128): v128 {
  let column = v128.load32_zero(row);
  column = v128.load_lane<u32>(row + stride, column, 1);
  column = v128.load_lane<u32>(row + 2 * stride, column, 2);
  column = v128.load_lane<u32>(row + 3 * stride, column, 3);
  return f32x4.add(sums, f32x4.mul(x, column));
}

/** 16 rows: enough chains of sums to keep the adders busy. */
function sixteenRows(a: usize, k: usize, x: usize, out: usize): void {
  const stride = k << 2;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let left = k;
  for (; left >= 4; left -= 4, a += 16, x += 16) {
    const x0 = v128.load32_splat(x);
    const x1 = v128.load32_splat(x, 4);
    const x2 = v128.load32_splat(x, 8);
    const x3 = v128.load32_splat(x, 12);
    s0 = addFour(s0, a, stride, x0, x1, x2, x3);
    s1 = addFour(s1, a + 4 * stride, stride, x0, x1, x2, x3);
    s2 = addFour(s2, a + 8 * stride, stride, x0, x1, x2, x3);
    s3 = addFour(s3, a + 12 * stride, stride, x0, x1, x2, x3);
  }
  for (; left > 0; left--, a += 4, x += 4) {
    const x0 = v128.load32_splat(x);
    s0 = addOne(s0, a, stride, x0);
    s1 = addOne(s1, a + 4 * stride, stride, x0);
    s2 = addOne(s2, a + 8 * stride, stride, x0);
    s3 = addOne(s3, a + 12 * stride, stride, x0);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

function fourRows(a: usize, k: usize, x: usize, out: usize): void {
  const stride = k << 2;
  let sums = f32x4.splat(0);
  let left = k;
  for (; left >= 4; left -= 4, a += 16, x += 16) {
    const x0 = v128.load32_splat(x);
    const x1 = v128.load32_splat(x, 4);
    const x2 = v128.load32_splat(x, 8);
    sums = addFour(sums, a, stride, x0, x1, x2, v128.load32_splat(x, 12));
  }
  for (; left > 0; left--, a += 4, x += 4) {
    sums = addOne(sums, a, stride, v128.load32_splat(x));
  }
  v128.store(out, sums);
}

/** out [rows] = A [rows, k] x [k] */
export function matrixTimesVector(
  a: usize,
  rows: usize,
  k: usize,
  x: usize,
  out: usize,
): void {
  let i: usize = 0;
  for (; i + 16 <= rows; i += 16) sixteenRows(a + ((i * k) << 2), k, x, out + (i << 2));
  // The last four may be computed again in part: the same bits.
  while (i < rows && rows >= 4) {
    i = min(i, rows - 4);
    fourRows(a + ((i * k) << 2), k, x, out + (i << 2));
    i += 4;
  }
  for (; i < rows; i++) {
    let sum: f32 = 0;
    const row = a + ((i * k) << 2);
    for (let j: usize = 0; j < k << 2; j += 4) sum += load<f32>(x + j) * load<f32>(row + j);
    store<f32>(out + (i << 2), sum);
  }
}
