/** Softmax and its logarithm over rows. */
import { apply } from "./elementwise";
import { maxRow, sumRow } from "./reduce";

// Codes of elementwise kernels (kernels/operation_codes.ts).
const CODE_EXP: i32 = 5;
const CODE_LOG: i32 = 8;

/** out = x less the largest of its row. */
function subtractMax(x: usize, out: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    addToRow(x, out, columns, -maxRow(x, columns));
    x += columns << 2;
    out += columns << 2;
  }
}

/** out = x + offset over a row. */
// @ts-ignore: decorator
@inline
function addToRow(x: usize, out: usize, columns: usize, offset: f32): void {
  const end = x + (columns << 2);
  const vector = f32x4.splat(offset);
  for (; x + 16 <= end; x += 16, out += 16) v128.store(out, f32x4.add(v128.load(x), vector));
  for (; x < end; x += 4, out += 4) store<f32>(out, load<f32>(x) + offset);
}

export function softmax(x: usize, out: usize, rows: usize, columns: usize): void {
  subtractMax(x, out, rows, columns);
  apply(CODE_EXP, out, 0, 0, out, rows * columns, 0, 0);
  for (let i: usize = 0; i < rows; i++) {
    const sum = sumRow(out, columns);
    const end = out + (columns << 2);
    const vector = f32x4.splat(sum);
    for (; out + 16 <= end; out += 16) v128.store(out, f32x4.div(v128.load(out), vector));
    for (; out < end; out += 4) store<f32>(out, load<f32>(out) / sum);
  }
}

export function logSoftmax(
  x: usize,
  out: usize,
  rows: usize,
  columns: usize,
  scratch: usize,
): void {
  const powers = scratch + (rows << 2);
  subtractMax(x, out, rows, columns);
  apply(CODE_EXP, out, 0, 0, powers, rows * columns, 0, 0);
  for (let i: usize = 0; i < rows; i++) {
    store<f32>(scratch + (i << 2), sumRow(powers + ((i * columns) << 2), columns));
  }
  apply(CODE_LOG, scratch, 0, 0, scratch, rows, 0, 0);
  for (let i: usize = 0; i < rows; i++, out += columns << 2) {
    addToRow(out, out, columns, -load<f32>(scratch + (i << 2)));
  }
}
