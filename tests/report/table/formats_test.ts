import {
  assert,
  assertEquals,
  assertGreater,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import { randomPolicy } from "../../../report/references.ts";
import { sheetsCsv } from "../../../report/table/csv.ts";
import { sheetsLatex } from "../../../report/table/latex.ts";
import { sheetsMarkdown } from "../../../report/table/markdown.ts";
import type { Table } from "../../../report/table/schema.ts";
import {
  fixed,
  type Metric,
  seedRanges,
  type Sheet,
  significant,
} from "../../../report/table/sheet.ts";
import { metricNames, provenanceOf, sheetsOf } from "../../../report/table/sheets.ts";
import { columnBlocks, plainStyle, sheetsText, terminalStyle } from "../../../report/table/text.ts";
import { control, prediction, tableFrom } from "../results.ts";

const digest = "0123456789abcdef".repeat(4);

const text = (table: Table, metrics?: readonly Metric[], style = plainStyle) =>
  sheetsText(sheetsOf(table, metrics), provenanceOf(table, digest), style);
const markdown = (table: Table, metrics?: readonly Metric[]) =>
  sheetsMarkdown(sheetsOf(table, metrics), provenanceOf(table, digest));
const csv = (table: Table, metrics?: readonly Metric[]) =>
  sheetsCsv(sheetsOf(table, metrics), provenanceOf(table, digest));
const latex = (table: Table, metrics?: readonly Metric[]) =>
  sheetsLatex(sheetsOf(table, metrics), provenanceOf(table, digest));

/** Two worlds, a row that leads, one that diverged, one that applies to one world only, and prediction. */
const table = await tableFrom(
  [0, 1].flatMap((n) => {
    const world = { id: `World-v${n}` };
    return [
      control(randomPolicy, [0, 1, -1, 0], world),
      control("good", [9, 9.1, 9.2, 9.3], world),
      control("bad", [1, 2, "diverged", 3], world),
      ...(n === 0 ? [control("half", [4, 5, 6, 7], world), prediction("p")] : []),
    ];
  }),
  {
    notApplicable: [{ environment: "World-v1", entry: "half", reason: "needs continuous actions" }],
    pairs: [{ entry: "good", against: "half", title: "good or half", question: "Is it?" }],
  },
);

/** The cells of the Markdown row that begins with a name. */
function rowOf(document: string, name: string): string[] {
  const line = document.split("\n").find((line) => line.startsWith(`| ${name} |`));
  assert(line !== undefined, `no row ${name}`);
  return line.split("|").slice(2, -1).map((cell) => cell.trim());
}

Deno.test("every format says where the numbers come from", () => {
  const facts = ["example", digest, "0-3", "percentile bootstrap over seeds"];
  for (const document of [text(table), markdown(table), csv(table)]) {
    const flat = document.replaceAll("\n", " ");
    for (const fact of facts) assertStringIncludes(flat, fact);
  }
  for (const document of [text(table), markdown(table)]) {
    const flat = document.replaceAll("\n", " ");
    assertStringIncludes(flat, "scored on 2 episodes (reset seeds 1-2)");
    assertStringIncludes(flat, "50000 resamples (2000 for probabilities of improvement), seed 0");
  }
  const [head, ...records] = parsedCsv(csv(table));
  for (const record of records) {
    const column = (name: string) => record[head.indexOf(name)];
    assertEquals([column("final_episodes"), column("final_seeds")], ["2", "1-2"]);
    assertEquals([column("curve_episodes"), column("curve_seeds")], ["1", "2-2"]);
  }
  // Each float of LaTeX stands alone.
  const floats = latex(table).split("\\begin{table}").slice(1);
  assertGreater(floats.length, 5);
  for (const float of floats) {
    for (const fact of [...facts, "scored on 2 episodes (reset seeds 1-2)"]) {
      assertStringIncludes(float.replaceAll("\\allowbreak ", ""), fact);
    }
  }
  assertStringIncludes(latex(table).split("\n")[0], digest);
});

Deno.test("leading rows are bold, and the rule stands below", () => {
  const document = markdown(table, ["iqm"]);
  const [first] = rowOf(document, "GOOD");
  assertMatch(first, /^\*\*9\.15 \[9(\.\d+)?, 9\.\d+\]\*\*$/);
  assertMatch(rowOf(document, "HALF")[0], /^5\.5 \[/);
  assertStringIncludes(document, "Bold: the row with the highest interquartile mean");
  assertStringIncludes(text(table, ["iqm"]), "* 9.15 [");
  assertStringIncludes(text(table, ["iqm"]), "*: the row with the highest");
  assertStringIncludes(latex(table, ["iqm"]), "\\textbf{9.15 {[}");
  assertMatch(csv(table, ["iqm"]), /World-v0,good,GOOD,,iqm,9\.1[^\r]*,true,/);
});

Deno.test("gaps say why there is no number", () => {
  const document = markdown(table, ["iqm"]);
  assertEquals(rowOf(document, "HALF")[1], "needs continuous actions");
  assertEquals(rowOf(document, "BAD")[0], "1.5 [diverged, 3], 1 of 4 diverged");
  assertStringIncludes(document, "counts as worse than any return");
  assertEquals(rowOf(markdown(table, ["mean"]), "BAD")[0], "1 of 4 diverged");
  assertEquals(rowOf(markdown(table, ["exact"]), "BAD")[0], "1 of 4 diverged");
  assertMatch(csv(table, ["iqm"]), /World-v1,half,HALF,,iqm,,,,,needs continuous actions,/);
  // A long reason stands under a float of LaTeX, a letter in its cell.
  assertStringIncludes(latex(table, ["iqm"]), "& --$^{a}$ \\\\");
  assertStringIncludes(latex(table, ["iqm"]), "$^{a}$ needs continuous actions.");
});

Deno.test("rows with fewer seeds, numbers that are not finite and lonely seeds are told", async () => {
  const odd = await tableFrom([
    control("whole", [1, 2, 3]),
    control("few", [1, 2]),
    control("broken", [1, null, 3]),
  ]);
  const document = markdown(odd, ["iqm", "mean"]);
  assertEquals(rowOf(document, "FEW"), ["1.5 [1, 2], 2 of 3 seeds"]);
  assertEquals(rowOf(document, "BROKEN"), ["not finite"]);
  assertStringIncludes(document, "Rows with fewer than 3 seeds are incomplete");
  const lonely = markdown(await tableFrom([control("one", [1.5])]), ["iqm", "mean"]);
  assertEquals(rowOf(lonely, "ONE"), ["1.5"]);
  assertStringIncludes(lonely, "One seed: no interval and no standard deviation");
});

Deno.test("pairs say why a difference does not exist, and which rows are not whole", async () => {
  const names = ["broken", "wild", "few"];
  const odd = await tableFrom(
    [
      control("whole", [1, 2, 3]),
      control("broken", [1, null, 3]),
      control("wild", [1, "diverged", 3]),
      control("few", [1, 2]),
    ],
    { pairs: names.map((against) => ({ entry: "whole", against, title: against, question: "?" })) },
  );
  const document = markdown(odd, ["pairs"]);
  assertEquals(rowOf(document, "broken"), ["not finite", "not finite", "undefined", "undefined"]);
  assertEquals(rowOf(document, "wild")[0], "diverged");
  assertMatch(rowOf(document, "wild")[1], /^0\.67 \[/);
  assertMatch(rowOf(document, "few (3 against 2 of 3 seeds)")[0], /^0\.5 \[/);
  const fixed = await tableFrom([control("a", [1, 1]), control("b", [2, 2])], {
    pairs: [{ entry: "a", against: "b", title: "no variance", question: "?" }],
  });
  assertEquals(rowOf(markdown(fixed, ["pairs"]), "no variance")[2], "0.000"); // As in SciPy.
  assertStringIncludes(csv(odd, ["pairs"]), "? (3 against 2 of 3 seeds)");
});

Deno.test("an interval that is left out is explained, and so is a table without any", async () => {
  const leftOut = "An interval whose ends both read as the number itself is left out.";
  const certain = markdown(await tableFrom([control("a", [2, 2]), control("b", [1, 3])]), ["iqm"]);
  assertEquals(rowOf(certain, "A"), ["2"]);
  assertStringIncludes(certain, leftOut);
  assertStringIncludes(markdown(table, ["improvement"]), leftOut);
  assertEquals(markdown(table, ["aggregate", "iqm"]).includes(leftOut), false);
  const worlds = [{ id: "World-v0" }, { id: "World-v1" }];
  const lonely = await tableFrom(
    worlds.flatMap((world) => [control("a", [1], world), control("b", [2], world)]),
    { pairs: [{ entry: "a", against: "b", title: "a or b", question: "?" }] },
  );
  for (const metric of ["aggregate", "improvement", "pairs"] as const) {
    const sheets = sheetsOf(lonely, [metric]);
    assertGreater(sheets.length, 0);
    for (const { notes } of sheets) assertStringIncludes(notes.join(" "), "One seed: no interval");
    assertEquals(markdown(lonely, [metric]).includes(leftOut), false);
  }
});

Deno.test("each metric has its sheet, and one without anything to say has none", async () => {
  const shown = new Set(sheetsOf(table).map(({ metric }) => metric));
  assertEquals([...shown].sort(), [...metricNames].sort());
  const bare = await tableFrom([control("a", [1, 2], { optimum: null, random: null })]);
  const some = new Set(sheetsOf(bare).map(({ metric }) => metric));
  assertEquals([...some], ["iqm", "exact", "mean", "best"]);
});

Deno.test("what the metrics show", () => {
  const one = (metric: Metric, name: string) => rowOf(markdown(table, [metric]), name);
  assertEquals(one("mean", "HALF")[0], "5.5 ± 1.291");
  assertEquals(one("best", "GOOD")[0], "9.15 / 9.15");
  assertEquals(one("exact", "GOOD")[0], "8.65");
  assertEquals(one("exact", "optimum"), ["10", "10"]);
  assertEquals(one("threshold", "GOOD")[0], "100");
  const planned = markdown(
    {
      ...table,
      environments: table.environments.map((environment) => ({
        ...environment,
        control: environment.control.map((row) => ({ ...row, unit: "sweeps" })),
      })),
    },
    ["threshold"],
  );
  assertEquals(rowOf(planned, "GOOD")[0], "100 sweeps");
  assertEquals(one("threshold", "HALF")[0], "not reached (0 of 4 seeds)");
  assertMatch(one("aggregate", "GOOD")[0], /^\*\*0\.915 \[0\.\d{3}, 0\.\d{3}\]\*\*$/);
  assertEquals(one("improvement", "GOOD"), ["**1.00**", "", "**1.00**"]);
  assertEquals(one("improvement", "BAD").slice(1), ["0.00", ""]);
  assertMatch(one("pairs", "good or half")[0], /^\*\*3\.65 \[/);
  assertEquals(one("error", "P"), ["0.5 (0.1)", "0.1", "2", "2"]);
  assertEquals(one("step_sizes", "P"), ["0.5", "diverged"]);
});

Deno.test("every line of a Markdown table has the same number of cells", () => {
  for (const sheet of sheetsOf(table)) {
    const lines = sheetsMarkdown([sheet], provenanceOf(table, digest)).split("\n")
      .filter((line) => line.startsWith("|"));
    assertEquals(new Set(lines.map((line) => line.split(/(?<!\\)\|/).length)).size, 1, sheet.title);
  }
});

const strange = 'a|b, "c" 100% & $d_e# {f} \\g ~h^i [j] <k> *l* `m` n--o é λ ε ο ω';

/** A sheet with a title, an environment and a reason as strange as names can be. */
const strangeTable = await tableFrom(
  [{ ...control("a", [-1, 2]), title: strange }, control("b", [1, 2])],
  { pairs: [{ entry: "a", against: "b", title: strange, question: "?" }] },
);

/** RFC 4180, read back: records of fields. */
function parsedCsv(document: string): string[][] {
  assert(document.endsWith("\r\n"));
  const records: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < document.length) {
    const match = field.exec(document);
    assert(match !== null, "not RFC 4180");
    records.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

Deno.test("CSV is a tidy table with full precision, whatever the names", () => {
  for (const each of [table, strangeTable]) {
    const [head, ...records] = parsedCsv(csv(each));
    assertEquals(new Set(records.map(({ length }) => length)), new Set([head.length]));
    const column = (record: string[], name: string) => record[head.indexOf(name)];
    for (const { id, control } of each.environments) {
      for (const row of control) {
        const found = records.find((record) =>
          column(record, "metric") === "iqm" && column(record, "quantity") === "iqm" &&
          column(record, "environment") === id && column(record, "entry") === row.entry
        )!;
        const number = (name: string) =>
          column(found, name) === "" ? null : Number(column(found, name));
        assertEquals([number("value"), number("low"), number("high")], [row.iqm, ...row.interval]);
        assertEquals(column(found, "title"), row.title);
        assertEquals(number("diverged_seeds"), row.diverged.length);
      }
    }
  }
});

Deno.test("LaTeX and Markdown show strange names as they are", () => {
  const document = latex(strangeTable);
  const shown =
    "a\\textbar{}b, ''c'' 100\\% \\& \\$d\\_e\\# \\{f\\} \\textbackslash{}g \\textasciitilde{}h" +
    "\\textasciicircum{}i {[}j{]} $<$k$>$ *l* \\textasciigrave{}m\\textasciigrave{} n-{}-o " +
    "é $\\lambda$ $\\varepsilon$ $\\mathit{o}$ $\\omega$";
  assertStringIncludes(document, `\n${shown} & `);
  assertStringIncludes(document, "{[}$-$1, 2{]}"); // A true minus.
  assertStringIncludes(
    markdown(strangeTable),
    '| a\\|b, "c" 100% & $d_e# {f} \\\\g ~h^i [j] \\<k> \\*l\\* \\`m\\` n--o é λ ε ο ω |',
  );
});

Deno.test("labels of LaTeX are unique, also where a sheet is folded", async () => {
  const wide = await tableFrom(
    [1, 2, 3, 4, 5, 6, 7].map((n) => control("a", [1, 2], { id: `World-with-a-long-name-v${n}` })),
  );
  const labels = [table, wide].flatMap((each, i) =>
    [...latex(each).matchAll(/\\label\{(.*?)\}/g)].map(([, label]) => label + "-wide".repeat(i))
  );
  assert(labels.includes("tab:seedbed-example-iqm-2-wide"));
  assertEquals(new Set(labels).size, labels.length);
  for (const label of labels) assertMatch(label, /^tab:seedbed-example-[A-Za-z0-9:-]+$/);
});

const hasTex =
  Deno.permissions.querySync({ name: "run", command: "pdflatex" }).state === "granted" &&
  await new Deno.Command("pdflatex", { args: ["--version"] }).output()
    .then(({ success }) => success, () => false);

Deno.test({
  name: "LaTeX compiles as it is, in one column and in two, and nothing sticks out",
  ignore: !hasTex,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const parts = [latex(table), latex(strangeTable)];
      for (const suite of ["classic", "tabular", "prediction", "ablation", "quick"]) {
        const text = await Deno.readTextFile(
          new URL(`../../../results/${suite}/table.json`, import.meta.url),
        );
        parts.push(latex(JSON.parse(text)));
      }
      await Deno.writeTextFile(`${folder}/all.tex`, parts.join("\n\\clearpage\n"));
      for (const layout of ["onecolumn", "twocolumn"]) {
        const document = `\\documentclass[${layout}]{article}\n\\usepackage{booktabs,graphicx}\n` +
          "\\begin{document}\n\\input{all}\n\\end{document}\n";
        await Deno.writeTextFile(`${folder}/main.tex`, document);
        const { code, stdout } = await new Deno.Command("pdflatex", {
          args: ["-interaction=nonstopmode", "-halt-on-error", "-draftmode", "main"],
          cwd: folder,
        }).output();
        const log = new TextDecoder().decode(stdout);
        assertEquals(code, 0, log.slice(-2000));
        assertEquals(
          log.match(/Overfull \\hbox \((?!0\.)[^)]*\)/g)?.slice(0, 3),
          undefined,
          layout,
        );
        assertEquals(log.match(/Float too large[^\n]*/g)?.slice(0, 3), undefined, layout);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("text is aligned and folded to the width; rows without anything in a block are left out", () => {
  for (const width of [44, 60, 200]) {
    const lines = text(table, ["iqm"], { width, isColoured: false }).split("\n");
    for (const line of lines) {
      assert(line.length <= Math.max(width, digest.length + 7), `${line.length}: ${line}`);
    }
  }
  const narrow = text(table, ["step_sizes"], { width: 18, isColoured: false });
  assertEquals(narrow.match(/^step size/gm)!.length, 4);
  const wide = text(table, ["iqm"], { width: 200, isColoured: false });
  const rows = wide.split("\n").slice(2, 8);
  assertEquals(new Set(rows.slice(0, 2).map(({ length }) => length)).size, 1);
});

Deno.test({
  name: "text is as wide as the terminal, and as a file where the terminal does not know its width",
  ignore: (await Deno.permissions.query({ name: "env" })).state !== "granted",
  fn() {
    const { consoleSize, stdout: { isTerminal } } = Deno;
    try {
      Deno.stdout.isTerminal = () => true;
      for (const [columns, width] of [[80, 80], [0, plainStyle.width]]) {
        Deno.consoleSize = () => ({ columns, rows: 24 });
        assertEquals(terminalStyle().width, width);
      }
    } finally {
      Object.assign(Deno, { consoleSize });
      Deno.stdout.isTerminal = isTerminal;
    }
  },
});

Deno.test("columns that do not fit the width follow in blocks of about the same size", () => {
  assertEquals(columnBlocks([10, 10, 10, 10, 10, 10], 46), [[0, 1, 2, 3], [0, 4, 5]]);
  assertEquals(columnBlocks([10, 10, 10, 10, 10], 46), [[0, 1, 2], [0, 3, 4]]);
  assertEquals(columnBlocks([10, 90, 10], 20), [[0, 1], [0, 2]]);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 }),
      (widths) => {
        const blocks = columnBlocks(widths, 80);
        assertEquals(blocks.flatMap(([, ...rest]) => rest), [...widths.keys()].slice(1));
        for (const [, ...columns] of blocks) {
          const needed = columns.reduce((sum, c) => sum + widths[c] + 2, widths[0]);
          assert(columns.length === 1 || needed <= 80);
        }
      },
    ),
  );
});

Deno.test("in colour, what leads is bold, gaps are dim and divergence is red", () => {
  const coloured = text(table, ["iqm"], { width: 200, isColoured: true });
  assertStringIncludes(coloured, "\x1b[1m9.15 [");
  assertStringIncludes(coloured, "\x1b[2mneeds continuous actions\x1b[22m");
  assertStringIncludes(coloured, "\x1b[31m1.5 [diverged, 3], 1 of 4 diverged\x1b[39m");
  assertEquals(text(table, ["iqm"]).includes("\x1b"), false);
  // Colours take no room.
  // deno-lint-ignore no-control-regex -- that is what colours are
  const plain = coloured.replaceAll(/\x1b\[\d+m/g, "");
  const [line] = plain.split("\n").filter((line) => line.startsWith("HALF"));
  const [other] = plain.split("\n").filter((line) => line.startsWith("GOOD"));
  assertEquals(line.length, other.length);
});

Deno.test("text and Markdown of a table", async (t) => {
  await t.assertSnapshot(text(table, ["iqm", "aggregate", "pairs"]));
  await t.assertSnapshot(markdown(table, ["iqm", "threshold", "error"]));
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
    [-123456789012345.6, "-123456789012346"],
    [1.5e30, "1.5e+30"],
    [1e21, "1e+21"],
    [-9.99999e300, "-1e+301"],
  ];
  for (const [value, text] of cases) assertEquals(significant(value), text);
  assertEquals([1.0004, -0.0001, -0.5].map(fixed(3)), ["1.000", "0.000", "-0.500"]);
  assertEquals(fixed(0)(-0.2), "0");
  assertEquals(fixed(3)(-7.50000003e29), "-7.5e+29");
});

Deno.test("seeds in short", () => {
  assertEquals(seedRanges([0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
  assertEquals(seedRanges([3, 3]), "3");
  assertEquals(seedRanges([2, 1, 0, 1]), "0-2");
});

Deno.test("each sheet names its suite, and its rows are as wide as its head", () => {
  const sheets: Sheet[] = [...sheetsOf(table), ...sheetsOf(strangeTable)];
  for (const { head, rows, title } of sheets) {
    assertStringIncludes(title, "example"); // As a float of LaTeX it stands alone.
    for (const row of rows) assertEquals(row.length, head.length, title);
  }
});
