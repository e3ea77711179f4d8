/** A stored policy that acts: its ONNX model, computed by the engine, with the policy's own bits. */
import type { Policy } from "../../algorithms/algorithm.ts";
import { importOnnx } from "../../engine/onnx/import.ts";

/** A policy from its file. */
export interface StoredPolicy extends Pick<Policy, "noise" | "act"> {
  /** What the file says of itself; see docs/onnx.md. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Opens a policy.
 *
 * @param onnx the content of its `.onnx` file
 * @throws SyntaxError if the bytes are no ONNX model
 * @throws RangeError if the model is not one of Seedbed's policies
 */
export function openPolicy(onnx: Uint8Array): StoredPolicy {
  const { inputs, outputs, metadata, run } = importOnnx(onnx);
  const input = inputs.find(({ name }) => name === "observation");
  const noiseInput = inputs.find(({ name }) => name === "noise");
  const known = Number(input !== undefined) + Number(noiseInput !== undefined);
  if (input === undefined || known !== inputs.length || outputs[0].name !== "action") {
    const names = (values: typeof inputs) => values.map(({ name }) => name).join(", ");
    throw new RangeError(
      "a policy's model has the inputs observation and, if stochastic, noise and the output action, " +
        `not [${names(inputs)}] and [${names(outputs)}]`,
    );
  }
  const noise = new Float32Array(Number(noiseInput?.shape[1] ?? 0));
  const isDiscrete = outputs[0].type === "int64";
  return {
    metadata,
    noise: noise.length,
    act(observation, random) {
      for (let i = 0; i < noise.length; i++) noise[i] = random.randomFloat32();
      const { action } = run(noiseInput === undefined ? { observation } : { observation, noise });
      return isDiscrete ? action[0] : action as Float32Array;
    },
  };
}
