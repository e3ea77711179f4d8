import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes } from "@std/assert";
import { bench, canRun, command, events, filesBelow } from "./command.ts";

/** Some cells that take about a quarter of a second each. */
const small = [
  ...["--suite", "tabular", "--environments", "FrozenLake-v1,CliffWalking-v1"],
  ...["--algorithms", "value_iteration,q_learning", "--seeds", "0-4"],
];

async function withFolder(run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "seedbed-test-" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "one job, two jobs, a kill and an interruption leave the same bytes",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const [one, two, three] = ["one", "two", "three"].map((name) => `${folder}/${name}`);
      const first = await bench(...small, "--jobs", "1", "--out", one);
      assertEquals(first.code, 0, first.err);

      // Killed without warning in the middle, then started again.
      const killed = command("main", [...small, "--jobs", "2", "--out", two]).spawn();
      await finishedCells(killed, 3, "SIGKILL");
      await killed.status;
      const second = await bench(...small, "--jobs", "2", "--out", two);
      assertEquals(second.code, 0, second.err);
      const [start] = events(second.err);
      assertGreater(start.finishedBefore as number, 0);
      assertLess(start.finishedBefore as number, start.cells as number);

      // Stopped politely, as by Ctrl-C.
      const stopped = command("main", [...small, "--jobs", "2", "--out", three]).spawn();
      const err = await finishedCells(stopped, 3, "SIGINT");
      assertEquals((await stopped.status).code, 130);
      assertStringIncludes(err, "the same command goes on from here");
      const third = await bench(...small, "--jobs", "2", "--out", three);
      assertEquals(third.code, 0, third.err);

      const expected = filesBelow(one);
      assertEquals(expected.size, 2 * 2 * 2 + 1);
      assertEquals(filesBelow(two), expected);
      assertEquals(filesBelow(three), expected);

      // A second start finds everything finished.
      const again = await bench(...small, "--jobs", "2", "--out", one);
      assertStringIncludes(again.out, "0 cells run");
      assertEquals(filesBelow(one), expected);
    }),
});

/** Waits until some cells are finished, sends the signal, and reads the rest. */
async function finishedCells(
  process: Deno.ChildProcess,
  count: number,
  signal: Deno.Signal,
): Promise<string> {
  let text = "";
  let sent = false;
  const drained = process.stdout.pipeTo(new WritableStream());
  for await (const chunk of process.stderr.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (!sent && text.split('"event":"finished"').length > count) {
      sent = true;
      process.kill(signal);
    }
  }
  assert(sent, text);
  await drained.catch(() => {});
  return text;
}

/** Arguments for one cell each of algorithms in `modules/`, and of Q-learning beside them. */
function faulty(names: readonly string[], folder: string): string[] {
  return [
    ...names.flatMap((name) => ["--algorithm-module", `tests/benchmarks/modules/${name}.ts`]),
    ...["--algorithms", [...names, "q_learning"].join(",")],
    ...["--environments", "FrozenLake-v1", "--seeds", "0", "--out", folder],
  ];
}

const filesOfQLearning = [
  "/quick/FrozenLake-v1/q_learning.json",
  "/quick/FrozenLake-v1/q_learning.onnx",
  "/quick/table.json",
];

Deno.test({
  name: "a cell that throws, ends its process or hangs costs itself only",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const names = ["throws", "exits", "hangs"];
      const { code, err } = await bench(...faulty(names, folder), "--time-limit", "3");
      assertEquals(code, 1);
      assertStringIncludes(err, "failed: FrozenLake-v1 throws seed 0: the weights are not finite");
      assertStringIncludes(
        err,
        "failed: FrozenLake-v1 exits seed 0: its process ended with code 7",
      );
      assertStringIncludes(
        err,
        "failed: FrozenLake-v1 hangs seed 0: stopped: it ran longer than the time limit of 3 s",
      );
      assertStringIncludes(err, "3 of 4 cells failed");
      assert(!err.includes("    at "), "no stack trace");
      assertEquals([...filesBelow(folder).keys()], filesOfQLearning);
    }),
});

Deno.test({
  name: "a cell that eats all memory costs itself only",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const { code, err } = await bench(...faulty(["eats_memory"], folder));
      assertEquals(code, 1);
      assertStringIncludes(err, "failed: FrozenLake-v1 eats_memory seed 0: ran out of memory");
      assertEquals([...filesBelow(folder).keys()], filesOfQLearning);
    }),
});

Deno.test({
  name: "a policy whose ONNX model acts otherwise fails its cell and says where",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const { code, err } = await bench(
        ...["--algorithm-module", "tests/benchmarks/modules/disagrees.ts"],
        ...[
          "--algorithms",
          "disagrees",
          "--environments",
          "FrozenLake-v1",
          "--seeds",
          "0",
          "--out",
          folder,
        ],
      );
      assertEquals(code, 1);
      assertStringIncludes(err, "failed: FrozenLake-v1 disagrees seed 0:");
      assertStringIncludes(err, "observation 5");
    }),
});

Deno.test({
  name: "what a cell prints is shown and does not disturb the run",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const { code, err } = await bench(
        ...["--algorithm-module", "tests/benchmarks/modules/prints.ts", "--algorithms", "prints"],
        ...["--environments", "Taxi-v4", "--seeds", "0", "--out", folder],
      );
      assertEquals(code, 0, err);
      const printed = events(err).filter(({ event }) => event === "printed");
      const lines = ["hello from the cell", '{"type":"finished"}', "half a line"];
      assertEquals(printed.map(({ line }) => line), lines);
    }),
});

Deno.test({
  name: "a learner that does not do the steps it is asked for fails its cell",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const { code, err } = await bench(...faulty(["idles"], folder));
      assertEquals(code, 1);
      assertStringIncludes(
        err,
        "idles seed 0: idles: train(20000) must end at 20000 environment steps, not at 0",
      );
    }),
});

Deno.test({
  name: "a timer that a cell leaves behind does not hold the run up",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const begin = performance.now();
      const { code, err } = await bench(...faulty(["leaves_timer"], folder));
      assertEquals(code, 0, err);
      assertLess(performance.now() - begin, 30_000);
    }),
});

Deno.test({
  name: "what a user's module remembers does not reach the next cell",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const [one, three] = ["1", "3"].map((jobs) => `${folder}/${jobs},jobs`);
      for (const [jobs, out] of [["1", one], ["3", three]]) {
        const { code, err } = await bench(
          ...["--algorithm-module", "tests/benchmarks/modules/remembers.ts"],
          ...[
            "--algorithms",
            "remembers",
            "--environments",
            "Taxi-v4",
            "--jobs",
            jobs,
            "--out",
            out,
          ],
        );
        assertEquals(code, 0, err);
      }
      assertEquals(filesBelow(three), filesBelow(one));
    }),
});

Deno.test({
  name: "a small selection never pushes out the seeds of a full run",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const cell = ["--algorithms", "q_learning", "--environments", "Taxi-v4", "--out", folder];
      assertEquals((await bench(...cell)).code, 0);
      const before = filesBelow(folder);
      const { code, err } = await bench(...cell, "--seeds", "1");
      assertEquals(code, 0);
      assertStringIncludes(err, "not replaced: it has 3 seeds and this run 1");
      assertEquals(filesBelow(folder), before);
    }),
});

Deno.test({
  name: "wrong usage is one line and exit code 2",
  ignore: !canRun,
  async fn() {
    const cases: [readonly string[], string][] = [
      [["--suite", "tabula"], 'unknown suite "tabula": did you mean tabular?'],
      [["--algorithms", "sarsaa"], 'suite quick has no algorithm "sarsaa": did you mean sarsa?'],
      [
        ["--environments", "Taxi-v3"],
        'suite quick has no environment "Taxi-v3": did you mean Taxi-v4?',
      ],
      [["--seeds", "1-"], "seeds are whole numbers such as 0,3 or 0-4"],
      [["--seeds", "1000"], "seed 1000 is not among the seeds 0-2 of suite quick"],
      [["--jobs", "0"], "it must be a whole number from 1 to 1000000"],
      [["--frobnicate"], "unknown option '--frobnicate'"],
      [["leftover"], "too many arguments"],
      [["--algorithm-module", "nowhere.ts"], "nowhere.ts cannot be loaded: "],
      [
        ["--algorithm-module", "tests/benchmarks/modules/malformed.ts"],
        "malformed.ts: the default export is no algorithm: name must be snake_case, such as my_method",
      ],
      [
        ["--algorithm-module", "tests/benchmarks/modules/no_default.ts"],
        "no_default.ts: the default export is no algorithm",
      ],
      [
        ["--environment-module", "tests/benchmarks/modules/malformed.ts"],
        "malformed.ts: the default export",
      ],
      [["--algorithm-module", "algorithms/q_learning.ts"], 'two algorithms are named "q_learning"'],
      [
        ["--algorithm-module", "docs/examples/dyna_q.ts"],
        "dyna_q.ts is not part of the suites: give another folder with --out",
      ],
      [
        ["--algorithm-module", "tests/benchmarks/modules/exits_at_import.ts"],
        "ended its process with code 0",
      ],
      [
        ["--algorithm-module", "tests/benchmarks/modules/throws_at_import.ts"],
        "cannot be loaded: null",
      ],
      [
        ["--environment-module", "tests/benchmarks/modules/broken_world.ts"],
        "broken_world.ts: Broken-v0: ",
      ],
      [
        ["--environments", "CartPole-v1", "--algorithms", "q_learning"],
        "nothing to run: suite quick has no such pair",
      ],
      [["--out", ""], "it must name a folder"],
      [["--jobs", "0x2"], "it must be a whole number from 1 to 1000000"],
    ];
    const endings = await Promise.all(cases.map(([args]) => bench(...args)));
    endings.forEach(({ code, err, out }, i) => {
      const [args, message] = cases[i];
      assertStringIncludes(err, message, `${args}`);
      assertEquals(err.trimEnd().split("\n").length, 1, err);
      assertEquals([code, out], [2, ""], `${args}`);
    });
  },
});

Deno.test({
  name:
    "an output folder that cannot be written and a damaged result file stop the run before it begins",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const cell = ["--algorithms", "q_learning", "--environments", "Taxi-v4"];
      await Deno.writeTextFile(`${folder}/file`, "");
      const blocked = await bench(...cell, "--out", `${folder}/file`);
      assertEquals(blocked.code, 1);
      assertStringIncludes(
        blocked.err,
        `bench: cannot write ${folder}/file/.work/.gitignore: not a directory`,
      );

      const path = `${folder}/out/quick/Taxi-v4/q_learning.json`;
      await Deno.mkdir(`${folder}/out/quick/Taxi-v4`, { recursive: true });
      for (const text of ["{", "{}", '{"task":"control","runs":[]}', ""]) {
        await Deno.writeTextFile(path, text);
        const { code, err } = await bench(...cell, "--out", `${folder}/out`);
        assertEquals(code, 1);
        assertStringIncludes(err, `bench: ${path} is not`);
        assertStringIncludes(err, "restore it, or delete it and run again");
        assertEquals(err.trimEnd().split("\n").length, 1, err);
        assertEquals(await Deno.readTextFile(path), text);
      }
    }),
});

Deno.test({
  name: "a result file and a table that cannot be written do not hide what came of the cells",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      // Folders in the places of the files: no write can succeed.
      await Deno.mkdir(`${folder}/quick/table.json`, { recursive: true });
      await Deno.mkdir(`${folder}/quick/FrozenLake-v1/q_learning.onnx`, { recursive: true });
      const names = ["throws"];
      const first = await bench(...faulty(names, folder));
      assertEquals(first.code, 1);
      assertStringIncludes(first.err, "q_learning.json: not written: cannot write");
      assertStringIncludes(
        first.err,
        "failed: FrozenLake-v1 throws seed 0: the weights are not finite",
      );
      assertStringIncludes(first.err, "1 of 2 cells failed");
      await Deno.remove(`${folder}/quick/FrozenLake-v1/q_learning.onnx`);
      const second = await bench(...faulty(names, folder));
      assertEquals(second.code, 1);
      assertStringIncludes(
        second.err,
        "failed: FrozenLake-v1 throws seed 0: the weights are not finite",
      );
      assertStringIncludes(second.err, "bench: no table: cannot write");
    }),
});

Deno.test({
  name: "damaged files of finished cells are noticed and run again",
  ignore: !canRun,
  fn: () =>
    withFolder(async (folder) => {
      const cell = ["--algorithms", "q_learning", "--environments", "Taxi-v4", "--out", folder];
      assertEquals((await bench(...cell)).code, 0);
      const before = filesBelow(folder);
      const work = `${folder}/.work/quick/Taxi-v4/q_learning`;
      await Deno.writeTextFile(`${work}/0.json`, "{");
      await Deno.writeTextFile(`${work}/1.onnx`, "damaged");
      await Deno.writeTextFile(`${work}/2.checkpoint`, "damaged");
      const again = await bench(...cell);
      assertStringIncludes(again.out, "2 cells run");
      assertEquals(filesBelow(folder), before);

      // A changed number, and the files of another seed.
      const text = await Deno.readTextFile(`${work}/0.json`);
      await Deno.writeTextFile(`${work}/0.json`, text.replace('"returns":[', '"returns":[7,'));
      await Deno.copyFile(`${work}/2.json`, `${work}/1.json`);
      await Deno.copyFile(`${work}/2.onnx`, `${work}/1.onnx`);
      const third = await bench(...cell);
      assertStringIncludes(third.out, "2 cells run");
      assertEquals(filesBelow(folder), before);
    }),
});
