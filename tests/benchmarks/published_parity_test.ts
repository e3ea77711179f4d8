/** How far onnxruntime's actions are from the engine's, for the policies that are published. */
import { assert, assertGreater } from "@std/assert";
import { finalSeed } from "../../benchmarks/cell/evaluate.ts";
import { openModel, tolerance } from "../../benchmarks/cell/onnx_parity.ts";
import { makeFromSpec } from "../../envs/make_from_spec.ts";
import { importOnnx } from "../../engine/onnx/import.ts";
import { builtinSpec } from "../../report/page/environments.ts";
import { listed } from "./published.ts";

const episodes = 3;

const [read, ffi] = await Promise.all([
  Deno.permissions.query({ name: "read", path: "." }),
  Deno.permissions.query({ name: "ffi", path: "node_modules" }),
]);

Deno.test({
  name:
    "every published policy with continuous actions acts the same in onnxruntime, to 1e-5 at each step",
  ignore: read.state !== "granted" || ffi.state !== "granted",
  async fn() {
    let policies = 0;
    for (const path of listed("results", ".onnx")) {
      const bytes = Deno.readFileSync(path);
      const own = importOnnx(bytes);
      const isContinuous = own.outputs[0].type === "float32";
      if (!isContinuous || own.inputs.length > 1) continue; // Noise has tests of its own.
      const { observations, actions } = played(own);
      const model = await openModel(bytes);
      const rows = observations.length /
        own.inputs[0].shape.slice(1).map(Number).reduce(product, 1);
      const noise = new Float32Array(0);
      const batch = { rows, observations: Float32Array.from(observations), noise };
      const others = await model.run(batch) as Float32Array;
      await model.release();
      const size = Math.max(1, ...actions.map(Math.abs));
      actions.forEach((action, i) => {
        const difference = Math.abs(others[i] - action) / size;
        assert(difference <= tolerance, `${path}, step ${i}: ${others[i]}, not ${action}`);
      });
      policies++;
    }
    assertGreater(policies, 20);
  },
});

const product = (a: number, b: number) => a * b;

/** What a policy sees and does in its first final episodes, one number behind the other. */
function played(policy: ReturnType<typeof importOnnx>) {
  const { environment: id, environment_options: options } = policy.metadata;
  const environment = makeFromSpec(builtinSpec(id)!, JSON.parse(options));
  const observations: number[] = [];
  const actions: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    let observation = environment.reset({ seed: finalSeed + episode }).observation as Float32Array;
    for (let ended = false; !ended;) {
      const action = policy.run({ observation }).action as Float32Array;
      observations.push(...observation);
      actions.push(...action);
      const step = environment.step(action);
      observation = step.observation as Float32Array;
      ended = step.terminated || step.truncated;
    }
  }
  return { observations, actions };
}
