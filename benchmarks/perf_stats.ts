/**
 * Speed of the statistics on one core: `deno task perf stats`. The best of several counts, as other work on
 * the machine only slows. Prints; nothing is written.
 */
import { defaultGenerator } from "../random/generator.ts";
import {
  aggregateIntervals,
  bootstrapInterval,
  bootstrapIntervals,
  type BootstrapOptions,
  improvementIntervals,
  interquartileMeanOfTasks,
  meanOfTasks,
  medianOfTasks,
  optimalityGap,
  performanceProfile,
  permutationTest,
  profileBand,
  sampleEfficiencyBand,
} from "../stats/mod.ts";

/** One thing to measure. */
interface Measurement {
  readonly what: string;
  /** Milliseconds that it may take. */
  readonly bar: number;
  readonly run: () => unknown;
}

const random = defaultGenerator(0);
const runs = (count: number) => Array.from({ length: count }, () => random.random());
const matrix = (tasks: number, count: number) => Array.from({ length: tasks }, () => runs(count));
const options = (resamples: number): BootstrapOptions => ({ resamples, coverage: 0.95, seed: 0 });

const scores = matrix(5, 10);
const rows = Array.from({ length: 17 }, () => matrix(7, 20));
const aggregated = Array.from({ length: 17 }, () => matrix(5, 10));
const curves = scores.map((task) => task.map(() => runs(51)));
const levels = Float64Array.from({ length: 101 }, (_, i) => i / 100);

const measurements: readonly Measurement[] = [
  {
    what: "interval of the interquartile mean, 5 tasks x 10 runs, 50,000 resamples",
    bar: 1000,
    run: () => bootstrapInterval(scores, interquartileMeanOfTasks, options(50_000)),
  },
  {
    what: "intervals of mean, median, interquartile mean and optimality gap, the same resamples",
    bar: 1000,
    run: () =>
      bootstrapIntervals(
        scores,
        [meanOfTasks, medianOfTasks, interquartileMeanOfTasks, (drawn) => optimalityGap(drawn)],
        options(50_000),
      ),
  },
  {
    what: "the same of 17 rows at once",
    bar: 3000,
    run: () => aggregateIntervals(aggregated, options(50_000)),
  },
  {
    what:
      "probability of improvement, 136 pairs of 17 rows at once, 7 tasks x 20 runs, 2,000 resamples",
    bar: 1000,
    run: () =>
      improvementIntervals(
        rows.flatMap((x, i) => rows.slice(0, i).map((y) => [x, y] as const)),
        options(2000),
      ),
  },
  {
    what: "performance profile with band, 7 tasks x 20 runs, 101 levels, 2,000 resamples",
    bar: 100,
    run: () => [performanceProfile(rows[0], levels), profileBand(rows[0], levels, options(2000))],
  },
  {
    what: "sample-efficiency band, 5 tasks x 10 runs, 51 points, 2,000 resamples",
    bar: 200,
    run: () => sampleEfficiencyBand(curves, options(2000)),
  },
  {
    what: "exact permutation test, 10 runs against 10",
    bar: 20,
    run: () => permutationTest(scores[0], scores[1], { resamples: 1, seed: 0 }),
  },
];

const repeats = 5;

/** Measures and prints; returns the exit code: 1 if a bar is missed. */
export function main(): number {
  console.log("milliseconds of statistics, best of several, and the bar:");
  let missed = 0;
  for (const { what, bar, run } of measurements) {
    let best = Infinity;
    for (let i = 0; i < repeats; i++) {
      const begin = performance.now();
      run();
      best = Math.min(best, performance.now() - begin);
    }
    if (best > bar) missed++;
    const numbers = `${Math.round(best)}`.padStart(8) + `${bar}`.padStart(8);
    console.log(`${numbers} ${best <= bar ? "reached" : "MISSED "} ${what}`);
  }
  return missed === 0 ? 0 : 1;
}
