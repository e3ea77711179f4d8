/**
 * How the sizes in a recorded function follow the batch. A recording knows numbers only; the same
 * function recorded at several batch sizes tells which of them are the batch, with no rule per
 * operation: what differs follows it, and must do so in a way that a model can say. Two recordings
 * would give that way, whatever the function does; the others can refute it.
 */
import type { Graph, Node, Operation } from "../program/ir.ts";
import { nodeName } from "../program/listing.ts";

/** The batch sizes at which a function is recorded. None may be 1, which broadcasts. */
export const batchSizes: readonly number[] = [2, 3, 7, 16];

/** The name of the batch in shapes. */
export const batchName = "N";

/** A size: `factor` times the batch size plus `constant`. */
export interface Dimension {
  readonly factor: number;
  readonly constant: number;
}

/** A node, with its sizes as they follow the batch. */
export interface BatchNode {
  /** The node as recorded at the first batch size. */
  readonly node: Node;
  readonly dimensions: readonly Dimension[];
  /** The node as recorded at each batch size. */
  readonly recorded: readonly Node[];
}

/** Whether a size is the same at every batch size. */
export function isFixed({ factor }: Dimension): boolean {
  return factor === 0;
}

/** Whether two sizes are the same at every batch size. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.factor === b.factor && a.constant === b.constant;
}

/** A size as text: `4`, `N`, `2N + 1`. */
export function dimensionText({ factor, constant }: Dimension): string {
  if (factor === 0) return String(constant);
  const text = `${factor === 1 ? "" : factor}${batchName}`;
  return constant === 0 ? text : `${text} ${constant < 0 ? "-" : "+"} ${Math.abs(constant)}`;
}

/**
 * The size that is these numbers at the batch sizes.
 *
 * @throws RangeError if it is not a multiple of the batch size plus a constant
 */
export function dimension(sizes: readonly number[]): Dimension {
  const factor = (sizes[1] - sizes[0]) / (batchSizes[1] - batchSizes[0]);
  const constant = sizes[0] - factor * batchSizes[0];
  const isFollowing = sizes.every((size, i) => size === factor * batchSizes[i] + constant);
  if (!isFollowing || !Number.isInteger(factor) || factor < 0) {
    throw new RangeError(
      `a size depends on the batch size other than as a multiple of it plus a constant: it is ` +
        `${sizes.join(", ")} at batch ${batchSizes.join(", ")}`,
    );
  }
  return { factor, constant };
}

/**
 * Compares the recordings of one function at the batch sizes.
 *
 * @returns the nodes in order, with their sizes
 * @throws RangeError naming the first node that depends on the batch size in a way that a model for
 * every batch size cannot have
 */
export function followBatch(recordings: readonly Graph[]): BatchNode[] {
  const [first, ...others] = recordings;
  for (const [i, other] of others.entries()) {
    for (const node of first.nodes) checkSame(node, other.nodes[node.id], batchSizes[i + 1]);
    for (const [output, id] of first.outputs) {
      const there = other.outputs.get(output);
      if (there !== id || other.outputs.size !== first.outputs.size) {
        const instead = there === undefined ? "missing" : nodeName(other.nodes[there]);
        throw new RangeError(
          `the outputs depend on the batch size: "${output}" is ${nodeName(first.nodes[id])}, ` +
            `but among ${other.outputs.size} at batch ${batchSizes[i + 1]} it is ${instead}`,
        );
      }
    }
  }
  const nodes = first.nodes.map((node) => {
    const recorded = recordings.map(({ nodes }) => nodes[node.id]);
    return { node, dimensions: dimensionsOf(recorded), recorded };
  });
  for (const at of nodes) checkConstant(at);
  return nodes;
}

function checkSame(node: Node, other: Node | undefined, batch: number): void {
  if (other !== undefined && skeleton(node) === skeleton(other)) return;
  throw new RangeError(
    `${nodeName(node)} depends on the batch size: at batch ${batch} there is ` +
      `${other === undefined ? "nothing" : nodeName(other)} of other sizes or settings instead`,
  );
}

function dimensionsOf(recorded: readonly Node[]): Dimension[] {
  const [node] = recorded;
  try {
    return node.shape.map((_, axis) => dimension(recorded.map(({ shape }) => shape[axis])));
  } catch (error) {
    throw new RangeError(`${nodeName(node)}: ${(error as Error).message}`, { cause: error });
  }
}

/** All of a node that must be the same at all batch sizes, as text. */
function skeleton({ operation, inputs, shape, dtype }: Node): string {
  const settings = Object.entries(operation).filter(([name]) => name !== "data");
  if (operation.op === "tile") settings.length = 1; // its repetitions may follow the batch
  return JSON.stringify([settings, inputs, shape.length, dtype]);
}

/** A constant may be larger in a larger batch only by repeating itself. */
function checkConstant({ node, dimensions, recorded }: BatchNode): void {
  if (node.operation.op !== "constant") return;
  const cores = recorded.map((constant) => constantCore(constant, dimensions));
  if (cores.some((core) => core === null || !sameData(core, cores[0]!))) {
    throw new RangeError(
      `${nodeName(node)} of ${node.dtype} [${
        node.shape.join(", ")
      }] has values that depend on the ` +
        "batch size; compute them from the inputs, or leave the batch out",
    );
  }
}

/**
 * The elements of a constant that are left when each axis that follows the batch is cut to its first
 * place; null if the other places have other elements.
 */
export function constantCore(
  { operation, shape }: Node,
  dimensions: readonly Dimension[],
): ConstantData | null {
  const { data } = operation as Extract<Operation, { readonly op: "constant" }>;
  let core: ConstantData = data;
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (isFixed(dimensions[axis])) {
      inner *= shape[axis];
      continue;
    }
    const block = shape[axis] * inner;
    const kept = core.slice(0, core.length / shape[axis]);
    for (let i = 0; i < core.length; i++) {
      const from = Math.floor(i / block) * inner + i % inner;
      const first = Math.floor(i / block) * block + i % inner;
      if (!Object.is(core[i], core[first])) return null;
      kept[from] = core[first];
    }
    core = kept;
  }
  return core;
}

type ConstantData = Float32Array | Int32Array | Uint8Array;

function sameData(a: ConstantData, b: ConstantData): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
