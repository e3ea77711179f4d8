/** What the elementwise kernels of TensorFlow.js mean in the engine's language. */
import type { Activation, BinaryKind, Node, UnaryKind } from "../program/ir.ts";
import type { GraphBuilder } from "../program/builder.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { type KernelCall, type Lowering, type Lowerings, Unsupported } from "./lowering.ts";

/** Kernels of one tensor, by what they are here. */
export const UNARY: Readonly<Record<string, UnaryKind>> = {
  Abs: "abs",
  Ceil: "ceil",
  Cos: "cos",
  Elu: "elu",
  Exp: "exp",
  Expm1: "expm1",
  Floor: "floor",
  IsFinite: "isFinite",
  IsInf: "isInf",
  IsNan: "isNaN",
  Log: "log",
  Log1p: "log1p",
  LogicalNot: "logicalNot",
  Neg: "negate",
  Reciprocal: "reciprocal",
  Relu: "relu",
  Relu6: "relu6",
  Round: "round",
  Rsqrt: "rsqrt",
  Sigmoid: "sigmoid",
  Sign: "sign",
  Sin: "sin",
  Softplus: "softplus",
  Sqrt: "sqrt",
  Square: "square",
  Tanh: "tanh",
};

/** Kernels of two tensors, by what they are here. */
export const BINARY: Readonly<Record<string, BinaryKind>> = {
  Add: "add",
  Equal: "equal",
  FloorDiv: "floorDivide",
  Greater: "greater",
  GreaterEqual: "greaterEqual",
  Less: "less",
  LessEqual: "lessEqual",
  LogicalAnd: "logicalAnd",
  LogicalOr: "logicalOr",
  Maximum: "maximum",
  Minimum: "minimum",
  Mod: "modulo",
  Multiply: "multiply",
  NotEqual: "notEqual",
  RealDiv: "divide",
  SquaredDifference: "squaredDifference",
  Sub: "subtract",
};

/** Functions that an int32 needs no detour through float32 for, which would round it. */
const EXACT_INTEGER: Readonly<Record<string, (build: GraphBuilder, x: Node) => Node>> = {
  abs: (build, x) =>
    build.binary("maximum", x, build.binary("subtract", build.scalar(0, "int32"), x)),
  negate: (build, x) => build.binary("subtract", build.scalar(0, "int32"), x),
  relu: (build, x) => build.binary("maximum", x, build.scalar(0, "int32")),
  square: (build, x) => build.binary("multiply", x, x),
};

function unary(kind: UnaryKind): Lowering {
  return ({ build, inputs: [x], outputs: [{ dtype }] }) => {
    if (x.dtype === "int32" && Object.hasOwn(EXACT_INTEGER, kind)) {
      return EXACT_INTEGER[kind](build, x);
    }
    if (kind === "logicalNot") return build.unary(kind, x);
    // TensorFlow.js computes in float64 and stores the result as the input's type.
    return build.cast(build.unary(kind, build.cast(x, "float32")), dtype);
  };
}

function binary(kind: BinaryKind): Lowering {
  return ({ kernel, build, inputs: [a, b], outputs: [{ dtype }] }) => {
    if (kind === "logicalAnd" || kind === "logicalOr") return build.binary(kind, a, b);
    const common = a.dtype === "float32" || b.dtype === "float32" ? "float32" : "int32";
    const node = build.binary(kind, build.cast(a, common), build.cast(b, common));
    if (node.dtype !== "bool" && dtype === "bool") throw new Unsupported(`${kernel} of bool`);
    return build.cast(node, dtype);
  };
}

function pow({ build, inputs: [x, exponent], outputs: [{ shape, dtype }] }: KernelCall): Node {
  const constant = exactConstant(build, exponent);
  if (constant === undefined || x.dtype !== "float32" || sizeOf(shape) !== sizeOf(x.shape)) {
    return build.binary("power", x, build.cast(exponent, x.dtype));
  }
  const node = build.add({ op: "powerConstant", exponent: constant }, [x], x.shape, dtype);
  return build.reshape(node, shape);
}

/**
 * The value of a float32 or int32 node that is one number, known now. Gradients write exponents as
 * differences of constants, so these are computed here, exactly as the kernels would.
 */
function exactConstant(build: GraphBuilder, node: Node): number | undefined {
  const { operation } = node;
  if (operation.op === "constant") {
    const [first] = operation.data;
    return operation.data.every((value) => value === first) ? first : undefined;
  }
  if (node.dtype !== "float32") return undefined;
  const operands = node.inputs.map((id) => exactConstant(build, build.node(id)));
  if (operands.length === 0 || operands.includes(undefined)) return undefined;
  const [a, b] = operands as number[];
  if (operation.op === "reshape" || operation.op === "broadcast") return a;
  if (operation.op === "cast") return Math.fround(a);
  if (operation.op === "unary" && operation.kind === "negate") return -a;
  if (operation.op !== "binary") return undefined;
  switch (operation.kind) {
    case "add":
      return Math.fround(a + b);
    case "subtract":
      return Math.fround(a - b);
    case "multiply":
      return Math.fround(a * b);
    default:
      return undefined;
  }
}

/** x > 0 ? 1 : alpha, and NaN stays NaN. */
function step({ build, attributes, inputs: [x], outputs: [{ dtype }] }: KernelCall): Node {
  const value = build.cast(x, "float32");
  const alpha = (attributes.alpha ?? 0) as number;
  const plain = build.unary("step", value);
  if (alpha === 0) return build.cast(plain, dtype);
  const below = build.select(build.unary("isNaN", value), value, build.scalar(alpha));
  return build.cast(
    build.select(build.binary("greater", value, build.scalar(0)), plain, below),
    dtype,
  );
}

function select({ build, input, outputs: [{ shape, dtype }] }: KernelCall): Node {
  const condition = input("condition");
  const then = build.cast(input("t"), dtype);
  // A vector of conditions is of the rows, not of the columns.
  const rows = condition.shape.length === 1 && shape.length > 1
    ? build.reshape(condition, shape.map((size, axis) => axis === 0 ? size : 1))
    : condition;
  return build.select(rows, then, build.cast(input("e"), dtype));
}

function clip({ kernel, build, attributes, inputs: [x] }: KernelCall): Node {
  if (x.dtype !== "float32") throw new Unsupported(`${kernel} of ${x.dtype}`);
  const { clipValueMin: low, clipValueMax: high } = attributes as Record<string, number>;
  return build.add({ op: "clip", low, high }, [x], x.shape, x.dtype);
}

function leakyRelu({ build, attributes, inputs: [x] }: KernelCall): Node {
  const value = build.cast(x, "float32");
  const slope = attributes.alpha as number;
  return build.add({ op: "leakyRelu", slope }, [value], value.shape, "float32");
}

function constant({ build, outputs: [{ shape, dtype }] }: KernelCall, value: number): Node {
  const size = sizeOf(shape);
  switch (dtype) {
    case "float32":
      return build.constant(new Float32Array(size).fill(value), shape);
    case "int32":
      return build.constant(new Int32Array(size).fill(value), shape);
    case "bool":
      return build.constant(new Uint8Array(size).fill(value), shape);
  }
}

function range({ build, attributes, outputs: [{ shape, dtype }] }: KernelCall): Node {
  const { start, stop, step: given = 1 } = attributes as Record<string, number>;
  // The default step goes down where the range does.
  const step = stop < start && given === 1 ? -1 : given;
  const values = dtype === "float32" ? new Float32Array(shape[0]) : new Int32Array(shape[0]);
  // As TensorFlow.js does: each from the one before, rounded.
  values.forEach((_, i) => values[i] = i === 0 ? start : values[i - 1] + step);
  return build.constant(values, shape);
}

function linSpace({ build, attributes, outputs: [{ shape }] }: KernelCall): Node {
  const { start, stop, num } = attributes as Record<string, number>;
  const values = new Float32Array(num);
  const step = (stop - start) / (num - 1);
  values.forEach((_, i) => values[i] = i === 0 ? start : values[i - 1] + step);
  return build.constant(values, shape);
}

/** The activation of a fused kernel, as a node of its own. */
export function activated(call: KernelCall, x: Node): Node {
  const { kernel, build, attributes } = call;
  const activation = (attributes.activation ?? "linear") as string;
  if (activation === "linear") return x;
  if (activation === "leakyrelu") {
    return build.add(
      { op: "leakyRelu", slope: attributes.leakyreluAlpha as number },
      [x],
      x.shape,
      x.dtype,
    );
  }
  const kinds: Readonly<Record<string, UnaryKind & (Activation | "relu6")>> = {
    relu: "relu",
    relu6: "relu6",
    elu: "elu",
    sigmoid: "sigmoid",
  };
  if (!Object.hasOwn(kinds, activation)) throw new Unsupported(`${kernel} with ${activation}`);
  return build.unary(kinds[activation], x);
}

/** The elementwise kernels, and those that make constants. */
export const elementwise: Lowerings = {
  ...Object.fromEntries(Object.entries(UNARY).map(([kernel, kind]) => [kernel, unary(kind)])),
  ...Object.fromEntries(Object.entries(BINARY).map(([kernel, kind]) => [kernel, binary(kind)])),
  AddN: ({ build, inputs }) => inputs.reduce((sum, x) => build.binary("add", sum, x)),
  Cast: ({ build, inputs: [x], outputs: [{ dtype }] }) => build.cast(x, dtype),
  ClipByValue: clip,
  EluGrad: ({ build, input }) =>
    build.binary("multiply", input("dy"), build.unary("eluGrad", input("y"))),
  Fill: (call) => constant(call, call.attributes.value as number),
  LeakyRelu: leakyRelu,
  LinSpace: linSpace,
  OnesLike: (call) => constant(call, 1),
  Pow: pow,
  Range: range,
  Select: select,
  Step: step,
  ZerosLike: (call) => constant(call, 0),
};
