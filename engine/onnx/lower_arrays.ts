/**
 * The ONNX forms of the operations that move, reduce and multiply: all but the elementwise ones.
 * Those that only gradients need have none.
 */
import { sizeOf } from "../program/tensor_spec.ts";
import { type Dimension, dimension, isFixed, sameDimension } from "./batch.ts";
import type { OnnxBuilder } from "./builder.ts";
import { as, cast, type Lowering, type Lowerings, type Value } from "./lowering.ts";

/** ONNX's integers. */
function ints(values: readonly number[]): readonly bigint[] {
  return values.map(BigInt);
}

function sameShape(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((size, axis) => sameDimension(size, b[axis]));
}

const reshape: Lowering<"reshape"> = ({ builder, inputs: [x], dimensions }) => {
  if (sameShape(x.dimensions, dimensions)) return x.name;
  const following = dimensions.filter((size) => !isFixed(size)).length;
  // One size that follows the batch is what is left over for it: -1.
  const shape = following === 1
    ? builder.integers(dimensions.map((size) => isFixed(size) ? size.constant : -1))
    : builder.shape(dimensions);
  return builder.add("Reshape", [x.name, shape]);
};

const transpose: Lowering<"transpose"> = ({ builder, operation, inputs: [x] }) =>
  transposed(builder, x.name, operation.permutation);

/** A transposed tensor; a constant is transposed here and now. */
function transposed(builder: OnnxBuilder, name: string, permutation: readonly number[]): string {
  const constant = builder.constantNamed(name);
  if (constant === undefined) {
    return builder.add("Transpose", [name], { perm: ints(permutation) });
  }
  const { shape, data } = constant;
  const target = permutation.map((axis) => shape[axis]);
  const strides = permutation.map((axis) => sizeOf(shape.slice(axis + 1)));
  const moved = data.slice();
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += rest % target[axis] * strides[axis];
      rest = Math.floor(rest / target[axis]);
    }
    moved[i] = data[from];
  }
  return builder.constant(name, moved, target);
}

const slice: Lowering<"slice"> = ({ builder, operation, inputs: [x], dimensions }) => {
  const { begin, strides } = operation;
  // Axes that are taken whole need no mention, and may follow the batch.
  const axes = begin.map((_, axis) => axis).filter((axis) =>
    begin[axis] !== 0 || strides[axis] !== 1 || !sameDimension(x.dimensions[axis], dimensions[axis])
  );
  if (axes.length === 0) return x.name;
  const ends = axes.map((axis) => {
    const [from, to] = [x.dimensions[axis], dimensions[axis]];
    if (isFixed(to)) return begin[axis] + strides[axis] * to.constant;
    if (strides[axis] !== 1 || from.factor !== to.factor) {
      throw new RangeError(
        `a slice of axis ${axis} takes a part of the batch that follows no rule`,
      );
    }
    // Counted from the end, whatever the batch size.
    const left = begin[axis] + to.constant - from.constant;
    return left === 0 ? 2 ** 31 - 1 : left;
  });
  return builder.add("Slice", [
    x.name,
    builder.integers(axes.map((axis) => begin[axis])),
    builder.integers(ends),
    builder.integers(axes),
    builder.integers(axes.map((axis) => strides[axis])),
  ]);
};

const pad: Lowering<"pad"> = ({ builder, operation, inputs: [x], dtype, dimensions }) => {
  const after = operation.before.map((before, axis) => {
    const { factor, constant } = dimensions[axis];
    const added = constant - x.dimensions[axis].constant - before;
    if (factor !== x.dimensions[axis].factor) {
      throw new RangeError(`a pad of axis ${axis} depends on the batch size`);
    }
    return added;
  });
  const pads = builder.integers([...operation.before, ...after]);
  // Pad is not defined for bools everywhere.
  const number = dtype === "bool" ? "int32" : dtype;
  const value = number === "float32"
    ? builder.float(operation.value)
    : builder.integer(operation.value);
  const padded = builder.add("Pad", [as(builder, x, number), pads, value]);
  return dtype === "bool" ? cast(builder, padded, "bool") : padded;
};

const concat: Lowering<"concat"> = ({ builder, operation, inputs, dtype }) =>
  builder.add("Concat", inputs.map((x) => as(builder, x, dtype)), { axis: BigInt(operation.axis) });

const tile: Lowering<"tile"> = ({ builder, operation, recorded, inputs: [x] }) => {
  const repetitions = operation.repetitions.map((_, axis) =>
    dimension(recorded.map(({ repetitions }) => repetitions[axis]))
  );
  return builder.add("Tile", [x.name, builder.shape(repetitions)]);
};

const broadcast: Lowering<"broadcast"> = ({ builder, inputs: [x], dimensions }) => {
  if (sameShape(x.dimensions, dimensions)) return x.name;
  // A size that the input has already needs no number: 1 leaves it.
  const missing = dimensions.length - x.dimensions.length;
  const shape = dimensions.map((size, axis) => {
    const has = axis >= missing && sameDimension(size, x.dimensions[axis - missing]);
    return has ? { factor: 0, constant: 1 } : size;
  });
  return builder.add("Expand", [x.name, builder.shape(shape)]);
};

const reduce: Lowering<"reduce"> = ({ builder, operation, inputs: [x], dtype }) => {
  const { kind, axes } = operation;
  if (axes.length === 0) return as(builder, x, dtype);
  const list = { axes: ints(axes), keepdims: 0n };
  switch (kind) {
    case "sum":
      return builder.add("ReduceSum", [as(builder, x, dtype), builder.integers(axes)], {
        keepdims: 0n,
      });
    case "mean":
      return builder.add("ReduceMean", [as(builder, x, "float32")], list);
    case "product":
      return builder.add("ReduceProd", [as(builder, x, dtype)], list);
    case "max":
      return builder.add("ReduceMax", [as(builder, x, dtype)], list);
    case "min":
      return builder.add("ReduceMin", [as(builder, x, dtype)], list);
    default: { // any or all, of bools: ONNX reduces numbers only
      const operator = kind === "any" ? "ReduceMax" : "ReduceMin";
      return cast(builder, builder.add(operator, [as(builder, x, "int32")], list), "bool");
    }
  }
};

/** The index of the largest or smallest element; of equal ones the first, as in the engine. */
const argMax: Lowering<"argMax" | "argMin"> = ({ builder, operation: { op, axis }, inputs: [x] }) =>
  builder.add(op === "argMax" ? "ArgMax" : "ArgMin", [as(builder, x, "float32")], {
    axis: BigInt(axis),
    keepdims: 0n,
  });

/** By comparing with each index, because OneHot counts a negative index from the end. */
const oneHot: Lowering<"oneHot"> = ({ builder, operation, inputs: [x], dtype, dimensions }) => {
  const depth = dimensions[dimensions.length - 1];
  if (!isFixed(depth)) throw new RangeError("the depth of a oneHot depends on the batch size");
  const indices = builder.add("Unsqueeze", [as(builder, x, "int32"), builder.integers([-1])]);
  const every = builder.integers(Array.from({ length: depth.constant }, (_, i) => i));
  const isHot = builder.add("Equal", [indices, every]);
  const { on, off } = operation;
  if (dtype === "bool") return on ? isHot : builder.add("Not", [isHot]);
  const number = (value: number) =>
    dtype === "float32" ? builder.float(value) : builder.integer(value);
  return builder.add("Where", [isHot, number(on), number(off)]);
};

/** The engine clamps indices; Gather counts negative ones from the end and fails beyond it. */
const gather: Lowering<"gather"> = ({ builder, operation: { axis }, inputs: [data, indices] }) => {
  const { factor, constant } = data.dimensions[axis];
  const last = builder.shape([{ factor, constant: constant - 1 }]);
  const positive = builder.add("Max", [as(builder, indices, "int32"), builder.integers([0])]);
  const clamped = builder.add("Min", [positive, last]);
  return builder.add("Gather", [data.name, clamped], { axis: BigInt(axis) });
};

const matMul: Lowering<"matMul"> = ({ builder, operation, inputs: [a, b, bias] }) => {
  const { transposeA, transposeB, activation } = operation;
  let product: string;
  if (a.dimensions.length === 2 && b.dimensions.length === 2) {
    const isPlain = !transposeA && !transposeB && bias === undefined;
    product = isPlain
      ? builder.add("MatMul", [a.name, b.name])
      : builder.add("Gemm", [a, b, ...(bias ? [bias] : [])].map(({ name }) => name), {
        transA: transposeA ? 1n : 0n,
        transB: transposeB ? 1n : 0n,
      });
  } else {
    product = builder.add("MatMul", [
      transposeA ? lastAxesSwapped(builder, a) : a.name,
      transposeB ? lastAxesSwapped(builder, b) : b.name,
    ]);
    if (bias) product = builder.add("Add", [product, bias.name]);
  }
  if (activation === "none") return product;
  return builder.add(activationOperators[activation], [product]);
};

const activationOperators = { relu: "Relu", tanh: "Tanh", sigmoid: "Sigmoid", elu: "Elu" } as const;

function lastAxesSwapped(builder: OnnxBuilder, { name, dimensions }: Value): string {
  const axes = dimensions.map((_, axis) => axis);
  const last = axes.length - 1;
  return transposed(builder, name, [...axes.slice(0, -2), last, last - 1]);
}

/** ONNX has the channels of an image before its rows and columns, the engine behind them. */
const channelsFirst = [0, 3, 1, 2];
const channelsLast = [0, 2, 3, 1];

const conv2d: Lowering<"conv2d"> = ({ builder, operation, inputs: [images, filters] }) => {
  const { strides, padding: [top, bottom, left, right] } = operation;
  const result = builder.add("Conv", [
    transposed(builder, images.name, channelsFirst),
    transposed(builder, filters.name, [3, 2, 0, 1]),
  ], { strides: ints(strides), pads: ints([top, left, bottom, right]) });
  return transposed(builder, result, channelsLast);
};

const maxPool: Lowering<"maxPool"> = ({ builder, operation, inputs: [images] }) => {
  const { size, strides, padding: [top, bottom, left, right] } = operation;
  const result = builder.add("MaxPool", [transposed(builder, images.name, channelsFirst)], {
    kernel_shape: ints(size),
    strides: ints(strides),
    pads: ints([top, left, bottom, right]),
  });
  return transposed(builder, result, channelsLast);
};

/** The ONNX forms of the operations on whole arrays. */
export const arrayLowerings: Lowerings = {
  reshape,
  transpose,
  slice,
  pad,
  concat,
  tile,
  broadcast,
  reduce,
  softmax: ({ builder, inputs: [x] }) => builder.add("Softmax", [x.name], { axis: -1n }),
  logSoftmax: ({ builder, inputs: [x] }) => builder.add("LogSoftmax", [x.name], { axis: -1n }),
  argMax,
  argMin: argMax,
  oneHot,
  gather,
  matMul,
  conv2d,
  maxPool,
};
