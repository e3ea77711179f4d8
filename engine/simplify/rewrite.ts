/** The means that the simplifications share: rebuilding a graph node by node. */
import { GraphBuilder } from "../program/builder.ts";
import type { Graph, Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";

/** A function from graphs to graphs that changes no bit of what they compute. */
export type Pass = (graph: Graph) => Graph;

/**
 * What takes the place of a node, given what took the place of its inputs; undefined leaves it. A
 * node that is left is copied, with its new inputs. `replaced` has what took the place of each node
 * before this one.
 */
export type Rule = (
  node: Node,
  inputs: readonly Node[],
  build: GraphBuilder,
  replaced: readonly Node[],
) => Node | undefined;

/** Rebuilds a graph in order, each node by the rule. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const build = new GraphBuilder();
  const replaced: Node[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => replaced[id]);
    const { operation, shape, dtype } = node;
    replaced.push(
      rule(node, inputs, build, replaced) ?? build.add(operation, inputs, shape, dtype),
    );
  }
  const named = (ids: ReadonlyMap<string, number>) =>
    new Map([...ids].map(([name, id]) => [name, replaced[id]]));
  return build.graph(named(graph.outputs), named(graph.updates));
}

/** For each node, who reads it: ids of nodes (once per reading), and "result" for outputs and updates. */
export function usesOf(graph: Graph): readonly (number | "result")[][] {
  const uses: (number | "result")[][] = graph.nodes.map(() => []);
  for (const { id, inputs } of graph.nodes) for (const input of inputs) uses[input].push(id);
  for (const id of [...graph.outputs.values(), ...graph.updates.values()]) uses[id].push("result");
  return uses;
}

/** The number that a node is in all its elements, if it is a constant or the broadcast of one. */
export function numberOf(node: Node, build: GraphBuilder): number | undefined {
  const { operation } = node;
  if (operation.op === "constant") {
    return operation.data.length === 1 ? operation.data[0] : undefined;
  }
  const through = operation.op === "broadcast" || operation.op === "reshape";
  return through ? numberOf(build.node(node.inputs[0]), build) : undefined;
}

/** Whether a node is one element. */
export function isScalar({ shape }: { readonly shape: readonly number[] }): boolean {
  return sizeOf(shape) === 1;
}
