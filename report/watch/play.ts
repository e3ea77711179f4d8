/** Plays an episode: frame by frame where somebody watches, else as a few lines. */
import type { Frame } from "../page/replay.ts";
import type { Episode } from "./episode.ts";
import { describe, frameLines, progress, rendererFor } from "./frame.ts";
import { onSecondScreen, type Terminal } from "./screen.ts";

/**
 * Plays the episode to its end, and then says what was recorded of it.
 *
 * @param speed how many times faster than the environment's own pace
 * @param signal ends it early, where somebody watches
 * @returns whether it ended with the recorded return, where there is one; undefined if it was stopped
 */
export async function play(
  episode: Episode,
  { terminal, speed, signal }: { terminal: Terminal; speed: number; signal: AbortSignal },
): Promise<boolean | undefined> {
  const last = terminal.isInteractive
    ? await watch(episode, terminal, speed, signal)
    : list(episode, terminal);
  if (!last.ended) return undefined;
  terminal.write(`${verdict(episode, last)}\n`);
  return episode.recorded === undefined || episode.recorded === last.total;
}

/** Shows every frame on the second screen, and leaves the last one on the first. */
async function watch(
  episode: Episode,
  terminal: Terminal,
  speed: number,
  signal: AbortSignal,
): Promise<Frame> {
  const pause = 1000 / (rendererFor(episode).framesPerSecond * speed);
  const lines = (frame: Frame) => frameLines(episode, frame, terminal.size(), terminal.hasColour);
  const last = await onSecondScreen(terminal, async (show) => {
    let frame = episode.replay.reset(episode.seed);
    show(lines(frame));
    while (!frame.ended && await waited(pause, signal)) {
      frame = episode.replay.step();
      show(lines(frame));
    }
    return frame;
  });
  if (last.ended) terminal.write(`${lines(last).join("\n")}\n`);
  return last;
}

/** Writes a line for the steps 0, 1, 2, ..., 10, 20, ..., 100, 200, ... and the last. */
function list(episode: Episode, terminal: Terminal): Frame {
  terminal.write(`${episode.title}\n`);
  let frame = episode.replay.reset(episode.seed);
  for (;;) {
    if (frame.ended || isRound(frame.steps)) {
      terminal.write(`${progress(frame)}  ${describe(episode, frame)}\n`);
    }
    if (frame.ended) return frame;
    frame = episode.replay.step();
  }
}

function isRound(steps: number): boolean {
  let unit = 1;
  while (unit * 10 <= steps) unit *= 10;
  return steps % unit === 0;
}

/** The return to its last digit, beside the recorded one. */
function verdict({ recorded, seed }: Episode, { total }: Frame): string {
  if (recorded === undefined) {
    return `return ${total}; none is recorded for the episode ${seed}`;
  }
  return `return ${total}, recorded ${recorded}${
    total === recorded ? "" : ": not the same, which should never be; please report it"
  }`;
}

/** Waits; false if the signal came. */
function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
