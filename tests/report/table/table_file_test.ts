import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { prettyJson } from "../../../data/json.ts";
import { sha256 } from "../../../data/sha256.ts";
import { orderOf, readResults } from "../../../report/read_results.ts";
import {
  checkNumbers,
  readStoredTable,
  readTable,
  storedSuites,
  writeTable,
} from "../../../report/table/table_file.ts";
import { control, prediction, writeResults } from "../results.ts";

const canWrite = (await Deno.permissions.query({ name: "write" })).state === "granted";

const plan = {
  suite: "example",
  order: { environments: ["World-v0"], entries: ["b", "a"] },
  notApplicable: [],
  pairs: [],
};

/** Runs in a folder with the results and the table of a suite. */
async function inSuite(run: (out: string, place: string) => Promise<void>) {
  const out = await Deno.makeTempDir();
  try {
    await writeResults(out, [control("a", [1, 2]), control("b", [3, 4]), prediction("p")]);
    await writeTable(out, plan);
    await run(out, `${out}/example/World-v0`);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** The message of a table that cannot be read: one line. */
async function refusal(out: string): Promise<string> {
  const { message } = await assertRejects(() => readTable(out, "example"));
  assertEquals(message.split("\n").length, 1);
  return message.replaceAll(out, "results");
}

const again = "restore it, or run deno task bench --suite example";

const testFiles = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, ignore: !canWrite, fn });

testFiles(
  "a table is read back as it was written, in the order of its rows",
  () =>
    inSuite(async (out) => {
      const written = await writeTable(out, plan);
      const stored = await readStoredTable(out, "example");
      assertEquals(stored, written);
      assertEquals(stored.digest, await sha256(await Deno.readFile(`${out}/example/table.json`)));
      assertEquals(orderOf(stored.table).entries, ["b", "a", "p"]);
      const results = await readResults(out, "example", orderOf(stored.table));
      assertEquals(results.map(({ entry }) => entry), ["b", "a", "p"]);
      assertEquals(await storedSuites(out), ["example"]);
    }),
);

testFiles(
  "the digest of the results is that of what sha256sum prints",
  () =>
    inSuite(async (out) => {
      const { results } = await readTable(out, "example");
      let lines = "";
      for (const path of ["World-v0/a.json", "World-v0/b.json", "World-v0/p.json"]) {
        lines += `${await sha256(await Deno.readFile(`${out}/example/${path}`))}  ${path}\n`;
      }
      assertEquals(results, { files: 3, sha256: await sha256(lines) });
    }),
);

testFiles(
  "a table whose result files were changed, are missing or are extra is refused by name",
  () =>
    inSuite(async (out, place) => {
      const text = await Deno.readTextFile(`${place}/a.json`);
      await Deno.writeTextFile(`${place}/a.json`, text + "\n");
      assertEquals(
        await refusal(out),
        `results/example/World-v0/a.json has changed since the table was made: ${again}`,
      );
      await Deno.remove(`${place}/a.json`);
      assertEquals(await refusal(out), `results/example/World-v0/a.json is missing: ${again}`);
      await Deno.writeTextFile(`${place}/a.json`, text);
      await Deno.writeTextFile(`${place}/c.json`, prettyJson(control("c", [1])));
      assertStringIncludes(
        await refusal(out),
        "results/example/World-v0/c.json is not in the suite's table: delete it, or run",
      );
    }),
);

testFiles(
  "a table whose numbers are not what its result files say is not quoted",
  () =>
    inSuite(async (out) => {
      const path = `${out}/example/table.json`;
      const stored = await readStoredTable(out, "example");
      await checkNumbers(out, stored, []);
      for (
        const [said, other] of [['"iqm": 3.5', '"iqm": 4.5'], ["[3, 4]", "[3.4, 4]"], [
          "\n",
          "\r\n",
        ]]
      ) {
        const text = stored.text.replaceAll(said, other);
        assertNotEquals(text, stored.text, said);
        await Deno.writeTextFile(path, text);
        const edited = await readStoredTable(out, "example");
        const { message } = await assertRejects(() => checkNumbers(out, edited, []));
        assertEquals(
          message.replaceAll(out, "results"),
          "results/example/table.json is not what its result files say (deno task verify --suite example " +
            "--digests shows where): restore it, or run deno task bench --suite example",
        );
      }
    }),
);

testFiles(
  "a table that is damaged, of another version, or not there is refused with the reason",
  () =>
    inSuite(async (out) => {
      const path = `${out}/example/table.json`;
      const text = await Deno.readTextFile(path);
      const cases: [string, string][] = [
        [text.slice(0, 500), "table.json is not JSON"],
        ["null", "table.json is damaged: at the top"],
        [
          text.replace("table/2", "table/1"),
          'is a "seedbed-table/1", and this version reads "seedbed-table/2"',
        ],
        [text.replace('"iqm": 3.5', '"iqm": "x"'), "is damaged: at environments.0.control.0.iqm"],
        [text.replace('"suite": "example"', '"suite": "other"'), "holds the table of other"],
        [text.replace('"files": 3', '"files": 4'), "results is not the digest of its rows' files"],
      ];
      for (const [content, message] of cases) {
        await Deno.writeTextFile(path, content);
        assertStringIncludes(await refusal(out), message);
      }
      await Deno.remove(path);
      assertStringIncludes(
        await refusal(out),
        "there is no results/example/table.json: run deno task",
      );
    }),
);

testFiles(
  "no table is made from results that are unsound, misplaced, of two versions or not there",
  () =>
    inSuite(async (out, place) => {
      const refused = async (message: string) => {
        const error = await assertRejects(() => writeTable(out, plan));
        assertStringIncludes(error.message.replaceAll(out, "results"), message);
      };
      const text = await Deno.readTextFile(`${place}/a.json`);
      await Deno.writeTextFile(`${place}/a.json`, text.slice(0, 300));
      await refused("results/example/World-v0/a.json is not JSON");
      await Deno.writeTextFile(`${place}/a.json`, text.replace('"mean": 1,', '"mean": 9,'));
      await refused("World-v0/a.json is unsound: runs.0 (seed 0): final.mean is 9, but the mean");
      await Deno.writeTextFile(`${place}/a.json`, text.replace("result/1", "result/0"));
      await refused('found "seedbed-result/0"');
      await Deno.writeTextFile(`${place}/a.json`, text.replace('"entry": "a"', '"entry": "z"'));
      await refused("a.json holds the result of example/World-v0/z: move it there");
      await Deno.remove(place, { recursive: true });
      await refused("results/example holds no result files");
    }),
);
