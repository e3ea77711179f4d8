/**
 * What the parts of the lowering to ONNX share: what a part is given and gives, and conversions
 * between element types.
 */
import type { DType, Operation } from "../program/ir.ts";
import type { Dimension } from "./batch.ts";
import type { OnnxBuilder } from "./builder.ts";

/** A tensor of the model in the making. */
export interface Value {
  /** Its name in the model. */
  readonly name: string;
  readonly dtype: DType;
  readonly dimensions: readonly Dimension[];
}

/** The operations of a name. */
export type OperationOf<Name extends Operation["op"]> = Operation extends infer Each
  ? Each extends { readonly op: infer Names } ? Name extends Names ? Each : never : never
  : never;

/** One operation that is to be put in ONNX. */
export interface LoweringStep<Name extends Operation["op"] = Operation["op"]> {
  readonly builder: OnnxBuilder;
  readonly operation: OperationOf<Name>;
  readonly inputs: readonly Value[];
  /** Of the result. */
  readonly dtype: DType;
  readonly dimensions: readonly Dimension[];
  /** The operation as recorded at each batch size. */
  readonly recorded: readonly OperationOf<Name>[];
}

/** Adds nodes that compute an operation and gives the name of the result. */
export type Lowering<Name extends Operation["op"]> = (step: LoweringStep<Name>) => string;

/** How operations are put in ONNX, by their names. */
export type Lowerings = { readonly [Name in Operation["op"]]?: Lowering<Name> };

/** ONNX's numbers for element types (TensorProto.DataType). */
const typeCodes: Readonly<Record<DType, bigint>> = { float32: 1n, int32: 7n, bool: 9n };

/** Adds a conversion to the ONNX type of an element type. */
export function cast(builder: OnnxBuilder, tensor: string, dtype: DType): string {
  return builder.add("Cast", [tensor], { to: typeCodes[dtype] });
}

/** A value as this element type, converted if it has another. */
export function as(builder: OnnxBuilder, { name, dtype }: Value, wanted: DType): string {
  return dtype === wanted ? name : cast(builder, name, wanted);
}
