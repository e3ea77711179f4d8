import { assertEquals, assertGreater, assertStringIncludes, assertThrows } from "@std/assert";
import type { ControlResult, ControlRun, PredictionResult } from "../../../data/result_file.ts";
import { tableFile, tableOf } from "../../../report/table/table.ts";
import {
  significant,
  stepSizesMarkdown,
  tableMarkdown,
  tableText,
} from "../../../report/table/table_text.ts";

const digest = "0".repeat(64);

/** A result with these final means, "diverged" for seeds that diverged at step 50. */
function control(
  entry: string,
  means: readonly (number | null | "diverged")[],
): ControlResult {
  return {
    task: "control",
    format: "seedbed-result/1",
    suite: "example",
    entry,
    title: entry.toUpperCase(),
    algorithm: entry,
    config: {},
    source: "test",
    environment: {
      id: "World-v0",
      options: {},
      maxEpisodeSteps: 10,
      observationSpace: {},
      actionSpace: {},
      rewardThreshold: null,
      optimum: 10,
      random: -3.5,
    },
    budget: 100,
    unit: "environment steps",
    digests: { configuration: digest, code: digest },
    evaluation: {
      curveSteps: [0, 100],
      curveEpisodes: 1,
      curveSeeds: [1, 1],
      finalEpisodes: 1,
      finalSeeds: [1, 1],
    },
    medianSeed: 0,
    runs: means.map((mean, seed) =>
      mean === "diverged" ? divergedRun(seed) : ({
        seed,
        diverged: null,
        curve: [0, mean],
        final: { mean, returns: [mean] },
        exact: mean === null ? null : mean - 0.5,
        best: { step: 100, mean },
        policy: { sha256: digest, bytes: 1, checked: 1 },
      })
    ),
  };
}

function divergedRun(seed: number): ControlRun {
  return {
    seed,
    diverged: 50,
    curve: [0, null],
    final: { mean: null, returns: [] },
    exact: null,
    best: { step: 0, mean: 0 },
    policy: null,
  };
}

function prediction(entry: string): PredictionResult {
  const { task: _task, medianSeed: _seed, ...common } = control(entry, [0]);
  return {
    ...common,
    task: "prediction",
    unit: "episodes",
    evaluation: { curveSteps: [0, 1, 2], stepSizes: [0.1, 0.5] },
    runs: [
      { seed: 0, errors: [[9, 0.5, 0.3], [9, null, null]] },
      { seed: 1, errors: [[9, 0.7, 0.5], [9, 1, 1]] },
    ],
  };
}

Deno.test("a row sums up its seeds", () => {
  const { environments: [{ control: [row], optimum, random }] } = tableOf(
    "example",
    [control("a", [1, 2, 3, 4, 100])],
    [],
  );
  assertEquals([row.iqm, row.mean, row.exact, row.best], [3, 22, 21.5, 22]);
  assertEquals(row.seeds, [0, 1, 2, 3, 4]);
  assertEquals([optimum, random], [10, -3.5]);
});

Deno.test("a seed whose return is not finite makes the row a gap, never a number", () => {
  const table = tableOf("example", [control("a", [1, null, 3])], []);
  const [row] = table.environments[0].control;
  assertEquals([row.iqm, row.mean, row.interval], [null, null, [null, null]]);
  assertStringIncludes(tableText(table), "not finite");
});

Deno.test("a diverged seed counts as worse than any return and is told beside every number", () => {
  const row = (means: readonly (number | "diverged")[]) => {
    const table = tableOf("example", [control("a", means)], []);
    const line = (text: string) => text.split("\n").filter((line) => line.startsWith("| A"));
    return { ...table.environments[0].control[0], lines: line(tableMarkdown(table)), table };
  };
  const sound = [5, 6, 7, 8, 9, 10, 11, 12];
  // Two of ten: both are among the quarter that is left out at the lower end.
  const two = row([...sound, "diverged", "diverged"]);
  assertEquals(two.diverged, [8, 9]);
  assertEquals(two.iqm, (5 + 6 + 7 + 8 + 9 + 10) / 6);
  assertEquals([two.mean, two.standardDeviation, two.exact], [null, null, null]);
  // More of them in many a resample: the interval has no lower end.
  assertEquals(two.interval[0], null);
  assertGreater(two.interval[1]!, two.iqm!);
  assertEquals(two.iqm! < row(sound).iqm!, true);
  assertStringIncludes(
    two.lines[0],
    `7.5 [diverged, ${significant(two.interval[1]!)}], 2 of 10 diverged`,
  );
  assertEquals(two.lines[1], "| A | 2 of 10 diverged |"); // The exact values.
  assertStringIncludes(tableText(two.table), "counts as worse than any return");

  const three = row([...sound.slice(1), "diverged", "diverged", "diverged"]);
  assertEquals([three.iqm, three.interval[0]], [null, null]);
  assertEquals(three.lines, ["| A | 3 of 10 diverged |", "| A | 3 of 10 diverged |"]);

  const all = row(["diverged", "diverged"]);
  assertEquals([all.iqm, all.best, all.diverged], [null, 0, [0, 1]]);
  assertStringIncludes(all.lines[0], "2 of 2 diverged");
});

Deno.test("prediction rows leave out the error before the first episode and diverged step sizes", () => {
  const [row] = tableOf("example", [prediction("p")], []).environments[0].prediction;
  assertEquals(row.errors, [0.5, null]);
  assertEquals(row.lastErrors, [0.4, null]);
  assertStringIncludes(tableText(tableOf("example", [prediction("p")], [])), "0.5 (0.1)");
});

Deno.test("a table fits its schema and survives JSON", () => {
  const table = tableOf("example", [control("a", [1, 2]), prediction("p")], [
    { environment: "World-v0", entry: "b", reason: "needs continuous actions" },
  ]);
  assertEquals(tableFile.parse(JSON.parse(JSON.stringify(table))), table);
  assertThrows(() => tableFile.parse({ ...table, surprise: 1 }));
});

Deno.test("text and Markdown show every row, the exact values and what does not apply", () => {
  const one = control("a", [1, 2, 3, 4]);
  const other = {
    ...control("b", [5]),
    environment: { ...one.environment, id: "Other-v0", optimum: null },
  };
  const table = tableOf("example", [one, other], [
    { environment: "World-v0", entry: "b", reason: "needs continuous actions" },
  ]);
  const text = tableText(table);
  assertStringIncludes(text, "World-v0");
  assertStringIncludes(text, "2.5 [1");
  assertStringIncludes(text, "needs continuous actions");
  assertStringIncludes(text, "exact optimum");
  const lines = tableMarkdown(table).split("\n").filter((line) => line.startsWith("|"));
  const columns = lines.map((line) => line.split("|").length);
  assertEquals(new Set(columns).size, 1);
});

Deno.test("a table as text and as Markdown", async (t) => {
  const table = tableOf(
    "example",
    [control("a", [1, 2, 3, 4]), control("b", [5]), prediction("p")],
    [{ environment: "World-v0", entry: "c", reason: "needs continuous actions" }],
  );
  await t.assertSnapshot(tableText(table));
  await t.assertSnapshot(tableMarkdown(table));
});

Deno.test("the errors at every step size are shown, diverged ones by name", () => {
  const text = stepSizesMarkdown(tableOf("example", [prediction("p")], []));
  const rows = text.split("\n").filter((line) => line.startsWith("| P"));
  assertEquals(rows, ["| P | 0.5 | diverged |", "| P | 0.4 | diverged |"]);
});

Deno.test("columns that do not fit the width follow in a second block, without empty rows", () => {
  const one = control("a", [1, 2, 3, 4]);
  const other = { ...control("b", [5]), environment: { ...one.environment, id: "Other-v0" } };
  const table = tableOf("example", [one, other], []);
  const count = (text: string, part: string) => text.split(part).length - 1;
  const wide = tableText(table, 100);
  assertEquals(count(wide, "World-v0"), 2);
  assertEquals(count(wide, "\nB "), 2);
  const narrow = tableText(table, 34);
  const [first, second] = narrow.split("Other-v0");
  assertStringIncludes(first, "\nA ");
  assertEquals(first.includes("\nB "), false);
  assertStringIncludes(second, "\nB ");
});

Deno.test("where no exact values are known the best policies of the curves are shown", () => {
  const one = control("a", [1, 2, 3]);
  const unknown = {
    ...one,
    environment: { ...one.environment, id: "Vast-v0", optimum: null, random: null },
    runs: one.runs.map((run) => ({ ...run, exact: null, best: { step: 50, mean: 9 } })),
  };
  const text = tableMarkdown(tableOf("example", [one, unknown], []));
  const [, best] = text.split("return of the best policy on the learning curve");
  assertStringIncludes(best, "|  | Vast-v0 |");
  assertStringIncludes(best, "| A | 9 |");
});

Deno.test("numbers keep four significant digits and all digits before the point", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-64.70918, "-64.71"],
    [0.74016489, "0.7402"],
    [-771.090999, "-771.1"],
    [12345.678, "12346"],
    [7.93, "7.93"],
    [-0.0431131, "-0.04311"],
    [500, "500"],
    [0.0139399, "0.01394"],
    [0.99996, "1"],
    [-1e-9, "0"],
    [0.000012345, "0.000012"],
  ];
  for (const [value, text] of cases) assertEquals(significant(value), text);
});
