/**
 * Compiling: from an ordinary TensorFlow.js function to a program. Here the parts of the engine meet:
 * record, simplify, plan, run.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { plan, type PlanOptions } from "./plan/plan.ts";
import type { Graph } from "./program/ir.ts";
import { sizeOf, type TensorSpec } from "./program/tensor_spec.ts";
import { record } from "./record/record.ts";
import type { KernelCall } from "./run/driver.ts";
import { evaluate } from "./run/evaluate.ts";
import { planMemory } from "./run/plan_memory.ts";
import { Program } from "./run/program.ts";
import { simplify } from "./simplify/simplify.ts";
import { memoryOf, State } from "./state.ts";

/** A function to compile. */
export interface Compilable<
  Input extends string = string,
  Name extends string = string,
  Output extends string = string,
> {
  /** What the function reads and changes besides its inputs; by default there is nothing. */
  readonly state?: State<Name>;
  /** The values given at each run, by name. */
  readonly inputs: Readonly<Record<Input, TensorSpec>>;
  /**
   * The function, in ordinary TensorFlow.js operations, called once. The tensors of `state` are its
   * variables (trainable if float32), so that `tf.variableGrads` works; `assign` gives a state its new
   * value. It returns its outputs by name, or nothing.
   */
  readonly run: (
    inputs: Record<Input, tf.Tensor>,
    state: Record<Name, tf.Variable>,
  ) => Readonly<Record<Output, tf.Tensor>> | void;
}

/**
 * Compiles a TensorFlow.js function.
 *
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { assertEquals } from "@std/assert";
 * import { compile } from "./compile.ts";
 * import { State } from "./state.ts";
 *
 * const state = new State({ total: { shape: [2] } });
 * const add = compile({
 *   state,
 *   inputs: { x: { shape: [2] } },
 *   run({ x }, { total }) {
 *     total.assign(tf.add(total, x));
 *     return { largest: tf.max(total) };
 *   },
 * });
 * add.run({ x: Float32Array.of(1, 5) });
 * add.run({ x: Float32Array.of(1, -7) });
 * assertEquals(state.get("total"), Float32Array.of(2, -2));
 * assertEquals(add.output("largest")[0], 2);
 * ```
 *
 * @returns the program; its results depend on its inputs and its State alone, bit for bit, on every
 *   machine
 * @throws Error if the function cannot be recorded, or uses operations that have no kernel
 */
export function compile<
  Input extends string = string,
  Name extends string = string,
  Output extends string = string,
>(
  { state = new State<Name>({} as Record<Name, never>), inputs, run }: Compilable<
    Input,
    Name,
    Output
  >,
): Program<Input, Output> {
  const specs = Object.fromEntries(state.names.map((name) => [name, state.spec(name)]));
  const graph = record<Input, Name>({ inputs, state: specs as Record<Name, TensorSpec>, run });
  return build(simplify(graph, { evaluate }), inputs, state);
}

/** A program from a graph. */
export function build<Input extends string, Output extends string>(
  graph: Graph,
  inputs: Readonly<Record<Input, TensorSpec>>,
  state: State,
  options?: PlanOptions,
): Program<Input, Output> {
  const { memory, places } = memoryOf(state);
  const planned = plan(graph, planMemory(memory, places), options);
  const changed = [...graph.updates.keys()].map((name) => places.get(name)!);
  const check = [...planned.outputs.values(), ...changed]
    .filter(({ dtype }) => dtype === "float32")
    .map(({ pointer, shape }): KernelCall => ({
      kernel: "allFinite",
      arguments: [pointer, sizeOf(shape)],
    }));
  return new Program({ memory, plan: planned, inputs, check });
}
