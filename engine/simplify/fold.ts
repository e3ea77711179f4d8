/**
 * Computes what depends on constants alone, by the kernels that would compute it at each run: the
 * constant part is cut out as a graph of its own, computed once, and its results put in its place.
 *
 *     %1 = constant 0.9
 *     %2 = unary log %1          %1 = constant -0.105...
 *     %3 = binary multiply %0 %2    %2 = binary multiply %0 %1
 *
 * Broadcasts, tiles, pads and one-hot rows are not computed: they make much out of little.
 */
import { GraphBuilder } from "../program/builder.ts";
import type { Graph, Node, Operation } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { rewrite, usesOf } from "./rewrite.ts";

/** The elements of a tensor: float32, int32, or a bool as a byte. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** Computes the outputs of a graph without inputs and state, bit for bit as a run would. */
export type Evaluate = (graph: Graph) => ReadonlyMap<string, Elements>;

const LEFT: ReadonlySet<Operation["op"]> = new Set(
  ["input", "state", "constant", "broadcast", "tile", "pad", "oneHot"] as const,
);

/** The graph with its constants computed. */
export function foldConstants(graph: Graph, evaluate: Evaluate): Graph {
  const { nodes } = graph;
  const constant: boolean[] = [];
  const folded: boolean[] = [];
  for (const { id, operation, inputs } of nodes) {
    folded[id] = !LEFT.has(operation.op) && inputs.every((input) => constant[input]);
    constant[id] = folded[id] || operation.op === "constant";
  }
  const uses = usesOf(graph);
  const wanted = nodes.filter(({ id }) =>
    folded[id] && uses[id].some((use) => use === "result" || !folded[use])
  );
  if (wanted.length === 0) return graph;
  const results = evaluate(constantPart(nodes, constant, wanted));
  return rewrite(graph, (node, _, build) => {
    const elements = results.get(String(node.id));
    return elements && build.constant(elements.slice(), node.shape);
  });
}

/** The wanted nodes as outputs, named by their ids, with what they are computed from. */
function constantPart(
  nodes: readonly Node[],
  constant: readonly boolean[],
  wanted: readonly Node[],
): Graph {
  const build = new GraphBuilder();
  const copies = new Map<number, Node>();
  for (const { id, operation, inputs, shape, dtype } of nodes) {
    if (!constant[id]) continue;
    copies.set(id, build.add(operation, inputs.map((input) => copies.get(input)!), shape, dtype));
  }
  return build.graph(
    new Map(wanted.map(({ id }) => [String(id), copies.get(id)!])),
    new Map(),
  );
}

/** The graph with its broadcasts of one constant written out, for operations that read them in full. */
export function expandConstants(graph: Graph): Graph {
  return rewrite(graph, ({ operation, shape }, [x], build) => {
    if (operation.op !== "broadcast" || x.operation.op !== "constant") return undefined;
    const { data } = x.operation;
    if (data.length !== 1) return undefined;
    const size = sizeOf(shape);
    if (data instanceof Float32Array) {
      return build.constant(new Float32Array(size).fill(data[0]), shape);
    }
    if (data instanceof Int32Array) {
      return build.constant(new Int32Array(size).fill(data[0]), shape);
    }
    return build.constant(new Uint8Array(size).fill(data[0]), shape);
  });
}
