/**
 * Writes an `OnnxGraph` as an ONNX model file and reads it back. The same graph and metadata give
 * the same bytes on every machine: there is no time stamp, and whatever has no order is sorted.
 * The protobuf classes come from `onnx-buf`, generated from ONNX's official schema.
 */
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataType as DataType,
  type TensorProtoSchema,
  type ValueInfoProto,
  type ValueInfoProtoSchema,
} from "onnx-buf";
import type { OnnxAttribute, OnnxConstant, OnnxGraph, OnnxType, OnnxValue } from "./graph.ts";
import { validateGraph } from "./validate.ts";

/**
 * The version of the operator set: old enough for every runtime in use, new enough for all that
 * the models need.
 */
const opsetVersion = 17n;

/** The version of the file format; readers refuse what is newer than themselves. */
const irVersion = 8n;

/** A model: the graph and what is known about it. */
export interface OnnxModel {
  /** What it computes. */
  readonly graph: OnnxGraph;
  /** Facts by name; what they mean is up to who wrote them. */
  readonly metadata: Readonly<Record<string, string>>;
}

const dataTypes: Readonly<Record<OnnxType, DataType>> = {
  float32: DataType.FLOAT,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

/**
 * Writes a model.
 *
 * @param graph what the model computes
 * @param metadata facts to keep in the file, in any order
 * @returns the bytes of an `.onnx` file
 * @throws RangeError if the graph is malformed: see `validateGraph`
 */
export function encodeModel(
  graph: OnnxGraph,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  validateGraph(graph);
  const model = create(ModelProtoSchema, {
    irVersion,
    opsetImport: [{ domain: "", version: opsetVersion }],
    // Without a version: the bytes follow from the graph and the metadata alone.
    producerName: "seedbed",
    graph: {
      name: graph.name,
      node: graph.nodes.map((node) => ({
        opType: node.op,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: sortedEntries(node.attributes ?? {}).map(([name, value]) =>
          encodeAttribute(name, value)
        ),
      })),
      initializer: graph.constants.map(encodeConstant),
      input: graph.inputs.map(encodeValue),
      output: graph.outputs.map(encodeValue),
    },
    metadataProps: sortedEntries(metadata).map(([key, value]) => ({
      key,
      value,
    })),
  });
  return toBinary(ModelProtoSchema, model);
}

/**
 * Reads a model that `encodeModel` wrote. Models of other makers are read as far as they keep to
 * what `OnnxGraph` can hold.
 *
 * @param bytes the content of an `.onnx` file
 * @throws SyntaxError if the bytes are not such a model
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const { graph, metadataProps } = parse(bytes);
  if (graph === undefined) throw unreadable("it has no graph");
  return {
    graph: {
      name: graph.name,
      inputs: graph.input.map(decodeValue),
      outputs: graph.output.map(decodeValue),
      constants: graph.initializer.map(decodeConstant),
      nodes: graph.node.map(({ opType, input, output, attribute }) => ({
        op: opType,
        inputs: input,
        outputs: output,
        ...(attribute.length > 0 &&
          {
            attributes: Object.fromEntries(
              attribute.map((a) => [a.name, decodeAttribute(a)]),
            ),
          }),
      })),
    },
    metadata: Object.fromEntries(
      metadataProps.map(({ key, value }) => [key, value]),
    ),
  };
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

function unreadable(reason: string): SyntaxError {
  return new SyntaxError(`not an ONNX model that Seedbed can read: ${reason}`);
}

/** In the order of UTF-16 code units, the same in every locale. */
function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function encodeValue(
  { name, type, shape }: OnnxValue,
): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((length) => ({
    value: typeof length === "string"
      ? { case: "dimParam" as const, value: length }
      : { case: "dimValue" as const, value: BigInt(length) },
  }));
  return {
    name,
    type: {
      value: {
        case: "tensorType",
        value: { elemType: dataTypes[type], shape: { dim } },
      },
    },
  };
}

function decodeValue({ name, type }: ValueInfoProto): OnnxValue {
  if (type?.value.case !== "tensorType") {
    throw unreadable(`"${name}" is not a tensor`);
  }
  const { elemType, shape } = type.value.value;
  return {
    name,
    type: decodeType(elemType, name),
    shape: (shape?.dim ?? []).map(({ value }) =>
      value.case === "dimValue" ? Number(value.value) : value.value ?? ""
    ),
  };
}

function decodeType(code: number, name: string): OnnxType {
  for (const type of Object.keys(dataTypes) as OnnxType[]) {
    if (dataTypes[type] === code) return type;
  }
  throw unreadable(`"${name}" has the element type ${DataType[code] ?? code}`);
}

function encodeConstant(
  { name, shape, data }: OnnxConstant,
): MessageInitShape<typeof TensorProtoSchema> {
  const copy = data.slice();
  if (copy instanceof Float32Array) canonicalizeNaNs(copy);
  return {
    name,
    dims: shape.map(BigInt),
    dataType: copy instanceof Float32Array ? DataType.FLOAT : DataType.INT64,
    // Little-endian, as the format wants it and as every machine that Deno runs on has it.
    rawData: new Uint8Array(copy.buffer),
  };
}

/** The bits of a NaN that was computed depend on the CPU; the file's must not. */
function canonicalizeNaNs(values: Float32Array): void {
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) bits[i] = 0x7fc00000;
  }
}

function decodeConstant(
  { name, dims, dataType, rawData }: TensorProto,
): OnnxConstant {
  const type = decodeType(dataType, name);
  if (type === "bool") throw unreadable(`the constant "${name}" is bool`);
  const shape = dims.map(Number);
  const size = shape.reduce((product, length) => product * length, 1);
  const bytesPerElement = type === "float32" ? 4 : 8;
  if (rawData.length !== size * bytesPerElement) {
    throw unreadable(
      `the constant "${name}" has ${rawData.length} bytes of raw data, not ${
        size * bytesPerElement
      }`,
    );
  }
  const { buffer } = rawData.slice(); // typed arrays need an aligned start
  return {
    name,
    shape,
    data: type === "float32" ? new Float32Array(buffer) : new BigInt64Array(buffer),
  };
}

function encodeAttribute(
  name: string,
  value: OnnxAttribute,
): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === "bigint") {
    return { name, type: AttributeType.INT, i: value };
  }
  if (typeof value === "number") {
    return { name, type: AttributeType.FLOAT, f: value };
  }
  if (typeof value === "string") {
    return {
      name,
      type: AttributeType.STRING,
      s: new TextEncoder().encode(value),
    };
  }
  return typeof value[0] === "bigint"
    ? { name, type: AttributeType.INTS, ints: value as bigint[] }
    : { name, type: AttributeType.FLOATS, floats: value as number[] };
}

function decodeAttribute(
  { name, type, i, f, s, ints, floats }: AttributeProto,
): OnnxAttribute {
  switch (type) {
    case AttributeType.INT:
      return i;
    case AttributeType.FLOAT:
      return f;
    case AttributeType.STRING:
      return new TextDecoder().decode(s);
    case AttributeType.INTS:
      return ints;
    case AttributeType.FLOATS:
      return floats;
    default:
      throw unreadable(
        `the attribute "${name}" has the type ${AttributeType[type] ?? type}`,
      );
  }
}
