/**
 * Gives buffers places in one area so that buffers which live at the same time do not overlap: the
 * largest first, each at the lowest place that is free throughout its life (the "greedy by size"
 * strategy of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
 */
import { aligned } from "../run/memory.ts";

/** A piece of memory that is in use from one position of the schedule to another, both included. */
export interface Buffer {
  bytes: number;
  first: number;
  last: number;
  /** Where it lies in the area, once allocated. */
  offset: number;
}

/** Sets every buffer's offset; gives the size of the area. Without `reuse`, nothing overlaps. */
export function allocate(buffers: readonly Buffer[], reuse: boolean): number {
  const placed: Buffer[] = [];
  let end = 0;
  // The sort is stable, so the result depends on nothing but the list.
  for (const buffer of [...buffers].sort((a, b) => b.bytes - a.bytes)) {
    const bytes = aligned(buffer.bytes);
    buffer.offset = 0;
    // `placed` is sorted by offset: the first gap that is wide enough is the lowest.
    for (const other of placed) {
      if (reuse && (other.last < buffer.first || buffer.last < other.first)) continue;
      if (buffer.offset + bytes <= other.offset) break;
      buffer.offset = Math.max(buffer.offset, other.offset + aligned(other.bytes));
    }
    const at = placed.findIndex(({ offset }) => offset > buffer.offset);
    placed.splice(at < 0 ? placed.length : at, 0, buffer);
    end = Math.max(end, buffer.offset + bytes);
  }
  return end;
}
