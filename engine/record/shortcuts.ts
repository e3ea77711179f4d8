/**
 * Kernels that recording does not run, because only the shape of their result matters: the common
 * ones, which would take long on large tensors, and those that look at their indices, which may be
 * out of range when they come from example values. All others run on example values.
 */
import * as tf from "@tensorflow/tfjs-core";
import { broadcastShape } from "../program/builder.ts";
import { BINARY, UNARY } from "./lower_elementwise.ts";
import { axesOf } from "./lowering.ts";

/** The shape and type of a kernel's result. */
type Result = (
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attributes: tf.NamedAttrMap,
) => Omit<tf.TensorInfo, "dataId">;

/** The shape of an input, and its type unless another one is given. */
function like(input: string, type?: tf.DataType): Result {
  return ({ [input]: { shape, dtype } }) => ({ shape, dtype: type ?? dtype });
}

function broadcast(type?: tf.DataType): Result {
  return ({ a, b }) => ({ shape: [...broadcastShape(a.shape, b.shape)], dtype: type ?? a.dtype });
}

/** Without the reduced axes, or with ones in their place. */
function reduced(typeOf: (type: tf.DataType) => tf.DataType): Result {
  return ({ x: { shape, dtype } }, { axis, reductionIndices, keepDims }) => {
    const axes = axesOf(axis ?? reductionIndices, shape.length);
    return {
      shape: keepDims
        ? shape.map((size, i) => axes.includes(i) ? 1 : size)
        : shape.filter((_, i) => !axes.includes(i)),
      dtype: typeOf(dtype),
    };
  };
}

const same = (type: tf.DataType) => type;
const atLeastInt32 = (type: tf.DataType) => type === "bool" ? "int32" : type;

const TELLS = new Set(["IsFinite", "IsInf", "IsNan", "LogicalNot"]);
const COMPARES = new Set([
  ...["Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalOr"],
  "NotEqual",
]);

const entries = (kernels: object, result: (kernel: string) => Result) =>
  Object.fromEntries(Object.keys(kernels).map((kernel) => [kernel, result(kernel)]));

const matMul: Result = ({ a, b }, { transposeA, transposeB }) => {
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const leading = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { shape: [...leading, rows, columns], dtype: a.dtype };
};

const conv2d: Result = ({ x, filter }, attributes) => {
  const { outShape } = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    attributes.strides as number,
    attributes.dilations as number,
    attributes.pad as number,
    attributes.dimRoundingMode as "floor",
    false,
    tf.backend_util.convertConv2DDataFormat(attributes.dataFormat as "NHWC"),
  );
  return { shape: outShape, dtype: x.dtype };
};

/** The results of these kernels, by their names. */
export const shortcuts: Readonly<Record<string, Result>> = {
  ...entries(UNARY, (kernel) => like("x", TELLS.has(kernel) ? "bool" : undefined)),
  ...entries(BINARY, (kernel) => broadcast(COMPARES.has(kernel) ? "bool" : undefined)),
  BatchMatMul: matMul,
  Cast: ({ x: { shape } }, { dtype }) => ({ shape, dtype: dtype as tf.DataType }),
  ClipByValue: like("x"),
  Conv2D: conv2d,
  Conv2DBackpropFilter: ({ dy }, { filterShape }) => ({
    shape: filterShape as number[],
    dtype: dy.dtype,
  }),
  Conv2DBackpropInput: ({ dy }, { inputShape }) => ({
    shape: inputShape as number[],
    dtype: dy.dtype,
  }),
  EluGrad: like("y"),
  Exp: like("x", "float32"),
  FusedConv2D: conv2d,
  GatherNd: ({ params, indices }) => ({
    shape: [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))],
    dtype: params.dtype,
  }),
  GatherV2: ({ x, indices }, { axis, batchDims = 0 }) => {
    const at = tf.util.parseAxisParam(axis as number, x.shape)[0];
    const shape = [
      ...x.shape.slice(0, at),
      ...indices.shape.slice(batchDims as number),
      ...x.shape.slice(at + 1),
    ];
    return { shape, dtype: x.dtype };
  },
  Identity: like("x"),
  LeakyRelu: like("x", "float32"),
  Max: reduced(same),
  Mean: reduced(() => "float32"),
  Min: reduced(same),
  OnesLike: like("x"),
  Pow: broadcast(),
  Reshape: ({ x }, { shape }) => ({
    shape: tf.util.inferFromImplicitShape(shape as number[], tf.util.sizeFromShape(x.shape)),
    dtype: x.dtype,
  }),
  ScatterNd: ({ updates }, { shape }) => ({ shape: shape as number[], dtype: updates.dtype }),
  Select: ({ t, e }) => ({ shape: t.shape, dtype: tf.upcastType(t.dtype, e.dtype) }),
  Softmax: like("logits", "float32"),
  Step: like("x"),
  Sum: reduced(atLeastInt32),
  Tile: ({ x }, { reps }) => ({
    shape: x.shape.map((size, axis) => size * (reps as number[])[axis]),
    dtype: x.dtype,
  }),
  Transpose: ({ x }, { perm }) => ({
    shape: (perm as number[]).map((axis) => x.shape[axis]),
    dtype: x.dtype,
  }),
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }) => ({
    shape: [numSegments as number, ...x.shape.slice(segmentIds.shape.length)],
    dtype: x.dtype,
  }),
  ZerosLike: like("x"),
  _FusedMatMul: matMul,
};
