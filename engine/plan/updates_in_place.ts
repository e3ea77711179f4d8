/**
 * Which new values of states can be written straight over the old ones: those that are computed after,
 * or element by element together with, the last reading of the old value.
 */
import type { Graph, Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { aligned, elementBytes } from "../run/memory.ts";
import type { Unit } from "./schedule.ts";
import { canWriteOver, isGiven, listsOf, type Sweep } from "./sweeps.ts";

/** Bytes of a node's tensor. */
export function bytesOf(node: Node): number {
  return elementBytes[node.dtype] * sizeOf(node.shape);
}

/** The state whose present value the node is, if it is one. */
export function stateName({ operation }: Node): string | undefined {
  return operation.op === "state" ? operation.name : undefined;
}

/** For each computed node that may be written over a state, the state's name. */
export function updatesInPlace(
  graph: Graph,
  roots: readonly number[],
  units: readonly Unit[],
  sweeps: readonly Sweep[],
  statePlace: (name: string) => number,
): ReadonlyMap<number, string> {
  const { nodes } = graph;
  const lastReading = new Map<string, number>();
  const readTo = (root: number, position: number) => {
    const name = stateName(nodes[root]);
    if (name !== undefined) lastReading.set(name, position);
  };
  units.forEach((unit, position) => {
    for (const id of unit) for (const input of nodes[id].inputs) readTo(roots[input], position);
  });
  // The old value of a state that becomes another state's new value is read at the end.
  for (const [name, id] of graph.updates) {
    if (stateName(nodes[roots[id]]) !== name) readTo(roots[id], units.length);
  }

  const positions = new Map(units.flatMap((unit, position) => unit.map((id) => [id, position])));
  const targets = new Map<number, string>();
  for (const [name, id] of graph.updates) {
    const node = nodes[roots[id]];
    if (isGiven(node) || targets.has(node.id)) continue;
    const position = positions.get(node.id)!;
    const reading = lastReading.get(name) ?? -1;
    if (reading < position || reading === position && readsOnlyAlike(node, name)) {
      targets.set(node.id, name);
    }
  }

  /** Whether the element that is overwritten is the only one of the state that the node needs then. */
  function readsOnlyAlike(node: Node, name: string): boolean {
    return node.inputs.every((input) =>
      stateName(nodes[roots[input]]) !== name || canWriteOver(node, nodes[input], nodes)
    );
  }

  /** Whether none of the tensors is written over a state, or all are, over states that lie side by side. */
  const asOne = (list: readonly number[]) => {
    const names = list.map((id) => targets.get(id));
    return names.every((name) => name === undefined) ||
      names.every((name, i) =>
        name !== undefined &&
        (i === 0 ||
          statePlace(name) === statePlace(names[i - 1]!) + aligned(bytesOf(nodes[list[i - 1]])))
      );
  };
  /** Whether no member would be written over what another member of its sweep reads. */
  const isFree = ({ members, operands }: Sweep) => {
    const names = members.map((id) => targets.get(id));
    const overlaps = (root: number) => names.includes(stateName(nodes[root]) ?? "");
    return operands.every((operand) =>
      "scalar" in operand
        ? !overlaps(operand.scalar)
        : operand.members.every((root, i) => !overlaps(root) || stateName(nodes[root]) === names[i])
    );
  };
  // What a sweep goes over is written over states only as a whole. Lists may share tensors with other
  // sweeps, so this is repeated until nothing changes.
  for (let size = -1; size !== targets.size;) {
    size = targets.size;
    for (const sweep of sweeps) {
      for (const list of listsOf(sweep)) {
        if (!asOne(list)) { for (const id of list) targets.delete(id); }
      }
      if (!isFree(sweep)) { for (const id of sweep.members) targets.delete(id); }
    }
  }
  return targets;
}
