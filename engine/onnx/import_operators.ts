/**
 * The ONNX operators that the models of Seedbed's policies consist of, and what each is in the engine's
 * language. The other direction is in `lower_arrays.ts` and `lower_elementwise.ts`.
 *
 *     networks      Gemm, Relu, Tanh, Clip, Sub, Mul, Add, Concat, Slice, Reshape, ReduceMean
 *     one-hot rows  Unsqueeze, Equal, Where
 *     actions       ArgMax, Add, Max, Min, Mul
 *     tables        Sub, Mul, ReduceSum, Gather
 *     random        Mul, Floor, Squeeze, Cast, Add, Reshape
 */
import { broadcastShape, type GraphBuilder, sameShape } from "../program/builder.ts";
import type { BinaryKind, DType, Node, UnaryKind } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";

/** A node of the model that is to become a node of the program. */
export interface OperatorCall {
  readonly builder: GraphBuilder;
  /** How many inputs it has. */
  readonly inputs: number;
  /** Input i. */
  operand(i: number): Node;
  /** Input i as numbers, which must be a constant of int64. */
  integers(i: number): readonly number[];
  /** An attribute of integers; what to take if the node leaves it out, unless it must not. */
  attribute(name: string, otherwise?: bigint): readonly number[];
  /** Throws an error that names the node. */
  refuse(problem: string): never;
}

/** What is known of an operator. */
export interface Operator {
  /** The least and the largest number of inputs. */
  readonly inputs: readonly [number, number];
  /** The attributes that it may have. */
  readonly attributes?: readonly string[];
  /** Adds what it computes to a program. */
  raise(call: OperatorCall): Node;
}

/** A shape and type for people. */
export function specText({ dtype, shape }: Pick<Node, "dtype" | "shape">): string {
  return `${dtype} ${shapeText(shape)}`;
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function unary(kind: UnaryKind): Operator {
  return {
    inputs: [1, 1],
    raise: (call) => call.builder.unary(kind, typed(call, call.operand(0), "float32")),
  };
}

function binary(kind: BinaryKind): Operator {
  return {
    inputs: [2, 2],
    raise: (call) => {
      const a = call.operand(0);
      if (a.dtype === "bool") call.refuse("it has bool where numbers belong");
      const b = typed(call, call.operand(1), a.dtype);
      checkBroadcast(call, [a, b]);
      return call.builder.binary(kind, a, b);
    },
  };
}

const where: Operator = {
  inputs: [3, 3],
  raise: (call) => {
    const condition = typed(call, call.operand(0), "bool");
    const then = call.operand(1);
    const otherwise = typed(call, call.operand(2), then.dtype);
    checkBroadcast(call, [condition, then, otherwise]);
    return call.builder.select(condition, then, otherwise);
  },
};

const clip: Operator = {
  inputs: [3, 3],
  raise: (call) => {
    const x = typed(call, call.operand(0), "float32");
    const [low, high] = [scalar(call, 1), scalar(call, 2)];
    return call.builder.add({ op: "clip", low, high }, [x], x.shape, x.dtype);
  },
};

/** ONNX's numbers for element types (TensorProto.DataType), and the engine's for each. */
const castTypes: Readonly<Record<number, DType>> = { 1: "float32", 7: "int32", 9: "bool" };

const cast: Operator = {
  inputs: [1, 1],
  attributes: ["to"],
  raise: (call) => {
    const [to] = call.attribute("to");
    return call.builder.cast(
      call.operand(0),
      castTypes[to] ?? call.refuse(`there is no cast to type ${to}`),
    );
  },
};

const reshape: Operator = {
  inputs: [2, 2],
  raise: (call) => {
    const x = call.operand(0);
    const asked = call.integers(1);
    const sizes = asked.map((size, axis) => size === 0 ? x.shape[axis] : size);
    const rest = sizeOf(x.shape) / sizeOf(sizes.filter((size) => size !== -1));
    return reshaped(call, x, sizes.map((size) => size === -1 ? rest : size));
  },
};

const squeeze: Operator = {
  inputs: [2, 2],
  raise: (call) => {
    const x = call.operand(0);
    const axes = axesOf(call, call.integers(1), x.shape.length);
    return reshaped(call, x, x.shape.filter((_, axis) => !axes.includes(axis)));
  },
};

const unsqueeze: Operator = {
  inputs: [2, 2],
  raise: (call) => {
    const x = call.operand(0);
    const asked = call.integers(1);
    const axes = axesOf(call, asked, x.shape.length + asked.length);
    const sizes = [...x.shape];
    for (const axis of axes.toSorted((a, b) => a - b)) sizes.splice(axis, 0, 1);
    return reshaped(call, x, sizes);
  },
};

const slice: Operator = {
  inputs: [5, 5],
  raise: (call) => {
    const x = call.operand(0);
    const [starts, ends, asked, steps] = [1, 2, 3, 4].map((i) => call.integers(i));
    const begin = x.shape.map(() => 0);
    const shape = [...x.shape];
    axesOf(call, asked, x.shape.length).forEach((axis, i) => {
      const size = x.shape[axis];
      const end = Math.min(ends[i], size);
      if (steps[i] !== 1 || !(0 <= starts[i] && starts[i] < end)) {
        call.refuse(`it takes ${starts[i]} to ${ends[i]} by ${steps[i]} of ${size}`);
      }
      begin[axis] = starts[i];
      shape[axis] = end - starts[i];
    });
    return call.builder.slice(x, begin, shape);
  },
};

const concat: Operator = {
  inputs: [1, Infinity],
  attributes: ["axis"],
  raise: (call) => {
    const [first, ...others] = Array.from({ length: call.inputs }, (_, i) => call.operand(i));
    const [axis] = axesOf(call, call.attribute("axis"), first.shape.length);
    for (const part of others) {
      const beside = part.shape.map((size, i) => i === axis ? first.shape[axis] : size);
      if (part.dtype !== first.dtype || !sameShape(beside, first.shape)) {
        call.refuse(`${specText(part)} does not go beside ${specText(first)}`);
      }
    }
    return call.builder.concat([first, ...others], axis);
  },
};

const reduceMean: Operator = {
  inputs: [1, 1],
  attributes: ["axes", "keepdims"],
  raise: (call) => {
    const x = typed(call, call.operand(0), "float32");
    dropsAxes(call);
    const axes = axesOf(call, call.attribute("axes"), x.shape.length);
    return call.builder.reduce("mean", x, axes.toSorted((a, b) => a - b));
  },
};

/** Of integers, which have no kernel: the columns are added one after the other. */
const reduceSum: Operator = {
  inputs: [2, 2],
  attributes: ["keepdims"],
  raise: (call) => {
    const { builder } = call;
    const x = typed(call, call.operand(0), "int32");
    dropsAxes(call);
    const [axis, ...more] = axesOf(call, call.integers(1), x.shape.length);
    if (more.length > 0) call.refuse("it sums over more than one axis");
    const columns = Array.from({ length: x.shape[axis] }, (_, i) => {
      const column = builder.slice(
        x,
        x.shape.map((_, a) => a === axis ? i : 0),
        x.shape.with(axis, 1),
      );
      return builder.reshape(column, x.shape.toSpliced(axis, 1));
    });
    return columns.reduce((sum, column) => builder.binary("add", sum, column));
  },
};

const argMax: Operator = {
  inputs: [1, 1],
  attributes: ["axis", "keepdims"],
  raise: (call) => {
    const x = typed(call, call.operand(0), "float32");
    dropsAxes(call);
    const [axis] = axesOf(call, call.attribute("axis", 0n), x.shape.length);
    return call.builder.add({ op: "argMax", axis }, [x], x.shape.toSpliced(axis, 1), "int32");
  },
};

/** An index that is out of range is clamped, as the engine has it. */
const gather: Operator = {
  inputs: [2, 2],
  attributes: ["axis"],
  raise: (call) => {
    const { builder } = call;
    const [data, indices] = [call.operand(0), typed(call, call.operand(1), "int32")];
    const [axis] = axesOf(call, call.attribute("axis", 0n), data.shape.length);
    const rows = builder.gather(data, builder.reshape(indices, [sizeOf(indices.shape)]), axis);
    return builder.reshape(rows, data.shape.toSpliced(axis, 1, ...indices.shape));
  },
};

const gemm: Operator = {
  inputs: [3, 3],
  attributes: ["transA", "transB"],
  raise: (call) => {
    const operands = [0, 1, 2].map((i) => typed(call, call.operand(i), "float32"));
    const [a, b, bias] = operands.map(({ shape }) => shape);
    const [[transposeA], [transposeB]] = ["transA", "transB"].map((name) =>
      call.attribute(name, 0n)
    );
    const [rows, length] = transposeA ? a.toReversed() : a;
    const [depth, columns] = transposeB ? b.toReversed() : b;
    if (a.length !== 2 || b.length !== 2 || length !== depth || !sameShape(bias, [columns])) {
      call.refuse(`the shapes ${[a, b, bias].map(shapeText).join(", ")} do not fit`);
    }
    return call.builder.add(
      {
        op: "matMul",
        transposeA: transposeA === 1,
        transposeB: transposeB === 1,
        bias: true,
        activation: "none",
      },
      operands,
      [rows, columns],
      "float32",
    );
  },
};

function typed(call: OperatorCall, x: Node, dtype: DType): Node {
  return x.dtype === dtype ? x : call.refuse(`it has ${x.dtype} where ${dtype} belongs`);
}

function checkBroadcast(call: OperatorCall, operands: readonly Node[]): void {
  const shapes = operands.map(({ shape }) => shape);
  const whole = shapes.reduce(broadcastShape);
  for (const shape of shapes) {
    const missing = whole.length - shape.length;
    if (shape.every((size, axis) => size === 1 || size === whole[axis + missing])) continue;
    call.refuse(`the shapes ${shapes.map(shapeText).join(", ")} do not fit`);
  }
}

function reshaped(call: OperatorCall, x: Node, shape: readonly number[]): Node {
  const isShape = shape.every((size) => Number.isInteger(size) && size > 0);
  if (!isShape || sizeOf(shape) !== sizeOf(x.shape)) {
    call.refuse(`${shapeText(x.shape)} cannot become ${shapeText(shape)}`);
  }
  return call.builder.reshape(x, shape);
}

/** Axes from 0 upwards; ONNX counts negative ones from the end. */
function axesOf(call: OperatorCall, axes: readonly number[], rank: number): readonly number[] {
  return axes.map((axis) =>
    -rank <= axis && axis < rank
      ? (axis + rank) % rank
      : call.refuse(`there is no axis ${axis} among ${rank}`)
  );
}

function dropsAxes(call: OperatorCall): void {
  if (call.attribute("keepdims", 1n)[0] !== 0) call.refuse("it keeps reduced axes");
}

/** Input i as one float32 number, which must be a constant. */
function scalar(call: OperatorCall, i: number): number {
  const { operation, shape } = typed(call, call.operand(i), "float32");
  if (operation.op === "constant" && shape.length === 0) return operation.data[0];
  return call.refuse("its bounds must be constants");
}

/** All operators by their names. */
export const operators: Readonly<Record<string, Operator>> = {
  Add: binary("add"),
  ArgMax: argMax,
  Cast: cast,
  Clip: clip,
  Concat: concat,
  Equal: binary("equal"),
  Floor: unary("floor"),
  Gather: gather,
  Gemm: gemm,
  Max: binary("maximum"),
  Min: binary("minimum"),
  Mul: binary("multiply"),
  ReduceMean: reduceMean,
  ReduceSum: reduceSum,
  Relu: unary("relu"),
  Reshape: reshape,
  Slice: slice,
  Squeeze: squeeze,
  Sub: binary("subtract"),
  Tanh: unary("tanh"),
  Unsqueeze: unsqueeze,
  Where: where,
};
