/**
 * Removes what no output and no update depends on.
 *
 *     %3 = unary exp %1        (gone)
 *     %4 = binary add %1 %2    %3 = binary add %1 %2
 *
 * Declared inputs stay: a run is given all of them.
 */
import type { Graph } from "../program/ir.ts";

/** The graph without the nodes that nothing needs. */
export function removeDead(graph: Graph): Graph {
  const { nodes, outputs, updates } = graph;
  const needed = nodes.map(({ operation }) => operation.op === "input");
  for (const id of [...outputs.values(), ...updates.values()]) needed[id] = true;
  for (const { id, inputs } of nodes.toReversed()) {
    if (needed[id]) { for (const input of inputs) needed[input] = true; }
  }
  const places = new Map<number, number>();
  for (const { id } of nodes) if (needed[id]) places.set(id, places.size);
  const place = (id: number) => places.get(id)!;
  const moved = (ids: ReadonlyMap<string, number>) =>
    new Map([...ids].map(([name, id]) => [name, place(id)]));
  return {
    nodes: nodes.filter(({ id }) => needed[id]).map((node) => ({
      ...node,
      id: place(node.id),
      inputs: node.inputs.map(place),
    })),
    outputs: moved(outputs),
    updates: moved(updates),
  };
}
