/**
 * Finds elementwise nodes that do the same to tensors which lie one after another, as the steps of an
 * optimizer do to all parameters, so that one call sweeps over all of them. It starts from the nodes
 * that give the states their new values and goes back through what these read.
 */
import type { Graph, Node } from "../program/ir.ts";
import { operationKey } from "../program/operation_key.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { aligned, elementBytes } from "../run/memory.ts";
import { periodOf } from "./lower_elementwise.ts";
import { schedule, type Unit } from "./schedule.ts";

/** What each of a sweep's operands is: the tensors of its members side by side, or a shared scalar. */
export type SweepOperand = { readonly members: readonly number[] } | { readonly scalar: number };

/** Nodes computed by one call, in the order in which their tensors lie. */
export interface Sweep {
  readonly members: Unit;
  readonly operands: readonly SweepOperand[];
}

/** The lists of tensors that must lie side by side: the sweep's members and its operands. */
export function listsOf({ members, operands }: Sweep): (readonly number[])[] {
  return [members, ...operands.flatMap((operand) => "members" in operand ? [operand.members] : [])];
}

const ELEMENTWISE: ReadonlySet<string> = new Set(
  ["unary", "binary", "select", "clip", "powerConstant", "leakyRelu", "elementwise"],
);

/**
 * Whether the node's result may be written over this operand: both have the same elements, each result
 * depends on one element of every operand, and the kernel goes through them in order.
 */
export function canWriteOver(node: Node, operand: Node, nodes: readonly Node[]): boolean {
  return ELEMENTWISE.has(node.operation.op) &&
    sizeOf(operand.shape) === sizeOf(node.shape) &&
    elementBytes[operand.dtype] === elementBytes[node.dtype] &&
    node.inputs.every((input) => periodOf(nodes[input].shape, node.shape) !== undefined);
}

/** What a node reads: the root at each operand, and whether it is a scalar to it. */
interface Candidate {
  readonly id: number;
  readonly size: number;
  readonly signature: string;
  readonly operands: readonly { readonly root: number; readonly scalar: boolean }[];
}

/**
 * The sweeps of a graph. Every tensor belongs to at most one list of neighbours, so that memory can be
 * planned: states must lie side by side already, everything else will be put so.
 *
 * @param statePlace where a state lies in memory, in bytes
 */
export function findSweeps(
  graph: Graph,
  roots: readonly number[],
  needed: readonly boolean[],
  statePlace: (name: string) => number,
): Sweep[] {
  const { nodes } = graph;
  const sweeps: Sweep[] = [];
  /** The list of neighbours that a computed tensor belongs to. */
  const neighbours = new Map<number, string>();
  const grouped = new Set<number>();

  const placeOf = (root: number) => {
    const { operation } = nodes[root];
    return operation.op === "state" ? statePlace(operation.name) : undefined;
  };
  const bytesOf = (root: number) => 4 * sizeOf(nodes[root].shape);

  /** Whether the tensors may be taken as one: for states that they lie so, for others that they can. */
  const canBeNeighbours = (list: readonly number[]) => {
    const places = list.map(placeOf);
    if (places.every((place) => place !== undefined)) {
      return places.every((place, i) =>
        i === 0 || place === places[i - 1]! + aligned(bytesOf(list[i - 1]))
      );
    }
    const key = String(list);
    return new Set(list).size === list.length &&
      list.every((root) =>
        placeOf(root) === undefined && !isGiven(nodes[root]) &&
        (neighbours.get(root) ?? key) === key
      );
  };
  const claim = (list: readonly number[]) => {
    for (const root of list) if (placeOf(root) === undefined) neighbours.set(root, String(list));
  };

  /** Scalar constants of one value are one scalar. */
  const scalars = new Map<string, number>();
  const scalarRoot = (root: number) => {
    const { operation, dtype } = nodes[root];
    if (operation.op !== "constant" || operation.data.length !== 1) return root;
    const key = `${dtype} ${Object.is(operation.data[0], -0) ? "-0" : operation.data[0]}`;
    if (!scalars.has(key)) scalars.set(key, root);
    return scalars.get(key)!;
  };

  const candidate = (id: number): Candidate | undefined => {
    const node = nodes[id];
    const size = sizeOf(node.shape);
    const inputs = node.inputs.map((input) => nodes[input]);
    if (
      roots[id] !== id || !needed[id] || grouped.has(id) || !ELEMENTWISE.has(node.operation.op) ||
      node.dtype === "bool" || inputs.some(({ dtype }) => dtype === "bool") ||
      inputs.some(({ shape }) => sizeOf(shape) !== 1 && sizeOf(shape) !== size)
    ) return undefined;
    return {
      id,
      size,
      signature: [operationKey(node.operation), node.dtype, ...inputs.map(({ dtype }) => dtype)]
        .join("|"),
      operands: node.inputs.map((input) => ({
        root: scalarRoot(roots[input]),
        scalar: sizeOf(nodes[input].shape) === 1 && size !== 1,
      })),
    };
  };

  /** Takes as many neighbours as can be swept together from a list in which they would lie so. */
  const extend = (list: readonly Candidate[], roles: readonly SweepRole[]): Sweep | undefined => {
    for (let count = list.length; count > 1; count--) {
      const members = list.slice(0, count);
      const operands = roles.map((role, k): SweepOperand =>
        role === "each" ? { members: members.map((one) => one.operands[k].root) } : { scalar: role }
      );
      const found: Sweep = { members: members.map(({ id }) => id), operands };
      const lists = listsOf(found);
      const order = [...sweeps, found].map(({ members }) => members);
      const possible = lists.every(canBeNeighbours) && haveOneOrder(lists) &&
        schedule(graph, order, () => true) !== undefined;
      if (possible) {
        lists.forEach(claim);
        return found;
      }
    }
    return undefined;
  };

  /** Sweeps over these nodes, which lie in this order; what they read is looked at next. */
  const sweep = (ids: readonly number[]) => {
    const candidates = ids.flatMap((id) => candidate(id) ?? []);
    for (const { members, roles } of alike(candidates)) {
      for (let start = 0; start < members.length - 1; start++) {
        const found = extend(members.slice(start), roles);
        if (!found) continue;
        sweeps.push(found);
        for (const id of found.members) grouped.add(id);
        start += found.members.length - 1;
        for (const operand of found.operands) if ("members" in operand) sweep(operand.members);
      }
    }
  };

  const updates = [...graph.updates].sort(([a], [b]) => statePlace(a) - statePlace(b));
  sweep([...new Set(updates.map(([, id]) => roots[id]))]);
  return sweeps;
}

/** Whether the value is there before the first kernel runs. */
export function isGiven({ operation: { op } }: Node): boolean {
  return op === "input" || op === "state" || op === "constant";
}

/** Whether each tensor has the same neighbours in every list: those that share one are equal. */
function haveOneOrder(lists: readonly (readonly number[])[]): boolean {
  const listOf = new Map<number, string>();
  return lists.every((list) =>
    list.every((root) => {
      const known = listOf.get(root) ?? String(list);
      listOf.set(root, known);
      return known === String(list);
    })
  );
}

/** What an operand of a sweep is: a tensor of each member, or the scalar with this root. */
type SweepRole = "each" | number;

/**
 * Candidates that compute the same and share their scalars. A candidate of one element fits wherever its
 * operands do, because to it everything is a scalar.
 */
function alike(
  candidates: readonly Candidate[],
): { members: Candidate[]; roles: readonly SweepRole[] }[] {
  const classes: { signature: string; members: Candidate[]; roles: readonly SweepRole[] }[] = [];
  const fits = (one: Candidate, roles: readonly SweepRole[]) =>
    one.operands.every(({ root, scalar }, k) =>
      roles[k] === "each" ? !scalar : (scalar || one.size === 1) && root === roles[k]
    );
  for (const one of candidates.filter(({ size }) => size > 1)) {
    const known = classes.find(({ signature, roles }) =>
      signature === one.signature && fits(one, roles)
    );
    if (known) known.members.push(one);
    else {
      const roles = one.operands.map(({ root, scalar }) => scalar ? root : "each" as const);
      classes.push({ signature: one.signature, members: [one], roles });
    }
  }
  for (const one of candidates.filter(({ size }) => size === 1)) {
    classes.find(({ signature, roles }) => signature === one.signature && fits(one, roles))
      ?.members.push(one);
  }
  const order = new Map(candidates.map(({ id }, i) => [id, i]));
  for (const { members } of classes) members.sort((a, b) => order.get(a.id)! - order.get(b.id)!);
  return classes;
}
