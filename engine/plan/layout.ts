/**
 * When everything is computed and what memory holds it: the order of the units, the states that are
 * written in place, and the slots of the rest. A sweep is kept only if all that it goes over really came
 * to lie side by side; without it, its members are computed one by one.
 */
import type { Graph } from "../program/ir.ts";
import { aligned } from "../run/memory.ts";
import { assignBuffers, type Slot } from "./buffers.ts";
import { schedule, type Unit } from "./schedule.ts";
import { isGiven, listsOf, type Sweep } from "./sweeps.ts";
import { bytesOf, stateName, updatesInPlace } from "./updates_in_place.ts";

/** See the file's header. */
export interface Layout {
  readonly units: readonly Unit[];
  readonly sweeps: readonly Sweep[];
  /** The states that computed nodes are written over. */
  readonly inPlace: ReadonlyMap<number, string>;
  readonly slots: ReadonlyMap<number, Slot>;
}

/**
 * The layout with as many of the sweeps as possible.
 *
 * @param reuse whether states are written in place and results take the places of operands
 */
export function layOut(
  graph: Graph,
  roots: readonly number[],
  needed: readonly boolean[],
  sweeps: readonly Sweep[],
  statePlace: (name: string) => number,
  reuse: boolean,
): Layout {
  const { nodes } = graph;
  const units = schedule(
    graph,
    sweeps.map(({ members }) => members),
    (id) => !needed[id] || roots[id] !== id || isGiven(nodes[id]),
  )!;
  const inPlace = reuse
    ? updatesInPlace(graph, roots, units, sweeps, statePlace)
    : new Map<number, string>();
  const slots = assignBuffers(graph, roots, units, sweeps, inPlace, reuse);

  const placeOf = (root: number) => {
    const state = inPlace.get(root) ?? stateName(nodes[root]);
    return state === undefined ? slots.get(root) : { buffer: undefined, offset: statePlace(state) };
  };
  const liesAsOne = (list: readonly number[]) =>
    list.every((root, i) => {
      if (i === 0) return true;
      const [before, place] = [placeOf(list[i - 1]), placeOf(root)];
      return before !== undefined && place !== undefined && place.buffer === before.buffer &&
        place.offset === before.offset + aligned(bytesOf(nodes[list[i - 1]]));
    });
  const kept = sweeps.filter((sweep) => listsOf(sweep).every(liesAsOne));
  return kept.length === sweeps.length
    ? { units, sweeps, inPlace, slots }
    : layOut(graph, roots, needed, kept, statePlace, reuse);
}
