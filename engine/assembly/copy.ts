/**
 * Kernels that move elements and compute nothing: copies between strided arrays, fills, repeats.
 */

export function copyBytes(x: usize, out: usize, bytes: usize): void {
  memory.copy(out, x, bytes);
}

export function fill(out: usize, bits: u32, n: usize): void {
  const end = out + (n << 2);
  const vector = i32x4.splat(bits);
  for (; out + 16 <= end; out += 16) v128.store(out, vector);
  for (; out < end; out += 4) store<u32>(out, bits);
}

export function fillBytes(out: usize, value: u8, n: usize): void {
  memory.fill(out, value, n);
}

/** Fills `length` elements of 1 << shift bytes with a pattern of `period` elements. */
export function repeat(from: usize, to: usize, period: usize, length: usize, shift: usize): void {
  if (shift && period === 1) {
    fill(to, load<u32>(from), length);
    return;
  }
  const bytes = length << shift;
  let filled = min(period << shift, bytes);
  memory.copy(to, from, filled);
  while (filled < bytes) {
    const more = min(filled, bytes - filled);
    memory.copy(to + filled, to, more);
    filled += more;
  }
}

/** Places along the outer axes. */
const places: usize = memory.data(32, 16);

/** Copies one axis of elements of 4 bytes; strides in bytes. */
// @ts-ignore: decorator
@inline
function copyAxis(x: usize, out: usize, n: usize, strideX: isize, strideOut: isize): void {
  if (strideX === 4 && strideOut === 4) {
    const end = x + (n << 2);
    for (; x + 16 <= end; x += 16, out += 16) v128.store(out, v128.load(x));
    for (; x < end; x += 4, out += 4) store<u32>(out, load<u32>(x));
  } else {
    for (; n > 0; n--, x += strideX, out += strideOut) store<u32>(out, load<u32>(x));
  }
}

/** Copies one axis of bytes. */
// @ts-ignore: decorator
@inline
function copyAxisBytes(x: usize, out: usize, n: usize, strideX: isize, strideOut: isize): void {
  for (; n > 0; n--, x += strideX, out += strideOut) store<u8>(out, load<u8>(x));
}

/**
 * out[j, i] = x[i, j] for elements of 4 bytes, by tiles of 4x4: `rows` rows of x, strides of rows
 * in bytes.
 */
export function transpose(
  x: usize,
  out: usize,
  rows: usize,
  columns: usize,
  strideX: usize,
  strideOut: usize,
): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let i: usize = 0; i < wholeRows; i += 4) {
    const from = x + i * strideX;
    for (let j: usize = 0; j < wholeColumns; j += 4) {
      const tile = from + (j << 2);
      const r0 = v128.load(tile);
      const r1 = v128.load(tile + strideX);
      const r2 = v128.load(tile + 2 * strideX);
      const r3 = v128.load(tile + 3 * strideX);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const to = out + j * strideOut + (i << 2);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(to + strideOut, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(to + 2 * strideOut, v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(to + 3 * strideOut, v128.shuffle<f64>(high01, high23, 1, 3));
    }
  }
  for (let i: usize = 0; i < rows; i++) {
    const first = i < wholeRows ? wholeColumns : 0;
    for (let j = first; j < columns; j++) {
      store<u32>(out + j * strideOut + (i << 2), load<u32>(x + i * strideX + (j << 2)));
    }
  }
}

/**
 * Copies between strided arrays of elements of 1 << shift bytes; `table` has size, stride of x and
 * stride of out (in elements) per axis.
 */
export function copyStrided(x: usize, out: usize, rank: i32, table: usize, shift: usize): void {
  const last = table + (rank - 1) * 12;
  const columns: usize = load<u32>(last);
  const columnX: isize = <isize> load<i32>(last, 4) << shift;
  const columnOut: isize = <isize> load<i32>(last, 8) << shift;
  const rows: usize = rank > 1 ? <usize> load<u32>(last - 12) : 1;
  const rowX: isize = rank > 1 ? <isize> load<i32>(last - 12, 4) << shift : 0;
  const rowOut: isize = rank > 1 ? <isize> load<i32>(last - 12, 8) << shift : 0;
  const transposes = shift && rows > 3 && columns > 3 && columnOut > 0 && columnX > 0;
  memory.fill(places, 0, 32);
  for (;;) {
    if (transposes && rowX === 4 && columnOut === 4) {
      transpose(x, out, columns, rows, columnX, rowOut);
    } else if (transposes && columnX === 4 && rowOut === 4) {
      transpose(x, out, rows, columns, rowX, columnOut);
    } else {
      let from = x;
      let to = out;
      for (let i: usize = 0; i < rows; i++, from += rowX, to += rowOut) {
        if (shift) copyAxis(from, to, columns, columnX, columnOut);
        else copyAxisBytes(from, to, columns, columnX, columnOut);
      }
    }
    let axis = rank - 3;
    for (; axis >= 0; axis--) {
      const entry = table + axis * 12;
      const place = places + (axis << 2);
      const size: isize = load<i32>(entry);
      const strideX: isize = <isize> load<i32>(entry, 4) << shift;
      const strideOut: isize = <isize> load<i32>(entry, 8) << shift;
      const next: isize = load<i32>(place) + 1;
      x += strideX;
      out += strideOut;
      if (next < size) {
        store<i32>(place, <i32> next);
        break;
      }
      store<i32>(place, 0);
      x -= size * strideX;
      out -= size * strideOut;
    }
    if (axis < 0) return;
  }
}
