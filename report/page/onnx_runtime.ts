/**
 * What stands in for `onnxruntime-node` in a page, with as much of its interface as
 * `benchmarks/cell/onnx_parity.ts` uses: `bundle.ts` puts it in its place. The models are computed by
 * the engine, so that a cell that is trained in a page compares its policy with the file it exports,
 * as everywhere, and counts the same comparisons.
 */
import { type ImportedModel, importOnnx } from "../../engine/onnx/import.ts";
import type { OnnxType } from "../../engine/onnx/graph.ts";

/** Elements in row-major order, of integers as ONNX has them. */
type Elements = Float32Array | BigInt64Array;

/** A tensor that goes in or comes out. */
export class Tensor {
  /** @param dims sizes; the first is the number of rows */
  constructor(readonly data: Elements, readonly dims: readonly number[]) {}
}

/** A model that is ready to run. */
export class InferenceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly {
    readonly name: string;
    readonly isTensor: true;
    readonly type: OnnxType;
    readonly shape: readonly (number | string)[];
  }[];
  readonly #model: ImportedModel;

  /** Use `create`. */
  private constructor(model: ImportedModel) {
    this.#model = model;
    this.inputMetadata = model.inputs.map((input) => ({ ...input, isTensor: true }));
    this.inputNames = model.inputs.map(({ name }) => name);
    this.outputNames = model.outputs.map(({ name }) => name);
  }

  /**
   * Opens a model.
   *
   * @throws Error if it is not one of Seedbed's policies
   */
  // deno-lint-ignore require-await -- fails as a promise does
  static async create(bytes: Uint8Array): Promise<InferenceSession> {
    return new InferenceSession(importOnnx(bytes));
  }

  /** Computes all rows, one after another. */
  // deno-lint-ignore require-await -- fails as a promise does
  async run(
    feeds: Readonly<Record<string, Tensor>>,
  ): Promise<Readonly<Record<string, Tensor>>> {
    const inputs = Object.entries(feeds).map(([name, { data, dims }]) => {
      const elements = data instanceof Float32Array ? data : Int32Array.from(data, Number);
      return { name, elements, width: elements.length / dims[0] };
    });
    const [{ dims: [rows] }] = Object.values(feeds);
    const computed = Array.from({ length: rows }, (_, row) =>
      this.#model.run(
        Object.fromEntries(inputs.map(({ name, elements, width }) => [
          name,
          elements.subarray(row * width, (row + 1) * width),
        ])),
      ));
    return Object.fromEntries(this.#model.outputs.map(({ name, type, shape }) => {
      const elements = computed.flatMap((outputs) => Array.from(outputs[name]));
      const data = type === "int64"
        ? BigInt64Array.from(elements, BigInt)
        : Float32Array.from(elements);
      return [name, new Tensor(data, [rows, ...shape.slice(1).map(Number)])];
    }));
  }

  /** Frees nothing: the model goes with the last that knows it. */
  async release(): Promise<void> {}
}
