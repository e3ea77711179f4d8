/** Kernels that go by indices: one-hot, gather, scatter-add. */
import { fill } from "./copy";

export function oneHot(
  indices: usize,
  out: usize,
  n: usize,
  depth: usize,
  on: u32,
  off: u32,
): void {
  fill(out, off, n * depth);
  for (let i: usize = 0; i < n; i++, out += depth << 2) {
    const index: usize = load<u32>(indices + (i << 2)); // a negative one is out of range as well
    if (index < depth) store<u32>(out + (index << 2), on);
  }
}

export function gather(
  x: usize,
  indices: usize,
  out: usize,
  outer: usize,
  rows: usize,
  count: usize,
  innerBytes: usize,
): void {
  for (let i: usize = 0; i < outer; i++, x += rows * innerBytes) {
    for (let j: usize = 0; j < count; j++, out += innerBytes) {
      const index = load<i32>(indices + (j << 2));
      const row = <usize> min<i32>(max<i32>(index, 0), <i32> rows - 1);
      const from = x + row * innerBytes;
      if (innerBytes === 4) store<u32>(out, load<u32>(from));
      else memory.copy(out, from, innerBytes);
    }
  }
}

export function scatterAdd(
  indices: usize,
  updates: usize,
  out: usize,
  count: usize,
  rows: usize,
  inner: usize,
): void {
  fill(out, 0, rows * inner);
  const row = inner << 2;
  for (let i: usize = 0; i < count; i++, updates += row) {
    const index: usize = load<u32>(indices + (i << 2));
    if (index >= rows) continue;
    const to = out + index * row;
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) {
      v128.store(to + j, f32x4.add(v128.load(to + j), v128.load(updates + j)));
    }
    for (; j < row; j += 4) store<f32>(to + j, load<f32>(to + j) + load<f32>(updates + j));
  }
}
