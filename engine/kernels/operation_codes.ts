/**
 * The numbers by which kernels.wasm knows elementwise operations, and the choice among them by
 * element type. The order of the names is that of the table in assembly/elementwise.ts.
 */
import type { DType, ElementwiseStep } from "../program/ir.ts";

/** What `apply` and the steps of a fused chain take. */
export interface ElementwiseCode {
  /** The place in {@link operationNames}. */
  readonly code: number;
  /**
   * First parameter: the lower bound of clip, the exponent of a power, the slope of leakyRelu;
   * else 0.
   */
  readonly p: number;
  /** Second parameter: the upper bound of clip; else 0. */
  readonly q: number;
}

/** Names of the operations; the place is the code. */
export const operationNames: readonly string[] = [
  // 4 bytes to 4 bytes: one float32
  ...["abs", "ceil", "cos", "elu", "eluGrad", "exp", "expm1", "floor", "log", "log1p", "negate"],
  ...["reciprocal", "relu", "relu6", "round", "rsqrt", "sigmoid", "sign", "sin", "softplus"],
  ...["sqrt", "square", "step", "tanh"],
  // with parameters
  ...["clip", "leakyRelu", "powerConstant", "cube", "powerHalf", "copy"],
  // two float32
  ...["add", "subtract", "multiply", "divide", "maximum", "minimum", "modulo", "power"],
  ...["squaredDifference", "floorDivide"],
  // int32
  ...["absInt32", "negateInt32", "signInt32", "squareInt32"],
  ...["addInt32", "subtractInt32", "multiplyInt32", "maximumInt32", "minimumInt32"],
  ...["moduloInt32", "squaredDifferenceInt32", "floorDivideInt32"],
  ...["castFloat32ToInt32", "castInt32ToFloat32"],
  // 4 bytes to bools
  ...["isNaN", "isFinite", "isInf", "castFloat32ToBool", "castInt32ToBool"],
  ...["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"],
  ...["equalInt32", "notEqualInt32", "lessInt32", "lessEqualInt32", "greaterInt32"],
  "greaterEqualInt32",
  // bools to bools
  ...["logicalNot", "logicalAnd", "logicalOr", "equalBool", "notEqualBool", "copyBool"],
  "selectBool",
  // bools to 4 bytes
  ...["castBoolToFloat32", "castBoolToInt32"],
  // a bool and two elements of 4 bytes to 4 bytes
  "select",
];

const codes = new Map(operationNames.map((name, code) => [name, code]));

/** Ends of the names; most operations have float32 kernels, without one. */
const suffixes: Readonly<Record<DType, string>> = { float32: "", int32: "Int32", bool: "Bool" };
const typeNames: Readonly<Record<DType, string>> = {
  float32: "Float32",
  int32: "Int32",
  bool: "Bool",
};
/** What is of bools alone, and so has no suffix. */
const ofBools = new Set<string>(["logicalNot", "logicalAnd", "logicalOr"]);

/** The name of the constant power's kernel: exact forms where there are some. */
function powerName(exponent: number): string {
  const names: Record<string, string> = {
    "-1": "reciprocal",
    "0.5": "powerHalf",
    "1": "copy",
    "2": "square",
    "3": "cube",
  };
  return names[exponent] ?? "powerConstant";
}

/**
 * The code and parameters of an operation on elements of given types.
 *
 * @param inputs element types of the operands, in their order
 * @param output element type of the result
 * @throws Error if there is no such kernel
 */
export function elementwiseCode(
  operation: ElementwiseStep["operation"],
  inputs: readonly DType[],
  output: DType,
): ElementwiseCode {
  const [name, p, q] = nameAndParameters(operation, inputs, output);
  const code = codes.get(name);
  if (code === undefined) {
    const what = "kind" in operation ? operation.kind : operation.op;
    throw new Error(`no kernel for ${what} of ${inputs.join(", ")}`);
  }
  return { code, p, q };
}

function nameAndParameters(
  operation: ElementwiseStep["operation"],
  inputs: readonly DType[],
  output: DType,
): [name: string, p: number, q: number] {
  const suffix = suffixes[inputs[0]];
  const suffixOfBools = inputs[0] === "bool" ? "" : typeNames[inputs[0]];
  switch (operation.op) {
    case "unary":
    case "binary":
      return [operation.kind + (ofBools.has(operation.kind) ? suffixOfBools : suffix), 0, 0];
    case "clip":
      return ["clip" + suffix, operation.low, operation.high];
    case "leakyRelu":
      return ["leakyRelu" + suffix, operation.slope, 0];
    case "powerConstant":
      return [powerName(operation.exponent) + suffix, operation.exponent, 0];
    case "select":
      return [output === "bool" ? "selectBool" : "select", 0, 0];
    case "cast":
      if (inputs[0] === output) return [output === "bool" ? "copyBool" : "copy", 0, 0];
      return [`cast${typeNames[inputs[0]]}To${typeNames[output]}`, 0, 0];
  }
}
