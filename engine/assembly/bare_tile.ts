/**
 * The bare register tile of the matrix product, and nothing around it: what the kernels' speed is
 * measured against (`deno task perf engine`). 4 rows of 8 columns, operands in the nearest cache.
 * Compile with tools/build_wasm.ts.
 */

const a: usize = memory.data(16384, 64);
const b: usize = memory.data(32768, 64);
const out: usize = memory.data(128, 64);

/**
 * Computes one tile [k, 4]' [k, 8] again and again: 64 k floating-point operations each time.
 *
 * @param k a number up to 1024
 */
export function run(k: usize, repetitions: i32): void {
  for (let i = 0; i < repetitions; i++) tile(k);
}

/** As panel8 in tiles.ts does it. */
function tile(k: usize): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let t00 = f32x4.splat(0);
  let t01 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let t20 = f32x4.splat(0);
  let t21 = f32x4.splat(0);
  let tile = a;
  let from = b;
  for (; k > 0; k--, tile += 16, from += 32) {
    let x = v128.load64_splat(tile);
    const b0 = v128.load(from);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    const b1 = v128.load(from, 16);
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.shuffle<f32>(x, x, 1, 0, 3, 2);
    t00 = f32x4.add(t00, f32x4.mul(x, b0));
    t01 = f32x4.add(t01, f32x4.mul(x, b1));
    x = v128.load64_splat(tile, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.shuffle<f32>(x, x, 1, 0, 3, 2);
    t20 = f32x4.add(t20, f32x4.mul(x, b0));
    t21 = f32x4.add(t21, f32x4.mul(x, b1));
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  v128.store(out, t00, 32);
  v128.store(out, t01, 48);
  v128.store(out, s20, 64);
  v128.store(out, s21, 80);
  v128.store(out, t20, 96);
  v128.store(out, t21, 112);
}
