/**
 * Reductions over the middle axis of [outer, length, inner]. The order of every sum is fixed and
 * told in kernels/kernels.ts.
 */

// The order of ReduceCode in kernels/kernels.ts.
const SUM: i32 = 0;
const MEAN: i32 = 1;
const MAX: i32 = 2;
const MIN: i32 = 3;
const PRODUCT: i32 = 4;
const ANY: i32 = 5;

/** From so many elements on a reduction uses 16 lanes. */
const LANES: usize = 16;

// @ts-ignore: decorator
@inline
function combine(code: i32, x: v128, y: v128): v128 {
  if (code === MAX) return f32x4.max(x, y);
  if (code === MIN) return f32x4.min(x, y);
  if (code === PRODUCT) return f32x4.mul(x, y);
  return f32x4.add(x, y);
}

// @ts-ignore: decorator
@inline
function combineOne(code: i32, x: f32, y: f32): f32 {
  if (code === MAX) return max(x, y);
  if (code === MIN) return min(x, y);
  if (code === PRODUCT) return x * y;
  return x + y;
}

/** What changes no result. */
// @ts-ignore: decorator
@inline
function neutral(code: i32): f32 {
  if (code === MAX) return -Infinity;
  if (code === MIN) return Infinity;
  return code === PRODUCT ? 1 : 0;
}

/** The last elements, fewer than 16, and neutral ones behind them. */
const tail: usize = memory.data(64, 16);

/** One contiguous row. */
// @ts-ignore: decorator
@inline
function reduceRow(code: i32, x: usize, length: usize): f32 {
  if (length < LANES) {
    let result = neutral(code);
    for (const end = x + (length << 2); x < end; x += 4) {
      result = combineOne(code, result, load<f32>(x));
    }
    return result;
  }
  const start = f32x4.splat(neutral(code));
  let c0 = start;
  let c1 = start;
  let c2 = start;
  let c3 = start;
  const rest = length & (LANES - 1);
  const end = x + ((length - rest) << 2);
  for (; x < end; x += 64) {
    c0 = combine(code, c0, v128.load(x));
    c1 = combine(code, c1, v128.load(x, 16));
    c2 = combine(code, c2, v128.load(x, 32));
    c3 = combine(code, c3, v128.load(x, 48));
  }
  if (rest) {
    v128.store(tail, start);
    v128.store(tail, start, 16);
    v128.store(tail, start, 32);
    v128.store(tail, start, 48);
    for (let i: usize = 0; i < rest << 2; i += 4) store<f32>(tail + i, load<f32>(x + i));
    c0 = combine(code, c0, v128.load(tail));
    c1 = combine(code, c1, v128.load(tail, 16));
    c2 = combine(code, c2, v128.load(tail, 32));
    c3 = combine(code, c3, v128.load(tail, 48));
  }
  const all = combine(code, combine(code, c0, c2), combine(code, c1, c3));
  const low = combineOne(code, f32x4.extract_lane(all, 0), f32x4.extract_lane(all, 2));
  const high = combineOne(code, f32x4.extract_lane(all, 1), f32x4.extract_lane(all, 3));
  return combineOne(code, low, high);
}

/** Sum of a contiguous row, in the fixed order. */
export function sumRow(x: usize, length: usize): f32 {
  return reduceRow(SUM, x, length);
}

/** Largest of a contiguous row; NaN if one is NaN. */
export function maxRow(x: usize, length: usize): f32 {
  return reduceRow(MAX, x, length);
}

/** Reduces the rows of x [length, inner]. */
// @ts-ignore: decorator
@inline
function reduceColumns(code: i32, x: usize, out: usize, length: usize, inner: usize): void {
  const row = inner << 2;
  const start = f32x4.splat(neutral(code));
  let j: usize = 0;
  for (; j + 16 <= inner; j += 16) {
    let c0 = start;
    let c1 = start;
    let c2 = start;
    let c3 = start;
    let from = x + (j << 2);
    for (let i = length; i > 0; i--, from += row) {
      c0 = combine(code, c0, v128.load(from));
      c1 = combine(code, c1, v128.load(from, 16));
      c2 = combine(code, c2, v128.load(from, 32));
      c3 = combine(code, c3, v128.load(from, 48));
    }
    const to = out + (j << 2);
    v128.store(to, c0);
    v128.store(to, c1, 16);
    v128.store(to, c2, 32);
    v128.store(to, c3, 48);
  }
  while (j < inner && inner >= 4) {
    j = min(j, inner - 4);
    let c0 = start;
    let from = x + (j << 2);
    for (let i = length; i > 0; i--, from += row) c0 = combine(code, c0, v128.load(from));
    v128.store(out + (j << 2), c0);
    j += 4;
  }
  for (; j < inner; j++) {
    let result = neutral(code);
    let from = x + (j << 2);
    for (let i = length; i > 0; i--, from += row) {
      result = combineOne(code, result, load<f32>(from));
    }
    store<f32>(out + (j << 2), result);
  }
}

// @ts-ignore: decorator
@inline
function reduceAll(
  code: i32,
  x: usize,
  out: usize,
  outer: usize,
  length: usize,
  inner: usize,
): void {
  for (let i: usize = 0; i < outer; i++, x += (length * inner) << 2, out += inner << 2) {
    if (inner === 1) store<f32>(out, reduceRow(code, x, length));
    else reduceColumns(code, x, out, length, inner);
  }
}

/** Any or all of bools. */
function reduceBools(
  isAny: bool,
  x: usize,
  out: usize,
  outer: usize,
  length: usize,
  inner: usize,
): void {
  for (let i: usize = 0; i < outer; i++, x += length * inner) {
    for (let j: usize = 0; j < inner; j++, out++) {
      let found = false;
      for (let k: usize = 0; k < length && !found; k++) {
        found = (load<u8>(x + k * inner + j) !== 0) === isAny;
      }
      store<u8>(out, found === isAny ? 1 : 0);
    }
  }
}

export function reduce(
  code: i32,
  x: usize,
  out: usize,
  outer: usize,
  length: usize,
  inner: usize,
): void {
  switch (code) {
    case MAX:
      reduceAll(MAX, x, out, outer, length, inner);
      return;
    case MIN:
      reduceAll(MIN, x, out, outer, length, inner);
      return;
    case PRODUCT:
      reduceAll(PRODUCT, x, out, outer, length, inner);
      return;
    case SUM:
    case MEAN:
      reduceAll(SUM, x, out, outer, length, inner);
      break;
    default:
      reduceBools(code === ANY, x, out, outer, length, inner);
      return;
  }
  if (code === MEAN) {
    for (const end = out + ((outer * inner) << 2); out < end; out += 4) {
      store<f32>(out, load<f32>(out) / <f32> length);
    }
  }
}

/** argMax, or argMin if `smallest`. */
// @ts-ignore: decorator
@inline
function argExtreme(
  smallest: bool,
  x: usize,
  out: usize,
  outer: usize,
  length: usize,
  inner: usize,
): void {
  const step = inner << 2;
  for (let i: usize = 0; i < outer; i++, x += length * step) {
    for (let j: usize = 0; j < inner; j++, out += 4) {
      let from = x + (j << 2);
      let best = load<f32>(from);
      let place: usize = 0;
      for (let k: usize = 1; k < length; k++) {
        from += step;
        const value = load<f32>(from);
        if (smallest ? value < best : value > best) {
          best = value;
          place = k;
        }
      }
      store<u32>(out, place);
    }
  }
}

export function argMax(x: usize, out: usize, outer: usize, length: usize, inner: usize): void {
  argExtreme(false, x, out, outer, length, inner);
}

export function argMin(x: usize, out: usize, outer: usize, length: usize, inner: usize): void {
  argExtreme(true, x, out, outer, length, inner);
}

export function allFinite(x: usize, n: usize): bool {
  const end = x + (n << 2);
  // x - x is 0 where x is finite, else NaN, which every sum keeps.
  let c0 = f32x4.splat(0);
  for (; x + 16 <= end; x += 16) {
    const v = v128.load(x);
    c0 = v128.or(c0, f32x4.sub(v, v));
  }
  let rest: f32 = 0;
  for (; x < end; x += 4) rest += load<f32>(x) - load<f32>(x);
  return rest === 0 && !v128.any_true(c0);
}

export function canonicalizeNaN(x: usize, n: usize): void {
  for (const end = x + (n << 2); x < end; x += 4) {
    const value = load<f32>(x);
    if (value !== value) store<u32>(x, 0x7fc00000);
  }
}
