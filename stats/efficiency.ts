/**
 * Sample-efficiency curves (Agarwal et al. 2021): the interquartile mean over all runs of all tasks at
 * each point of their learning curves.
 */
import { interquartileMeanOfSorted } from "./aggregate.ts";
import { type Band, bootstrapBand, type BootstrapOptions } from "./bootstrap.ts";
import { interquartileMeanOfDrawn, rankingOf } from "./ranking.ts";
import { unusable } from "./scores.ts";

/**
 * Learning curves of independent runs: `curves[task][run][point]`, all with the same points, such as the
 * same parts of the budget. From where a run diverged on it is -Infinity.
 */
export type Curves = readonly (readonly ArrayLike<number>[])[];

/**
 * The interquartile mean at each point.
 *
 * @throws RangeError if a task has no runs, curves differ in length or a score is no number
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sampleEfficiencyCurve } from "./mod.ts";
 * const curves = [[[0, 5], [0, 6]], [[1, 7], [1, 100]]];
 * assertEquals([...sampleEfficiencyCurve(curves)], [0.5, 6.5]);
 * ```
 */
export function sampleEfficiencyCurve(curves: Curves): Float64Array {
  const points = pointsOf(curves);
  const all = curves.flat();
  return Float64Array.from(
    { length: points },
    (_, point) => interquartileMeanOfSorted(Float64Array.from(all, (curve) => curve[point]).sort()),
  );
}

/**
 * Its bootstrap interval at each point. Whole runs are drawn again, so that the points of a run stay
 * together.
 *
 * @throws RangeError as `sampleEfficiencyCurve`, or if an option is out of range
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sampleEfficiencyBand } from "./mod.ts";
 * const options = { resamples: 2000, coverage: 0.95, seed: 0 };
 * const { low, high } = sampleEfficiencyBand([[[0, 5], [0, 7]]], options);
 * assertEquals([...low, ...high], [0, 5, 0, 7]);
 * ```
 */
export function sampleEfficiencyBand(curves: Curves, options: BootstrapOptions): Band {
  const points = pointsOf(curves);
  const all = curves.flat();
  const rankings = Array.from(
    { length: points },
    (_, point) => rankingOf(Float64Array.from(all, (curve) => curve[point])),
  );
  const curve = (drawn: Int32Array, out: Float64Array) => {
    let total = 0;
    for (let run = 0; run < drawn.length; run++) total += drawn[run];
    for (let point = 0; point < points; point++) {
      out[point] = interquartileMeanOfDrawn(rankings[point], drawn, total);
    }
  };
  return bootstrapBand(curves.map((runs) => runs.length), points, curve, options);
}

/** Checks the curves and gives their number of points. */
function pointsOf(curves: Curves): number {
  const points = curves[0]?.[0]?.length ?? 0;
  if (curves.length === 0) throw new RangeError("curves has no task: give one or more");
  curves.forEach((runs, task) => {
    if (runs.length === 0) throw new RangeError(`curves[${task}] has no run: give one or more`);
    runs.forEach((curve, run) => {
      const place = `curves[${task}][${run}]`;
      if (curve.length !== points) {
        throw new RangeError(
          `${place} has ${curve.length} points and curves[0][0] has ${points}: give the same ones`,
        );
      }
      for (let point = 0; point < points; point++) {
        if (!(curve[point] < Infinity)) throw unusable(curve[point], `${place}[${point}]`);
      }
    });
  });
  return points;
}
