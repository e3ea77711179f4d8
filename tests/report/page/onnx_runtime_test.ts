import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { encodeModel } from "../../../engine/onnx/model.ts";
import { defaultGenerator } from "../../../random/generator.ts";
import { InferenceSession, Tensor } from "../../../report/page/onnx_runtime.ts";
import { neuralCases, neuralLearner } from "../../algorithms/neural_learners.ts";
import { lookupGraph, uniformGraph } from "../../engine/onnx/graphs.ts";

const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });

Deno.test("rows are computed one by one, each from its own inputs", async () => {
  const table = Array.from({ length: 6 }, (_, i) => i * i);
  const session = await InferenceSession.create(encodeModel(lookupGraph([2, 3], table)));
  const observation = new Tensor(BigInt64Array.of(0n, 0n, 1n, 2n, 0n, 1n, 1n, 0n), [4, 2]);
  const { action } = await session.run({ observation });
  assertEquals([action.data, action.dims], [BigInt64Array.of(0n, 25n, 1n, 9n), [4]]);
  await session.release();
});

Deno.test("a session says what its model takes and gives", async () => {
  const session = await InferenceSession.create(encodeModel(uniformGraph(3)));
  assertEquals([session.inputNames, session.outputNames], [["observation", "noise"], ["action"]]);
  assertEquals(session.inputMetadata, [
    { name: "observation", isTensor: true, type: "int64", shape: ["N"] },
    { name: "noise", isTensor: true, type: "float32", shape: ["N", 1] },
  ]);
});

Deno.test("a session rejects what it cannot run, as a promise does", async () => {
  await assertRejects(() => InferenceSession.create(Uint8Array.of(1)), SyntaxError, "not an ONNX");
  const session = await InferenceSession.create(encodeModel(uniformGraph(3)));
  await assertRejects(() => session.run({ noise: new Tensor(Float32Array.of(0), [1, 1]) }));
});

for (const each of neuralCases.filter(({ name }) => /^(?:dqn|ppo|sac) on/.test(name))) {
  Deno.test({
    name: `${each.name}: sessions here and of onnxruntime give tensors of one form and like values`,
    ignore: ffi.state !== "granted",
    async fn() {
      const ort = await import("onnxruntime-node");
      const learner = neuralLearner(each);
      learner.train(60);
      const model = encodeModel(learner.policy().toOnnx());
      const here = await InferenceSession.create(model);
      const there = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
      const [{ type, shape }] = here.inputMetadata;
      assertEquals(
        there.inputMetadata.map((input) => input.isTensor && [input.name, input.type]),
        here.inputMetadata.map(({ name, type }) => [name, type]),
      );
      const rows = 7;
      const dims = [rows, ...shape.slice(1).map(Number)];
      const random = defaultGenerator(0);
      const size = dims.reduce((product, length) => product * length, 1);
      const draws = Array.from({ length: size }, () => random.random());
      const data = type === "int64"
        ? BigInt64Array.from(draws, (draw) => BigInt(Math.floor(2 * draw)))
        : Float32Array.from(draws);
      const { action } = await here.run({ observation: new Tensor(data, dims) });
      const expected = (await there.run({ observation: new ort.Tensor(data, dims) })).action;
      assertEquals(action.dims, expected.dims);
      assertEquals(action.data.constructor, expected.data.constructor);
      assert(action.data.length >= rows);
      action.data.forEach((value: number | bigint, i: number) =>
        assertAlmostEquals(Number(value), Number(expected.data[i]), 1e-5)
      );
      await there.release();
    },
  });
}
