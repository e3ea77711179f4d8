/** A rate that may change while learning, such as the epsilon of an epsilon-greedy policy. */
import { z } from "zod";

/**
 * A rate between 0 and 1: constant, or linear in the number of environment steps taken so far, from
 * `from` (at step 0) to `to` (at step `steps`), and constant from there. It does not depend on the
 * budget, so that a longer run begins as a shorter one does.
 */
export type Schedule = number | LinearSchedule;

/** A rate that changes linearly and then stays. */
export interface LinearSchedule {
  /** Rate at step 0. */
  readonly from: number;
  /** Rate from step `steps` on. */
  readonly to: number;
  /** Environment steps from the first rate to the last. */
  readonly steps: number;
}

const rate: z.ZodNumber = z.number().min(0).max(1);

/** Checks a linear schedule. */
export const linearScheduleSchema: z.ZodType<LinearSchedule> = z.strictObject({
  from: rate,
  to: rate,
  steps: z.int().min(1),
});

/** Checks a schedule. */
export const scheduleSchema: z.ZodType<Schedule> = z.union(
  [rate, linearScheduleSchema],
  { error: "must be a number from 0 to 1, or { from, to, steps } for linear decay" },
);

/**
 * The rate after so many steps.
 *
 * @param schedule the rule
 * @param step environment steps taken so far
 */
export function rateAt(schedule: Schedule, step: number): number {
  if (typeof schedule === "number") return schedule;
  const { from, to, steps } = schedule;
  return step >= steps ? to : from + (to - from) * (step / steps);
}
