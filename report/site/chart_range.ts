/** How much of its lines a chart shows at first. Pure functions. */
import { median } from "../../stats/aggregate.ts";

/** The part of the values that may be cut off below, and what the rest must then fill. */
const rare = 0.12, gain = 0.4;

/** The range of an axis, and whether values lie beyond it. */
export interface ChartRange {
  readonly low: number;
  readonly high: number;
  readonly cut: boolean;
}

/**
 * The range of an axis of returns. A few that are far below would press all others into a line: they are
 * cut off where the rest then fills more than twice as much. Where most lines begin always shows.
 *
 * @param values all that is drawn, at least one
 * @param starts where the lines begin
 */
export function rangeOfReturns(values: readonly number[], starts: readonly number[]): ChartRange {
  const whole = wholeRange(values);
  const sorted = Float64Array.from(values).sort();
  const near = Math.min(sorted[Math.floor(rare * sorted.length)], median(starts));
  const inner = whole.high - near;
  const isWorth = near > whole.low && inner > 0 && inner <= gain * (whole.high - whole.low);
  return isWorth ? { low: near, high: whole.high, cut: true } : whole;
}

/**
 * The range of an axis of errors: up to a little above where learning began. Step sizes that are too large
 * let errors grow to any size.
 *
 * @param values all that is drawn, at least one
 * @param starts where the lines begin
 */
export function rangeOfErrors(values: readonly number[], starts: readonly number[]): ChartRange {
  const whole = wholeRange(values);
  const high = 1.25 * Math.max(...starts);
  return whole.high > high && whole.low < high ? { ...whole, high, cut: true } : whole;
}

/** The range of all values. */
export function wholeRange(values: readonly number[]): ChartRange {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high, cut: false };
}
