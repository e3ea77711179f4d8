/** Lowering: the kernel calls of one node, its operands and result being at given places. */
import { ActivationCode, convolutionWords, type Kernels, ReduceCode } from "../kernels/kernels.ts";
import type { DType, Node, Operation } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import type { KernelCall } from "../run/driver.ts";
import { elementBytes } from "../run/memory.ts";
import {
  broadcastTo,
  copyStrided,
  lowerChains,
  lowerScalarOperation,
} from "./lower_elementwise.ts";
import type { Place } from "./plan.ts";
import { contiguous, tableOf, walk } from "./strided.ts";

/** Memory for what the calls of a node need besides its operands and its result. */
export interface Room {
  /** Puts a table of sizes into memory for good; equal tables have one address. */
  table(words: Int32Array): number;
  /** Puts a table that holds addresses into memory for good. */
  program(words: Int32Array): number;
  /** Bytes that hold nothing before and after the node's calls. */
  scratch(bytes: number): number;
  /** What tells how much scratch memory it wants. */
  readonly kernels: Pick<Kernels, "matMulScratch" | "conv2dScratch">;
}

/** The operation with this name. */
type Op<Name extends Operation["op"]> = Operation & { readonly op: Name };

/**
 * The calls that compute one node.
 *
 * @throws Error if there is no kernel for the dtypes of its operands
 */
export function lowerNode(
  node: Pick<Node, "id" | "operation">,
  inputs: readonly Place[],
  output: Place,
  room: Room,
): KernelCall[] {
  const { operation } = node;
  checkTypes(node, inputs);
  const [x, y] = inputs;
  const out = output.pointer;
  switch (operation.op) {
    case "unary":
    case "binary":
    case "select":
    case "clip":
    case "powerConstant":
    case "leakyRelu":
    case "cast":
      return lowerScalarOperation(operation, inputs, output, room);
    case "elementwise":
      return [lowerChains([{ steps: operation.steps, inputs, output }], room)];
    case "broadcast":
      return [broadcastTo(x, output, room)];
    case "transpose": {
      const strides = contiguous(x.shape);
      return [
        strided(x, output.shape, operation.permutation.map((axis) => strides[axis]), out, room),
      ];
    }
    case "slice": {
      const strides = contiguous(x.shape);
      const start = operation.begin.reduce((sum, begin, axis) => sum + begin * strides[axis], 0);
      const steps = strides.map((stride, axis) => stride * operation.strides[axis]);
      return [strided(offset(x, start), output.shape, steps, out, room)];
    }
    case "pad":
      return lowerPad(operation, x, output, room);
    case "concat":
      return lowerConcat(operation, inputs, output, room);
    case "tile":
      return [lowerTile(operation, x, output, room)];
    case "reduce":
      return lowerReduce(operation, x, output, room);
    case "softmax": {
      const columns = x.shape.at(-1) ?? 1;
      return [call("softmax", x.pointer, out, sizeOf(x.shape) / columns, columns)];
    }
    case "logSoftmax": {
      const columns = x.shape.at(-1) ?? 1;
      const rows = sizeOf(x.shape) / columns;
      return [
        call("logSoftmax", x.pointer, out, rows, columns, room.scratch(4 * rows * (columns + 1))),
      ];
    }
    case "argMax":
    case "argMin": {
      const { outer, length, inner } = around(x.shape, operation.axis);
      return [call(operation.op, x.pointer, out, outer, length, inner)];
    }
    case "oneHot": {
      const depth = output.shape.at(-1)!;
      const [on, off] = bits(output.dtype, [operation.on, operation.off]);
      return [call("oneHot", x.pointer, out, sizeOf(x.shape), depth, on, off)];
    }
    case "gather": {
      const { outer, length, inner } = around(x.shape, operation.axis);
      const innerBytes = inner * elementBytes[x.dtype];
      return [
        call("gather", x.pointer, y.pointer, out, outer, length, sizeOf(y.shape), innerBytes),
      ];
    }
    case "scatterAdd": {
      const [rows] = output.shape;
      const inner = sizeOf(output.shape) / rows;
      return [call("scatterAdd", x.pointer, y.pointer, out, sizeOf(x.shape), rows, inner)];
    }
    case "matMul":
      return [lowerMatMul(operation, inputs, output, room)];
    case "conv2d":
      return [lowerConvolution(operation, inputs, x.shape, y.shape, output.shape, output, room)];
    case "conv2dInputGradient":
      return [lowerConvolution(operation, inputs, output.shape, y.shape, x.shape, output, room)];
    case "conv2dFilterGradient":
      return [lowerConvolution(operation, inputs, x.shape, output.shape, y.shape, output, room)];
    case "maxPool":
      return [
        call("maxPool", x.pointer, out, room.table(poolWords(operation, x.shape, output.shape))),
      ];
    case "maxPoolGradient": {
      const table = room.table(poolWords(operation, y.shape, x.shape));
      return [call("maxPoolGradient", y.pointer, x.pointer, out, table)];
    }
    case "input":
    case "state":
    case "constant":
    case "reshape":
      throw new Error(`${operation.op} needs no kernel`);
  }
}

/** The dtypes of the operands of kernels that take no others; the last is that of all further ones. */
function operandTypes(operation: Operation): readonly DType[] | undefined {
  switch (operation.op) {
    case "reduce":
      return operation.kind === "any" || operation.kind === "all" ? ["bool"] : ["float32"];
    case "softmax":
    case "logSoftmax":
    case "argMax":
    case "argMin":
    case "matMul":
    case "conv2d":
    case "conv2dInputGradient":
    case "conv2dFilterGradient":
    case "maxPool":
    case "maxPoolGradient":
      return ["float32"];
    case "scatterAdd":
      return ["int32", "float32"];
    case "oneHot":
      return ["int32"];
    default:
      return undefined;
  }
}

function checkTypes(
  { id, operation }: Pick<Node, "id" | "operation">,
  inputs: readonly Place[],
): void {
  const types = operandTypes(operation);
  if (!types) return;
  inputs.forEach(({ dtype }, i) => {
    const needed = types[Math.min(i, types.length - 1)];
    if (dtype === needed) return;
    const name = "kind" in operation ? `${operation.op} ${operation.kind}` : operation.op;
    throw new Error(`node ${id} (${name}): operand ${i} is ${dtype}; the kernel takes ${needed}`);
  });
}

/** A copy of so many bytes. */
export function copyBytes(from: number, to: number, bytes: number): KernelCall {
  return call("copyBytes", from, to, bytes);
}

function call(kernel: keyof Kernels, ...values: number[]): KernelCall {
  return { kernel, arguments: values };
}

/** The tensor's elements from a later one on. */
function offset(place: Place, elements: number): Place {
  return { ...place, pointer: place.pointer + elements * elementBytes[place.dtype] };
}

/** Bit patterns of numbers as elements of a dtype of 4 bytes. */
function bits(dtype: Place["dtype"], values: readonly number[]): Int32Array {
  return dtype === "float32"
    ? new Int32Array(Float32Array.from(values).buffer)
    : Int32Array.from(values);
}

/** Reads by strides, writes one element after another. */
function strided(
  input: Place,
  shape: readonly number[],
  strides: readonly number[],
  out: number,
  room: Room,
): KernelCall {
  const axes = walk(shape, [strides, contiguous(shape)]);
  return copyStrided(input.dtype, input.pointer, out, room.table(tableOf(axes)), axes.length);
}

/** Writes a whole tensor into a part of a larger one. */
function insert(input: Place, output: Place, start: number, room: Room): KernelCall {
  const axes = walk(input.shape, [contiguous(input.shape), contiguous(output.shape)]);
  const to = offset(output, start).pointer;
  return copyStrided(input.dtype, input.pointer, to, room.table(tableOf(axes)), axes.length);
}

function lowerPad({ before, value }: Op<"pad">, x: Place, output: Place, room: Room): KernelCall[] {
  const n = sizeOf(output.shape);
  const fill = output.dtype === "bool"
    ? call("fillBytes", output.pointer, value, n)
    : call("fill", output.pointer, bits(output.dtype, [value])[0], n);
  const strides = contiguous(output.shape);
  const start = before.reduce((sum, count, axis) => sum + count * strides[axis], 0);
  return [fill, insert(x, output, start, room)];
}

function lowerConcat(
  { axis }: Op<"concat">,
  inputs: readonly Place[],
  output: Place,
  room: Room,
): KernelCall[] {
  const stride = contiguous(output.shape)[axis];
  let start = 0;
  return inputs.map((input) => {
    const inserted = insert(input, output, start * stride, room);
    start += input.shape[axis];
    return inserted;
  });
}

/** An axis that is repeated is two: the repetitions, then the axis. */
function lowerTile({ repetitions }: Op<"tile">, x: Place, output: Place, room: Room): KernelCall {
  const strides = contiguous(x.shape);
  const shape = x.shape.flatMap((size, axis) => [repetitions[axis], size]);
  return strided(x, shape, strides.flatMap((stride) => [0, stride]), output.pointer, room);
}

/** The sizes before, of and after an axis. */
function around(shape: readonly number[], axis: number) {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis],
    inner: sizeOf(shape.slice(axis + 1)),
  };
}

/** Axes that do not lie side by side are brought to the end first. */
function lowerReduce(
  { kind, axes }: Op<"reduce">,
  x: Place,
  output: Place,
  room: Room,
): KernelCall[] {
  const code = ReduceCode[kind];
  const reduced = axes.filter((axis) => x.shape[axis] !== 1);
  const kept = x.shape.map((_, axis) => axis)
    .filter((axis) => !reduced.includes(axis) && x.shape[axis] !== 1);
  const length = sizeOf(reduced.map((axis) => x.shape[axis]));
  const outer = kept.filter((axis) => reduced.length > 0 && axis < reduced[0]);
  const inner = kept.filter((axis) => axis > (reduced.at(-1) ?? -1));
  const sizes = (list: readonly number[]) => sizeOf(list.map((axis) => x.shape[axis]));
  if (outer.length + inner.length === kept.length) {
    return [call("reduce", code, x.pointer, output.pointer, sizes(outer), length, sizes(inner))];
  }
  const order = [...kept, ...reduced];
  const strides = contiguous(x.shape);
  const moved = room.scratch(elementBytes[x.dtype] * sizeOf(x.shape));
  const shape = order.map((axis) => x.shape[axis]);
  return [
    strided(x, shape, order.map((axis) => strides[axis]), moved, room),
    call("reduce", code, moved, output.pointer, sizes(kept), length, 1),
  ];
}

function lowerMatMul(
  { transposeA, transposeB, activation, bias }: Op<"matMul">,
  [a, b, c]: readonly Place[],
  output: Place,
  room: Room,
): KernelCall {
  const [m, n] = output.shape.slice(-2);
  const k = a.shape.at(transposeA ? -2 : -1)!;
  const batch = sizeOf(output.shape.slice(0, -2));
  const stride = ({ shape }: Place) => shape.length > 2 ? sizeOf(shape.slice(-2)) : 0;
  const [flagA, flagB] = [Number(transposeA), Number(transposeB)];
  const scratch = room.scratch(room.kernels.matMulScratch(m, n, k, flagA, flagB));
  return call(
    "matMul",
    ...[a.pointer, b.pointer, bias ? c.pointer : 0, output.pointer],
    ...[m, n, k, flagA, flagB, ActivationCode[activation]],
    ...[scratch, batch, stride(a), stride(b)],
  );
}

/** The words of a convolution of `input` with `filter` that gives `output` (shapes). */
function lowerConvolution(
  { op, strides, padding }: Op<"conv2d" | "conv2dInputGradient" | "conv2dFilterGradient">,
  [first, second]: readonly Place[],
  [batch, height, width, channels]: readonly number[],
  [filterHeight, filterWidth, , filters]: readonly number[],
  [, outHeight, outWidth]: readonly number[],
  output: Place,
  room: Room,
): KernelCall {
  const words: Record<typeof convolutionWords[number], number> = {
    ...{ batch, height, width, channels, filterHeight, filterWidth, filters, outHeight, outWidth },
    ...{
      strideHeight: strides[0],
      strideWidth: strides[1],
      padTop: padding[0],
      padLeft: padding[2],
    },
  };
  const table = room.table(Int32Array.from(convolutionWords, (word) => words[word]));
  const scratch = room.scratch(room.kernels.conv2dScratch(table));
  return call(op, first.pointer, second.pointer, output.pointer, table, scratch);
}

function poolWords(
  { size, strides, padding }: Op<"maxPool" | "maxPoolGradient">,
  [batch, height, width, channels]: readonly number[],
  [, outHeight, outWidth]: readonly number[],
): Int32Array {
  const words: Record<typeof convolutionWords[number], number> = {
    ...{ batch, height, width, channels, filterHeight: size[0], filterWidth: size[1] },
    ...{ filters: channels, outHeight, outWidth },
    ...{
      strideHeight: strides[0],
      strideWidth: strides[1],
      padTop: padding[0],
      padLeft: padding[2],
    },
  };
  return Int32Array.from(convolutionWords, (word) => words[word]);
}
