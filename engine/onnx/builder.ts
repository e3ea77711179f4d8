/**
 * Collects the nodes and constants of an ONNX graph while it is made: gives out names, stores equal
 * constants once, and works out sizes that follow the batch. Knows nothing of what is built.
 */
import { type Dimension, isFixed } from "./batch.ts";
import type { OnnxAttribute, OnnxConstant, OnnxNode } from "./graph.ts";

/** Nodes and constants in the making; tensors go by their names. */
export class OnnxBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, OnnxConstant>();
  /** Names of small constants by their content. */
  readonly #shared = new Map<string, string>();
  readonly #names: Set<string>;
  readonly #batchSource: { readonly input: string; readonly axis: number } | null;
  #batchSize: string | null = null;
  /** What new names start with. */
  #prefix = "";

  /**
   * @param reserved names that are given already
   * @param batchSource an input and its axis that has the size of the batch, if one has
   */
  constructor(
    reserved: Iterable<string>,
    batchSource: { readonly input: string; readonly axis: number } | null,
  ) {
    this.#names = new Set(reserved);
    this.#batchSource = batchSource;
  }

  /** Names what is added from here on after this. */
  startPart(prefix: string): void {
    this.#prefix = prefix;
  }

  /** Adds a node and gives the name of its one output. */
  add(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): string {
    const output = this.#unique(this.#prefix);
    this.#nodes.push({ op, inputs, outputs: [output], ...(attributes && { attributes }) });
    return output;
  }

  /** Adds a constant tensor under this name or one like it. */
  constant(name: string, data: OnnxConstant["data"], shape: readonly number[]): string {
    const unique = this.#unique(name);
    this.#constants.set(unique, { name: unique, shape, data });
    return unique;
  }

  /** The constant of this name, if it is one. */
  constantNamed(name: string): OnnxConstant | undefined {
    return this.#constants.get(name);
  }

  /** A float32 scalar. */
  float(value: number): string {
    const name = `float_${Object.is(value, -0) ? "-0" : value}`;
    return this.#once(name, () => Float32Array.of(value), []);
  }

  /** An int64 scalar. */
  integer(value: number): string {
    return this.#once(`integer_${value}`, () => BigInt64Array.of(BigInt(value)), []);
  }

  /** An int64 vector. */
  integers(values: readonly number[]): string {
    const name = `integers_${values.join("_")}`;
    return this.#once(name, () => BigInt64Array.from(values, BigInt), [values.length]);
  }

  /**
   * A shape as an int64 vector; computed when the model runs if it follows the batch.
   *
   * @throws RangeError if it does and no input tells the batch size
   */
  shape(dimensions: readonly Dimension[]): string {
    if (dimensions.every(isFixed)) return this.integers(dimensions.map((d) => d.constant));
    return this.add("Concat", dimensions.map((d) => this.#dimension(d)), { axis: 0n });
  }

  #dimension({ factor, constant }: Dimension): string {
    if (factor === 0) return this.integers([constant]);
    let size = this.#batch();
    if (factor !== 1) size = this.add("Mul", [size, this.integers([factor])]);
    return constant === 0 ? size : this.add("Add", [size, this.integers([constant])]);
  }

  /** The batch size as an int64 vector of one element. */
  #batch(): string {
    if (this.#batchSize === null) {
      if (this.#batchSource === null) {
        throw new RangeError("no input has an axis N, from which the batch size could be told");
      }
      const { input, axis } = this.#batchSource;
      const attributes = { start: BigInt(axis), end: BigInt(axis + 1) };
      this.#batchSize = this.add("Shape", [input], attributes);
    }
    return this.#batchSize;
  }

  #once(name: string, data: () => OnnxConstant["data"], shape: readonly number[]): string {
    let shared = this.#shared.get(name);
    if (shared === undefined) this.#shared.set(name, shared = this.constant(name, data(), shape));
    return shared;
  }

  #unique(name: string): string {
    let unique = name;
    for (let i = 2; this.#names.has(unique); i++) unique = `${name}_${i}`;
    this.#names.add(unique);
    return unique;
  }

  /**
   * What has been built, with each output under its own name and without constants that nothing uses.
   *
   * @param outputs the names of the graph's outputs, each with the tensor that it is
   */
  finish(outputs: ReadonlyMap<string, string>): {
    readonly nodes: readonly OnnxNode[];
    readonly constants: readonly OnnxConstant[];
  } {
    const computed = new Set(this.#nodes.flatMap((node) => node.outputs));
    const renamed = new Map<string, string>();
    for (const [output, tensor] of outputs) {
      if (computed.has(tensor) && !renamed.has(tensor)) {
        renamed.set(tensor, output);
      } else { // an input, a constant, or already another output
        this.#nodes.push({ op: "Identity", inputs: [tensor], outputs: [output] });
      }
    }
    const rename = (name: string) => renamed.get(name) ?? name;
    const nodes = this.#nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
    const used = new Set(nodes.flatMap((node) => node.inputs));
    return { nodes, constants: [...this.#constants.values()].filter(({ name }) => used.has(name)) };
  }
}
