/**
 * A State: named tensors (parameters, optimizer state, statistics) in the WebAssembly memory in which
 * programs compute. Several programs may share one; each sees what the others have written.
 *
 * It keeps, reads, writes, saves and restores; it computes nothing.
 */
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../data/snapshot.ts";
import { instantiate } from "./kernels/kernels.ts";
import type { DType } from "./program/ir.ts";
import { sizeOf, type TensorSpec } from "./program/tensor_spec.ts";
import { elementBytes, EngineMemory, type TensorData } from "./run/memory.ts";
import { checkShape, elementsFor, type Values } from "./run/values.ts";

/** What is declared of a tensor of a State. */
export interface StateTensor extends TensorSpec {
  /** Its first value: the elements in row-major order, or one number for all; default 0. */
  readonly values?: Values;
}

/** A tensor of a State and where it lies. */
export interface StatePlace {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly pointer: number;
}

/** What a program needs of a State. */
export interface StateMemory {
  readonly memory: EngineMemory;
  readonly places: ReadonlyMap<string, StatePlace>;
}

/** Kind and version of saved States. */
const FORMAT = "seedbed engine state 1";

/** Where a State's tensors lie. For the engine alone: it is not among the public names. */
let memoryOf: (state: State) => StateMemory;

/**
 * Named tensors that programs read and change.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { State } from "./state.ts";
 *
 * const state = new State({ weights: { shape: [2, 3], values: 0.5 }, step: { shape: [] } });
 * state.set("step", 7);
 * const saved = state.save();
 * state.set("step", 8);
 * state.restore(saved);
 * assertEquals(state.get("step"), Float32Array.of(7));
 * ```
 *
 * Tensors lie in memory in the order of their declaration. Declare those that are always treated alike
 * (all parameters; then all their first moments, in the same order) one after another: programs then
 * sweep over them with single calls.
 */
export class State<Name extends string = string> {
  readonly #memory: EngineMemory;
  readonly #places = new Map<string, StatePlace>();

  /**
   * Makes a memory of its own for these tensors.
   *
   * @param tensors shape, dtype and first value of each
   * @throws Error if a shape is not of positive integers, or a value does not fit its tensor
   */
  constructor(tensors: Readonly<Record<Name, StateTensor>>) {
    this.#memory = new EngineMemory(instantiate());
    for (const [name, { shape, dtype = "float32", values = 0 }] of entriesOf(tensors)) {
      checkShape(`state "${name}"`, shape, dtype);
      const pointer = this.#memory.reserve(elementBytes[dtype] * sizeOf(shape));
      this.#places.set(name, { shape: [...shape], dtype, pointer });
      if (!Object.is(values, 0)) this.set(name, values);
    }
  }

  static {
    memoryOf = (state) => ({ memory: state.#memory, places: state.#places });
  }

  /** The names in the order of their declaration. */
  get names(): readonly Name[] {
    return [...this.#places.keys()] as Name[];
  }

  /** Shape and dtype of a tensor. */
  spec(name: Name): Required<TensorSpec> {
    const { shape, dtype } = this.#place(name);
    return { shape, dtype };
  }

  /** A copy of a tensor's elements, in row-major order. */
  get(name: Name): TensorData {
    return this.#view(this.#place(name)).slice();
  }

  /**
   * Replaces a tensor's elements.
   *
   * @param values as many as the tensor has, in row-major order, or one number for all
   * @throws Error if there is no such tensor, or the values do not fit it
   */
  set(name: Name, values: Values): void {
    const place = this.#place(name);
    this.#view(place).set(elementsFor(`state "${name}"`, place, values));
  }

  /** All tensors as bytes: equal States give equal bytes on every machine. */
  save(): Uint8Array<ArrayBuffer> {
    return encodeSnapshot({
      format: FORMAT,
      tensors: [...this.#places].map(([name, place]) => ({
        name,
        shape: place.shape,
        dtype: place.dtype,
        data: this.#view(place),
      })),
    });
  }

  /**
   * Puts back what `save` gave, exactly: programs go on as if nothing had happened in between. Nothing is
   * changed if it throws.
   *
   * @throws Error if the bytes were damaged, or are of a State with other tensors
   */
  restore(bytes: Uint8Array): void {
    const saved = savedTensors(decodeSnapshot(bytes));
    const own = [...this.#places];
    own.forEach(([name, place], i) => {
      const is = saved[i] === undefined ? "nothing" : describe(saved[i].name, saved[i]);
      const needed = describe(name, place);
      if (is !== needed) throw new Error(`the snapshot has ${is} where this State has ${needed}`);
    });
    if (saved.length > own.length) {
      const { name } = saved[own.length];
      throw new Error(`the snapshot has a tensor "${name}", which this State does not have`);
    }
    own.forEach(([, place], i) => this.#view(place).set(saved[i].data));
  }

  #place(name: string): StatePlace {
    const place = this.#places.get(name);
    if (place) return place;
    throw new Error(`no state is named "${name}"; there are: ${this.names.join(", ")}`);
  }

  #view({ dtype, pointer, shape }: StatePlace): TensorData {
    return this.#memory.view(dtype, pointer, sizeOf(shape));
  }
}

export { memoryOf };

/** A tensor as it was saved. */
interface SavedTensor extends Required<TensorSpec> {
  readonly name: string;
  readonly data: TensorData;
}

function savedTensors(snapshot: Snapshot): SavedTensor[] {
  const { format, tensors } = (snapshot ?? {}) as { format?: unknown; tensors?: unknown };
  if (format !== FORMAT || !Array.isArray(tensors)) {
    throw new Error("the snapshot is not one of an engine's State");
  }
  return tensors;
}

function describe(name: string, { shape, dtype }: Required<TensorSpec>): string {
  return `"${name}": ${dtype} [${shape.join(", ")}]`;
}

function entriesOf<Name extends string, Value>(
  record: Readonly<Record<Name, Value>>,
): [Name, Value][] {
  return Object.entries(record) as [Name, Value][];
}
