/**
 * Learning curves with their bands: of each row on its environment in returns, and of all environments
 * together in normalised scores against the part of the budget that is spent.
 */
import type { ControlResult, ControlRun } from "../data/result_file.ts";
import { sampleEfficiencyBand, sampleEfficiencyCurve } from "../stats/efficiency.ts";
import { curveOptions } from "./table/intervals.ts";
import { scaledResults } from "./scaled_results.ts";
import { orNull } from "./table/rows.ts";
import type { Table } from "./table/schema.ts";

/** An interquartile mean over runs at each point, with its bootstrap interval. */
export interface Curve {
  /**
   * Null where more runs had diverged than the interquartile mean leaves out, or a return is not finite:
   * a gap.
   */
  readonly iqm: readonly (number | null)[];
  /** Null for a single seed; elsewhere, where `iqm` is a number, an end without bound: runs diverged. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** The learning curve of one row on one environment. */
export interface LearningCurve extends Curve {
  readonly environment: string;
  readonly entry: string;
  readonly title: string;
  readonly algorithm: string;
  /** What `steps` counts. */
  readonly unit: string;
  readonly seeds: readonly number[];
  readonly steps: readonly number[];
}

/** The sample-efficiency curve of one row over several environments. */
export interface EfficiencyCurve extends Curve {
  readonly entry: string;
  readonly title: string;
  readonly algorithm: string;
  /** Parts of the budget, from 0 to 1, at which the row was measured on all of the environments. */
  readonly fractions: readonly number[];
}

/** The sample-efficiency curves of one of a table's aggregates. */
export interface SampleEfficiency {
  readonly environments: readonly string[];
  readonly rows: readonly EfficiencyCurve[];
}

/** The learning curve of each result, in returns. */
export function learningCurves(results: readonly ControlResult[]): LearningCurve[] {
  return results.map((result) => {
    const { environment: { id }, entry, title, algorithm, unit, runs } = result;
    const steps = result.evaluation.curveSteps;
    return {
      environment: id,
      entry,
      title,
      algorithm,
      unit,
      seeds: runs.map(({ seed }) => seed),
      steps,
      ...curveOf([returnsOf(result)], steps.length),
    };
  });
}

/**
 * For each aggregate of a table the curves of its rows, in normalised scores.
 *
 * @param results the control results that the table was made from
 */
export function sampleEfficiency(
  table: Table,
  results: readonly ControlResult[],
): SampleEfficiency[] {
  return table.aggregates.map(({ environments, rows }) => ({
    environments,
    rows: rows.map(({ entry, title }) => {
      const scaled = scaledResults(table, results, entry, environments);
      const tasks = scaled.map(({ result, score }) => ({
        fractions: result.evaluation.curveSteps.map((step) => step / result.budget),
        runs: returnsOf(result).map((run) => run.map(score)),
      }));
      const fractions = tasks[0].fractions.filter((fraction) =>
        tasks.every((task) => placeOf(fraction, task.fractions) >= 0)
      );
      const curves = tasks.map((task) => {
        const places = fractions.map((fraction) => placeOf(fraction, task.fractions));
        return task.runs.map((run) => places.map((place) => run[place]));
      });
      const { algorithm } = scaled[0].result;
      return { entry, title, algorithm, fractions, ...curveOf(curves, fractions.length) };
    }),
  }));
}

/**
 * The mean returns of each run along its curve: -Infinity from where it diverged, NaN where a return is
 * not finite.
 */
function returnsOf({ runs, evaluation: { curveSteps } }: ControlResult): number[][] {
  const missing = (run: ControlRun, point: number) =>
    run.diverged !== null && curveSteps[point] >= run.diverged ? -Infinity : NaN;
  return runs.map((run) => run.curve.map((value, point) => value ?? missing(run, point)));
}

/** Budgets differ, so parts of them may differ in their last bits. */
function placeOf(fraction: number, fractions: readonly number[]): number {
  return fractions.findIndex((other) => Math.abs(other - fraction) < 1e-9);
}

/** @param curves `curves[environment][run][point]` */
function curveOf(curves: readonly (readonly (readonly number[])[])[], points: number): Curve {
  const all = curves.flat();
  const usable = Array.from({ length: points }, (_, point) => point)
    .filter((point) => all.every((run) => !Number.isNaN(run[point])));
  const values = curves.map((runs) => runs.map((run) => usable.map((point) => run[point])));
  const spread = (of: ArrayLike<number>) => {
    const whole: (number | null)[] = Array(points).fill(null);
    usable.forEach((point, i) => whole[point] = orNull(of[i]));
    return whole;
  };
  const iqm = spread(sampleEfficiencyCurve(values));
  if (curves.some((runs) => runs.length < 2)) return { iqm, low: spread([]), high: spread([]) };
  const { low, high } = sampleEfficiencyBand(values, curveOptions);
  return { iqm, low: spread(low), high: spread(high) };
}
