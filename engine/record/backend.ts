/**
 * A backend of TensorFlow.js that notes which kernel made which tensor. It gives results of the right
 * shape: by a rule (`shortcuts.ts`), or by running the CPU backend's kernel on example values. It uses
 * TensorFlow.js's extension interface: a subclass of `MathBackendCPU`, and every CPU kernel registered
 * again under the backend's own name.
 *
 * It knows neither the engine's graph language nor what is recorded; `record.ts` does.
 */
import * as tf from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { sizeOf } from "../program/tensor_spec.ts";
import type { DType } from "../program/ir.ts";
import { shortcuts } from "./shortcuts.ts";
import { type Call, describe, type Elements, type Origin, type Value } from "./tape.ts";

/** The backend's name in TensorFlow.js's registry, taken only while recording. */
export const BACKEND_NAME = "seedbed-record";

/** Operations whose results are drawn at random; the draws enter as plain values, without a kernel. */
const RANDOM = new Set([
  "dropout",
  "multinomial",
  "rand",
  "randomGamma",
  "randomNormal",
  "randomStandardNormal",
  "randomUniform",
  "randomUniformInt",
  "truncatedNormal",
]);

/** The backend that notes what runs on it. */
export class RecordingBackend extends MathBackendCPU {
  /** What is known of each tensor, by the identity of its data. */
  readonly #values = new Map<tf.DataId, Value>();
  /** Copies of tensors that live on another backend, which keeps the original. */
  readonly #copies = new Map<tf.DataId, tf.DataId>();
  readonly #calls: Call[] = [];
  #insideKernel = false;
  #isInstalled = false;
  /** The first thing that cannot be recorded, kept because the recorded function may swallow errors. */
  #refusal?: Error;

  /** The calls so far, in order. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** The first refused operation, if there was one. */
  get refusal(): Error | undefined {
    return this.#refusal;
  }

  /** Declares where a tensor of this backend comes from. */
  declare(tensor: tf.TensorInfo, origin: Origin): Value {
    const value = { shape: [...tensor.shape], dtype: this.#supported(tensor), origin };
    this.#values.set(tensor.dataId, value);
    return value;
  }

  /** What is known of a tensor. One that no kernel made and nobody declared is a constant. */
  traced(tensor: tf.TensorInfo): Value {
    return this.#values.get(tensor.dataId) ??
      this.declare(tensor, { kind: "constant", data: this.#elements(tensor) });
  }

  /** Gives the results of a kernel and notes the call. */
  call(
    config: tf.KernelConfig,
    inputs: tf.NamedTensorInfoMap,
    attributes: tf.NamedAttrMap,
  ): tf.TensorInfo | tf.TensorInfo[] {
    if (config.kernelName === "Multinomial") this.#refuseRandom();
    // Inputs that a call leaves out, such as a bias, are there as undefined or null.
    const entries = Object.entries(inputs).filter((entry): entry is [string, tf.TensorInfo] =>
      Boolean(entry[1])
    );
    const outputs: Value[] = [];
    const call: Call = {
      kernel: config.kernelName,
      attributes: attributes ?? {},
      inputs: new Map(entries.map(([name, tensor]) => [name, this.traced(tensor)])),
      outputs,
    };
    this.#insideKernel = true;
    try {
      const made = this.#run(config, inputs, attributes);
      const results = [made].flat().map((tensor) => this.#renewed(tensor));
      outputs.push(...results.map((tensor) => this.declare(tensor, { kind: "call", call })));
      this.#calls.push(call);
      return Array.isArray(made) ? results : results[0];
    } finally {
      this.#insideKernel = false;
    }
  }

  /** The results of a kernel for the example values, or something of their shape. */
  #run(
    { kernelName, kernelFunc }: tf.KernelConfig,
    inputs: tf.NamedTensorInfoMap,
    attrs: tf.NamedAttrMap,
  ): tf.TensorInfo | tf.TensorInfo[] {
    if (Object.hasOwn(shortcuts, kernelName)) {
      const tensors = inputs as Record<string, tf.TensorInfo>;
      const { shape, dtype } = shortcuts[kernelName](tensors, attrs);
      return this.makeTensorInfo(shape, dtype); // gets values if a kernel runs on it
    }
    // Kernels of any number of tensors take an array, the others a record.
    const own = Array.isArray(inputs)
      ? inputs.map((tensor) => this.#own(tensor)) as unknown as tf.NamedTensorInfoMap
      : Object.fromEntries(
        Object.entries(inputs).map(([name, tensor]) => [name, tensor && this.#own(tensor)]),
      );
    return kernelFunc({ inputs: own, attrs, backend: this });
  }

  /** Takes new data in; TensorFlow.js calls it for every tensor that no kernel makes. */
  override write(
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): tf.DataId {
    if (!this.#insideKernel) this.#refuseRandom();
    return super.write(values, shape, dtype);
  }

  /** Gives the values of constants; those of recorded tensors do not exist yet. */
  override readSync(dataId: tf.DataId): tf.backend_util.BackendValues {
    if (!this.#insideKernel) {
      const error = this.#unreadable(dataId);
      if (error !== undefined) throw error;
    }
    return super.readSync(dataId);
  }

  /** As `readSync`. While recording, a refused promise stays pending: recording fails in its place. */
  override read(dataId: tf.DataId): Promise<tf.backend_util.BackendValues> {
    const error = this.#unreadable(dataId);
    if (error === undefined) return super.read(dataId);
    return this.#isInstalled ? new Promise(() => {}) : Promise.reject(error);
  }

  /** Counts one more tensor of the data, which must be here: data elsewhere would be moved here. */
  override incRef(dataId: tf.DataId): void {
    if (!this.data.has(dataId)) {
      throw this.refuse("cannot make a variable while recording: declare it as state");
    }
    super.incRef(dataId);
  }

  /** Notes and gives back an error; the first one is the one to report. */
  refuse(message: string): Error {
    const error = new Error(message);
    this.#refusal ??= error;
    return error;
  }

  #unreadable(dataId: tf.DataId): Error | undefined {
    const value = this.#values.get(dataId);
    if (value === undefined || value.origin.kind === "constant") return undefined;
    return this.refuse(
      `cannot read ${describe(value)} while recording (data, array, print, ...): ` +
        `return it as an output, or use tf.where in place of a branch`,
    );
  }

  #refuseRandom(): void {
    for (const { name } of tf.engine().state.scopeStack) {
      const operation = name.replace(/__op$/, "");
      if (RANDOM.has(operation)) {
        throw this.refuse(
          `cannot record the random operation tf.${operation}: ` +
            `draw it outside and pass it as an input`,
        );
      }
    }
  }

  #supported({ dtype, shape }: Omit<tf.TensorInfo, "dataId">): DType {
    if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
    throw this.refuse(
      `cannot record a tensor of dtype ${dtype} [${shape.join(", ")}]: ` +
        `there are float32, int32 and bool`,
    );
  }

  /** A tensor whose values are here: itself, or a copy if it lives on another backend. */
  #own(tensor: tf.TensorInfo): tf.TensorInfo {
    if (this.data.has(tensor.dataId)) {
      this.data.get(tensor.dataId).values ??= exampleValues(tensor.shape, this.#supported(tensor));
      return tensor;
    }
    let dataId = this.#copies.get(tensor.dataId);
    if (dataId === undefined) {
      dataId = this.write(this.#elements(tensor), tensor.shape, tensor.dtype);
      this.#copies.set(tensor.dataId, dataId);
      this.#values.set(dataId, this.traced(tensor));
    }
    return { ...tensor, dataId };
  }

  /** A copy of a constant's elements. */
  #elements(tensor: tf.TensorInfo): Elements {
    const dtype = this.#supported(tensor);
    // Reading leaves a tensor where it is; a kernel would move it here, from its own backend.
    const values = this.data.has(tensor.dataId)
      ? this.data.get(tensor.dataId).values
      : tf.engine().readSync(tensor.dataId);
    const numbers = values as Elements;
    switch (dtype) {
      case "float32":
        return Float32Array.from(numbers);
      case "int32":
        return Int32Array.from(numbers);
      case "bool":
        return Uint8Array.from(numbers);
    }
  }

  /** An output under an identity of its own, so that aliases (reshape, cast, clone) are told apart. */
  #renewed(tensor: tf.TensorInfo): tf.TensorInfo {
    if (!this.#values.has(tensor.dataId)) return tensor;
    const { values } = this.data.get(tensor.dataId);
    this.disposeData(tensor.dataId);
    return this.makeTensorInfo(tensor.shape, tensor.dtype, values);
  }

  /** Registers the backend and its kernels with TensorFlow.js and makes it the active one. */
  install(): void {
    tf.registerBackend(BACKEND_NAME, () => this, 0);
    for (const config of tf.getKernelsForBackend("cpu")) {
      const { kernelName } = config;
      tf.registerKernel({
        kernelName,
        backendName: BACKEND_NAME,
        kernelFunc: ({ inputs, attrs }) => this.call(config, inputs, attrs ?? {}),
      });
    }
    // The promise is settled at once: the factory above is synchronous.
    void tf.setBackend(BACKEND_NAME);
    this.#isInstalled = true;
  }

  /** Takes all of it away again. */
  uninstall(): void {
    this.#isInstalled = false;
    for (const { kernelName } of tf.getKernelsForBackend(BACKEND_NAME)) {
      tf.unregisterKernel(kernelName, BACKEND_NAME);
    }
    tf.removeBackend(BACKEND_NAME);
  }

  /** A tensor with example values. */
  example(shape: readonly number[], dtype: DType): tf.Tensor {
    return tf.tensor(exampleValues(shape, dtype), [...shape], dtype);
  }
}

/** Values that no kernel objects to. Nothing depends on them. */
function exampleValues(shape: readonly number[], dtype: DType): Elements {
  const size = sizeOf(shape);
  switch (dtype) {
    case "float32":
      return new Float32Array(size).fill(0.5);
    case "int32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}
