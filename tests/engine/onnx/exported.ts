/** Runs a tfjs function eagerly and as an exported model, and compares. */
import { assert, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { TypedTensor } from "onnxruntime-node";
import { exportOnnx, type ModelSource, type StateValues } from "../../../engine/onnx/export.ts";
import type { BatchSpec } from "../../../engine/onnx/lower.ts";
import { sizeOf } from "../../../engine/program/tensor_spec.ts";

tf.enableProdMode();

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });

/** Whether onnxruntime may not be loaded here. */
export const withoutRuntime = ffi.state !== "granted";

/** One named tensor of a state in a test. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: "float32" | "int32" | "bool";
}

/** A state as export sees it. */
export function stateOf(tensors: Readonly<Record<string, TestTensor>>): StateValues {
  return {
    names: Object.keys(tensors),
    spec: (name) => tensors[name],
    get: (name) => tensors[name].values,
  };
}

/** A function with what it needs; inputs are made by `values` from the number of elements. */
export interface ExportCase {
  readonly inputs: Readonly<
    Record<string, BatchSpec & { readonly values: (size: number) => readonly number[] }>
  >;
  readonly state?: Readonly<Record<string, TestTensor>>;
  readonly run: ModelSource<string>["run"];
  /** Allowed difference, times 1 or the size of the expected value; 0 if left out. */
  readonly tolerance?: number;
}

/** Exports once, and compares with eager tfjs at each batch size. */
export async function assertExported(
  what: string,
  { inputs, state = {}, run, tolerance = 0 }: ExportCase,
  batches: readonly number[] = [1, 7, 64],
): Promise<void> {
  const ort = await import("onnxruntime-node");
  const bytes = exportOnnx({ name: "test", inputs, state: stateOf(state), run });
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    for (const batch of batches) {
      const feeds: Record<string, TypedTensor<"float32" | "int64" | "bool">> = {};
      const tensors: Record<string, tf.Tensor> = {};
      await tf.setBackend("cpu");
      for (const [name, { shape, dtype = "float32", values }] of Object.entries(inputs)) {
        const sizes = shape.map((size) => size === "N" ? batch : size);
        const data = values(sizeOf(sizes));
        tensors[name] = tf.tensor(data as number[], sizes, dtype);
        feeds[name] = dtype === "float32"
          ? new ort.Tensor("float32", Float32Array.from(data), sizes)
          : dtype === "int32"
          ? new ort.Tensor("int64", BigInt64Array.from(data, BigInt), sizes)
          : new ort.Tensor("bool", Uint8Array.from(data), sizes);
      }
      const expected = eagerly(run, tensors, state);
      const results = await session.run(feeds);
      assertEquals(Object.keys(results), Object.keys(expected), what);
      for (const [name, { shape, values }] of Object.entries(expected)) {
        const where = `${what}, batch ${batch}, ${name}`;
        assertEquals(results[name].dims, shape, where);
        const actual = Array.from(results[name].data as ArrayLike<number | bigint>, Number);
        assertClose(actual, values, tolerance, where);
      }
    }
  } finally {
    await session.release();
  }
}

/** The function's outputs by eager tfjs on its CPU backend. */
function eagerly(
  run: ModelSource<string>["run"],
  tensors: Record<string, tf.Tensor>,
  state: Readonly<Record<string, TestTensor>>,
): Record<string, { shape: number[]; values: number[] }> {
  const variables = Object.fromEntries(
    Object.entries(state).map(([name, { shape, values, dtype = "float32" }]) => {
      const value = tf.tensor([...values], [...shape], dtype);
      return [name, tf.variable(value, false, name)];
    }),
  );
  try {
    return tf.tidy(() =>
      Object.fromEntries(
        Object.entries(run(tensors, variables)).map(([name, output]) => {
          return [name, { shape: output.shape, values: Array.from(output.dataSync()) }];
        }),
      )
    );
  } finally {
    tf.disposeVariables();
  }
}

/** Compares numbers; NaN and infinities must be the same. */
export function assertClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  what: string,
) {
  assertEquals(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const same = actual[i] === value || Number.isNaN(actual[i]) && Number.isNaN(value);
    const close = Math.abs(actual[i] - value) <= tolerance * Math.max(1, Math.abs(value));
    assert(same || close, `${what}: element ${i} is ${actual[i]}, not ${value}`);
  });
}
