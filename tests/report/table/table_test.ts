import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertRejects,
  assertThrows,
} from "@std/assert";
import type { ControlResult } from "../../../data/result_file.ts";
import { randomPolicy } from "../../../report/references.ts";
import { aggregateOptions, curveOptions } from "../../../report/table/intervals.ts";
import { leadingRows } from "../../../report/table/leading.ts";
import { type ControlRow, tableFile } from "../../../report/table/schema.ts";
import {
  bootstrapIntervals,
  improvementInterval,
  interquartileMeanOfTasks,
} from "../../../stats/mod.ts";
import { control, facts, prediction, sealed, tableFrom } from "../results.ts";

async function rowOf(result: ControlResult): Promise<ControlRow> {
  return (await tableFrom([result])).environments[0].control[0];
}

Deno.test("a row sums up its seeds", async () => {
  const result = control("a", [1, 2, 3, 4, 100]);
  const row = await rowOf(result);
  assertEquals([row.iqm, row.mean, row.exact, row.best], [3, 22, 21.5, 22]);
  assertEquals(
    row.standardDeviation,
    Math.sqrt((21 ** 2 + 20 ** 2 + 19 ** 2 + 18 ** 2 + 78 ** 2) / 4),
  );
  assertEquals(row.seeds, [0, 1, 2, 3, 4]);
  assertEquals(row.normalised, 0.3);
  assertEquals(row.result, (await sealed(result)).sha256);
});

Deno.test("a seed whose return is not finite makes the row a gap, never a number", async () => {
  const row = await rowOf(control("a", [1, null, 3]));
  assertEquals([row.iqm, row.mean, row.interval, row.normalised], [null, null, [null, null], null]);
});

Deno.test("a diverged seed counts as worse than any return", async () => {
  const sound = [5, 6, 7, 8, 9, 10, 11, 12];
  // Two of ten: both are among the quarter that is left out at the lower end.
  const two = await rowOf(control("a", [...sound, "diverged", "diverged"]));
  assertEquals(two.diverged, [8, 9]);
  assertEquals(two.iqm, (5 + 6 + 7 + 8 + 9 + 10) / 6);
  assertEquals([two.mean, two.standardDeviation, two.exact], [null, null, null]);
  // More of them in many a resample: the interval has no lower end.
  assertEquals(two.interval[0], null);
  assertGreater(two.interval[1]!, two.iqm!);

  const three = await rowOf(control("a", [...sound.slice(1), "diverged", "diverged", "diverged"]));
  assertEquals([three.iqm, three.interval[0]], [null, null]);
  const all = await rowOf(control("a", ["diverged", "diverged"]));
  assertEquals([all.iqm, all.best, all.diverged], [null, 0, [0, 1]]);
});

Deno.test("a single seed has no interval and no deviation", async () => {
  const row = await rowOf(control("a", [4]));
  assertEquals([row.iqm, row.interval, row.standardDeviation], [4, [null, null], null]);
});

Deno.test("steps to a threshold: the first point that reaches it, seeds that never do the slowest", async () => {
  const result = control("a", [20, 20, 1, 20]);
  result.runs[0].curve = [30, 1, 20];
  result.runs[0].best = { step: 0, mean: 30 };
  assertEquals((await rowOf(result)).toThreshold, { reached: 3, median: 100 });
  assertEquals((await rowOf(control("a", [1, 20, 1]))).toThreshold, { reached: 1, median: null });
  const unknown = control("a", [1], { optimum: null, random: null });
  assertEquals((await rowOf(unknown)).toThreshold, null);
});

Deno.test("prediction rows leave out the error before the first episode and diverged step sizes", async () => {
  const [row] = (await tableFrom([prediction("p")])).environments[0].prediction;
  assertEquals(row.errors, [0.5, null]);
  assertEquals(row.lastErrors, [0.4, null]);
  assertAlmostEquals(row.standardErrors[0]!, 0.1);
});

Deno.test("a table fits its schema and survives JSON", async () => {
  const table = await tableFrom([control("a", [1, 2]), prediction("p")], {
    notApplicable: [{ environment: "World-v0", entry: "b", reason: "needs continuous actions" }],
  });
  assertEquals(tableFile.parse(JSON.parse(JSON.stringify(table))), table);
  assertThrows(() => tableFile.parse({ ...table, surprise: 1 }));
});

const estimate = (value: number | null, low: number | null, high: number | null) => ({
  value,
  interval: [low, high] as [number | null, number | null],
});

Deno.test("what leads: the highest row and all whose intervals reach its interval, unless that is all", () => {
  const best = estimate(9, 8, 10);
  assertEquals(leadingRows([best, estimate(7, 6, 8), estimate(5, 4, 7.9)]), [true, true, false]);
  assertEquals(leadingRows([best, estimate(7, 6, 8)]), [false, false]);
  assertEquals(leadingRows([best]), [false]);
  assertEquals(leadingRows([best, null, estimate(5, 4, 6)]), [true, false, false]);
  assertEquals(leadingRows([null, null]), [false, false]);
  // A row with too many diverged seeds does not lead, but the others lead before it.
  assertEquals(leadingRows([best, estimate(null, null, null)]), [true, false]);
  // A leader without a lower end is reached by every number.
  assertEquals(leadingRows([estimate(9, null, 10), estimate(1, 0, 2)]), [false, false]);
  // Without an interval nothing is supported.
  assertEquals(leadingRows([estimate(9, null, null), estimate(1, null, null)]), [false, false]);
  assertEquals(leadingRows([estimate(9, null, null), estimate(null, null, null)]), [false, false]);
});

Deno.test("the random policy and incomplete rows never lead, and hinder none", async () => {
  const { environments: [{ control: rows }] } = await tableFrom([
    control(randomPolicy, [100, 101, 102]),
    control("few", [200, 201]),
    control("good", [9, 9.1, 9.2]),
    control("bad", [1, 1.1, 1.2]),
    control("broken", [1, null, 1]),
  ]);
  assertEquals(rows.map(({ leading }) => leading), [false, false, true, false, false]);
});

/** Rows on three worlds: "all" and "other" cover them, "two" covers the first two. */
function worlds(): ControlResult[] {
  const world = (n: number) => ({ id: `World-v${n}`, optimum: 10 * (n + 1) });
  return [0, 1, 2].flatMap((n) => [
    control(randomPolicy, [0, 1, -1], world(n)),
    control("all", [8 * (n + 1), 9 * (n + 1), 12 * (n + 1)], world(n)),
    control("other", [1, 2, 3], world(n)),
    ...(n < 2 ? [control("two", [5, "diverged", 7], world(n))] : []),
  ]);
}

Deno.test("every set of environments that some row covers has its aggregate", async () => {
  const { aggregates } = await tableFrom(worlds());
  assertEquals(aggregates.map(({ environments }) => environments), [
    ["World-v0", "World-v1", "World-v2"],
    ["World-v0", "World-v1"],
  ]);
  const [three, two] = aggregates.map(({ rows }) => rows);
  assertEquals(three.map(({ entry }) => entry), [randomPolicy, "all", "other"]);
  assertEquals(two.map(({ entry }) => entry), [randomPolicy, "all", "other", "two"]);
  // Normalised scores of "all" are 0.8, 0.9, 1.2 on each world: nine scores, two cut from each end.
  const all = three[1];
  const close = (a: number | null, b: number) => assert(Math.abs(a! - b) < 1e-12, `${a} ${b}`);
  close(all.iqm.value, (0.8 + 3 * 0.9 + 1.2) / 5);
  close(all.mean.value, 2.9 / 3);
  close(all.median.value, 2.9 / 3);
  close(all.optimalityGap.value, 0.3 / 3);
  assertEquals(three.map(({ leading }) => leading), [false, true, false]);
  // One of three seeds diverged on each world: no mean, and no lower end.
  const divided = two[3];
  assertEquals([divided.mean.value, divided.optimalityGap.value], [null, null]);
  assertEquals(divided.iqm.interval[0], null);
});

Deno.test("the random policy makes no set of environments of its own", async () => {
  const { aggregates } = await tableFrom([
    ...worlds(),
    control(randomPolicy, [0, 1, 2], { id: "World-v3" }),
  ]);
  assertEquals(aggregates.map(({ environments }) => environments.length), [3, 2]);
});

Deno.test("probabilities of improvement are those of the normalised scores, each pair once", async () => {
  const { aggregates: [{ improvement }] } = await tableFrom(worlds());
  assertEquals(improvement.map(({ x, y }) => `${x} ${y}`), [
    `${randomPolicy} all`,
    `${randomPolicy} other`,
    "all other",
  ]);
  assertEquals(improvement[2].probability, 1);
  const scores = [0, 1, 2].map((n) => [0, 1, -1].map((value) => value / (10 * (n + 1))));
  const others = [0, 1, 2].map((n) => [1, 2, 3].map((value) => value / (10 * (n + 1))));
  const [low, high] = improvementInterval(scores, others, curveOptions);
  assertEquals(improvement[1].interval, [low, high]);
  assertEquals(improvement[1].probability, 0.5 / 9);
});

Deno.test("rows that cannot be compared are named with the reason", async () => {
  const results = worlds();
  results[1].runs[2].final = { mean: null, returns: [null, 1] };
  results[2].runs.pop();
  const { aggregates: [aggregate] } = await tableFrom(results);
  assertEquals(aggregate.rows.map(({ entry }) => entry), [randomPolicy]);
  assertEquals(aggregate.left, [
    { entry: "all", title: "ALL", reason: "World-v0: a return is not finite" },
    { entry: "other", title: "OTHER", reason: "World-v0: 2 of 3 seeds" },
  ]);
});

Deno.test("an environment without a known scale is in no aggregate", async () => {
  const results = worlds();
  for (const result of results) {
    if (result.environment.id !== "World-v0") continue;
    result.environment = facts({ optimum: null, random: null });
  }
  const { aggregates, environments } = await tableFrom(results);
  assertEquals(environments[0].normalisation, null);
  assertEquals(aggregates.map(({ environments }) => environments), [["World-v1", "World-v2"]]);
});

const declared = { entry: "a", against: "b", title: "a or b", question: "Does a help?" };

Deno.test("a pair is compared on every environment that has both rows", async () => {
  const one = { id: "One-v0" };
  const { pairs } = await tableFrom(
    [
      control("a", [4, 5, 6, 7]),
      control("b", [1, 2, 3, 4]),
      control("a", [1, 2], one),
      control("c", [1], one),
    ],
    { pairs: [declared] },
  );
  assertEquals(pairs.length, 1);
  const [pair] = pairs;
  assertEquals([pair.environment, pair.difference.value], ["World-v0", 3]);
  assertEquals(pair.improvement.value, 15.5 / 16);
  // Of the 70 ways to divide the eight scores, four have a difference of 3 or more.
  assertEquals(pair.permutation, 4 / 70);
  // t = 3 / sqrt(5 / 6) with 6 degrees of freedom, by the closed form for even ones: sine and cosine of
  // atan(t / sqrt(6)).
  const sine = Math.sqrt(10.8 / 16.8), cosine2 = 6 / 16.8;
  assertAlmostEquals(pair.welch!, 1 - sine * (1 + cosine2 / 2 + 3 / 8 * cosine2 ** 2), 1e-9);
});

Deno.test("a pair with a diverged seed has ranks but no difference; one that is not finite has nothing", async () => {
  const pairOf = async (means: readonly (number | null | "diverged")[]) =>
    (await tableFrom([control("a", [4, 5]), control("b", means)], { pairs: [declared] })).pairs[0];
  const diverged = await pairOf([1, "diverged"]);
  assertEquals([diverged.difference.value, diverged.welch, diverged.permutation], [
    null,
    null,
    null,
  ]);
  assertEquals(diverged.improvement.value, 1);
  assertEquals((await pairOf([1, null])).improvement.value, null);
  assertEquals((await pairOf([1])).difference, { value: 3.5, interval: [null, null] });
});

Deno.test("results that were scored differently, or disagree on their environment, make no table", async () => {
  const other = control("b", [1]);
  other.evaluation.finalSeeds = [5, 6];
  await assertRejects(
    () => tableFrom([control("a", [1]), other]),
    Error,
    "example/World-v0/a.json and World-v0/b.json were scored on different episodes",
  );
  await assertRejects(
    () => tableFrom([control("a", [1]), control("b", [1], { optimum: 11 })]),
    Error,
    "example/World-v0/a.json and World-v0/b.json describe the environment differently",
  );
});

Deno.test("the table names its method, and uses it", async () => {
  const { intervals, environments: [{ control: [row] }] } = await tableFrom([
    control("a", [1, 5, 7, 9]),
  ]);
  assertEquals([intervals.aggregates, intervals.curves, intervals.coverage], [50_000, 2000, 0.95]);
  const [interval] = bootstrapIntervals(
    [[1, 5, 7, 9]],
    [interquartileMeanOfTasks],
    aggregateOptions,
  );
  assertEquals(row.interval, [...interval]);
});
