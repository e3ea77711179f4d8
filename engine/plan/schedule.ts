/** The order of execution when some nodes are computed together by one call. */
import type { Graph } from "../program/ir.ts";

/** Nodes that one call computes: one node, or the members of a sweep. */
export type Unit = readonly number[];

const UNSEEN = 0, OPEN = 1, DONE = 2;

/**
 * The units in an order in which they can be computed: as recorded, except that a sweep waits for all
 * that its members need.
 *
 * @param skipped nodes that are not computed: views and values given
 * @returns undefined if the sweeps wait for each other
 */
export function schedule(
  { nodes }: Graph,
  sweeps: readonly Unit[],
  skipped: (id: number) => boolean,
): Unit[] | undefined {
  const unitOf: Unit[] = nodes.map(({ id }) => [id]);
  for (const sweep of sweeps) for (const id of sweep) unitOf[id] = sweep;
  const order: Unit[] = [];
  const state = nodes.map(() => UNSEEN);
  const visit = (unit: Unit): boolean => {
    if (state[unit[0]] !== UNSEEN) return state[unit[0]] === DONE;
    state[unit[0]] = OPEN;
    for (const id of unit) {
      for (const input of nodes[id].inputs) if (!visit(unitOf[input])) return false;
    }
    state[unit[0]] = DONE;
    if (!skipped(unit[0])) order.push(unit);
    return true;
  };
  // A sweep is begun at its last member, when nearly everything that it needs has been computed.
  const complete = nodes.every(({ id }) => {
    const unit = unitOf[id];
    return Math.max(...unit) > id || visit(unit);
  });
  return complete ? order : undefined;
}
