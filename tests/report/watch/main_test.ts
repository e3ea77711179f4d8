import { assert, assertEquals } from "@std/assert";
import { parseResult } from "../../../data/result_file.ts";
import { episodeOf } from "../../../report/watch/episode.ts";
import { findPublished } from "../../../report/watch/find.ts";
import { frameLines } from "../../../report/watch/frame.ts";
import { main } from "../../../report/watch/main.ts";
import { canRun, project } from "../../benchmarks/command.ts";
import { existing } from "../../benchmarks/published.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted" &&
  (await Deno.permissions.query({ name: "env", variable: "INIT_CWD" })).state === "granted";
const canWrite = (await Deno.permissions.query({ name: "write" })).state === "granted";

/** Runs the command line with a pipe; gives its lines, its exit code and what it said of errors. */
async function watch(...args: string[]): Promise<{ code: number; lines: string[]; error: string }> {
  const terminal = fakeTerminal();
  const errors: string[] = [];
  const { error, log } = console;
  console.error = (text: string) => errors.push(text);
  console.log = (text: string) => terminal.written.push(text);
  try {
    const code = await main(args, terminal);
    return {
      code,
      lines: terminal.written.join("").trimEnd().split("\n"),
      error: errors.join("\n"),
    };
  } finally {
    console.error = error;
    console.log = log;
  }
}

/** The returns that the published result records of its median seed. */
function recorded(path: string): { first: number; returns: readonly (number | null)[] } {
  const result = parseResult(existing(`results/${path}.json`), path);
  assert(result.task === "control");
  const run = result.runs.find(({ seed }) => seed === result.medianSeed)!;
  return { first: result.evaluation.finalSeeds[0], returns: run.final.returns };
}

Deno.test({
  name: "published policies play to the recorded return, bit for bit",
  ignore: !canRead,
  async fn() {
    const rows = [
      ["CartPole-v1", "ppo", "classic", 0],
      ["Taxi-v4", "q_learning", "tabular", 7],
      ["Pendulum-v1", "sac", "classic", 3],
      ["Blackjack-v1", "sarsa", "quick", 99],
    ] as const;
    for (const [environment, entry, suite, episode] of rows) {
      const { first, returns } = recorded(`${suite}/${environment}/${entry}`);
      const { code, lines, error } = await watch(
        environment,
        entry,
        "--suite",
        suite,
        "--seed",
        String(first + episode),
      );
      assertEquals([code, error], [0, ""]);
      assert(lines[0].startsWith(`${environment}  `) && lines[0].includes(`suite ${suite}`));
      assertEquals(lines.at(-1), `return ${returns[episode]}, recorded ${returns[episode]}`);
    }
  },
});

Deno.test({
  name:
    "without options the first suite that has the row and the first evaluation episode are taken",
  ignore: !canRead,
  async fn() {
    const { code, lines } = await watch("CartPole-v1", "random_policy");
    assertEquals(code, 0);
    assert(/\(suite classic, run \d+, episode 1000000\)$/.test(lines[0]), lines[0]);
  },
});

Deno.test({
  name: "wrong usage is told in one line that says what would be right, and ends with 2",
  ignore: !canRead,
  async fn() {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["Taxi-v3", "sarsa"], 'no results on environment "Taxi-v3": did you mean Taxi-v4?'],
      [["Taxi-v4", "saarsa"], 'no row "saarsa" on Taxi-v4: did you mean sarsa?'],
      [["../quick", "sarsa"], 'no results on environment "../quick": choose from Acrobot-v1, '],
      [["Taxi-v4", "../Taxi-v4/sarsa"], 'no row "../Taxi-v4/sarsa" on Taxi-v4'],
      [
        ["Taxi-v4", "sarsa", "--suite", "tabula"],
        'no results of suite "tabula": did you mean tabular?',
      ],
      [["CartPole-v1", "sarsa", "--suite", "classic"], 'no row "sarsa" on CartPole-v1'],
      [
        ["CartPole-v1", "sac"],
        "sac has no result on CartPole-v1 in suite classic: needs continuous actions",
      ],
      [
        ["RandomWalk19-v0", "td_prediction"],
        "TD(0) on RandomWalk19-v0 predicts the value of a given policy: there is nothing to watch",
      ],
      [["CartPole-v1"], "missing required argument 'algorithm'"],
      [["CartPole-v1", "ppo", "dqn"], "too many arguments. Expected 2 arguments but got 3"],
      [
        ["CartPole-v1", "ppo", "--seed", "-1"],
        "option '--seed <number>' argument '-1' is invalid. it must be a whole number, such as 1000000",
      ],
      [
        ["CartPole-v1", "ppo", "--speed", "0"],
        "option '--speed <factor>' argument '0' is invalid. it must be a number from 0.01 to 1000, " +
        "such as 2 or 0.5",
      ],
    ];
    for (const [args, message] of cases) {
      const { code, error } = await watch(...args);
      assert(error.startsWith(`watch: ${message}`) && !error.includes("\n"), error);
      assertEquals(code, 2, error);
    }
  },
});

/** A folder of results with one row of the published ones, changed. */
async function withResults(
  change: (folder: string) => Promise<void> | void,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const results = await Deno.makeTempDir();
  try {
    const folder = `${results}/quick/FrozenLake-v1`;
    await Deno.mkdir(folder, { recursive: true });
    for (const name of ["sarsa.json", "sarsa.onnx"]) {
      await Deno.copyFile(`${project}/results/quick/FrozenLake-v1/${name}`, `${folder}/${name}`);
    }
    await change(folder);
    await use(results);
  } finally {
    await Deno.remove(results, { recursive: true });
  }
}

Deno.test({
  name: "a damaged, missing, foreign or diverged policy is told in one line",
  ignore: !canRead || !canWrite,
  async fn() {
    const edit = (name: string, from: RegExp, to: string) => (folder: string) => {
      const path = `${folder}/${name}`;
      const text = Deno.readTextFileSync(path);
      assert(from.test(text));
      Deno.writeTextFileSync(path, text.replace(from, to));
    };
    const cases: readonly (readonly [(folder: string) => void, number, RegExp])[] = [
      [() => {}, 0, /^$/],
      [
        (folder) => Deno.writeTextFileSync(`${folder}/sarsa.onnx`, "x"),
        1,
        /sarsa\.onnx is not the policy that .*sarsa\.json names: restore both$/,
      ],
      [
        (folder) => Deno.removeSync(`${folder}/sarsa.onnx`),
        1,
        /there is no .*sarsa\.onnx: restore it/,
      ],
      [edit("sarsa.json", /\}\s*$/, ""), 1, /sarsa\.json is not JSON/],
      [
        edit("sarsa.json", /"policy": \{[^}]*\}/g, '"policy": null'),
        2,
        /SARSA on FrozenLake-v1 left no policy: training diverged/,
      ],
      [
        edit("sarsa.json", /"id": "FrozenLake-v1"/, '"id": "Own-v0"'),
        2,
        /Own-v0 is not built in, and only built-in environments can be watched/,
      ],
      [
        edit("sarsa.json", /"returns": \[[\s\d,.]*\]/g, '"returns": [7]'),
        1,
        /^$/,
      ],
    ];
    for (const [change, code, message] of cases) {
      await withResults(change, async (results) => {
        const ending = await watch("FrozenLake-v1", "sarsa", "--results", results);
        assertEquals(ending.code, code, ending.error);
        assert(message.test(ending.error.replace(/^watch: /, "")), ending.error);
        assert(!ending.error.includes("\n"));
      });
    }
  },
});

/** The command line in a process of its own, with the permissions of its task. */
function process(...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=watch", "report/watch/main.ts", ...args],
    cwd: project,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test({
  name: "a reader that leaves early is no failure",
  ignore: !canRun,
  async fn() {
    const child = process("CartPole-v1", "ppo").spawn();
    await child.stdout.cancel();
    assertEquals(await new Response(child.stderr).text(), "");
    assertEquals((await child.status).code, 0);
  },
});

Deno.test({
  name: "deno task watch works with its permissions, and its help names every option",
  ignore: !canRun,
  async fn() {
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await process(...args).output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: decode(stdout), err: decode(stderr) };
    };
    const played = await run("CliffWalking-v1", "value_iteration");
    assertEquals([played.code, played.err], [0, ""]);
    assert(played.out.endsWith("return -13, recorded -13\n"), played.out);
    const help = await run("--help");
    assertEquals([help.code, help.err], [0, ""]);
    for (const option of ["--suite", "--seed", "--speed", "--results"]) {
      assert(help.out.includes(option), option);
    }
  },
});

Deno.test({
  name: "the frame in docs/watching.md is what is shown",
  ignore: !canRead,
  async fn() {
    const shown = /```text\n([^`]*)\n```/.exec(existing("docs/watching.md"))![1];
    const wanted = { environment: "Taxi-v4", entry: "q_learning" };
    const episode = episodeOf(await findPublished("results", wanted));
    let frame = episode.replay.reset(episode.seed);
    while (frame.steps < 3) frame = episode.replay.step();
    assertEquals(
      shown,
      frameLines(episode, frame, { columns: 80, rows: 19 }, false).join("\n"),
    );
  },
});
