/** A deterministic policy computed by a network: a copy of its parameters, to act and to export. */
import * as tf from "@tensorflow/tfjs-core";
import {
  compile,
  type Program,
  State,
  type TensorData,
  type TensorSpec,
} from "../../engine/mod.ts";
import { onnxGraph } from "../../engine/onnx/export.ts";
import type { Environment, Observation } from "../../envs/environment.ts";
import type { Policy } from "../algorithm.ts";
import { actionsOf } from "./action_space.ts";
import type { Tensors } from "./network.ts";
import { observationEncoder } from "./observation_encoder.ts";

/** What a policy is made of. */
export interface NeuralPolicyOptions {
  /** Name of the ONNX graph, for people. */
  readonly name: string;
  /** Gives the spaces; it is not kept. */
  readonly environment: Environment;
  /** Where the parameters are; their values are copied. */
  readonly state: State;
  /** The names of all tensors of the state that `action` reads. */
  readonly parameters: readonly string[];
  /**
   * What decides the action for each row, as a recorded function. Discrete actions: the preference for
   * each, float32 [batch, n]; the policy takes the first of the greatest. Vectors: the vector, float32
   * [batch, size], which the policy clips to the action space.
   *
   * @param features the encoded observations, float32 [batch, features]
   */
  readonly action: (features: tf.Tensor2D, tensors: Tensors) => tf.Tensor;
}

/**
 * Makes a policy from the present values of a network's parameters.
 *
 * @throws RangeError if a space is of a kind that networks do not take
 */
export function neuralPolicy(
  { name, environment, state, parameters, action }: NeuralPolicyOptions,
): Policy {
  const encoder = observationEncoder(environment.observationSpace);
  const actions = actionsOf(environment);
  const values = Object.fromEntries(
    parameters.map((key): [string, CopiedTensor] => [
      key,
      { ...state.spec(key), values: state.get(key) },
    ]),
  );
  const run = ({ observation }: { observation: tf.Tensor }, tensors: Tensors) => {
    const output = action(encoder.encode(observation), tensors);
    if (actions.type === "discrete") {
      return { output, action: tf.add(tf.argMax(output, 1), tf.scalar(actions.start, "int32")) };
    }
    const bounded = tf.minimum(
      tf.maximum(output, tf.tensor1d(actions.low)),
      tf.tensor1d(actions.high),
    );
    return { output, action: tf.reshape(bounded, [-1, ...actions.shape]) };
  };
  let program: Program<"observation", "output" | "action"> | undefined;
  const one = encoder.array(1);
  /** A copy of what the program computes of an observation. */
  const computed = (name: "output" | "action", observation: Observation) => {
    program ??= compile({
      state: new State(values),
      inputs: { observation: encoder.spec(1) },
      run,
    });
    encoder.store(observation, one, 0);
    program.run({ observation: one });
    return program.output(name).slice();
  };
  return {
    noise: 0,
    finite: Object.values(values).every(({ values }) => Array.from(values).every(Number.isFinite)),
    act: (observation) => {
      const chosen = computed("action", observation);
      return actions.type === "discrete" ? chosen[0] : chosen as Float32Array;
    },
    preferences: actions.type === "discrete"
      ? (observation) => computed("output", observation)
      : undefined,
    toOnnx: () =>
      onnxGraph({
        name,
        state: frozen(values),
        inputs: { observation: encoder.modelInput },
        run: (inputs, tensors) => ({ action: run(inputs, tensors).action }),
      }),
  };
}

/** A tensor's shape and dtype with a copy of its elements. */
type CopiedTensor = TensorSpec & { readonly values: TensorData };

/** The values of tensors, as the export reads them. */
function frozen(values: Readonly<Record<string, CopiedTensor>>) {
  return {
    names: Object.keys(values),
    spec: (name: string) => values[name],
    get: (name: string) => values[name].values,
  };
}
