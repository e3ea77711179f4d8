/** The ONNX forms of the elementwise operations. */
import type { BinaryKind, DType, ElementwiseStep, UnaryKind } from "../program/ir.ts";
import type { OnnxBuilder } from "./builder.ts";
import {
  as,
  cast,
  type Lowering,
  type Lowerings,
  type LoweringStep,
  type Value,
} from "./lowering.ts";

/** Kinds that one operator of float32 computes. */
const unaryOperators: Partial<Record<UnaryKind, string>> = {
  abs: "Abs",
  ceil: "Ceil",
  cos: "Cos",
  elu: "Elu",
  exp: "Exp",
  floor: "Floor",
  isInf: "IsInf",
  isNaN: "IsNaN",
  log: "Log",
  negate: "Neg",
  reciprocal: "Reciprocal",
  relu: "Relu",
  round: "Round",
  sigmoid: "Sigmoid",
  sign: "Sign",
  sin: "Sin",
  softplus: "Softplus",
  sqrt: "Sqrt",
  tanh: "Tanh",
};

/** Kinds that take several operators: what they make of a float32 tensor. */
const unaryForms: Partial<Record<UnaryKind, (b: OnnxBuilder, x: string) => string>> = {
  eluGrad: (b, y) => {
    const isPositive = b.add("GreaterOrEqual", [y, b.float(0)]);
    return b.add("Where", [isPositive, b.float(1), b.add("Add", [y, b.float(1)])]);
  },
  // exp(x) - 1 = tanh(x / 2) (exp(x) + 1), which is exact near 0 too
  expm1: (b, x) => {
    const half = b.add("Tanh", [b.add("Mul", [x, b.float(0.5)])]);
    return b.add("Mul", [half, b.add("Add", [b.add("Exp", [x]), b.float(1)])]);
  },
  isFinite: (b, x) => b.add("Not", [b.add("Or", [b.add("IsNaN", [x]), b.add("IsInf", [x])])]),
  // Kahan's: with u = 1 + x rounded, log(u) x / (u - 1) makes good what u has lost
  log1p: (b, x) => {
    const u = b.add("Add", [x, b.float(1)]);
    const rounded = b.add("Sub", [u, b.float(1)]);
    const log = b.add("Log", [u]);
    const mended = b.add("Mul", [log, b.add("Div", [x, rounded])]);
    const isZero = b.add("Equal", [rounded, b.float(0)]);
    const isInfinite = b.add("IsInf", [u]);
    return b.add("Where", [isInfinite, log, b.add("Where", [isZero, x, mended])]);
  },
  relu6: (b, x) => b.add("Clip", [x, b.float(0), b.float(6)]),
  rsqrt: (b, x) => b.add("Reciprocal", [b.add("Sqrt", [x])]),
  square: (b, x) => b.add("Mul", [x, x]),
  // NaN is not above 0 and stays NaN
  step: (b, x) => {
    const isPositive = cast(b, b.add("Greater", [x, b.float(0)]), "float32");
    return b.add("Where", [b.add("IsNaN", [x]), x, isPositive]);
  },
};

/** Kinds that ONNX computes of integers as well, under the same operator. */
const integerKinds: readonly UnaryKind[] = ["abs", "negate", "sign"];

const unary: Lowering<"unary"> = ({ builder, operation: { kind }, inputs: [x], dtype }) => {
  if (kind === "logicalNot") return builder.add("Not", [as(builder, x, "bool")]);
  const operator = unaryOperators[kind];
  if (x.dtype === "int32" && dtype === "int32") {
    if (integerKinds.includes(kind)) return builder.add(operator!, [x.name]);
    if (kind === "square") return builder.add("Mul", [x.name, x.name]);
  }
  const float = as(builder, x, "float32");
  const result = operator === undefined
    ? unaryForms[kind]!(builder, float)
    : builder.add(operator, [float]);
  return dtype === "int32" ? cast(builder, result, "int32") : result;
};

/** Kinds that one operator computes. */
const binaryOperators: Partial<Record<BinaryKind, string>> = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
  maximum: "Max",
  minimum: "Min",
  power: "Pow",
  equal: "Equal",
  less: "Less",
  lessEqual: "LessOrEqual",
  greater: "Greater",
  greaterEqual: "GreaterOrEqual",
  logicalAnd: "And",
  logicalOr: "Or",
};

/** Kinds that take several operators, of two float32 or two int64 tensors. */
const binaryForms: Partial<
  Record<BinaryKind, (b: OnnxBuilder, x: string, y: string, dtype: DType) => string>
> = {
  floorDivide: (b, x, y, dtype) => {
    if (dtype === "float32") return b.add("Floor", [b.add("Div", [x, y])]);
    // Div cuts towards 0; less the remainder, which has the divisor's sign, there is nothing to cut.
    return b.add("Div", [b.add("Sub", [x, b.add("Mod", [x, y])]), y]);
  },
  modulo: (b, x, y, dtype) => {
    if (dtype === "int32") return b.add("Mod", [x, y]);
    // Mod of floats has the sign of x, the result that of y.
    const fmod = { fmod: 1n };
    const remainder = b.add("Mod", [x, y], fmod);
    const turned = b.add("Mod", [b.add("Add", [remainder, y]), y], fmod);
    const below = (z: string) => b.add("Less", [z, b.float(0)]);
    const sameSign = b.add("Equal", [below(x), below(y)]);
    return b.add("Where", [sameSign, remainder, turned]);
  },
  notEqual: (b, x, y) => b.add("Not", [b.add("Equal", [x, y])]),
  squaredDifference: (b, x, y) => {
    const difference = b.add("Sub", [x, y]);
    return b.add("Mul", [difference, difference]);
  },
};

const comparisons: readonly BinaryKind[] = [
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
];
const logical: readonly BinaryKind[] = ["logicalAnd", "logicalOr"];

const binary: Lowering<"binary"> = ({ builder, operation: { kind }, inputs, dtype }) => {
  const operands = operandType(kind, inputs, dtype);
  const [x, y] = inputs.map((input) => as(builder, input, operands));
  const operator = binaryOperators[kind];
  return operator === undefined
    ? binaryForms[kind]!(builder, x, y, operands)
    : builder.add(operator, [x, y]);
};

/** The element type in which both operands are needed. */
function operandType(kind: BinaryKind, inputs: readonly Value[], result: DType): DType {
  if (logical.includes(kind)) return "bool";
  if (!comparisons.includes(kind)) return result;
  return inputs.some(({ dtype }) => dtype === "float32") ? "float32" : "int32";
}

const select: Lowering<"select"> = (
  { builder, inputs: [condition, then, otherwise], dtype },
) =>
  builder.add("Where", [
    as(builder, condition, "bool"),
    as(builder, then, dtype),
    as(builder, otherwise, dtype),
  ]);

const clip: Lowering<"clip"> = ({ builder, operation: { low, high }, inputs: [x], dtype }) => {
  const bound = (value: number) =>
    dtype === "int32" ? builder.integer(value) : builder.float(value);
  return builder.add("Clip", [as(builder, x, dtype), bound(low), bound(high)]);
};

const powerConstant: Lowering<"powerConstant"> = ({ builder, operation, inputs: [x] }) =>
  builder.add("Pow", [as(builder, x, "float32"), builder.float(operation.exponent)]);

const leakyRelu: Lowering<"leakyRelu"> = ({ builder, operation: { slope }, inputs: [x] }) =>
  builder.add("LeakyRelu", [as(builder, x, "float32")], { alpha: slope });

/** A fused chain, taken apart again. */
const elementwise: Lowering<"elementwise"> = ({ builder, operation, inputs, dimensions }) => {
  const values: Value[] = [...inputs];
  for (const { operation: step, operands, dtype } of operation.steps) {
    const lowering = elementwiseLowerings[step.op] as Lowering<ElementwiseStep["operation"]["op"]>;
    const name = lowering({
      builder,
      operation: step,
      inputs: operands.map((k) => values[k]),
      dtype,
      dimensions,
      recorded: [step],
    } as LoweringStep<ElementwiseStep["operation"]["op"]>);
    values.push({ name, dtype, dimensions });
  }
  return values[values.length - 1].name;
};

/** The elementwise operations' ONNX forms. */
export const elementwiseLowerings: Lowerings = {
  unary,
  binary,
  select,
  clip,
  powerConstant,
  leakyRelu,
  elementwise,
  cast: ({ builder, inputs: [x], dtype }) => as(builder, x, dtype),
};
