import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { InferenceSession } from "onnxruntime-node";
import type { OnnxGraph } from "../../../engine/onnx/graph.ts";
import { encodeModel } from "../../../engine/onnx/model.ts";
import { linearGraph, lookupGraph, uniformGraph } from "./graphs.ts";

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });
const ignore = ffi.state !== "granted";

type Ort = typeof import("onnxruntime-node");

async function open(ort: Ort, graph: OnnxGraph): Promise<InferenceSession> {
  return await ort.InferenceSession.create(encodeModel(graph, { seed: "0" }), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 4,
  });
}

function int64(ort: Ort, values: ArrayLike<number>, shape: number[]) {
  return new ort.Tensor("int64", BigInt64Array.from(Array.from(values, BigInt)), shape);
}

/** Every tuple of integers below the radices, one behind the other, the last varying fastest. */
function everyTuple(radices: readonly number[]): number[] {
  return radices.reduce<number[][]>(
    (tuples, n) => tuples.flatMap((tuple) => Array.from({ length: n }, (_, i) => [...tuple, i])),
    [[]],
  ).flat();
}

for (const rows of [0, 1, 7, 4096]) {
  Deno.test({
    name: `onnxruntime runs a table lookup on ${rows} observations at once`,
    ignore,
    fn: async () => {
      const ort = await import("onnxruntime-node");
      const table = Array.from({ length: 12 }, (_, i) => (i * 7) % 5);
      const session = await open(ort, lookupGraph([3, 4], table));
      const cells = Array.from({ length: rows }, (_, i) => (i * 5) % 12);
      const observation = cells.flatMap((cell) => [Math.floor(cell / 4), cell % 4]);
      const { action } = await session.run({ observation: int64(ort, observation, [rows, 2]) });
      assertEquals(action.dims, [rows]);
      assertEquals(
        Array.from(action.data as BigInt64Array, Number),
        cells.map((cell) => table[cell]),
      );
      await session.release();
    },
  });
}

Deno.test({
  name: "a table of any shape gives in ONNX what indexing it gives, for every observation",
  ignore,
  fn: async () => {
    const ort = await import("onnxruntime-node");
    const cases = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }).chain(
      (radices) => {
        const size = radices.reduce((product, n) => product * n, 1);
        const action = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
        return fc.tuple(
          fc.constant(radices),
          fc.array(action, { minLength: size, maxLength: size }),
        );
      },
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([radices, table]) => {
        const session = await open(ort, lookupGraph(radices, table));
        const observation = int64(ort, everyTuple(radices), [table.length, radices.length]);
        const { action } = await session.run({ observation });
        await session.release();
        assertEquals(Array.from(action.data as BigInt64Array, Number), table);
      }),
      { numRuns: 50 },
    );
  },
});

Deno.test({
  name: "int64 matrix products, float constants, attributes and optional inputs run",
  ignore,
  fn: async () => {
    const ort = await import("onnxruntime-node");
    const matrix: OnnxGraph = {
      name: "matrix",
      inputs: [{ name: "x", type: "int64", shape: ["N", 2] }],
      outputs: [
        { name: "product", type: "int64", shape: ["N"] },
        { name: "capped", type: "int64", shape: ["N"] },
        { name: "positive", type: "bool", shape: ["N"] },
      ],
      constants: [
        { name: "strides", shape: [2], data: BigInt64Array.of(10n, -1n) },
        { name: "cap", shape: [], data: BigInt64Array.of(25n) },
        { name: "zero", shape: [], data: BigInt64Array.of(0n) },
      ],
      nodes: [
        { op: "MatMul", inputs: ["x", "strides"], outputs: ["product"] },
        { op: "Clip", inputs: ["product", "", "cap"], outputs: ["capped"] },
        { op: "Greater", inputs: ["product", "zero"], outputs: ["positive"] },
      ],
    };
    const session = await open(ort, matrix);
    const results = await session.run({ x: int64(ort, [1, 2, 3, 4, -1, 0], [3, 2]) });
    assertEquals(results.product.data, BigInt64Array.of(8n, 26n, -10n));
    assertEquals(results.capped.data, BigInt64Array.of(8n, 25n, -10n));
    assertEquals(results.positive.data, Uint8Array.of(1, 1, 0));
    await session.release();

    const linear = await open(
      ort,
      linearGraph(Float32Array.of(0.5, -2, 1, 4), Float32Array.of(0.25, 0)),
    );
    const observation = new ort.Tensor("float32", Float32Array.of(1, 0.125, -4, 2), [2, 2]);
    const { action } = await linear.run({ observation });
    assertEquals(action.data, Float32Array.of(0.875, -1, 0.25, 1));
    await linear.release();
  },
});

Deno.test({
  name: "the input of a stochastic policy that ignores its observation is still accepted",
  ignore,
  fn: async () => {
    const ort = await import("onnxruntime-node");
    const session = await open(ort, uniformGraph(6));
    assertEquals(session.inputNames, ["observation", "noise"]);
    const below1 = 1 - 2 ** -24;
    const { action } = await session.run({
      observation: int64(ort, [0, 1, 2, 3], [4]),
      noise: new ort.Tensor("float32", Float32Array.of(0, 1 / 6, 0.5, below1), [4, 1]),
    });
    assertEquals(action.data, BigInt64Array.of(0n, 1n, 3n, 5n));
    await session.release();
  },
});

Deno.test({
  name: "onnxruntime refuses an observation of the wrong width or outside the table",
  ignore,
  fn: async () => {
    const ort = await import("onnxruntime-node");
    const session = await open(ort, lookupGraph([2, 2], [0, 1, 2, 3]));
    await assertRejects(
      () => session.run({ observation: int64(ort, [0, 0, 0], [1, 3]) }),
      Error,
      "observation",
    );
    await assertRejects(
      () => session.run({ observation: int64(ort, [2, 0], [1, 2]) }),
      Error,
      "out of data bounds",
    );
    await session.release();
  },
});

const checker = "/usr/bin/python3";
const python = await Deno.permissions.query({ name: "run", command: checker });
const canCheck = python.state === "granted" &&
  (await new Deno.Command(checker, { args: ["-c", "import onnx"], stderr: "null" }).output())
    .success;

Deno.test({
  name: "ONNX's own checker accepts the models and refuses a damaged one",
  ignore: !canCheck,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const linear = linearGraph(new Float32Array(6), new Float32Array(2));
      for (const graph of [lookupGraph([2, 3], [5, 4, 3, 2, 1, 0]), uniformGraph(3), linear]) {
        await Deno.writeFile(`${folder}/${graph.name}.onnx`, encodeModel(graph, { seed: "0" }));
      }
      const check = async () => {
        const script = new URL("../../../tools/check_onnx.py", import.meta.url).pathname;
        const { code, stdout } = await new Deno.Command(checker, {
          args: [script, folder],
          stderr: "null",
        }).output();
        return { code, text: new TextDecoder().decode(stdout) };
      };
      const good = await check();
      assert(good.text.startsWith("3 accepted, 0 refused"), good.text);
      assertEquals(good.code, 0);
      await Deno.writeFile(
        `${folder}/bad.onnx`,
        encodeModel({ ...linear, outputs: [{ name: "action", type: "int64", shape: ["N", 2] }] }),
      );
      const bad = await check();
      assert(bad.text.startsWith("3 accepted, 1 refused"), bad.text);
      assertEquals(bad.code, 1);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
