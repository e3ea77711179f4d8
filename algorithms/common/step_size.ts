/** The step size alpha of an update: constant, decaying with the steps, or with the visits. */
import { z } from "zod";
import type { Snapshot } from "../../data/snapshot.ts";
import { pow } from "../../math/math.ts";
import { restoreArray } from "./restore_array.ts";
import { rateAt, type Schedule, scheduleSchema } from "./schedule.ts";

/**
 * How the step size is chosen: a schedule over environment steps, or `{ power }` for 1 / N^power,
 * where N counts the updates of the state-action pair, this one included. With power 1 the estimate
 * is the sample average of its targets; powers above 1/2 meet the conditions for convergence with
 * probability 1 (Sutton & Barto, equation 2.7).
 */
export type StepSizeRule = Schedule | { readonly power: number };

/** Checks a step-size rule. */
export const stepSizeSchema: z.ZodType<StepSizeRule> = z.union(
  [scheduleSchema, z.strictObject({ power: z.number().gt(0.5).max(1) })],
  {
    error: "must be a number from 0 to 1, { from, to, steps } for linear decay, " +
      "or { power } above 0.5 and up to 1 for 1 / visits^power",
  },
);

/** Step sizes of the updates of a table, with the visit counts that they need. */
export class StepSize {
  readonly #schedule: Schedule;
  readonly #power: number | null;
  /** Updates of each pair so far; empty where no rule reads it. */
  readonly #visits: Int32Array;

  /**
   * No updates yet.
   *
   * @param rule how the step size is chosen
   * @param pairs number of entries of the table
   */
  constructor(rule: StepSizeRule, pairs: number) {
    const byVisits = typeof rule === "object" && "power" in rule;
    this.#schedule = byVisits ? 1 : rule;
    this.#power = byVisits ? rule.power : null;
    this.#visits = new Int32Array(byVisits ? pairs : 0);
  }

  /**
   * The step size of the update that is about to be made.
   *
   * @param pair the entry of the table to be updated
   * @param step environment steps taken so far
   */
  next(pair: number, step: number): number {
    if (this.#power === null) return rateAt(this.#schedule, step);
    const visits = ++this.#visits[pair];
    return this.#power === 1 ? 1 / visits : 1 / pow(visits, this.#power);
  }

  /** The visit counts. */
  save(): Snapshot {
    return this.#visits.slice();
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws RangeError if the snapshot is of another problem or rule
   */
  restore(snapshot: Snapshot): void {
    restoreArray(this.#visits, snapshot);
  }
}
