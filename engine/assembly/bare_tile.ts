/**
 * The bare register tile of the matrix product, and nothing around it: what the kernels' speed is
 * measured against (`deno task perf engine`). 4 rows of 8 columns, operands in the nearest cache.
 * Compile with tools/build_wasm.ts.
 */

const a: usize = memory.data(16384, 64);
const b: usize = memory.data(32768, 64);
const out: usize = memory.data(128, 64);

/**
 * Computes one tile [4, k] [k, 8] again and again: 64 k floating-point operations each time.
 *
 * @param k an even number up to 1024
 */
export function run(k: usize, repetitions: i32): void {
  for (let i = 0; i < repetitions; i++) tile(k);
}

function tile(k: usize): void {
  let a0 = a;
  let a1 = a0 + (k << 2);
  let a2 = a1 + (k << 2);
  let a3 = a2 + (k << 2);
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let from = b;
  for (; k >= 2; k -= 2, from += 64) {
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
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c10, 32);
  v128.store(out, c11, 48);
  v128.store(out, c20, 64);
  v128.store(out, c21, 80);
  v128.store(out, c30, 96);
  v128.store(out, c31, 112);
}
