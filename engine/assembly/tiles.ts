/**
 * The inner loops of the matrix product: a panel of a few columns of B times all rows of A, tile by
 * tile, with all sums of a tile in registers.
 *
 * Every element is one accumulator that takes its products in ascending order of k, so no bit
 * depends on which tile computes it. Of the tiles with 8 vectors of sums (V8 has 16 vector
 * registers to give; a tile that spills loses more than a larger one gains) 4 rows of 8 columns is
 * for wide results, 8 rows of 4 for narrow ones, one row of 32 for a vector times a matrix.
 *
 * All distances are in bytes. Row r of A begins at a + r rowA and is contiguous, if nothing else is
 * said; a panel is packed, [k, 8] or [k, 4]. Where fewer rows are left than a tile has, the missing
 * ones are stored where the last one is, before it or with the same bits.
 */

/** Mode: start from what is in `out` instead of 0. */
export const ACCUMULATE: i32 = 1;
/**
 * Mode: apply relu at the end. No sum that starts at +0 is -0, so the larger of it and 0 is
 * enough.
 */
export const RELU: i32 = 2;

/** Lanes 0 and 2 of x and 1 and 3 of y. */
// @ts-ignore: decorator
@inline
function weave(x: v128, y: v128): v128 {
  return v128.shuffle<f32>(x, y, 0, 5, 2, 7);
}

/** Stores 8 columns of a row, after bias and relu. */
// @ts-ignore: decorator
@inline
function finish8(c0: v128, c1: v128, out: usize, bias: usize, mode: i32): void {
  if (bias) {
    c0 = f32x4.add(c0, v128.load(bias));
    c1 = f32x4.add(c1, v128.load(bias, 16));
  }
  if (mode & RELU) {
    c0 = f32x4.pmax(c0, f32x4.splat(0));
    c1 = f32x4.pmax(c1, f32x4.splat(0));
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
}

/**
 * A panel of 8 columns, by tiles of 4 rows. `a` has the tiles one after another, each [k, 4].
 *
 * Deno's V8 compares the address of each memory access with the size of the memory, so what counts
 * here is how few accesses there are. Two rows are loaded at once, as (x, y, x, y), and multiply the
 * columns as they are and turned to (y, x, y, x): of the sums s and t, row x has lanes 0 and 2 of s
 * and 1 and 3 of t, row y the others. This gained 15 % over one load for each row. V8 unrolls the
 * loop itself; four steps of k per turn written here lost that again.
 */
export function panel8(
  a: usize,
  panel: usize,
  k: usize,
  out: usize,
  rowOut: usize,
  m: usize,
  bias: usize,
  mode: i32,
): void {
  for (let rows = <isize> m; rows > 0; rows -= 4, out += rowOut << 2) {
    const out1 = rows > 1 ? out + rowOut : out;
    const out2 = rows > 2 ? out1 + rowOut : out1;
    const out3 = rows > 3 ? out2 + rowOut : out2;
    let s00 = f32x4.splat(0);
    let s01 = f32x4.splat(0);
    let t00 = f32x4.splat(0);
    let t01 = f32x4.splat(0);
    let s20 = f32x4.splat(0);
    let s21 = f32x4.splat(0);
    let t20 = f32x4.splat(0);
    let t21 = f32x4.splat(0);
    if (mode & ACCUMULATE) {
      s00 = weave(v128.load(out), v128.load(out1));
      s01 = weave(v128.load(out, 16), v128.load(out1, 16));
      t00 = weave(v128.load(out1), v128.load(out));
      t01 = weave(v128.load(out1, 16), v128.load(out, 16));
      s20 = weave(v128.load(out2), v128.load(out3));
      s21 = weave(v128.load(out2, 16), v128.load(out3, 16));
      t20 = weave(v128.load(out3), v128.load(out2));
      t21 = weave(v128.load(out3, 16), v128.load(out2, 16));
    }
    let from = panel;
    for (let left = k; left > 0; left--, a += 16, from += 32) {
      let x = v128.load64_splat(a);
      const b0 = v128.load(from);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      const b1 = v128.load(from, 16);
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.shuffle<f32>(x, x, 1, 0, 3, 2);
      t00 = f32x4.add(t00, f32x4.mul(x, b0));
      t01 = f32x4.add(t01, f32x4.mul(x, b1));
      x = v128.load64_splat(a, 8);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.shuffle<f32>(x, x, 1, 0, 3, 2);
      t20 = f32x4.add(t20, f32x4.mul(x, b0));
      t21 = f32x4.add(t21, f32x4.mul(x, b1));
    }
    // Upwards, so that what was computed for rows that are missing is overwritten.
    finish8(weave(t20, s20), weave(t21, s21), out3, bias, mode);
    finish8(weave(s20, t20), weave(s21, t21), out2, bias, mode);
    finish8(weave(t00, s00), weave(t01, s01), out1, bias, mode);
    finish8(weave(s00, t00), weave(s01, t01), out, bias, mode);
  }
}

/** A panel of 4 columns, by tiles of 8 rows. */
export function panel4(
  a: usize,
  rowA: usize,
  panel: usize,
  k: usize,
  out: usize,
  rowOut: usize,
  m: usize,
  bias: usize,
  mode: i32,
): void {
  for (let rows = <isize> m; rows > 0; rows -= 8, a += rowA << 3, out += rowOut << 3) {
    let a0 = a;
    let a1 = rows > 1 ? a0 + rowA : a0;
    let a2 = rows > 2 ? a1 + rowA : a1;
    let a3 = rows > 3 ? a2 + rowA : a2;
    let a4 = rows > 4 ? a3 + rowA : a3;
    let a5 = rows > 5 ? a4 + rowA : a4;
    let a6 = rows > 6 ? a5 + rowA : a5;
    let a7 = rows > 7 ? a6 + rowA : a6;
    const out1 = rows > 1 ? out + rowOut : out;
    const out2 = rows > 2 ? out1 + rowOut : out1;
    const out3 = rows > 3 ? out2 + rowOut : out2;
    const out4 = rows > 4 ? out3 + rowOut : out3;
    const out5 = rows > 5 ? out4 + rowOut : out4;
    const out6 = rows > 6 ? out5 + rowOut : out5;
    const out7 = rows > 7 ? out6 + rowOut : out6;
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let c2 = f32x4.splat(0);
    let c3 = f32x4.splat(0);
    let c4 = f32x4.splat(0);
    let c5 = f32x4.splat(0);
    let c6 = f32x4.splat(0);
    let c7 = f32x4.splat(0);
    if (mode & ACCUMULATE) {
      c0 = v128.load(out);
      c1 = v128.load(out1);
      c2 = v128.load(out2);
      c3 = v128.load(out3);
      c4 = v128.load(out4);
      c5 = v128.load(out5);
      c6 = v128.load(out6);
      c7 = v128.load(out7);
    }
    let from = panel;
    let left = k;
    for (; left >= 4; left -= 4, from += 64) {
      let y = v128.load(from);
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0), y));
      c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1), y));
      c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2), y));
      c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3), y));
      c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a4), y));
      c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a5), y));
      c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a6), y));
      c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a7), y));
      y = v128.load(from, 16);
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0, 4), y));
      c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1, 4), y));
      c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2, 4), y));
      c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3, 4), y));
      c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a4, 4), y));
      c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a5, 4), y));
      c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a6, 4), y));
      c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a7, 4), y));
      y = v128.load(from, 32);
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0, 8), y));
      c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1, 8), y));
      c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2, 8), y));
      c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3, 8), y));
      c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a4, 8), y));
      c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a5, 8), y));
      c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a6, 8), y));
      c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a7, 8), y));
      y = v128.load(from, 48);
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0, 12), y));
      c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1, 12), y));
      c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2, 12), y));
      c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3, 12), y));
      c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a4, 12), y));
      c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a5, 12), y));
      c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a6, 12), y));
      c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a7, 12), y));
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
      a4 += 16;
      a5 += 16;
      a6 += 16;
      a7 += 16;
    }
    for (; left > 0; left--, from += 16) {
      let y = v128.load(from);
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0), y));
      c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1), y));
      c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2), y));
      c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3), y));
      c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a4), y));
      c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a5), y));
      c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a6), y));
      c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a7), y));
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
      a6 += 4;
      a7 += 4;
    }
    if (bias) {
      const y = v128.load(bias);
      c0 = f32x4.add(c0, y);
      c1 = f32x4.add(c1, y);
      c2 = f32x4.add(c2, y);
      c3 = f32x4.add(c3, y);
      c4 = f32x4.add(c4, y);
      c5 = f32x4.add(c5, y);
      c6 = f32x4.add(c6, y);
      c7 = f32x4.add(c7, y);
    }
    if (mode & RELU) {
      c0 = f32x4.pmax(c0, f32x4.splat(0));
      c1 = f32x4.pmax(c1, f32x4.splat(0));
      c2 = f32x4.pmax(c2, f32x4.splat(0));
      c3 = f32x4.pmax(c3, f32x4.splat(0));
      c4 = f32x4.pmax(c4, f32x4.splat(0));
      c5 = f32x4.pmax(c5, f32x4.splat(0));
      c6 = f32x4.pmax(c6, f32x4.splat(0));
      c7 = f32x4.pmax(c7, f32x4.splat(0));
    }
    v128.store(out, c0);
    v128.store(out1, c1);
    v128.store(out2, c2);
    v128.store(out3, c3);
    v128.store(out4, c4);
    v128.store(out5, c5);
    v128.store(out6, c6);
    v128.store(out7, c7);
  }
}

/**
 * A panel of 8 columns for k of at most 4: the panel stays in registers, and A and the result go
 * by, row by row.
 */
export function thinPanel8(
  a: usize,
  rowA: usize,
  panel: usize,
  k: usize,
  out: usize,
  rowOut: usize,
  m: usize,
  bias: usize,
  mode: i32,
): void {
  const zero = f32x4.splat(0);
  // What is beyond k is not used.
  const b00 = v128.load(panel);
  const b01 = v128.load(panel, 16);
  const b10 = v128.load(panel, 32);
  const b11 = v128.load(panel, 48);
  const b20 = v128.load(panel, 64);
  const b21 = v128.load(panel, 80);
  const b30 = v128.load(panel, 96);
  const b31 = v128.load(panel, 112);
  // No sum is -0, so adding +0 for a bias that is not there changes nothing.
  const bias0 = bias ? v128.load(bias) : zero;
  const bias1 = bias ? v128.load(bias, 16) : zero;
  for (; m > 0; m--, a += rowA, out += rowOut) {
    let x = v128.load32_splat(a);
    let c0 = f32x4.add(zero, f32x4.mul(x, b00));
    let c1 = f32x4.add(zero, f32x4.mul(x, b01));
    if (k > 1) {
      x = v128.load32_splat(a, 4);
      c0 = f32x4.add(c0, f32x4.mul(x, b10));
      c1 = f32x4.add(c1, f32x4.mul(x, b11));
    }
    if (k > 2) {
      x = v128.load32_splat(a, 8);
      c0 = f32x4.add(c0, f32x4.mul(x, b20));
      c1 = f32x4.add(c1, f32x4.mul(x, b21));
    }
    if (k > 3) {
      x = v128.load32_splat(a, 12);
      c0 = f32x4.add(c0, f32x4.mul(x, b30));
      c1 = f32x4.add(c1, f32x4.mul(x, b31));
    }
    c0 = f32x4.add(c0, bias0);
    c1 = f32x4.add(c1, bias1);
    if (mode & RELU) {
      c0 = f32x4.pmax(c0, zero);
      c1 = f32x4.pmax(c1, zero);
    }
    v128.store(out, c0);
    v128.store(out, c1, 16);
  }
}

/** One row of A times 32 columns. */
export function row32(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  k: usize,
  out: usize,
  bias: usize,
  mode: i32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  let c7 = f32x4.splat(0);
  for (; k > 0; k--, a += stepA, b += stepB) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(x, v128.load(b, 32)));
    c3 = f32x4.add(c3, f32x4.mul(x, v128.load(b, 48)));
    c4 = f32x4.add(c4, f32x4.mul(x, v128.load(b, 64)));
    c5 = f32x4.add(c5, f32x4.mul(x, v128.load(b, 80)));
    c6 = f32x4.add(c6, f32x4.mul(x, v128.load(b, 96)));
    c7 = f32x4.add(c7, f32x4.mul(x, v128.load(b, 112)));
  }
  if (bias) {
    c0 = f32x4.add(c0, v128.load(bias));
    c1 = f32x4.add(c1, v128.load(bias, 16));
    c2 = f32x4.add(c2, v128.load(bias, 32));
    c3 = f32x4.add(c3, v128.load(bias, 48));
    c4 = f32x4.add(c4, v128.load(bias, 64));
    c5 = f32x4.add(c5, v128.load(bias, 80));
    c6 = f32x4.add(c6, v128.load(bias, 96));
    c7 = f32x4.add(c7, v128.load(bias, 112));
  }
  if (mode & RELU) {
    c0 = f32x4.pmax(c0, f32x4.splat(0));
    c1 = f32x4.pmax(c1, f32x4.splat(0));
    c2 = f32x4.pmax(c2, f32x4.splat(0));
    c3 = f32x4.pmax(c3, f32x4.splat(0));
    c4 = f32x4.pmax(c4, f32x4.splat(0));
    c5 = f32x4.pmax(c5, f32x4.splat(0));
    c6 = f32x4.pmax(c6, f32x4.splat(0));
    c7 = f32x4.pmax(c7, f32x4.splat(0));
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, c4, 64);
  v128.store(out, c5, 80);
  v128.store(out, c6, 96);
  v128.store(out, c7, 112);
}

/** One row of A times 8 columns. */
export function row8(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  k: usize,
  out: usize,
  bias: usize,
  mode: i32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  for (; k > 0; k--, a += stepA, b += stepB) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
  }
  if (bias) {
    c0 = f32x4.add(c0, v128.load(bias));
    c1 = f32x4.add(c1, v128.load(bias, 16));
  }
  if (mode & RELU) {
    c0 = f32x4.pmax(c0, f32x4.splat(0));
    c1 = f32x4.pmax(c1, f32x4.splat(0));
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
}

/** One row of A times 4 columns. */
export function row4(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  k: usize,
  out: usize,
  bias: usize,
  mode: i32,
): void {
  let c0 = f32x4.splat(0);
  for (; k > 0; k--, a += stepA, b += stepB) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
  }
  if (bias) {
    c0 = f32x4.add(c0, v128.load(bias));
  }
  if (mode & RELU) {
    c0 = f32x4.pmax(c0, f32x4.splat(0));
  }
  v128.store(out, c0);
}
