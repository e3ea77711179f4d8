/** Which nodes only show another node's elements and so need neither memory nor a kernel. */
import type { Graph, Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";

/** Whether the node's elements are its input's, in the same order. */
function isView(node: Node, nodes: readonly Node[]): boolean {
  const input = nodes[node.inputs[0]];
  switch (node.operation.op) {
    case "reshape":
      return true;
    case "cast":
      return input.dtype === node.dtype;
    case "broadcast":
      return sizeOf(input.shape) === sizeOf(node.shape);
    case "transpose": {
      const moved = node.operation.permutation.filter((axis) => input.shape[axis] !== 1);
      return moved.every((axis, i) => i === 0 || moved[i - 1] < axis);
    }
    default:
      return false;
  }
}

/** For each node the node whose elements it shows: an earlier one for a view, else itself. */
export function rootsOf({ nodes }: Graph): readonly number[] {
  const roots: number[] = [];
  for (const node of nodes) roots.push(isView(node, nodes) ? roots[node.inputs[0]] : node.id);
  return roots;
}

/** For each node whether an output or an update needs it. */
export function neededNodes({ nodes, outputs, updates }: Graph): readonly boolean[] {
  const needed = nodes.map(() => false);
  for (const id of [...outputs.values(), ...updates.values()]) needed[id] = true;
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (needed[id]) { for (const input of nodes[id].inputs) needed[input] = true; }
  }
  return needed;
}
