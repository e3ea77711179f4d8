import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../../benchmarks/usage_error.ts";
import { main } from "../../../report/site/main.ts";
import { suitesWithTables, writeReport } from "../../../report/site/write_report.ts";
import { bench } from "../../benchmarks/command.ts";

async function isGranted(...permissions: Deno.PermissionDescriptor[]): Promise<boolean> {
  const states = await Promise.all(permissions.map((one) => Deno.permissions.query(one)));
  return states.every(({ state }) => state === "granted");
}

const can = await isGranted({ name: "read" }, { name: "write" }, { name: "env" }) &&
  await isGranted({ name: "run", command: Deno.execPath() });

/** A copy of a suite's results in a folder of its own, and a place to write to. */
async function copyOf(suite: string): Promise<AsyncDisposable & { results: string; out: string }> {
  const folder = await Deno.makeTempDir({ prefix: "seedbed-report-" });
  const copy = async (path: string) => {
    await Deno.mkdir(`${folder}/${path}`, { recursive: true });
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (isDirectory) await copy(`${path}/${name}`);
      else await Deno.copyFile(`${path}/${name}`, `${folder}/${path}/${name}`);
    }
  };
  await copy(`results/${suite}`);
  return {
    results: `${folder}/results`,
    out: `${folder}/site`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) found.push(name);
  return found.sort();
}

Deno.test({
  name: "a report is one file per suite and an index that links what there is",
  ignore: !can,
  async fn() {
    await using place = await copyOf("ablation");
    const { results, out } = place;
    // Another suite whose results are gone: the index says so.
    await Deno.mkdir(`${results}/quick`);
    await Deno.copyFile("results/quick/table.json", `${results}/quick/table.json`);
    await Deno.mkdir(`${results}/unfinished`);
    assertEquals(await suitesWithTables(results), ["quick", "ablation"]);
    assertEquals(await writeReport("ablation", { results, out }), `${out}/ablation.html`);
    assertEquals(await filesIn(out), ["ablation.html", "index.html"]);
    const page = await Deno.readTextFile(`${out}/ablation.html`);
    assert(page.length < 4e6, `${page.length} bytes`);
    assertStringIncludes(page, `"path":"../results/ablation/CartPole-v1/dqn-target.onnx"`);
    const index = await Deno.readTextFile(`${out}/index.html`);
    assertStringIncludes(index, `<a href="ablation.html">ablation</a>`);
    assert(/<p class="different">[^<]*quick\/[\w-]+\/\w+\.json is missing/.test(index), index);
  },
});

Deno.test({
  name: "the same results give the same bytes",
  ignore: !can,
  async fn() {
    await using place = await copyOf("prediction");
    const { results, out } = place;
    const first = await Deno.readFile(await writeReport("prediction", { results, out }));
    const second = await Deno.readFile(await writeReport("prediction", { results, out }));
    assertEquals(first, second);
  },
});

Deno.test({
  name: "a page of other results does not claim that the suite's commands reproduce them",
  ignore: !can,
  async fn() {
    await using place = await copyOf("prediction");
    const { results, out } = place;
    const [own, published] = await Promise.all(
      [results, "./results/"].map(async (folder, i) =>
        await Deno.readTextFile(
          await writeReport("prediction", { results: folder, out: `${out}${i}` }),
        )
      ),
    );
    for (const claim of ["deno task verify", "deno task bench", "How to cite", "BibTeX"]) {
      assertStringIncludes(published, claim);
      assertEquals(own.includes(`${claim}`), false, claim);
    }
    assertStringIncludes(own, `Made from <code>${results}/prediction/table.json</code>`);
    const index = await Deno.readTextFile(`${out}0/index.html`);
    assertStringIncludes(index, `Results of your own, in ${results}/prediction.`);
  },
});

Deno.test({
  name: "a run into a folder of any name says the command that makes its page",
  ignore: !can,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seedbed-report-" });
    const results = `${folder}/it's <mine> & \u00fc`;
    try {
      const cell = ["--algorithms", "random_policy", "--environments", "FrozenLake-v1"];
      const { code, out, err } = await bench(...cell, "--seeds", "0", "--out", results);
      assertEquals(code, 0, err);
      const word = (path: string) => `'${path.replace("'", "'\\''")}'`;
      const options = `--results ${word(results)} --out ${word(`${results}/site`)}`;
      assertStringIncludes(
        out,
        `Report with curves and replays: deno task report quick ${options}\n`,
      );
      const page = await Deno.readTextFile(
        await writeReport("quick", { results, out: `${results}/site` }),
      );
      assertStringIncludes(page, `"path":"../quick/FrozenLake-v1/random_policy.onnx"`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "missing, changed and misnamed results are refused in one line, and nothing is written",
  ignore: !can,
  async fn() {
    await using place = await copyOf("ablation");
    const { results, out } = place;
    const options = { results, out };
    const unknown = await assertRejects(() => writeReport("ablatoin", options), UsageError);
    assertStringIncludes(unknown.message, 'no table of suite "ablatoin": did you mean ablation?');
    await assertRejects(
      () => writeReport("quick", { results: `${results}/nowhere`, out }),
      Error,
      "there are no tables in",
    );

    const policy = `${results}/ablation/CartPole-v1/dqn-target.onnx`;
    const bytes = await Deno.readFile(policy);
    bytes[100] ^= 1;
    await Deno.writeFile(policy, bytes);
    const changed = await assertRejects(() => writeReport("ablation", options));
    assertStringIncludes(changed.message, "dqn-target.onnx is not the policy that its result file");
    await Deno.remove(policy);
    const missing = await assertRejects(() => writeReport("ablation", options));
    assertStringIncludes(missing.message, "dqn-target.onnx is missing: restore it");

    await Deno.writeTextFile(`${results}/ablation/CartPole-v1/dqn-target.json`, "{");
    const damaged = await assertRejects(() => writeReport("ablation", options));
    assertStringIncludes(damaged.message, "dqn-target.json");
    for (const { message } of [unknown, changed, missing, damaged]) {
      assertEquals(message.includes("\n"), false);
    }
    await assertRejects(() => Deno.stat(out), Deno.errors.NotFound);
  },
});

Deno.test({
  name: "the command line tells a failure from wrong usage",
  ignore: !can,
  async fn() {
    const said: string[] = [];
    const { error } = console;
    const file = await Deno.makeTempFile();
    console.error = (text: string) => said.push(text);
    try {
      assertEquals(await main(["clasic"]), 2);
      assertEquals(await main(["--output", "x"]), 2);
      assertEquals(await main(["classic", "--results", "/nowhere/at/all"]), 1);
      assertEquals(await main(["prediction", "--out", `${file}/site`]), 1);
    } finally {
      console.error = error;
      await Deno.remove(file);
    }
    assertStringIncludes(said[0], 'report: results has no table of suite "clasic": did you mean');
    assertStringIncludes(said[1], "report: unknown option '--output'");
    assertStringIncludes(said[2], "report: there are no tables in /nowhere/at/all");
    assertStringIncludes(said[3], `report: cannot write ${file}/site/prediction.html: not a dir`);
    assertEquals(said.length, 4);
  },
});
