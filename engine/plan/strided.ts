/** Tables for the kernels that walk through memory by strides: sizes and strides in elements. */

/** One axis of a walk: how far it is, and how far a step goes in each array. */
export interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** The strides of a contiguous array. */
export function contiguous(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** The strides by which a contiguous array is read as a larger shape, as NumPy broadcasts: 0 repeats. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = contiguous(from);
  const missing = to.length - from.length;
  return to.map((_, axis) =>
    axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]
  );
}

/** A walk over a shape, without axes of size 1, and with axes joined wherever one step follows another. */
export function walk(shape: readonly number[], strides: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const axis = { size, strides: strides.map((array) => array[i]) };
    const outer = axes.at(-1);
    if (outer && outer.strides.every((stride, k) => stride === size * axis.strides[k])) {
      axes[axes.length - 1] = { size: outer.size * size, strides: axis.strides };
    } else axes.push(axis);
  });
  if (axes.length === 0) axes.push({ size: 1, strides: strides.map(() => 1) });
  return axes;
}

/** The words of a walk, as the kernels read them. */
export function tableOf(axes: readonly Axis[]): Int32Array {
  return Int32Array.from(axes.flatMap(({ size, strides }) => [size, ...strides]));
}
