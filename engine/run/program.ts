/**
 * A program: a planned function whose kernel calls are one WebAssembly function. A run copies the inputs
 * into memory, calls it, and that is all: nothing is allocated, in JavaScript or in WebAssembly.
 */
import type { DType } from "../program/ir.ts";
import { sizeOf, type TensorSpec } from "../program/tensor_spec.ts";
import type { Place, Plan } from "../plan/plan.ts";
import { type Driver, type KernelCall, makeDriver } from "./driver.ts";
import type { EngineMemory, TensorData } from "./memory.ts";
import { isValueOf, nameOf } from "./values.ts";

/** One call of a run, for people to read. */
export interface ProgramCall {
  /** The kernel's name, or `loop` for arithmetic that is compiled into the program. */
  readonly kernel: string;
  /** Addresses and sizes. */
  readonly arguments: readonly number[];
  /** The nodes of the graph that the call computes; none for copies at the ends of a run. */
  readonly nodes: readonly number[];
}

/** What is given for an input: its elements in row-major order, or a number for a scalar. */
export type InputValue = number | Float32Array | Int32Array | Uint8Array;

/** An input, where it goes and what it may be. */
interface InputSlot {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly length: number;
  /** Undefined if nothing depends on the input. */
  readonly pointer: number | undefined;
  view: TensorData;
}

/** What `compile` hands over. */
export interface ProgramParts {
  readonly memory: EngineMemory;
  readonly plan: Plan;
  /** The declared inputs, also those that the plan does without. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Checks all outputs and updated states. */
  readonly check: readonly KernelCall[];
}

/** A compiled function. Made by `compile`; see there. */
export class Program<Input extends string = string, Output extends string = string> {
  readonly #memory: EngineMemory;
  readonly #plan: Plan;
  readonly #inputs: InputSlot[];
  readonly #outputs = new Map<string, { place: Place; view: TensorData }>();
  readonly #driver: Driver;
  /** The memory's generation that the views are of. */
  #generation: number;

  /** Use `compile`. */
  constructor({ memory, plan, inputs, check }: ProgramParts) {
    this.#memory = memory;
    this.#plan = plan;
    this.#driver = makeDriver({ run: plan.calls, check }, memory.instance);
    this.#inputs = Object.entries(inputs).map(([name, { shape, dtype = "float32" }]) => {
      const length = sizeOf(shape);
      const pointer = plan.inputs.get(name)?.pointer;
      return {
        name,
        shape,
        dtype,
        length,
        pointer,
        view: memory.view(dtype, pointer ?? 0, length),
      };
    });
    for (const [name, place] of plan.outputs) {
      const view = memory.view(place.dtype, place.pointer, sizeOf(place.shape));
      this.#outputs.set(name, { place, view });
    }
    this.#generation = memory.generation;
  }

  /** The kernel calls of a run, in order. */
  get calls(): readonly ProgramCall[] {
    return this.#plan.calls;
  }

  /** Bytes of memory that a run works in, besides the State. */
  get workingBytes(): number {
    return this.#plan.workingBytes;
  }

  /**
   * Computes: outputs are there afterwards, and states have their new values.
   *
   * @param inputs every declared input by name: a typed array of its dtype (float32: Float32Array, int32:
   *   Int32Array, bool: Uint8Array of 0 and 1) with its number of elements, or a number for a scalar
   *   An output of this or another program of the State may be given; only then is memory allocated.
   * @throws Error if an input is missing, unknown or does not fit; nothing has changed then
   */
  run(inputs: Readonly<Record<Input, InputValue>>): void {
    if (this.#generation !== this.#memory.generation) this.#refresh();
    const slots = this.#inputs;
    const { buffer } = this.#memory.instance.memory;
    let overlap = false;
    for (let i = 0; i < slots.length; i++) {
      const { name } = slots[i];
      const value = Object.hasOwn(inputs, name) ? inputs[name as Input] : undefined;
      checkInput(slots[i], value);
      overlap ||= typeof value === "object" && value.buffer === buffer;
    }
    let given = 0;
    for (const name in inputs) if (Object.hasOwn(inputs, name)) given++;
    if (given !== slots.length) this.#refuseUnknown(inputs);
    const values = overlap ? copies(inputs) : inputs;
    for (let i = 0; i < slots.length; i++) copyInput(slots[i], values[slots[i].name as Input]);
    this.#driver.run();
  }

  /**
   * An output's elements, in row-major order: a view into WebAssembly memory that holds until the next
   * run of any program of this State.
   *
   * @throws Error if there is no such output
   */
  output(name: Output): TensorData {
    if (this.#generation !== this.#memory.generation) this.#refresh();
    const output = this.#outputs.get(name);
    if (!output) {
      const names = [...this.#outputs.keys()].join(", ") || "none";
      throw new Error(`no output is named "${name}"; there are: ${names}`);
    }
    return output.view;
  }

  /** Shape and dtype of an output. */
  outputSpec(name: Output): Required<TensorSpec> {
    this.output(name);
    const { shape, dtype } = this.#outputs.get(name)!.place;
    return { shape, dtype };
  }

  /**
   * Whether all float32 outputs of the last run, and all float32 states that it has changed, are finite.
   * Costs one pass over them, and nothing where it is not asked for. As `output`, it is to be asked before
   * the next run of any program of this State.
   */
  finite(): boolean {
    return this.#driver.check() === 1;
  }

  /** After memory has grown, views are of the old one. */
  #refresh(): void {
    this.#generation = this.#memory.generation;
    for (const slot of this.#inputs) {
      slot.view = this.#memory.view(slot.dtype, slot.pointer ?? 0, slot.length);
    }
    for (const output of this.#outputs.values()) {
      const { dtype, pointer, shape } = output.place;
      output.view = this.#memory.view(dtype, pointer, sizeOf(shape));
    }
  }

  #refuseUnknown(inputs: object): never {
    const known = this.#inputs.map(({ name }) => name);
    const unknown = Object.keys(inputs).find((name) => !known.includes(name));
    throw new Error(`no input is named "${unknown}"; there are: ${known.join(", ") || "none"}`);
  }
}

/** The arrays themselves may be views of the memory that inputs are written into. */
function copies<Input extends string>(
  inputs: Readonly<Record<Input, InputValue>>,
): Record<Input, InputValue> {
  const entries = Object.entries<InputValue>(inputs).map(([name, value]) => [
    name,
    typeof value === "number" ? value : value.slice(),
  ]);
  return Object.fromEntries(entries);
}

/** @throws Error if the value is not one of the input's */
function checkInput(slot: InputSlot, value: InputValue | undefined): void {
  const { view, length } = slot;
  if (typeof value === "number") {
    if (length !== 1 || !isValueOf(slot.dtype, value)) refuse(slot, value);
    return;
  }
  if (value?.length !== length || value.constructor !== view.constructor) refuse(slot, value);
  if (slot.dtype === "bool") {
    for (let i = 0; i < length; i++) if (value[i] > 1) refuse(slot, value[i], ` at ${i}`);
  }
}

/** Below this length a loop is faster than the call of `set`. */
const SHORT = 16;

function copyInput({ view, length, pointer }: InputSlot, value: InputValue): void {
  if (pointer === undefined) return;
  if (typeof value === "number") view[0] = value;
  else if (length > SHORT) view.set(value);
  else for (let i = 0; i < length; i++) view[i] = value[i];
}

/** Says what an input must be, and what was given instead (or where). */
function refuse(slot: InputSlot, value: unknown, where = ""): never {
  const { name, dtype, shape, length, view } = slot;
  if (value === undefined) throw new Error(`input "${name}" is missing`);
  const needed = `${
    length === 1 ? "a number or " : ""
  }${view.constructor.name} of length ${length}`;
  const given = typeof value === "number" ? `the number ${value}${where}` : describe(value);
  throw new Error(
    `input "${name}" is ${dtype} [${shape.join(", ")}]: give ${needed}, not ${given}`,
  );
}

function describe(value: unknown): string {
  const { length } = Object(value) as { length?: unknown };
  return nameOf(value) + (typeof length === "number" ? ` of length ${length}` : "");
}
