/**
 * Recording: runs an ordinary TensorFlow.js function once, without values, and gives the graph of
 * what it would compute. Gradients, gradients of gradients and assignments to variables are recorded
 * like any other call; what does not come from a declared input or state becomes a constant.
 *
 * It computes nothing that a program would use; `lower.ts` says what each kernel means.
 */
import * as tf from "@tensorflow/tfjs-core";
// The core has no gradients of its own; importing the layers registers them all.
import "@tensorflow/tfjs-layers";
import { type Graph, MAX_RANK } from "../program/ir.ts";
import type { TensorSpec } from "../program/tensor_spec.ts";
import { RecordingBackend } from "./backend.ts";
import { lower } from "./lower.ts";
import { withOrderedTape } from "./ordered_tape.ts";
import type { Tape, Value } from "./tape.ts";

tf.enableProdMode(); // no banner on the console

/** What is recorded. */
export interface Recordable<I extends string = string, S extends string = string> {
  /** The shapes and types of the values given at each run. */
  readonly inputs: Readonly<Record<I, TensorSpec>>;
  /** The shapes and types of parameters and other state. */
  readonly state: Readonly<Record<S, TensorSpec>>;
  /**
   * The function. Its state comes as variables, named as here and trainable if float32; `assign`
   * records a new value. It gives its outputs by name, or nothing. It may use other tensors: these
   * are constants, with the values that they have now.
   */
  readonly run: (
    inputs: Record<I, tf.Tensor>,
    state: Record<S, tf.Variable>,
  ) => Readonly<Record<string, tf.Tensor>> | void;
}

let recording = false;

/**
 * Records a function. TensorFlow.js is as before when this returns or throws.
 *
 * @param recordable the function, its inputs and its state
 * @returns the graph, unsimplified
 * @throws Error if the function reads a value, draws at random, uses a kernel, dtype or rank that
 *   the engine does not have, gives back something else than tensors, makes a variable or assigns to
 *   one that is not its state, is asynchronous, or records; and whatever the function throws itself
 */
export function record<I extends string, S extends string>(recordable: Recordable<I, S>): Graph {
  return lower(recordTape(recordable));
}

/** The first half of `record`: which kernels of TensorFlow.js the function ran. */
export function recordTape<I extends string, S extends string>(
  recordable: Recordable<I, S>,
): Tape {
  if (recording) throw new Error("cannot record inside a recorded function");
  if (tf.engine().state.gradientDepth > 0) throw new Error("cannot record inside a gradient");
  checkSpecs("input", recordable.inputs);
  checkSpecs("state", recordable.state);

  const { state: internals } = tf.engine();
  const previousBackend = tf.getBackend();
  const scopes = internals.scopeStack.length;
  const foreign = internals.registeredVariables;
  const backend = new RecordingBackend();
  backend.install();
  // With the user's variables out of sight, "all trainable variables" are those of the state.
  internals.registeredVariables = {};
  recording = true;
  try {
    for (const variable of Object.values(foreign)) {
      variable.assign = () => {
        throw backend.refuse(`cannot assign to the variable "${variable.name}": it is not state`);
      };
    }
    let tape: Tape | undefined;
    withOrderedTape(() =>
      tf.tidy(() => {
        tape = runOnce(backend, recordable);
      })
    );
    if (backend.refusal !== undefined) throw backend.refusal; // the function swallowed it
    return tape!;
  } catch (error) {
    throw backend.refusal ?? error;
  } finally {
    // An error inside a gradient leaves what TensorFlow.js saved for it.
    for (const { saved } of internals.activeTape ?? []) {
      saved?.forEach((tensor) => tensor.dispose());
    }
    // Scopes that the function opened and did not close.
    while (internals.scopeStack.length > scopes) tf.engine().endScope();
    tf.disposeVariables();
    internals.registeredVariables = foreign;
    for (const variable of Object.values(foreign)) delete (variable as Partial<tf.Variable>).assign;
    backend.uninstall();
    if (previousBackend) void tf.setBackend(previousBackend);
    recording = false;
  }
}

/** Runs the function on the recording backend and gives the tape. */
function runOnce(backend: RecordingBackend, { inputs, state, run }: Recordable): Tape {
  const inputTensors: Record<string, tf.Tensor> = {};
  const inputValues = new Map<string, Value>();
  for (const [name, spec] of Object.entries(inputs)) {
    const tensor = backend.example(spec.shape, spec.dtype ?? "float32");
    inputTensors[name] = tensor;
    inputValues.set(name, backend.declare(tensor, { kind: "input", name }));
  }
  const variables: Record<string, tf.Variable> = {};
  const stateValues = new Map<string, Value>();
  for (const [name, spec] of Object.entries(state)) {
    const tensor = backend.example(spec.shape, spec.dtype ?? "float32");
    variables[name] = tf.variable(tensor, tensor.dtype === "float32", name);
    variables[name].assign = checkedAssign(backend, variables[name]);
    stateValues.set(name, backend.declare(tensor, { kind: "state", name }));
  }
  const declared = new Set(Object.values(variables));

  const returned: unknown = run(inputTensors, { ...variables });
  if (returned instanceof Promise) {
    returned.catch(() => {}); // what it says is said below, or was refused
    throw new Error("cannot record an asynchronous function: run must return its outputs at once");
  }
  for (const variable of Object.values(tf.engine().registeredVariables)) {
    if (!declared.has(variable)) {
      throw new Error(
        `the variable "${variable.name}" was made while recording: declare it as state`,
      );
    }
  }

  const updates = new Map<string, Value>();
  for (const [name, variable] of Object.entries(variables)) {
    if (variable.isDisposed) throw new Error(`the state "${name}" was disposed`);
    const value = backend.traced(variable);
    if (value !== stateValues.get(name)) updates.set(name, value);
  }
  const outputs = outputsOf(backend, returned);
  return { calls: backend.calls, inputs: inputValues, state: stateValues, outputs, updates };
}

/** `assign` with errors that name the state, and that leaves constants of other backends in place. */
function checkedAssign(backend: RecordingBackend, variable: tf.Variable): tf.Variable["assign"] {
  const assign = variable.assign.bind(variable);
  const { name, shape, dtype } = variable;
  return (value) => {
    if (!(value instanceof tf.Tensor)) {
      throw backend.refuse(`state "${name}": assign a tf.Tensor, not ${kindOf(value)}`);
    }
    const [is, was] = [value, { shape, dtype }].map((it) => `${it.dtype} [${it.shape.join(", ")}]`);
    if (is !== was) throw backend.refuse(`state "${name}" is ${was}, but the new value is ${is}`);
    assign(backend.data.has(value.dataId) ? value : value.clone());
  };
}

function outputsOf(backend: RecordingBackend, returned: unknown): Map<string, Value> {
  if (returned === undefined) return new Map();
  if (typeof returned !== "object" || returned === null || returned instanceof tf.Tensor) {
    throw new Error(`run must return its outputs as a record of tensors, not ${kindOf(returned)}`);
  }
  return new Map(
    Object.entries(returned).map(([name, tensor]) => {
      if (!(tensor instanceof tf.Tensor)) {
        throw new Error(`output "${name}" must be a tf.Tensor, not ${kindOf(tensor)}`);
      }
      if (tensor.isDisposed) throw new Error(`output "${name}" was disposed`);
      return [name, backend.traced(tensor)];
    }),
  );
}

function kindOf(value: unknown): string {
  if (value instanceof tf.Tensor) return "a tensor";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}

function checkSpecs(kind: string, specs: Readonly<Record<string, TensorSpec>>): void {
  for (const [name, { shape, dtype = "float32" }] of Object.entries(specs)) {
    if (!["float32", "int32", "bool"].includes(dtype)) {
      throw new Error(`${kind} "${name}": there is no dtype ${dtype}; use float32, int32 or bool`);
    }
    if (shape.length > MAX_RANK || !shape.every((size) => Number.isInteger(size) && size > 0)) {
      throw new Error(
        `${kind} "${name}": the shape [${
          shape.join(", ")
        }] is not at most ${MAX_RANK} positive integers`,
      );
    }
  }
}
