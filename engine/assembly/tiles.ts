/**
 * The inner loops of the matrix product: a panel of a few columns of B times all rows of A, tile by
 * tile, with all sums of a tile in registers.
 *
 * Every element is one accumulator that takes its products in ascending order of k, so no bit
 * depends on which tile computes it. Of the tiles with 8 vectors of sums (V8 has 16 vector
 * registers to give; a tile that spills loses more than a larger one gains) 4 rows of 8 columns is
 * for wide results, 8 rows of 4 for narrow ones, one row of 32 for a vector times a matrix. Two
 * steps of k per turn gained 15 %; four lost it again.
 *
 * All distances are in bytes. Row r of A begins at a + r rowA and is contiguous; a panel is packed,
 * [k, 8] or [k, 4]. Where fewer rows are left than a tile has, the last one is computed again in
 * place of those that are missing, and stored where it was.
 */

/** Mode: start from what is in `out` instead of 0. */
export const ACCUMULATE: i32 = 1;
/**
 * Mode: apply relu at the end. No sum that starts at +0 is -0, so the larger of it and 0 is
 * enough.
 */
export const RELU: i32 = 2;

/** A panel of 8 columns, by tiles of 4 rows. */
export function panel8(
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
  for (let rows = <isize> m; rows > 0; rows -= 4, a += rowA << 2, out += rowOut << 2) {
    let a0 = a;
    let a1 = rows > 1 ? a0 + rowA : a0;
    let a2 = rows > 2 ? a1 + rowA : a1;
    let a3 = rows > 3 ? a2 + rowA : a2;
    const out1 = rows > 1 ? out + rowOut : out;
    const out2 = rows > 2 ? out1 + rowOut : out1;
    const out3 = rows > 3 ? out2 + rowOut : out2;
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let c31 = f32x4.splat(0);
    if (mode & ACCUMULATE) {
      c00 = v128.load(out);
      c01 = v128.load(out, 16);
      c10 = v128.load(out1);
      c11 = v128.load(out1, 16);
      c20 = v128.load(out2);
      c21 = v128.load(out2, 16);
      c30 = v128.load(out3);
      c31 = v128.load(out3, 16);
    }
    let from = panel;
    let left = k;
    for (; left >= 2; left -= 2, from += 64) {
      let b0 = v128.load(from);
      let b1 = v128.load(from, 16);
      let x = v128.load32_splat(a0);
      c00 = f32x4.add(c00, f32x4.mul(x, b0));
      c01 = f32x4.add(c01, f32x4.mul(x, b1));
      x = v128.load32_splat(a1);
      c10 = f32x4.add(c10, f32x4.mul(x, b0));
      c11 = f32x4.add(c11, f32x4.mul(x, b1));
      x = v128.load32_splat(a2);
      c20 = f32x4.add(c20, f32x4.mul(x, b0));
      c21 = f32x4.add(c21, f32x4.mul(x, b1));
      x = v128.load32_splat(a3);
      c30 = f32x4.add(c30, f32x4.mul(x, b0));
      c31 = f32x4.add(c31, f32x4.mul(x, b1));
      b0 = v128.load(from, 32);
      b1 = v128.load(from, 48);
      x = v128.load32_splat(a0, 4);
      c00 = f32x4.add(c00, f32x4.mul(x, b0));
      c01 = f32x4.add(c01, f32x4.mul(x, b1));
      x = v128.load32_splat(a1, 4);
      c10 = f32x4.add(c10, f32x4.mul(x, b0));
      c11 = f32x4.add(c11, f32x4.mul(x, b1));
      x = v128.load32_splat(a2, 4);
      c20 = f32x4.add(c20, f32x4.mul(x, b0));
      c21 = f32x4.add(c21, f32x4.mul(x, b1));
      x = v128.load32_splat(a3, 4);
      c30 = f32x4.add(c30, f32x4.mul(x, b0));
      c31 = f32x4.add(c31, f32x4.mul(x, b1));
      a0 += 8;
      a1 += 8;
      a2 += 8;
      a3 += 8;
    }
    if (left) {
      let b0 = v128.load(from);
      let b1 = v128.load(from, 16);
      let x = v128.load32_splat(a0);
      c00 = f32x4.add(c00, f32x4.mul(x, b0));
      c01 = f32x4.add(c01, f32x4.mul(x, b1));
      x = v128.load32_splat(a1);
      c10 = f32x4.add(c10, f32x4.mul(x, b0));
      c11 = f32x4.add(c11, f32x4.mul(x, b1));
      x = v128.load32_splat(a2);
      c20 = f32x4.add(c20, f32x4.mul(x, b0));
      c21 = f32x4.add(c21, f32x4.mul(x, b1));
      x = v128.load32_splat(a3);
      c30 = f32x4.add(c30, f32x4.mul(x, b0));
      c31 = f32x4.add(c31, f32x4.mul(x, b1));
    }
    if (bias) {
      const bias0 = v128.load(bias);
      const bias1 = v128.load(bias, 16);
      c00 = f32x4.add(c00, bias0);
      c01 = f32x4.add(c01, bias1);
      c10 = f32x4.add(c10, bias0);
      c11 = f32x4.add(c11, bias1);
      c20 = f32x4.add(c20, bias0);
      c21 = f32x4.add(c21, bias1);
      c30 = f32x4.add(c30, bias0);
      c31 = f32x4.add(c31, bias1);
    }
    if (mode & RELU) {
      c00 = f32x4.pmax(c00, f32x4.splat(0));
      c01 = f32x4.pmax(c01, f32x4.splat(0));
      c10 = f32x4.pmax(c10, f32x4.splat(0));
      c11 = f32x4.pmax(c11, f32x4.splat(0));
      c20 = f32x4.pmax(c20, f32x4.splat(0));
      c21 = f32x4.pmax(c21, f32x4.splat(0));
      c30 = f32x4.pmax(c30, f32x4.splat(0));
      c31 = f32x4.pmax(c31, f32x4.splat(0));
    }
    v128.store(out, c00);
    v128.store(out, c01, 16);
    v128.store(out1, c10);
    v128.store(out1, c11, 16);
    v128.store(out2, c20);
    v128.store(out2, c21, 16);
    v128.store(out3, c30);
    v128.store(out3, c31, 16);
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
