/**
 * Which memory holds each value that is computed or given at a run: values that one call sweeps over lie
 * side by side in one buffer, and an elementwise result takes the place of an operand that nothing needs
 * any more.
 */
import type { Graph } from "../program/ir.ts";
import { aligned } from "../run/memory.ts";
import type { Buffer } from "./allocate.ts";
import type { Unit } from "./schedule.ts";
import { canWriteOver, listsOf, type Sweep } from "./sweeps.ts";
import { bytesOf, stateName } from "./updates_in_place.ts";

/** A value's place in its buffer, in bytes. */
export interface Slot {
  readonly buffer: Buffer;
  readonly offset: number;
}

/** The slots of all inputs and of all computed values that are not written over a state. */
export function assignBuffers(
  graph: Graph,
  roots: readonly number[],
  units: readonly Unit[],
  sweeps: readonly Sweep[],
  inPlace: ReadonlyMap<number, string>,
  reuse: boolean,
): ReadonlyMap<number, Slot> {
  const { nodes } = graph;
  const slots = new Map<number, Slot>();
  const assign = (list: readonly number[]) => {
    if (slots.has(list[0])) return;
    const buffer: Buffer = { bytes: 0, first: Infinity, last: -Infinity, offset: 0 };
    for (const id of list) {
      slots.set(id, { buffer, offset: buffer.bytes });
      buffer.bytes += aligned(bytesOf(nodes[id]));
    }
  };
  for (const list of sweeps.flatMap(listsOf)) {
    if (!inPlace.has(list[0]) && stateName(nodes[list[0]]) === undefined) assign(list);
  }
  for (const { id, operation } of nodes) if (operation.op === "input") assign([id]);
  for (const id of units.flat()) if (!inPlace.has(id)) assign([id]);

  const live = (root: number, position: number) => {
    const buffer = slots.get(root)?.buffer;
    if (!buffer) return;
    buffer.first = Math.min(buffer.first, position);
    buffer.last = Math.max(buffer.last, position);
  };
  for (const { id, operation } of nodes) if (operation.op === "input") live(id, -1);
  units.forEach((unit, position) => {
    for (const id of unit) {
      live(id, position);
      for (const input of nodes[id].inputs) live(roots[input], position);
    }
  });
  for (const id of graph.outputs.values()) live(roots[id], units.length);
  for (const id of graph.updates.values()) live(roots[id], units.length);
  if (!reuse) return slots;

  units.forEach((unit, position) => {
    const own = slots.get(unit[0]);
    // Values side by side that are computed one by one begin to live before the last is computed.
    if (!own || own.buffer.first !== position) return;
    /** The buffer that an operand leaves behind, if each member may be written over its operand. */
    const left = (k: number): Buffer | undefined => {
      const buffer = slots.get(roots[nodes[unit[0]].inputs[k]])?.buffer;
      const fits = buffer?.last === position && buffer.bytes === own.buffer.bytes &&
        unit.every((id) => {
          const input = nodes[nodes[id].inputs[k]];
          const slot = slots.get(roots[input.id]);
          return slot?.buffer === buffer && slot.offset === slots.get(id)!.offset &&
            canWriteOver(nodes[id], input, nodes);
        });
      return fits ? buffer : undefined;
    };
    const buffer = nodes[unit[0]].inputs.map((_, k) => left(k)).find((it) => it !== undefined);
    if (!buffer) return;
    buffer.last = own.buffer.last;
    for (const [id, slot] of slots) {
      if (slot.buffer === own.buffer) slots.set(id, { buffer, offset: slot.offset });
    }
  });
  return slots;
}
