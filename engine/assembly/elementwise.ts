/**
 * Elementwise operations over whole arrays: the table of the kernels in unary.ts and its
 * neighbours, and the ways to go over arrays with it (alone, with a repeated operand, broadcast,
 * as a fused chain). All ways call the same kernels, so all give the same bits.
 */
import * as binary from "./binary";
import * as bool from "./bool";
import * as comparisons from "./comparisons";
import { copyStrided, repeat } from "./copy";
import * as int32 from "./int32";
import * as transcendental from "./transcendental";
import * as unary from "./unary";

type Kernel = (a: usize, b: usize, c: usize, out: usize, n: usize, p: f32, q: f32) => void;

/** By code: the order of `operationNames` in kernels/operation_codes.ts. */
// deno-fmt-ignore
const table: StaticArray<Kernel> = [
  // 4 bytes to 4 bytes: one float32
  unary.abs, unary.ceil, transcendental.cos, transcendental.elu, unary.eluGrad, transcendental.exp,
  transcendental.expm1, unary.floor, transcendental.log, transcendental.log1p, unary.negate,
  unary.reciprocal, unary.relu, unary.relu6, unary.round, unary.rsqrt, transcendental.sigmoid,
  unary.sign, transcendental.sin, transcendental.softplus, unary.sqrt, unary.square, unary.step,
  transcendental.tanh,
  // with parameters
  unary.clip, unary.leakyRelu, transcendental.powerConstant, unary.cube, transcendental.powerHalf,
  unary.copy,
  // two float32
  binary.add, binary.subtract, binary.multiply, binary.divide, binary.maximum, binary.minimum,
  binary.modulo, binary.power, binary.squaredDifference, binary.floorDivide,
  // int32
  int32.absInt32, int32.negateInt32, int32.signInt32, int32.squareInt32, int32.addInt32,
  int32.subtractInt32, int32.multiplyInt32, int32.maximumInt32, int32.minimumInt32,
  int32.moduloInt32, int32.squaredDifferenceInt32, int32.floorDivideInt32,
  int32.castFloat32ToInt32, int32.castInt32ToFloat32,
  // 4 bytes to bools
  comparisons.isNaN, comparisons.isFinite, comparisons.isInf, comparisons.castFloat32ToBool,
  comparisons.castInt32ToBool, comparisons.equal, comparisons.notEqual, comparisons.less,
  comparisons.lessEqual, comparisons.greater, comparisons.greaterEqual, comparisons.equalInt32,
  comparisons.notEqualInt32, comparisons.lessInt32, comparisons.lessEqualInt32,
  comparisons.greaterInt32, comparisons.greaterEqualInt32,
  // bools to bools
  bool.logicalNot, bool.logicalAnd, bool.logicalOr, bool.equalBool, bool.notEqualBool,
  bool.copyBool, bool.selectBool,
  // bools to 4 bytes
  bool.castBoolToFloat32, bool.castBoolToInt32,
  // a bool and two elements of 4 bytes to 4 bytes
  bool.select,
];

// Where the groups of the table that have the same element sizes begin.
const TO_BOOL: i32 = 54;
const OF_BOOLS: i32 = 71;
const FROM_BOOL: i32 = 78;
const SELECT: i32 = 80;

/** Whether an operand, or the result, has 4 bytes: else it has 1. As a shift of element counts. */
// @ts-ignore: decorator
@inline
function shiftOfA(code: i32): usize {
  return code < OF_BOOLS ? 2 : 0;
}

// @ts-ignore: decorator
@inline
function shiftOfOthers(code: i32): usize {
  return code < OF_BOOLS || code >= SELECT ? 2 : 0;
}

// @ts-ignore: decorator
@inline
function shiftOfResult(code: i32): usize {
  return code < TO_BOOL || code >= FROM_BOOL ? 2 : 0;
}

/** Elements of a fused chain's registers, of a repeated pattern's and of a broadcast's blocks. */
const BLOCK: usize = 256;

/** Room for the last few elements, fewer than the 16 that a kernel may want at a time. */
const tailA: usize = memory.data(64, 16);
const tailB: usize = memory.data(64, 16);
const tailC: usize = memory.data(64, 16);
const tailOut: usize = memory.data(64, 16);

/** Copies fewer than 16 elements of 1 << shift bytes. */
// @ts-ignore: decorator
@inline
function copyFew(from: usize, to: usize, n: usize, shift: usize): void {
  if (shift) {
    for (let i: usize = 0; i < n; i++) store<u32>(to + (i << 2), load<u32>(from + (i << 2)));
  } else {
    for (let i: usize = 0; i < n; i++) store<u8>(to + i, load<u8>(from + i));
  }
}

export function apply(
  code: i32,
  a: usize,
  b: usize,
  c: usize,
  out: usize,
  n: usize,
  p: f32,
  q: f32,
): void {
  const kernel = unchecked(table[code]);
  const shiftOut = shiftOfResult(code);
  const group: usize = shiftOut ? 4 : 16;
  const rest = n & (group - 1);
  const whole = n - rest;
  if (whole) kernel(a, b, c, out, whole, p, q);
  if (rest) {
    // The last elements go through the same vector code, so their bits do not depend on n.
    const shiftA = shiftOfA(code);
    const shift = shiftOfOthers(code);
    copyFew(a + (whole << shiftA), tailA, rest, shiftA);
    if (b) copyFew(b + (whole << shift), tailB, rest, shift);
    if (c) copyFew(c + (whole << shift), tailC, rest, shift);
    kernel(tailA, tailB, tailC, tailOut, group, p, q);
    copyFew(tailOut, out + (whole << shiftOut), rest, shiftOut);
  }
}

/** Longest pattern that is repeated in memory rather than row by row. */
const PATTERN: usize = 1024;
const pattern: usize = memory.data(4096, 16);

export function applyRepeated(
  code: i32,
  a: usize,
  b: usize,
  out: usize,
  n: usize,
  columns: usize,
  repeated: i32,
): void {
  const shift = shiftOfA(code);
  const shiftOut = shiftOfResult(code);
  let row = repeated ? b : a;
  let array = repeated ? a : b;
  let length = columns;
  if (columns <= PATTERN / 2) {
    // Several rows at a time.
    length = min(n, PATTERN / columns * columns);
    repeat(row, pattern, columns, length, shift);
    row = pattern;
  }
  for (let left = n; left > 0;) {
    const now = min(left, length);
    apply(code, repeated ? array : row, repeated ? row : array, 0, out, now, 0, 0);
    array += now << shift;
    out += now << shiftOut;
    left -= now;
  }
}

const blockA: usize = memory.data(1024, 16);
const blockB: usize = memory.data(1024, 16);
/** Tables of one row and of a block of rows, for copyStrided. */
const rowTable: usize = memory.data(24, 16);

/** Fills `to` with part of a broadcast operand: `rows` rows of `columns` elements. */
function expand(
  from: usize,
  to: usize,
  rows: usize,
  rowStride: i32,
  columns: usize,
  stride: i32,
  shift: usize,
): void {
  store<u32>(rowTable, <u32> rows);
  store<i32>(rowTable, rowStride, 4);
  store<u32>(rowTable, columns, 8);
  store<u32>(rowTable, columns, 12);
  store<i32>(rowTable, stride, 16);
  store<i32>(rowTable, 1, 20);
  copyStrided(from, to, 2, rowTable, shift);
}

/** Places along the outer axes of a broadcast. */
const places: usize = memory.data(32, 16);

export function applyBroadcast(
  code: i32,
  a: usize,
  b: usize,
  out: usize,
  rank: i32,
  table: usize,
): void {
  const shift = shiftOfA(code);
  const shiftOut = shiftOfResult(code);
  // The last two axes are a matrix that goes block by block; the axes before it are counted.
  const last = table + (rank - 1) * 12;
  const columns: usize = load<u32>(last);
  const columnA = load<i32>(last, 4);
  const columnB = load<i32>(last, 8);
  const rows: usize = rank > 1 ? <usize> load<u32>(last - 12) : 1;
  const rowA: i32 = rank > 1 ? load<i32>(last - 12, 4) : 0;
  const rowB: i32 = rank > 1 ? load<i32>(last - 12, 8) : 0;
  const width = min(columns, BLOCK);
  const height = max<usize>(1, BLOCK / columns);
  memory.fill(places, 0, 32);
  for (;;) {
    for (let i: usize = 0; i < rows; i += height) {
      const rowsNow = min(height, rows - i);
      for (let j: usize = 0; j < columns; j += width) {
        const columnsNow = min(width, columns - j);
        const fromA = a + ((i * rowA + j * columnA) << shift);
        const fromB = b + ((i * rowB + j * columnB) << shift);
        expand(fromA, blockA, rowsNow, rowA, columnsNow, columnA, shift);
        expand(fromB, blockB, rowsNow, rowB, columnsNow, columnB, shift);
        apply(code, blockA, blockB, 0, out, rowsNow * columnsNow, 0, 0);
        out += (rowsNow * columnsNow) << shiftOut;
      }
    }
    let axis = rank - 3;
    for (; axis >= 0; axis--) {
      const entry = table + axis * 12;
      const place = places + (axis << 2);
      const size = load<u32>(entry);
      a += load<i32>(entry, 4) << <i32> shift;
      b += load<i32>(entry, 8) << <i32> shift;
      const next = load<u32>(place) + 1;
      if (next < size) {
        store<u32>(place, next);
        break;
      }
      store<u32>(place, 0);
      a -= (size * load<i32>(entry, 4)) << <i32> shift;
      b -= (size * load<i32>(entry, 8)) << <i32> shift;
    }
    if (axis < 0) return;
  }
}

// Words of a slot of a chain: kind, address, period, element bytes.
const ARRAY: u32 = 0;
const REPEATED: u32 = 1;

/** Where each slot of the running chain is for the block at hand. */
const addresses: usize = memory.data(1024, 16);

export function elementwise(program: usize, scratch: usize, n: usize): void {
  const slots = load<u32>(program);
  const firstSlot = program + 16;
  const firstStep = firstSlot + (slots << 4);
  const end = firstStep + (load<u32>(program, 4) << 5);
  let room = scratch;
  for (let i: usize = 0; i < slots; i++) {
    const slot = firstSlot + (i << 4);
    let address: usize = load<u32>(slot, 4);
    if (load<u32>(slot) === REPEATED) {
      const period: usize = load<u32>(slot, 8);
      const shift: usize = load<u32>(slot, 12) >> 1;
      // A whole period and a block more: every block finds its elements side by side.
      const length = min(n, period + BLOCK);
      repeat(address, room, period, length, shift);
      address = room;
      room = (room + ((period + BLOCK) << shift) + 15) & ~15;
    }
    store<u32>(addresses + (i << 2), address);
  }
  store<u32>(addresses + (slots << 2), 0); // what operations do not have
  for (let done: usize = 0; done < n;) {
    const now = min(BLOCK, n - done);
    for (let step = firstStep; step < end; step += 32) {
      apply(
        load<i32>(step),
        load<u32>(addresses + (load<u32>(step, 8) << 2)),
        load<u32>(addresses + (load<u32>(step, 12) << 2)),
        load<u32>(addresses + (load<u32>(step, 16) << 2)),
        load<u32>(addresses + (load<u32>(step, 4) << 2)),
        now,
        load<f32>(step, 20),
        load<f32>(step, 24),
      );
    }
    done += now;
    for (let i: usize = 0; i < slots; i++) {
      const slot = firstSlot + (i << 4);
      const kind = load<u32>(slot);
      const shift: usize = load<u32>(slot, 12) >> 1;
      const place = addresses + (i << 2);
      if (kind === ARRAY) {
        store<u32>(place, <u32> (load<u32>(place) + (now << shift)));
      } else if (kind === REPEATED) {
        const period: usize = load<u32>(slot, 8);
        const phase = done % period;
        const before = (done - now) % period;
        store<u32>(place, <u32> (load<u32>(place) + ((phase - before) << shift)));
      }
    }
  }
}
