import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import denoConfig from "../../../deno.json" with { type: "json" };
import { main as figures } from "../../../report/figures/main.ts";
import { main as cite } from "../../../report/table/cite.ts";
import { main as table } from "../../../report/table/main.ts";
import { tableFile } from "../../../report/table/schema.ts";
import { canRun, project } from "../../benchmarks/command.ts";
import { existing } from "../../benchmarks/published.ts";
import { writeTable } from "../../../report/table/table_file.ts";
import { control, writeResults } from "../results.ts";
import { sha256 } from "../../../data/sha256.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

/** Runs a command line in this process; returns its exit code and what it said on standard error. */
async function complaint(main: typeof table, ...args: string[]): Promise<[number, string]> {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    return [await main(args), lines.join("\n")];
  } finally {
    console.error = error;
  }
}

Deno.test({
  name: "wrong usage is one line and exit code 2",
  ignore: !canRead,
  async fn() {
    const cases: [string[], string][] = [
      [[], "table: missing required argument 'suite'"],
      [["classi"], 'table: unknown suite "classi": did you mean classic?'],
      [["../classic"], 'table: unknown suite "../classic"'],
      [["classic", "extra"], "table: too many arguments"],
      [["classic", "--metric", "iqn"], 'table: unknown metric "iqn": did you mean iqm?'],
      [["classic", "--format", "xml"], "Allowed choices are text, markdown, csv, latex, json"],
      [["classic", "--algorithms", "sacc"], 'no algorithm "sacc": did you mean sac?'],
      [
        ["classic", "--environments", "CartPole"],
        'no environment "CartPole": did you mean CartPole-v1?',
      ],
      [["classic", "--algorithms", ","], "give one name or several"],
      [
        ["classic", "--algorithms", "sac", "--environments", "CartPole-v1"],
        "has no result of these",
      ],
      [
        ["prediction", "--metric", "iqm"],
        'metric "iqm" says nothing of this part of suite prediction',
      ],
      [["classic", "--metric", "iqm", "--format", "json"], "JSON holds every metric"],
    ];
    for (const [args, message] of cases) {
      const [code, said] = await complaint(table, ...args);
      assertEquals([code, said.split("\n").length], [2, 1], `${args}: ${said}`);
      assertStringIncludes(said, message);
    }
    assertEquals(await complaint(cite, "clasic"), [
      2,
      'cite: unknown suite "clasic": did you mean classic?',
    ]);
  },
});

Deno.test({
  name: "numbers that were edited by hand are neither printed nor cited",
  ignore: !canRun,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const out = `${folder}/results`;
      await writeResults(out, [control("a", [1, 2]), control("b", [3, 4])]);
      const order = { environments: [], entries: [] };
      const { text } = await writeTable(out, {
        suite: "example",
        order,
        notApplicable: [],
        pairs: [],
      });
      await Deno.writeTextFile(
        `${out}/example/table.json`,
        text.replace('"iqm": 3.5', '"iqm": 3.6'),
      );
      for (const script of ["main", "cite"]) {
        const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "-q",
            `--allow-read=${folder},${project}`,
            `${project}/report/table/${script}.ts`,
            "example",
          ],
          cwd: folder,
        }).output();
        const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
        assertEquals([code, said], [1, ""], complained);
        assertStringIncludes(
          complained,
          "results/example/table.json is not what its result files say",
        );
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a folder's own results have tables and figures, unless their table was edited by hand",
  ignore: !canRun,
  async fn() {
    const results = await Deno.makeTempDir();
    try {
      await writeResults(results, [control("a", [1, 2]), control("b", [3, 4])]);
      const order = { environments: [], entries: [] };
      const { text } = await writeTable(results, {
        suite: "example",
        order,
        notApplicable: [],
        pairs: [],
      });
      const said = await printed("main", "example", "--results", results, "--metric", "iqm");
      assertStringIncludes(said, "3.5");
      const out = `${results}/figures`;
      assertEquals(await complaint(figures, "example", "--results", results, "--out", out), [
        0,
        "",
      ]);
      assertStringIncludes(await Deno.readTextFile(`${out}/example-captions.tex`), "example");

      await Deno.writeTextFile(
        `${results}/example/table.json`,
        text.replace('"iqm": 3.5', '"iqm": 3.6'),
      );
      const [code, complained] = await complaint(figures, "example", "--results", results);
      assertEquals(code, 1);
      assertStringIncludes(complained, "is not what its result files say");
    } finally {
      await Deno.remove(results, { recursive: true });
    }
  },
});

/** Runs a task's script as `deno task` does; returns what it printed. */
async function printed(script: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=table", `report/table/${script}.ts`, ...args],
    cwd: project,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "JSON is the table: the very bytes of the whole, and a part that fits the schema",
  ignore: !canRun,
  async fn() {
    assertEquals(
      await printed("main", "quick", "--format", "json"),
      existing("results/quick/table.json"),
    );
    const part = await printed("main", "classic", "--format", "json", "--algorithms", "sac,ddpg");
    const { environments, aggregates } = tableFile.parse(JSON.parse(part));
    assertEquals(environments.map(({ id }) => id), ["Pendulum-v1", "MountainCarContinuous-v0"]);
    const whole = tableFile.parse(JSON.parse(existing("results/classic/table.json")));
    for (const { id, control } of environments) {
      const before = whole.environments.find((environment) => environment.id === id)!.control;
      for (const row of control) {
        const { leading: _, ...same } = before.find(({ entry }) => entry === row.entry)!;
        const { leading: _again, ...found } = row;
        assertEquals(found, same);
      }
    }
    assertEquals(aggregates.map(({ rows }) => rows.length), [2]);
  },
});

Deno.test({
  name: "without a format, a pipe gets Markdown",
  ignore: !canRun,
  async fn() {
    const text = await printed(
      "main",
      "quick",
      "--metric",
      "iqm",
      "--environments",
      "CartPole-v1",
    );
    assertStringIncludes(text, "\n|  | CartPole-v1 |\n| --- | ---: |\n| Random policy | ");
  },
});

Deno.test({
  name: "a citation names version, digest, seeds and the commands that reproduce and verify",
  ignore: !canRun,
  async fn() {
    const digest = await sha256(existing("results/classic/table.json"));
    const text = await printed("cite", "classic");
    const [bibtex, sentence] = text.split("\n\n");
    assertMatch(bibtex, /^@misc\{seedbed-classic,\n/);
    assertEquals(bibtex.match(/\{/g)!.length, bibtex.match(/\}/g)!.length);
    assertStringIncludes(bibtex, "author       = {{The Seedbed contributors}}");
    for (const part of [bibtex, sentence]) {
      assertStringIncludes(part, denoConfig.version);
      assertStringIncludes(part, digest);
    }
    assertStringIncludes(sentence, "seeds 0-9, 100 evaluation episodes");
    assertStringIncludes(sentence, "deno task bench --suite classic");
    assertStringIncludes(sentence, "deno task verify --suite classic");
  },
});

Deno.test({
  name: "CITATION.cff has what version 1.2.0 of the format asks for, and the project's version",
  ignore: !canRead,
  fn() {
    const lines = existing("CITATION.cff").trimEnd().split("\n");
    const keys = lines.filter((line) => /^\S/.test(line)).map((line) => line.split(":")[0]);
    for (const key of ["cff-version", "message", "title", "authors"]) {
      assert(keys.includes(key), key);
    }
    const value = (key: string) =>
      lines.find((line) => line.startsWith(`${key}:`))!.slice(key.length + 1).trim();
    assertEquals(value("cff-version"), "1.2.0");
    assertEquals(value("type"), "software");
    assertEquals(value("version"), denoConfig.version);
    assertEquals(value("license"), denoConfig.license);
    assertMatch(value("date-released"), /^\d{4}-\d{2}-\d{2}$/);
    assertStringIncludes(lines.join("\n"), '\nauthors:\n  - name: "The Seedbed contributors"\n');
  },
});
