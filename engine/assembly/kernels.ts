/**
 * What kernels.wasm gives out. What each kernel computes and how it wants its memory is told in
 * kernels/kernels.ts. Compile with tools/build_wasm.ts.
 */
import { copyStrided as copyStridedOf } from "./copy";

export { conv2d, conv2dFilterGradient, conv2dInputGradient, conv2dScratch } from "./convolution";
export { maxPool, maxPoolGradient } from "./convolution";
export { copyBytes, fill, fillBytes } from "./copy";
export { apply, applyBroadcast, applyRepeated, elementwise } from "./elementwise";
export { gather, oneHot, scatterAdd } from "./index";
export { matMul, matMulScratch } from "./mat_mul";
export { allFinite, argMax, argMin, canonicalizeNaN, reduce } from "./reduce";
export { logSoftmax, softmax } from "./softmax";

/** First byte that no kernel uses for itself. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

export function copyStrided(x: usize, out: usize, rank: i32, table: usize): void {
  copyStridedOf(x, out, rank, table, 2);
}

export function copyStridedBytes(x: usize, out: usize, rank: i32, table: usize): void {
  copyStridedOf(x, out, rank, table, 0);
}
