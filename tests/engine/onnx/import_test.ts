import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { compile, State } from "../../../engine/mod.ts";
import { exportOnnx } from "../../../engine/onnx/export.ts";
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from "../../../engine/onnx/graph.ts";
import { importOnnx } from "../../../engine/onnx/import.ts";
import { operators } from "../../../engine/onnx/import_operators.ts";
import type { BatchSpec } from "../../../engine/onnx/lower.ts";
import { decodeModel, encodeModel } from "../../../engine/onnx/model.ts";
import { defaultGenerator } from "../../../random/generator.ts";
import { listed } from "../../benchmarks/published.ts";
import { lookupGraph, uniformGraph } from "./graphs.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";
const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });

/** A function of an observation with named parameters, as policies are made. */
interface Case {
  readonly name: string;
  readonly observation: BatchSpec;
  /** Shapes. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly run: (x: tf.Tensor2D, parameters: Readonly<Record<string, tf.Tensor>>) => tf.Tensor;
}

const vector: BatchSpec = { shape: ["N", 5] };
const layers = { w1: [5, 7], b1: [7], w2: [7, 6], b2: [6] };
type Layer = (x: tf.Tensor, s: Readonly<Record<string, tf.Tensor>>, i: number) => tf.Tensor;
const layer: Layer = (x, s, i) => tf.add(tf.matMul(x as tf.Tensor2D, s[`w${i}`]), s[`b${i}`]);
const perceptron = (activation: (x: tf.Tensor) => tf.Tensor): Case["run"] => (x, s) =>
  layer(activation(layer(x, s, 1)), s, 2);

/** What the policies of the algorithms are made of, with outputs that show every bit. */
const cases: readonly Case[] = [
  { name: "relu", observation: vector, parameters: layers, run: perceptron(tf.relu) },
  { name: "tanh", observation: vector, parameters: layers, run: perceptron(tf.tanh) },
  {
    name: "normalised observations, bounded outputs",
    observation: vector,
    parameters: { ...layers, mean: [5], scale: [5] },
    run: (x, s) => {
      const seen = tf.clipByValue(tf.mul(tf.sub(x, s.mean), s.scale), -10, 10) as tf.Tensor2D;
      const [low, high] = [tf.tensor1d([-1, -1, -2, 0, -9, 1]), tf.tensor1d([1, 2, 2, 4, 9, 1])];
      return tf.minimum(tf.maximum(perceptron(tf.tanh)(seen, s), low), high);
    },
  },
  {
    name: "squashed and rescaled, the first half alone",
    observation: vector,
    parameters: layers,
    run: (x, s) => {
      const mean = tf.slice(perceptron(tf.relu)(x, s) as tf.Tensor2D, [0, 0], [-1, 3]);
      return tf.add(tf.tensor1d([0, 1, 2]), tf.mul(tf.tensor1d([1, 0.1, 7]), tf.tanh(mean)));
    },
  },
  {
    name: "dueling heads",
    observation: vector,
    parameters: { ...layers, w3: [7, 1], b3: [1] },
    run: (x, s) => {
      const shared = tf.relu(layer(x, s, 1));
      const advantage = layer(shared, s, 2);
      return tf.add(layer(shared, s, 3), tf.sub(advantage, tf.mean(advantage, 1, true)));
    },
  },
  {
    name: "mean of quantiles",
    observation: vector,
    parameters: layers,
    run: (x, s) => tf.mean(tf.reshape(perceptron(tf.relu)(x, s), [-1, 2, 3]), 2),
  },
  {
    name: "one-hot integers",
    observation: { shape: ["N", 2], dtype: "int32" },
    parameters: { ...layers },
    run: (x, s) => {
      const column = (i: number) => tf.reshape(tf.slice(x, [0, i], [-1, 1]), [-1]);
      const rows = [
        tf.oneHot(column(0) as tf.Tensor1D, 2),
        tf.oneHot(tf.sub(column(1), tf.scalar(4, "int32")) as tf.Tensor1D, 3),
      ].map((hot) => tf.cast(hot, "float32"));
      return perceptron(tf.tanh)(tf.concat(rows, 1) as tf.Tensor2D, s);
    },
  },
];

/** float32 numbers of every size, zeros of both signs among them. */
const floats = (length: number) =>
  fc.array(
    fc.oneof(
      fc.float({ min: -2, max: 2, noNaN: true }),
      fc.float({ min: -1e6, max: 1e6, noNaN: true }),
      fc.constantFrom(0, -0, 1, -1, 1e-40),
    ),
    { minLength: length, maxLength: length },
  ).map((values) => Float32Array.from(values));

function bitsOf(values: ArrayLike<number>): Int32Array {
  return new Int32Array(Float32Array.from(values).buffer);
}

function product(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

for (const { name, observation, parameters, run } of cases) {
  const sizes = observation.shape.map((size) => size === "N" ? 1 : size);
  const inputs: fc.Arbitrary<Int32Array | Float32Array> = observation.dtype === "int32"
    ? fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 4, max: 6 })).map((pair) =>
      Int32Array.from(pair)
    )
    : floats(product(sizes));

  Deno.test(`an imported model gives the bits of the program that was exported: ${name}`, () => {
    fc.assert(
      fc.property(
        fc.record(
          Object.fromEntries(
            Object.entries(parameters).map(([key, shape]) => [key, floats(product(shape))]),
          ),
        ),
        fc.array(inputs, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (values, observations, uniform) => {
          // Uniform parameters are where a constant could be treated other than a parameter is.
          const state = new State(Object.fromEntries(
            Object.entries(parameters).map(([key, shape]) => [
              key,
              { shape, values: uniform ? values[key][0] : values[key] },
            ]),
          ));
          const whole = ({ x }: { x: tf.Tensor }, s: Readonly<Record<string, tf.Tensor>>) => {
            const y = run(x as tf.Tensor2D, s);
            return { y, best: tf.argMax(y, 1) };
          };
          const own = compile({
            state,
            inputs: { x: { ...observation, shape: sizes } },
            run: whole,
          });
          const model = importOnnx(
            exportOnnx({ name, state, inputs: { x: observation }, run: whole }),
          );
          for (const x of observations) {
            own.run({ x });
            const { y, best } = model.run({ x });
            assertEquals(bitsOf(y), bitsOf(own.output("y")));
            assertEquals(best, own.output("best"));
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  Deno.test({
    name: `an imported model computes what onnxruntime computes: ${name}`,
    ignore: ffi.state !== "granted",
    async fn() {
      const { InferenceSession, Tensor } = await import("onnxruntime-node");
      const random = defaultGenerator(0);
      const draws = (size: number) =>
        Float32Array.from({ length: size }, () => random.random() - 0.5);
      const state = new State(Object.fromEntries(
        Object.entries(parameters).map(([key, shape]) => [
          key,
          { shape, values: draws(product(shape)) },
        ]),
      ));
      const bytes = exportOnnx({
        name,
        state,
        inputs: { x: observation },
        run: ({ x }, s) => ({ y: run(x as tf.Tensor2D, s) }),
      });
      const model = importOnnx(bytes);
      const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
      for (let i = 0; i < 20; i++) {
        const x = observation.dtype === "int32"
          ? Int32Array.of(i % 2, 4 + i % 3)
          : draws(product(sizes));
        const fed = x instanceof Int32Array
          ? new Tensor("int64", BigInt64Array.from(x, BigInt), sizes)
          : new Tensor("float32", x, sizes);
        const expected = (await session.run({ x: fed })).y.data as Float32Array;
        const { y } = model.run({ x });
        assertEquals(y.length, expected.length);
        y.forEach((value, k) => assertAlmostEquals(value, expected[k], 1e-5));
      }
      await session.release();
    },
  });
}

Deno.test("an imported table gives its entries, on every tuple of integers", () => {
  const table = Array.from({ length: 24 }, (_, i) => (i * 7) % 5);
  const { run, inputs, outputs } = importOnnx(encodeModel(lookupGraph([2, 3, 4], table)));
  assertEquals(inputs, [{ name: "observation", type: "int64", shape: ["N", 3] }]);
  assertEquals(outputs, [{ name: "action", type: "int64", shape: ["N"] }]);
  table.forEach((entry, i) => {
    const observation = Int32Array.of(Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4);
    assertEquals(run({ observation }).action, Int32Array.of(entry));
  });
});

Deno.test("imported noise becomes an integer as in JavaScript, at both ends of its range", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 0, max: 2 ** 24 - 1 }),
      (n, u) => {
        const { run } = importOnnx(encodeModel(uniformGraph(n), { noise: "1" }));
        for (const noise of [u / 2 ** 24, 0, 1 - 2 ** -24]) {
          const { action } = run({ observation: 0, noise });
          assertEquals(action, Int32Array.of(Math.floor(Math.fround(noise * n))));
        }
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("outputs are copies, and the metadata is that of the file", () => {
  const { run, metadata } = importOnnx(encodeModel(uniformGraph(4), { seed: "7", algorithm: "x" }));
  assertEquals(metadata, { algorithm: "x", seed: "7" });
  const first = run({ observation: 0, noise: 0.9 }).action;
  run({ observation: 0, noise: 0 });
  assertEquals(first, Int32Array.of(3));
  assertThrows(() => run({ observation: 0 }), Error, 'input "noise" is missing');
});

Deno.test({
  name: "the operators that can be imported are those of the published policies",
  ignore: !canRead,
  fn() {
    const used = new Set<string>();
    for (const path of listed("results", ".onnx")) {
      const bytes = Deno.readFileSync(new URL(`../../../${path}`, import.meta.url));
      for (const { op } of decodeModel(bytes).graph.nodes) used.add(op);
    }
    assertEquals([...used].sort(), Object.keys(operators).sort());
  },
});

const scalar = (name: string, value: number) => ({
  name,
  shape: [],
  data: Float32Array.of(value),
});
const integers = (name: string, ...values: number[]) => ({
  name,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const constants: readonly OnnxConstant[] = [
  scalar("one", 1),
  integers("axis", 1),
  integers("none"),
  integers("zero", 0),
  integers("two", 2),
  integers("back", -1),
  integers("large", 2 ** 31),
  { name: "row", shape: [2], data: Float32Array.of(1, 2) },
  { name: "column", shape: [2, 1], data: Float32Array.of(1, 2) },
  { name: "matrix", shape: [2, 3], data: new Float32Array(6) },
];

/** A graph of one node that reads x, float32 [N, 2], and some of the constants, and gives y. */
function graphOf(
  op: string,
  inputs: readonly string[],
  attributes: OnnxNode["attributes"] = {},
  y: Omit<OnnxValue, "name"> = { type: "float32", shape: ["N", 2] },
): OnnxGraph {
  return {
    name: "test",
    inputs: [{ name: "x", type: "float32", shape: ["N", 2] }],
    outputs: [{ name: "y", ...y }],
    constants: constants.filter(({ name }) => inputs.includes(name)),
    nodes: [{ op, inputs, outputs: ["y"], attributes }],
  };
}

Deno.test("the import takes a graph of one node, to which the refused ones are close", () => {
  const { run } = importOnnx(encodeModel(graphOf("Clip", ["x", "one", "one"])));
  assertEquals(run({ x: Float32Array.of(0, 2) }).y, Float32Array.of(1, 1));
});

const refused: readonly (readonly [string, OnnxGraph, string])[] = [
  [
    "an unknown operator",
    graphOf("Erf", ["x"]),
    'ONNX graph "test": node 0 (Erf): not an operator of Seedbed\'s policies; these are Add, ArgMax, ',
  ],
  ["a name that every object has", graphOf("constructor", ["x"]), "node 0 (constructor): not an "],
  ["too few inputs", graphOf("Clip", ["x", "one"]), "node 0 (Clip): it has 2 inputs, not 3"],
  ["too many inputs", graphOf("Relu", ["x", "one"]), "node 0 (Relu): it has 2 inputs, not 1"],
  ["a left out input", graphOf("Clip", ["x", "", "one"]), "node 0 (Clip): it leaves an input out"],
  [
    "an unknown attribute",
    graphOf("Gemm", ["x", "matrix", "row"], { alpha: 0.5 }),
    'node 0 (Gemm): its attribute "alpha" is not known',
  ],
  [
    "a missing attribute",
    graphOf("Cast", ["x"]),
    'node 0 (Cast): its attribute "to" must be there and of integers',
  ],
  [
    "an attribute of another type",
    graphOf("Gemm", ["x", "matrix", "row"], { transA: 0.5 }),
    'node 0 (Gemm): its attribute "transA" must be there and of integers',
  ],
  [
    "matrices that do not fit",
    graphOf("Gemm", ["x", "matrix", "row"], { transB: 1n }),
    "node 0 (Gemm): the shapes [1, 2], [2, 3], [2] do not fit",
  ],
  [
    "operands that do not broadcast",
    graphOf("Add", ["matrix", "row"]),
    "node 0 (Add): the shapes [2, 3], [2] do not fit",
  ],
  [
    "operands of two types",
    graphOf("Add", ["x", "two"]),
    "node 0 (Add): it has int32 where float32 belongs",
  ],
  [
    "arithmetic of bools",
    { ...graphOf("Add", ["x", "x"]), inputs: [{ name: "x", type: "bool", shape: ["N", 2] }] },
    "node 0 (Add): it has bool where numbers belong",
  ],
  [
    "a condition that is none",
    graphOf("Where", ["x", "one", "one"]),
    "node 0 (Where): it has float32 where bool belongs",
  ],
  ["computed bounds", graphOf("Clip", ["x", "row", "one"]), "(Clip): its bounds must be constants"],
  ["a cast to text", graphOf("Cast", ["x"], { to: 8n }), "(Cast): there is no cast to type 8"],
  ["a computed shape", graphOf("Reshape", ["x", "x"]), '"x" must be a constant of int64'],
  [
    "a shape of another size",
    graphOf("Reshape", ["x", "axis"]),
    "node 0 (Reshape): [1, 2] cannot become [1]",
  ],
  [
    "a shape of no size",
    graphOf("Reshape", ["matrix", "none"]),
    "node 0 (Reshape): [2, 3] cannot become []",
  ],
  ["a squeezed row", graphOf("Squeeze", ["x", "axis"]), "(Squeeze): [1, 2] cannot become [1]"],
  ["an axis too far", graphOf("Squeeze", ["x", "two"]), "(Squeeze): there is no axis 2 among 2"],
  [
    "a slice backwards",
    graphOf("Slice", ["x", "zero", "axis", "axis", "back"]),
    "node 0 (Slice): it takes 0 to 1 by -1 of 2",
  ],
  [
    "an empty slice",
    graphOf("Slice", ["x", "two", "two", "axis", "axis"]),
    "node 0 (Slice): it takes 2 to 2 by 1 of 2",
  ],
  [
    "parts that do not go together",
    graphOf("Concat", ["x", "column"], { axis: 1n }),
    "node 0 (Concat): float32 [2, 1] does not go beside float32 [1, 2]",
  ],
  [
    "kept axes",
    graphOf("ReduceMean", ["x"], { axes: [1n] }),
    "node 0 (ReduceMean): it keeps reduced axes",
  ],
  [
    "an index of 64 bits",
    graphOf("Gather", ["row", "large"]),
    'constant "large": has integers that do not fit into 32 bits',
  ],
  [
    "another output than declared",
    graphOf("Relu", ["x"], {}, { type: "int64", shape: ["N"] }),
    'output "y": is float32 [1, 2] for one row, where int32 [1] is declared',
  ],
  [
    "a size that nothing tells",
    graphOf("Relu", ["x"], {}, { type: "float32", shape: ["N", "M"] }),
    'output "y": has the sizes [N, M], which are not all "N" or above 0',
  ],
];

for (const [what, graph, message] of refused) {
  Deno.test(`the import refuses ${what} and says where`, () => {
    assertThrows(() => importOnnx(encodeModel(graph)), RangeError, message);
  });
}

Deno.test("the import refuses what is no ONNX model", () => {
  assertThrows(() => importOnnx(Uint8Array.of(1, 2, 3)), SyntaxError, "not an ONNX model");
});
