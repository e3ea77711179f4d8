/**
 * Appends nodes to a graph, with the shapes and types that follow from their inputs. Recording and
 * the simplifications make nodes with it; it checks nothing that they have not made sure of.
 */
import type {
  BinaryKind,
  DType,
  ElementwiseStep,
  Graph,
  Node,
  Operation,
  ReduceKind,
  UnaryKind,
} from "./ir.ts";
import { sizeOf } from "./tensor_spec.ts";

const GIVES_BOOL: ReadonlySet<string> = new Set<UnaryKind | BinaryKind>([
  ...["isNaN", "isFinite", "isInf", "logicalNot"] as const,
  ...["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const,
  ...["logicalAnd", "logicalOr"] as const,
]);

/** A graph under construction. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];

  /** Appends a node. */
  add(operation: Operation, inputs: readonly Node[], shape: readonly number[], dtype: DType): Node {
    const ids = inputs.map((input) => input.id);
    const node = { id: this.#nodes.length, operation, inputs: ids, shape, dtype };
    this.#nodes.push(node);
    return node;
  }

  /** The node of this id. */
  node(id: number): Node {
    return this.#nodes[id];
  }

  /** A constant; its type follows from the array. */
  constant(data: Float32Array | Int32Array | Uint8Array, shape: readonly number[]): Node {
    const dtype = data instanceof Float32Array
      ? "float32"
      : data instanceof Int32Array
      ? "int32"
      : "bool";
    return this.add({ op: "constant", data }, [], shape, dtype);
  }

  /** A scalar constant. */
  scalar(value: number, dtype: "float32" | "int32" = "float32"): Node {
    return this.constant(dtype === "float32" ? Float32Array.of(value) : Int32Array.of(value), []);
  }

  /** A function of one number. */
  unary(kind: UnaryKind, x: Node): Node {
    return this.add({ op: "unary", kind }, [x], x.shape, GIVES_BOOL.has(kind) ? "bool" : x.dtype);
  }

  /** A function of two numbers of the same type, broadcast. */
  binary(kind: BinaryKind, a: Node, b: Node): Node {
    const dtype = GIVES_BOOL.has(kind) ? "bool" : a.dtype;
    return this.add({ op: "binary", kind }, [a, b], broadcastShape(a.shape, b.shape), dtype);
  }

  /** `then` where the condition holds, else `otherwise`; all three broadcast. */
  select(condition: Node, then: Node, otherwise: Node): Node {
    const shape = broadcastShape(condition.shape, broadcastShape(then.shape, otherwise.shape));
    const inputs = [condition, this.broadcast(then, shape), this.broadcast(otherwise, shape)];
    return this.add({ op: "select" }, inputs, shape, then.dtype);
  }

  /** The same value as another type; itself if it has this type. */
  cast(x: Node, dtype: DType): Node {
    return x.dtype === dtype ? x : this.add({ op: "cast" }, [x], x.shape, dtype);
  }

  /** The same elements in another shape; itself if it has this shape. */
  reshape(x: Node, shape: readonly number[]): Node {
    return sameShape(x.shape, shape) ? x : this.add({ op: "reshape" }, [x], shape, x.dtype);
  }

  /** Repeated to a shape; itself if it has this shape. */
  broadcast(x: Node, shape: readonly number[]): Node {
    return sameShape(x.shape, shape) ? x : this.add({ op: "broadcast" }, [x], shape, x.dtype);
  }

  /** Axes in another order; itself if they keep theirs. */
  transpose(x: Node, permutation: readonly number[]): Node {
    if (permutation.every((axis, i) => axis === i)) return x;
    const shape = permutation.map((axis) => x.shape[axis]);
    return this.add({ op: "transpose", permutation }, [x], shape, x.dtype);
  }

  /** A part; itself if it is the whole. */
  slice(
    x: Node,
    begin: readonly number[],
    shape: readonly number[],
    strides?: readonly number[],
  ): Node {
    const steps = strides ?? begin.map(() => 1);
    if (sameShape(x.shape, shape) && steps.every((step) => step === 1)) return x;
    return this.add({ op: "slice", begin, strides: steps }, [x], shape, x.dtype);
  }

  /** One after the other along an axis. */
  concat(parts: readonly Node[], axis: number): Node {
    if (parts.length === 1) return parts[0];
    const size = parts.reduce((sum, part) => sum + part.shape[axis], 0);
    return this.add({ op: "concat", axis }, parts, parts[0].shape.with(axis, size), parts[0].dtype);
  }

  /** A reduction over ascending axes, which disappear. Over no axes it is its input. */
  reduce(kind: ReduceKind, x: Node, axes: readonly number[]): Node {
    if (axes.length === 0) return x;
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    return this.add({ op: "reduce", kind, axes }, [x], shape, x.dtype);
  }

  /** Rows of `data` along an axis, by a vector of indices. */
  gather(data: Node, indices: Node, axis: number): Node {
    const shape = data.shape.with(axis, sizeOf(indices.shape));
    return this.add({ op: "gather", axis }, [data, indices], shape, data.dtype);
  }

  /** A chain of elementwise operations. */
  elementwise(
    steps: readonly ElementwiseStep[],
    inputs: readonly Node[],
    shape: readonly number[],
  ): Node {
    return this.add({ op: "elementwise", steps }, inputs, shape, steps[steps.length - 1].dtype);
  }

  /** The graph with these outputs and updates. */
  graph(outputs: ReadonlyMap<string, Node>, updates: ReadonlyMap<string, Node>): Graph {
    const ids = (nodes: ReadonlyMap<string, Node>) =>
      new Map([...nodes].map(([name, node]) => [name, node.id]));
    return { nodes: this.#nodes, outputs: ids(outputs), updates: ids(updates) };
  }
}

/** Whether both shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape that two shapes broadcast to, as in NumPy. They must fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const missing = long.length - short.length;
  return long.map((size, axis) =>
    axis < missing || short[axis - missing] === 1 ? size : short[axis - missing]
  );
}
