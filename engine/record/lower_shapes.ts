/** What the kernels of TensorFlow.js that move elements mean in the engine's language. */
import * as tf from "@tensorflow/tfjs-core";
import type { Node } from "../program/ir.ts";
import type { GraphBuilder } from "../program/builder.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { axesOf, type KernelCall, type Lowering, type Lowerings, Unsupported } from "./lowering.ts";

const reshape: Lowering = ({ build, inputs: [x], outputs: [{ shape }] }) => build.reshape(x, shape);

function slice({ build, attributes, inputs: [x], outputs: [{ shape }] }: KernelCall): Node {
  const { begin, size } = attributes as Record<string, number | number[]>;
  const [from] = tf.slice_util.parseSliceParams(
    { ...x, shape: [...x.shape] } as never,
    begin,
    size,
  );
  return build.slice(x, from, shape);
}

function stridedSlice({ kernel, build, attributes, inputs: [x] }: KernelCall): Node {
  const { begin, end, strides } = attributes as Record<string, number[]>;
  const masks = attributes as Record<string, number>;
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    begin,
    end,
    strides,
    masks.beginMask,
    masks.endMask,
    masks.ellipsisMask,
    masks.newAxisMask,
    masks.shrinkAxisMask,
  );
  if (info.strides.some((step) => step < 1)) {
    throw new Unsupported(`${kernel} with negative strides`);
  }
  const size = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
  const part = build.slice(x, info.begin, size, info.strides);
  return build.reshape(part, info.finalShape);
}

function split({ build, attributes, inputs: [x], outputs }: KernelCall): Node[] {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  let at = 0;
  return outputs.map(({ shape }) => {
    const part = build.slice(x, x.shape.map((_, i) => i === axis ? at : 0), shape);
    at += shape[axis];
    return part;
  });
}

function unpack({ build, attributes, inputs: [x], outputs }: KernelCall): Node[] {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  return outputs.map(({ shape }, i) => {
    const begin = x.shape.map((_, other) => other === axis ? i : 0);
    return build.reshape(build.slice(x, begin, x.shape.with(axis, 1)), shape);
  });
}

function pack({ build, attributes, inputs, outputs: [{ shape }] }: KernelCall): Node {
  const [axis] = axesOf(attributes.axis, shape.length);
  return build.concat(inputs.map((x) => build.reshape(x, shape.with(axis, 1))), axis);
}

/** TensorFlow.js does not ask for one type: the parts are stored as the first one's. */
function concat(
  { kernel, build, attributes, inputs, outputs: [{ shape, dtype }] }: KernelCall,
): Node {
  const [axis] = axesOf(attributes.axis, shape.length);
  const number = inputs.find((x) => dtype === "bool" && x.dtype !== "bool");
  if (number) throw new Unsupported(`${kernel} of bool and ${number.dtype}`);
  return build.concat(inputs.map((x) => build.cast(x, dtype)), axis);
}

function pad({ build, attributes, inputs: [x], outputs: [{ shape, dtype }] }: KernelCall): Node {
  const before = (attributes.paddings as number[][]).map(([first]) => first);
  const value = (attributes.constantValue ?? 0) as number;
  if (sizeOf(shape) === sizeOf(x.shape)) return x;
  return build.add({ op: "pad", before, value }, [x], shape, dtype);
}

/** Repeating axes of size 1 only is broadcasting, which elementwise operations take in. */
function tile({ build, attributes, inputs: [x], outputs: [{ shape, dtype }] }: KernelCall): Node {
  const repetitions = attributes.reps as number[];
  if (repetitions.every((count, axis) => count === 1 || x.shape[axis] === 1)) {
    return build.broadcast(x, shape);
  }
  return build.add({ op: "tile", repetitions }, [x], shape, dtype);
}

function gather({ kernel, build, attributes, input, outputs: [{ shape }] }: KernelCall): Node {
  if (attributes.batchDims) throw new Unsupported(`${kernel} with batchDims`);
  const x = input("x");
  const indices = input("indices");
  const [axis] = axesOf(attributes.axis, x.shape.length);
  const vector = build.reshape(build.cast(indices, "int32"), [sizeOf(indices.shape)]);
  return build.reshape(build.gather(x, vector, axis), shape);
}

/** Rows by numbers of as many leading axes as the last axis of the indices is long. */
function gatherNd({ build, input, outputs: [{ shape }] }: KernelCall): Node {
  const params = input("params");
  const indices = input("indices");
  const depth = indices.shape[indices.shape.length - 1];
  const rest = params.shape.slice(depth);
  const rows = build.reshape(params, [sizeOf(params.shape.slice(0, depth)), ...rest]);
  return build.reshape(build.gather(rows, flatIndices(build, indices, params.shape), 0), shape);
}

function scatterNd({ kernel, build, input, outputs: [{ shape, dtype }] }: KernelCall): Node {
  const indices = input("indices");
  const updates = input("updates");
  if (dtype !== "float32") throw new Unsupported(`${kernel} of ${dtype}`);
  const depth = indices.shape[indices.shape.length - 1];
  const rest = shape.slice(depth);
  const flat = flatIndices(build, indices, shape);
  const rows = build.reshape(updates, [sizeOf(flat.shape), ...rest]);
  const sums = [sizeOf(shape.slice(0, depth)), ...rest];
  return build.reshape(build.add({ op: "scatterAdd" }, [flat, rows], sums, dtype), shape);
}

/** The numbers of rows, as a vector, from rows of one number for each of the leading axes. */
function flatIndices(build: GraphBuilder, indices: Node, shape: readonly number[]): Node {
  const depth = indices.shape[indices.shape.length - 1];
  const count = sizeOf(indices.shape) / depth;
  const table = build.reshape(build.cast(indices, "int32"), [count, depth]);
  const columns = Array.from({ length: depth }, (_, axis) => {
    const column = build.reshape(build.slice(table, [0, axis], [count, 1]), [count]);
    const stride = sizeOf(shape.slice(axis + 1, depth));
    return stride === 1 ? column : build.binary("multiply", column, build.scalar(stride, "int32"));
  });
  return columns.reduce((sum, column) => build.binary("add", sum, column));
}

function unsortedSegmentSum(
  { kernel, build, input, outputs: [{ shape, dtype }] }: KernelCall,
): Node {
  const ids = input("segmentIds");
  if (ids.shape.length !== 1) throw new Unsupported(`${kernel} of ids of rank ${ids.shape.length}`);
  if (dtype !== "float32") throw new Unsupported(`${kernel} of ${dtype}`);
  return build.add({ op: "scatterAdd" }, [build.cast(ids, "int32"), input("x")], shape, dtype);
}

function oneHot(
  { kernel, build, attributes, inputs: [indices], outputs: [{ shape, dtype }] }: KernelCall,
): Node {
  const { onValue: on, offValue: off } = attributes as Record<string, number>;
  // TensorFlow.js keeps such values in a tensor that it calls int32.
  if (dtype !== "float32" && !(Number.isInteger(on) && Number.isInteger(off))) {
    throw new Unsupported(`${kernel} of ${dtype} with ${on} and ${off}: give the dtype float32`);
  }
  // The kernel writes elements of 4 bytes.
  const stored = dtype === "bool" ? "int32" : dtype;
  const rows = build.add({ op: "oneHot", on, off }, [build.cast(indices, "int32")], shape, stored);
  return build.cast(rows, dtype);
}

/** The kernels that move elements. */
export const shapes: Lowerings = {
  Concat: concat,
  ExpandDims: reshape,
  GatherNd: gatherNd,
  GatherV2: gather,
  Identity: ({ inputs: [x] }) => x,
  OneHot: oneHot,
  Pack: pack,
  PadV2: pad,
  Reshape: reshape,
  ScatterNd: scatterNd,
  Slice: slice,
  SplitV: split,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: ({ build, attributes, inputs: [x] }) =>
    build.transpose(x, attributes.perm as number[]),
  Unpack: unpack,
  UnsortedSegmentSum: unsortedSegmentSum,
};
