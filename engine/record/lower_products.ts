/** What the reductions, matrix products, convolutions and pools of TensorFlow.js mean in the engine's language. */
import * as tf from "@tensorflow/tfjs-core";
import type { Node, Operation, ReduceKind } from "../program/ir.ts";
import { type GraphBuilder, sameShape } from "../program/builder.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { activated } from "./lower_elementwise.ts";
import { axesOf, type KernelCall, type Lowering, type Lowerings, Unsupported } from "./lowering.ts";

/** Numbers are reduced as float32 and bools by any and all: other kernels do not exist. */
function reduce(kind: ReduceKind): Lowering {
  return ({ kernel, build, attributes, inputs: [x], outputs: [{ shape, dtype }] }) => {
    const axes = axesOf(attributes.axis ?? attributes.reductionIndices, x.shape.length);
    const reduced = (kind: ReduceKind, x: Node) =>
      build.reshape(build.reduce(kind, x, axes), shape);
    if (axes.length === 0) return build.reshape(build.cast(x, dtype), shape);
    if (dtype === "float32") return reduced(kind, build.cast(x, "float32"));
    if (dtype === "bool") return reduced(BOOL_REDUCTIONS[kind] ?? kind, x);
    // TensorFlow.js counts bools in int32. float32 counts as exactly, up to 2^24 of them.
    const isExact = holdsZerosAndOnes(build, x) && sizeOf(x.shape) <= 2 ** 24;
    if (!isExact) throw new Unsupported(`${kernel} of int32: cast to float32 first`);
    return build.cast(reduced(kind, build.cast(x, "float32")), "int32");
  };
}

/** What the largest and the smallest of bools are. */
const BOOL_REDUCTIONS: Readonly<Partial<Record<ReduceKind, ReduceKind>>> = {
  max: "any",
  min: "all",
};

/** Whether all elements are certainly 0 or 1: bools, one-hot rows, and what only moves them. */
function holdsZerosAndOnes(build: GraphBuilder, { dtype, operation, inputs }: Node): boolean {
  if (dtype === "bool") return true;
  switch (operation.op) {
    case "oneHot":
      return [operation.on, operation.off].every((value) => value === 0 || value === 1);
    case "cast":
    case "reshape":
    case "broadcast":
    case "transpose":
    case "slice":
      return holdsZerosAndOnes(build, build.node(inputs[0]));
    default:
      return false;
  }
}

/** int32 is compared as float32: beyond 2^24, neighbours may count as equal, and the first wins. */
function argument(op: "argMax" | "argMin"): Lowering {
  return ({ build, attributes, inputs: [x], outputs: [{ shape }] }) => {
    const [axis] = axesOf(attributes.axis, x.shape.length);
    return build.add({ op, axis }, [build.cast(x, "float32")], shape, "int32");
  };
}

function softmax({ kernel, build, attributes, inputs: [x] }: KernelCall): Node {
  const last = x.shape.length - 1;
  if (axesOf(attributes.dim, x.shape.length)[0] !== last) {
    throw new Unsupported(`${kernel} over another axis than the last`);
  }
  return build.add({ op: "softmax" }, [x], x.shape, x.dtype);
}

function matMul(call: KernelCall): Node {
  const { kernel, build, attributes, input, outputs: [{ shape, dtype }] } = call;
  if (dtype !== "float32") throw new Unsupported(`${kernel} of ${dtype}`);
  const leading = shape.slice(0, -2);
  // Leading axes are the result's, or absent.
  const fitted = (x: Node): Node => {
    const matrix = x.shape.slice(-2);
    if (sizeOf(matrix) === sizeOf(x.shape)) return build.reshape(x, matrix);
    const own = x.shape.slice(0, -2);
    return sameShape(own, leading) ? x : build.broadcast(x, [...leading, ...matrix]);
  };
  const [a, b] = [fitted(input("a")), fitted(input("b"))];
  const operation: Operation = {
    op: "matMul",
    transposeA: Boolean(attributes.transposeA),
    transposeB: Boolean(attributes.transposeB),
    bias: false,
    activation: "none",
  };
  const batched = [a, b].find((x) => x.shape.length > 2);
  const product = build.add(
    operation,
    [a, b],
    [...(batched?.shape.slice(0, -2) ?? []), ...shape.slice(-2)],
    dtype,
  );
  const bias = call.optional("bias");
  const whole = build.reshape(product, shape);
  return activated(call, bias === undefined ? whole : build.binary("add", whole, bias));
}

/** Strides and padding of a convolution or a pool, as TensorFlow.js computes them. */
interface Window {
  readonly strides: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
}

function windowOf(
  { kernel, attributes }: KernelCall,
  info: tf.backend_util.Conv2DInfo,
): Window {
  if (attributes.dataFormat !== undefined && attributes.dataFormat !== "NHWC") {
    throw new Unsupported(`${kernel} in ${attributes.dataFormat}`);
  }
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new Unsupported(`${kernel} with dilations`);
  }
  const { top, bottom, left, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    padding: [top, bottom, left, right],
  };
}

type Image = [number, number, number, number];

function convolution(
  call: KernelCall,
  image: readonly number[],
  filter: readonly number[],
): Window {
  const { attributes } = call;
  const info = tf.backend_util.computeConv2DInfo(
    [...image] as Image,
    [...filter] as Image,
    attributes.strides as number | [number, number],
    (attributes.dilations ?? 1) as number | [number, number],
    attributes.pad as "valid",
    attributes.dimRoundingMode as "floor" | undefined,
    false,
  );
  return windowOf(call, info);
}

function conv2d(call: KernelCall): Node {
  const { build, input, outputs: [{ shape, dtype }] } = call;
  const [x, filter] = [input("x"), input("filter")];
  const window = convolution(call, x.shape, filter.shape);
  const node = build.add({ op: "conv2d", ...window }, [x, filter], shape, dtype);
  const bias = call.optional("bias");
  return activated(call, bias === undefined ? node : build.binary("add", node, bias));
}

function conv2dInputGradient(call: KernelCall): Node {
  const { build, input, outputs: [{ shape, dtype }] } = call;
  const [dy, filter] = [input("dy"), input("filter")];
  const window = convolution(call, shape, filter.shape);
  return build.add({ op: "conv2dInputGradient", ...window }, [dy, filter], shape, dtype);
}

function conv2dFilterGradient(call: KernelCall): Node {
  const { build, input, outputs: [{ shape, dtype }] } = call;
  const [x, dy] = [input("x"), input("dy")];
  const window = convolution(call, x.shape, shape);
  return build.add({ op: "conv2dFilterGradient", ...window }, [x, dy], shape, dtype);
}

function pool(call: KernelCall, image: readonly number[]) {
  const { attributes } = call;
  const info = tf.backend_util.computePool2DInfo(
    [...image] as Image,
    attributes.filterSize as number | [number, number],
    attributes.strides as number | [number, number],
    1,
    attributes.pad as "valid",
    attributes.dimRoundingMode as "floor" | undefined,
  );
  return { size: [info.filterHeight, info.filterWidth], ...windowOf(call, info) } as const;
}

function maxPool(call: KernelCall): Node {
  const { build, input, outputs: [{ shape, dtype }] } = call;
  const x = input("x");
  return build.add({ op: "maxPool", ...pool(call, x.shape) }, [x], shape, dtype);
}

function maxPoolGradient(call: KernelCall): Node {
  const { build, input, outputs: [{ shape, dtype }] } = call;
  const [dy, x, y] = [input("dy"), input("input"), input("output")];
  return build.add({ op: "maxPoolGradient", ...pool(call, x.shape) }, [dy, x, y], shape, dtype);
}

/** The reductions, products, convolutions and pools. */
export const products: Lowerings = {
  All: reduce("all"),
  Any: reduce("any"),
  ArgMax: argument("argMax"),
  ArgMin: argument("argMin"),
  BatchMatMul: matMul,
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dFilterGradient,
  Conv2DBackpropInput: conv2dInputGradient,
  FusedConv2D: conv2d,
  Max: reduce("max"),
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGradient,
  Mean: reduce("mean"),
  Min: reduce("min"),
  Prod: reduce("product"),
  Softmax: softmax,
  Sum: reduce("sum"),
  _FusedMatMul: matMul,
};
