import { assert, assertEquals, assertRejects } from "@std/assert";
import { Replay } from "../../../report/page/replay.ts";
import type { Episode } from "../../../report/watch/episode.ts";
import { frameLines } from "../../../report/watch/frame.ts";
import { play } from "../../../report/watch/play.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l";
const never = new AbortController().signal;

/** Always to the right: the pole falls after a few steps. */
function episode(parts: Partial<Episode> = {}): Episode {
  const environment = { id: "CartPole-v1", options: {} };
  return {
    title: "CartPole-v1  Right  (suite none, run 0, episode 5)",
    environment,
    seed: 5,
    recorded: undefined,
    replay: new Replay({ environment, policy: { act: () => 1 }, runSeed: 0 }),
    ...parts,
  };
}

/** How long the episode is, by itself. */
function stepsOf({ replay, seed }: Episode): number {
  let frame = replay.reset(seed);
  while (!frame.ended) frame = replay.step();
  return frame.steps;
}

/** What each frame showed, without the codes around it. */
function framesIn(written: readonly string[]): string[][] {
  return written.filter((text) => text.startsWith("\x1b[?2026h\x1b[H")).map((text) =>
    text.slice(11).replace("\x1b[J\x1b[?2026l", "").replaceAll("\x1b[K", "").split("\r\n")
  );
}

Deno.test("a watched episode shows every frame on the second screen and the last on the first", async () => {
  const watched = episode({ recorded: stepsOf(episode()) });
  const steps = watched.recorded!;
  const terminal = fakeTerminal({ isInteractive: true });
  assertEquals(await play(watched, { terminal, speed: 1000, signal: never }), true);
  const { written } = terminal;
  assertEquals(written[0], ENTER);
  assertEquals(written.indexOf(LEAVE), steps + 2);
  const frames = framesIn(written);
  assertEquals(frames.length, steps + 1);
  assertEquals(
    frames.map(([, state]) => Number(/step (\d+)/.exec(state)![1])),
    Array.from({ length: steps + 1 }, (_, i) => i),
  );
  assertEquals(written.at(-2), `${frames.at(-1)!.join("\n")}\n`);
  assertEquals(written.at(-1), `return ${steps}, recorded ${steps}\n`);
});

Deno.test("without colours no code for colours is written, with them there are some", async () => {
  for (const hasColour of [false, true]) {
    const terminal = fakeTerminal({ isInteractive: true, hasColour });
    await play(episode(), { terminal, speed: 1000, signal: never });
    const text = terminal.written.join("").replaceAll(LEAVE, "");
    // deno-lint-ignore no-control-regex
    assertEquals(/\x1b\[[0-9;]*m/.test(text), hasColour);
  }
});

Deno.test("a terminal that changes its size gets frames that fit", async () => {
  const sizes = [[80, 24], [200, 60], [30, 12], [19, 30], [80, 5], [1, 1]] as const;
  let calls = 0;
  const size = () => {
    const [columns, rows] = sizes[calls++ % sizes.length];
    return { columns, rows };
  };
  const terminal = fakeTerminal({ isInteractive: true, size });
  await play(episode(), { terminal, speed: 1000, signal: never });
  framesIn(terminal.written).forEach((lines, i) => {
    const [columns, rows] = sizes[i % sizes.length];
    assert(lines.length <= rows, `${lines.length} lines of ${rows}`);
    for (const line of lines) assert(line.length <= columns, `${line.length} of ${columns}`);
  });
});

Deno.test("a terminal too small for a picture shows the words, and says what it needs", () => {
  const watched = episode();
  const lines = frameLines(watched, watched.replay.reset(5), { columns: 60, rows: 8 }, false);
  assertEquals(lines, [
    "CartPole-v1  Right  (suite none, run 0, episode 5)",
    "step 0     reward 0        return 0",
    "cart at 0.03 m, pole at 0.1 degrees",
    "no picture: the terminal needs 20 x 9",
  ]);
});

Deno.test("stopping leaves the second screen at once, without a verdict", async () => {
  const stop = new AbortController();
  const terminal = fakeTerminal({ isInteractive: true });
  const playing = play(episode(), { terminal, speed: 0.01, signal: stop.signal });
  stop.abort();
  assertEquals(await playing, undefined);
  assertEquals(terminal.written.at(-1), LEAVE);
  assertEquals(framesIn(terminal.written).length, 1);
});

Deno.test("an error while playing leaves the second screen too", async () => {
  const terminal = fakeTerminal({ isInteractive: true });
  const broken = new Replay({
    environment: { id: "CartPole-v1", options: {} },
    policy: {
      act: () => {
        throw new Error("no action");
      },
    },
    runSeed: 0,
  });
  await assertRejects(
    () => play(episode({ replay: broken }), { terminal, speed: 1000, signal: never }),
    Error,
    "no action",
  );
  assertEquals(terminal.written.at(-1), LEAVE);
});

Deno.test("a piped episode is a few lines without codes, denser at the start", async () => {
  const environment = { id: "FrozenLake-v1", options: { isSlippery: false } };
  const replay = new Replay({ environment, policy: { act: () => 0 }, runSeed: 0 });
  const terminal = fakeTerminal({ hasColour: true });
  const watched = episode({ environment, replay, recorded: 0 });
  assertEquals(await play(watched, { terminal, speed: 1, signal: never }), true);
  const text = terminal.written.join("");
  assert(!text.includes("\x1b"));
  const lines = text.trimEnd().split("\n");
  assertEquals(
    lines.slice(1, -1).map((line) => Number(/^step (\d+) /.exec(line)![1])),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  );
  assertEquals(
    lines[2],
    "step 1     reward 0        return 0         row 1, column 1, on the start, meant to move left",
  );
  assertEquals(lines.at(-1), "return 0, recorded 0");
});

Deno.test("a return that is not the recorded one is told, and is no success", async () => {
  const terminal = fakeTerminal();
  assertEquals(
    await play(episode({ recorded: 500 }), { terminal, speed: 1, signal: never }),
    false,
  );
  const steps = stepsOf(episode());
  assert(terminal.written.at(-1)!.startsWith(`return ${steps}, recorded 500: not the same`));
});

Deno.test("an episode of which nothing is recorded says so", async () => {
  const terminal = fakeTerminal();
  assertEquals(await play(episode(), { terminal, speed: 1, signal: never }), true);
  const steps = stepsOf(episode());
  assertEquals(terminal.written.at(-1), `return ${steps}; none is recorded for the episode 5\n`);
});
