/** Replacing eligibility traces over the entries of a table (Sutton & Barto, section 12.7). */
import type { Snapshot } from "../../data/snapshot.ts";

/**
 * A trace below this is set to zero. It changes no value by more than 1e-10 of an error, and keeps
 * the work of a step in proportion to the entries visited of late.
 */
const negligible = 1e-10;

/** One trace per entry: 1 when the entry was just visited, fading since then. */
export class ReplacingTraces {
  readonly #trace: Float64Array;
  /** The entries whose trace is not zero: the first `#count` of these. */
  readonly #active: Int32Array;
  #count = 0;

  /**
   * Traces of zero.
   *
   * @param entries number of entries of the table
   */
  constructor(entries: number) {
    this.#trace = new Float64Array(entries);
    this.#active = new Int32Array(entries);
  }

  /** Z(i) <- 1 */
  visit(entry: number): void {
    if (this.#trace[entry] === 0) this.#active[this.#count++] = entry;
    this.#trace[entry] = 1;
  }

  /**
   * Q <- Q + change Z, then Z <- decay Z.
   *
   * @param table the values Q, changed in place
   * @param change step size times error
   * @param decay discount times lambda
   */
  update(table: Float64Array, change: number, decay: number): void {
    const trace = this.#trace;
    const active = this.#active;
    let kept = 0;
    for (let k = 0; k < this.#count; k++) {
      const entry = active[k];
      table[entry] += change * trace[entry];
      const faded = decay * trace[entry];
      if (faded < negligible) {
        trace[entry] = 0;
      } else {
        trace[entry] = faded;
        active[kept++] = entry;
      }
    }
    this.#count = kept;
  }

  /** Z <- 0 */
  clear(): void {
    for (let k = 0; k < this.#count; k++) this.#trace[this.#active[k]] = 0;
    this.#count = 0;
  }

  /** The entries with a trace, and their traces. */
  save(): Snapshot {
    const entries = this.#active.slice(0, this.#count);
    return { entries, traces: Float64Array.from(entries, (i) => this.#trace[i]) };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const { entries, traces } = snapshot as { entries: Int32Array; traces: Float64Array };
    this.clear();
    this.#active.set(entries);
    this.#count = entries.length;
    for (let k = 0; k < this.#count; k++) this.#trace[entries[k]] = traces[k];
  }
}
