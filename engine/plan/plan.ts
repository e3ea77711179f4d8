/**
 * Planning: from a graph to a list of kernel calls with addresses. Decides (with the files beside this
 * one) what is computed when, which nodes one call computes together, which states are written in place
 * and which tensors share memory. Which kernels an operation needs is in lower.ts; nothing is computed.
 */
import type { DType, Graph, Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import type { KernelCall, LoopCall } from "../run/driver.ts";
import { aligned } from "../run/memory.ts";
import { allocate, type Buffer } from "./allocate.ts";
import { canJoin, chainOf } from "./chains.ts";
import { loopOf } from "./loops.ts";
import { layOut } from "./layout.ts";
import { copyBytes, lowerNode, type Room } from "./lower.ts";
import { type Chain, fitOneCall, lowerChains } from "./lower_elementwise.ts";
import { neededNodes, rootsOf } from "./roots.ts";
import type { Unit } from "./schedule.ts";
import { findSweeps, isGiven, type Sweep } from "./sweeps.ts";
import { bytesOf, stateName } from "./updates_in_place.ts";

/** A tensor in memory; `pointer` is its address in bytes. */
export interface Place {
  readonly pointer: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A call and the nodes that it computes (none for copies at the ends of a run). */
export type PlannedCall = (KernelCall | LoopCall) & { readonly nodes: readonly number[] };

/** What a run does, and where. */
export interface Plan {
  /** Where each input is to be put before a run. */
  readonly inputs: ReadonlyMap<string, Place>;
  /** Where each output is after a run. */
  readonly outputs: ReadonlyMap<string, Place>;
  readonly calls: readonly PlannedCall[];
  /** Bytes of the working area. */
  readonly workingBytes: number;
}

/** The memory that a program is planned into. */
export interface PlanMemory {
  /** The address of a state. */
  statePlace(name: string): number;
  /** Puts data into memory for good and gives its address. */
  place(data: Float32Array | Int32Array | Uint8Array): number;
  /** The address of an area of at least so many bytes, which other programs use too. */
  area(which: "working" | "scratch", bytes: number): number;
  /** What tells how much scratch memory kernels want. */
  readonly kernels: Room["kernels"];
}

/** What can be switched off, to compare the bits with and without. */
export interface PlanOptions {
  /** Whether tensors share memory that do not live at the same time, states included; default true. */
  readonly reuse?: boolean;
  /** Whether one call computes what is elementwise over neighbours; default true. */
  readonly sweeps?: boolean;
}

/**
 * Plans a graph. Equal graphs, memories and options give equal plans.
 *
 * @throws Error if a tensor has no elements, or a dtype that its kernel does not take
 */
export function plan(graph: Graph, memory: PlanMemory, options: PlanOptions = {}): Plan {
  const { reuse = true, sweeps: sweeping = true } = options;
  const { nodes } = graph;
  const roots = rootsOf(graph);
  const needed = neededNodes(graph);
  const statePlace = (name: string) => memory.statePlace(name);
  refuseEmpty(nodes, needed);
  const { units, sweeps, inPlace, slots } = layOut(
    graph,
    roots,
    needed,
    sweeping ? findSweeps(graph, roots, needed, statePlace) : [],
    statePlace,
    reuse,
  );

  const buffers = [...new Set([...slots.values()].map(({ buffer }) => buffer))];
  const newBuffer = (root: number, first: number, last: number): Buffer => {
    const buffer = { bytes: bytesOf(nodes[root]), first, last, offset: 0 };
    buffers.push(buffer);
    return buffer;
  };
  // Outputs that nothing computes are copied first, before an update can overwrite them; those that are
  // written over a state are copied last, so that what happens to the state later does not change them.
  const end = units.length;
  const outputRoots = [...new Set([...graph.outputs.values()].map((id) => roots[id]))];
  const copiedOutputs = (which: (root: number) => boolean, first: number) =>
    new Map(outputRoots.filter(which).map((root) => [root, newBuffer(root, first, end)]));
  const givenOutputs = copiedOutputs((root) => isGiven(nodes[root]), -1);
  const stateOutputs = copiedOutputs((root) => inPlace.has(root), end);
  // Updates that are not computed in their place are copied last; those that are another state's old
  // value go by way of a third place, so that states can be exchanged.
  const copiedUpdates = [...graph.updates]
    .map(([name, id]) => ({ name, root: roots[id] }))
    .filter(({ name, root }) => inPlace.get(root) !== name && stateName(nodes[root]) !== name)
    .map(({ name, root }) => {
      const isState = stateName(nodes[root]) !== undefined;
      return { name, root, staged: isState ? newBuffer(root, end, end) : undefined };
    });

  const workingBytes = allocate(buffers, reuse);
  const base = memory.area("working", workingBytes);
  const constants = new Map<number, number>();
  const addressOf = (root: number): number => {
    const { operation } = nodes[root];
    if (operation.op === "state") return statePlace(operation.name);
    if (operation.op === "constant") {
      if (!constants.has(root)) constants.set(root, memory.place(operation.data));
      return constants.get(root)!;
    }
    const state = inPlace.get(root);
    if (state !== undefined) return statePlace(state);
    const { buffer, offset } = slots.get(root)!;
    return base + buffer.offset + offset;
  };
  const placeOf = (id: number): Place => {
    const { shape, dtype } = nodes[id];
    return { pointer: addressOf(roots[id]), shape, dtype };
  };

  const copy = (from: number, to: number, root: number): PlannedCall => ({
    ...copyBytes(from, to, bytesOf(nodes[root])),
    nodes: [],
  });
  const calls = [
    ...[...givenOutputs].map(([root, { offset }]) => copy(addressOf(root), base + offset, root)),
    ...lowerUnits(placeUnits(nodes, units, sweeps, placeOf), memory, sweeping),
    ...copiedUpdates.flatMap(({ root, staged }) =>
      staged ? [copy(addressOf(root), base + staged.offset, root)] : []
    ),
    ...copiedUpdates.map(({ name, root, staged }) =>
      copy(staged ? base + staged.offset : addressOf(root), statePlace(name), root)
    ),
    ...[...stateOutputs].map(([root, { offset }]) => copy(addressOf(root), base + offset, root)),
  ];
  const outputs = [...graph.outputs].map(([name, id]): [string, Place] => {
    const { shape, dtype } = nodes[id];
    const copied = givenOutputs.get(roots[id]) ?? stateOutputs.get(roots[id]);
    return [name, copied ? { shape, dtype, pointer: base + copied.offset } : placeOf(id)];
  });
  const inputs = nodes.flatMap(({ id, operation }): [string, Place][] =>
    operation.op === "input" ? [[operation.name, placeOf(id)]] : []
  );
  return { inputs: new Map(inputs), outputs: new Map(outputs), calls, workingBytes };
}

/** Kernels take at least one element. */
function refuseEmpty(nodes: readonly Node[], needed: readonly boolean[]): void {
  const empty = nodes.find(({ id, shape }) => needed[id] && sizeOf(shape) === 0);
  if (!empty) return;
  const { id, operation, shape } = empty;
  throw new Error(
    `node ${id} (${operation.op}) has the shape [${
      shape.join(", ")
    }]: no tensor may be without elements`,
  );
}

/** A unit with the places of its operands and its result. */
interface PlacedUnit {
  readonly unit: Unit;
  readonly node: Node;
  readonly inputs: readonly Place[];
  readonly output: Place;
}

function placeUnits(
  nodes: readonly Node[],
  units: readonly Unit[],
  sweeps: readonly Sweep[],
  placeOf: (id: number) => Place,
): PlacedUnit[] {
  const sweepOf = new Map(sweeps.map((sweep) => [sweep.members, sweep]));
  /** The tensors of a sweep as one vector, from the first's start to the last's end. */
  const whole = (list: readonly number[]): Place => {
    const [first, last] = [placeOf(list[0]), placeOf(list[list.length - 1])];
    return { ...first, shape: [(last.pointer - first.pointer) / 4 + sizeOf(last.shape)] };
  };
  return units.map((unit) => {
    const node = nodes[unit[0]];
    const sweep = sweepOf.get(unit);
    if (!sweep) return { unit, node, inputs: node.inputs.map(placeOf), output: placeOf(node.id) };
    const inputs = sweep.operands.map((operand) =>
      "members" in operand ? whole(operand.members) : { ...placeOf(operand.scalar), shape: [] }
    );
    return { unit, node, inputs, output: whole(unit) };
  });
}

/**
 * The calls of all units in their order; with `joining`, one call for elementwise neighbours, and loops
 * where these are plain arithmetic.
 */
function lowerUnits(
  units: readonly PlacedUnit[],
  memory: PlanMemory,
  joining: boolean,
): PlannedCall[] {
  const tables = new Map<string, number>();
  const calls: PlannedCall[] = [];
  for (let i = 0; i < units.length;) {
    const room = makeRoom(memory, tables);
    const chains = joining ? chainsFrom(units, i) : [];
    const together = units.slice(i, i + Math.max(1, chains.length));
    const [{ node, inputs, output }] = together;
    const loop = chains.length > 0 ? loopOf(chains) : undefined;
    const lowered = loop
      ? [loop]
      : chains.length > 1
      ? [lowerChains(chains, room)]
      : lowerNode(node, inputs, output, room);
    const ids = together.flatMap(({ unit }) => unit);
    calls.push(...lowered.map((call) => ({ ...call, nodes: ids })));
    i += together.length;
  }
  return calls;
}

/** The chains, from this unit on, that one call can compute; none if the unit is no chain. */
function chainsFrom(units: readonly PlacedUnit[], first: number): Chain[] {
  const chains: Chain[] = [];
  for (const { node, inputs, output } of units.slice(first)) {
    const chain = chainOf(node, inputs, output);
    if (!chain || !chains.every((before) => canJoin(before, chain))) break;
    // A loop is not given up for a neighbour that cannot be one.
    const [before] = chains;
    if (before && (loopOf([before]) === undefined) !== (loopOf([chain]) === undefined)) break;
    if (!fitOneCall([...chains, chain])) break;
    chains.push(chain);
  }
  return chains;
}

/** Room for one node's calls. Equal tables are placed once. */
function makeRoom(memory: PlanMemory, tables: Map<string, number>): Room {
  let used = 0;
  return {
    kernels: memory.kernels,
    program: (words) => memory.place(words),
    table(words) {
      const key = String(words);
      const pointer = tables.get(key) ?? memory.place(words);
      tables.set(key, pointer);
      return pointer;
    },
    scratch(bytes) {
      const pointer = memory.area("scratch", used + bytes) + used;
      used += aligned(bytes);
      return pointer;
    },
  };
}
