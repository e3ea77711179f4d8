/** Small graphs that several tests use: between them they have every kind of field and operator. */
import type { OnnxGraph } from "../../../engine/onnx/graph.ts";

/** A table looked up by tuples of integers: row-major index by multiply and sum, then gather. */
export function lookupGraph(
  radices: readonly number[],
  table: readonly number[],
): OnnxGraph {
  const strides = radices.map((_, i) =>
    radices.slice(i + 1).reduce((product, n) => product * n, 1)
  );
  return {
    name: "lookup",
    inputs: [{
      name: "observation",
      type: "int64",
      shape: ["N", radices.length],
    }],
    outputs: [{ name: "action", type: "int64", shape: ["N"] }],
    constants: [
      {
        name: "strides",
        shape: [radices.length],
        data: BigInt64Array.from(strides, BigInt),
      },
      { name: "axis", shape: [1], data: BigInt64Array.of(1n) },
      {
        name: "table",
        shape: [table.length],
        data: BigInt64Array.from(table, BigInt),
      },
    ],
    nodes: [
      { op: "Mul", inputs: ["observation", "strides"], outputs: ["offsets"] },
      {
        op: "ReduceSum",
        inputs: ["offsets", "axis"],
        outputs: ["index"],
        attributes: { keepdims: 0n },
      },
      {
        op: "Gather",
        inputs: ["table", "index"],
        outputs: ["action"],
        attributes: { axis: 0n },
      },
    ],
  };
}

/** A whole number below `n` from uniform noise; the observation is not looked at. */
export function uniformGraph(n: number): OnnxGraph {
  return {
    name: "uniform",
    inputs: [
      { name: "observation", type: "int64", shape: ["N"] },
      { name: "noise", type: "float32", shape: ["N", 1] },
    ],
    outputs: [{ name: "action", type: "int64", shape: ["N"] }],
    constants: [
      { name: "count", shape: [], data: Float32Array.of(n) },
      { name: "axis", shape: [1], data: BigInt64Array.of(1n) },
    ],
    nodes: [
      { op: "Mul", inputs: ["noise", "count"], outputs: ["scaled"] },
      { op: "Floor", inputs: ["scaled"], outputs: ["whole"] },
      {
        op: "Cast",
        inputs: ["whole"],
        outputs: ["column"],
        attributes: { to: 7n },
      },
      { op: "Squeeze", inputs: ["column", "axis"], outputs: ["action"] },
    ],
  };
}

/** `clip(observation @ weights + bias, -1, 1)`. */
export function linearGraph(
  weights: Float32Array,
  bias: Float32Array,
): OnnxGraph {
  const rows = weights.length / bias.length;
  return {
    name: "linear",
    inputs: [{ name: "observation", type: "float32", shape: ["N", rows] }],
    outputs: [{ name: "action", type: "float32", shape: ["N", bias.length] }],
    constants: [
      { name: "weights", shape: [rows, bias.length], data: weights },
      { name: "bias", shape: [bias.length], data: bias },
      { name: "low", shape: [], data: Float32Array.of(-1) },
      { name: "high", shape: [], data: Float32Array.of(1) },
    ],
    nodes: [
      {
        op: "Gemm",
        inputs: ["observation", "weights", "bias"],
        outputs: ["sum"],
        attributes: { alpha: 1, transB: 0n },
      },
      { op: "Clip", inputs: ["sum", "low", "high"], outputs: ["action"] },
    ],
  };
}
