import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { ControlResult } from "../../data/result_file.ts";
import { learningCurves, sampleEfficiency } from "../../report/curves.ts";
import { control, tableFrom } from "./results.ts";

/** A result whose runs have these curves; null where a return is not finite. */
function withCurves(
  entry: string,
  curves: readonly (readonly (number | null)[])[],
  environment = {},
): ControlResult {
  const result = control(entry, curves.map((curve) => curve.at(-1) ?? null), environment);
  return { ...result, runs: result.runs.map((run, i) => ({ ...run, curve: [...curves[i]] })) };
}

Deno.test("a learning curve is the interquartile mean over seeds at each step, within its band", () => {
  const [curve] = learningCurves([
    withCurves("dqn", [[0, 1, 5], [0, 2, 6], [0, 3, 7], [0, 100, 8]]),
  ]);
  assertEquals(curve.steps, [0, 50, 100]);
  assertEquals(curve.seeds, [0, 1, 2, 3]);
  // Of four the middle two.
  assertEquals(curve.iqm, [0, 2.5, 6.5]);
  assertEquals([curve.low[0], curve.high[0]], [0, 0]);
  assert(curve.low[2]! < 6.5 && 6.5 < curve.high[2]! && curve.high[2]! <= 8);
});

Deno.test("a return that is not finite leaves a gap at its step alone", () => {
  const [curve] = learningCurves([withCurves("dqn", [[0, null, 5], [1, 2, 6]])]);
  assertEquals(curve.iqm, [0.5, null, 5.5]);
  assertEquals([curve.low[1], curve.high[1]], [null, null]);
  assert(curve.low[2] !== null);
});

Deno.test("diverged seeds: a band without lower end, and a gap where too many", () => {
  const result = control("dqn", ["diverged", 1, 2, 3, 4, 5, 6, 7]);
  const one = {
    ...result,
    runs: result.runs.map((run) => run.diverged === null ? { ...run, curve: [0, 1, 2] } : run),
  };
  const [curve] = learningCurves([one]);
  assertEquals(curve.iqm, [0, 1, 2]);
  // One of eight is left out by the mean, but resamples draw it more often.
  assertEquals([curve.low[1], curve.high[1]], [null, 1]);
  const [gap] = learningCurves([control("dqn", ["diverged", "diverged", "diverged", "diverged"])]);
  assertEquals(gap.iqm, [0, null, null]);
});

Deno.test("a single seed has a curve and no band", () => {
  const [curve] = learningCurves([withCurves("dqn", [[1, 2, 3]])]);
  assertEquals(curve.iqm, [1, 2, 3]);
  assertEquals([...curve.low, ...curve.high], Array(6).fill(null));
});

Deno.test("sample efficiency: all runs of all environments at the same part of the budget", async () => {
  const small = withCurves("dqn", [[0, 5, 10], [0, 5, 10]], { id: "A-v0" });
  const large = withCurves("dqn", [[0, 10, 40], [0, 20, 40]], { id: "B-v0", optimum: 40 });
  const longer = {
    ...large,
    budget: 400,
    evaluation: { ...large.evaluation, curveSteps: [0, 200, 400] },
  };
  const results = [small, longer];
  const table = await tableFrom(results);
  const [{ environments, rows: [row] }] = sampleEfficiency(table, results);
  assertEquals(environments, ["A-v0", "B-v0"]);
  assertEquals([row.entry, row.algorithm, row.fractions], ["dqn", "dqn", [0, 0.5, 1]]);
  // Scores 0.5, 0.5, 0.25, 0.5: without the lowest and one of the highest.
  assertEquals(row.iqm, [0, 0.5, 1]);
  assertAlmostEquals(row.low[1]!, 0.375);
});

Deno.test("sample efficiency is given where all environments were measured", async () => {
  const results = [
    withCurves("dqn", [[0, 5, 10], [0, 5, 10]], { id: "A-v0" }),
    withCurves("dqn", [[0, 5, 10], [0, 5, 10]], { id: "B-v0" }),
  ];
  const odd = { ...results[1], evaluation: { ...results[1].evaluation, curveSteps: [0, 30, 100] } };
  const [{ rows: [row] }] = sampleEfficiency(await tableFrom([results[0], odd]), [results[0], odd]);
  assertEquals([row.fractions, row.iqm], [[0, 1], [0, 1]]);
});

Deno.test("results that are not the table's are refused", async () => {
  const results = ["A-v0", "B-v0"].map((id) => control("dqn", [1, 2], { id }));
  const table = await tableFrom(results);
  assertThrows(
    () => sampleEfficiency(table, results.slice(1)),
    Error,
    "the table is not of these results: dqn on A-v0 is missing",
  );
});
