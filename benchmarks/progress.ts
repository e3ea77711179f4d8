/**
 * Tells how a run gets on: a bar with cells done, steps per second and time left in a terminal, one
 * line of JSON per event elsewhere. All of it goes to standard error; results go to standard output.
 */
import cliProgress from "cli-progress";
import { cellName, type Job } from "./job.ts";
import type { Outcome, PoolEvents } from "./pool.ts";

/** Counts what is done and shows it. */
export interface Progress extends PoolEvents {
  /** Ends the display. */
  close(): void;
}

/** What the display needs to know beforehand. */
export interface ProgressOptions {
  readonly suite: string;
  /** The cells to run. */
  readonly jobs: readonly Job[];
  /** Cells that were finished before. */
  readonly finishedBefore: number;
  readonly workers: number;
}

/** The display that fits standard error. */
export function showProgress(options: ProgressOptions): Progress {
  return Deno.stderr.isTerminal() ? progressBar(options) : jsonLines(options);
}

/** Steps done in all cells, and how fast. */
class StepCounter {
  readonly #begin = performance.now();
  readonly #steps = new Map<Job, number>();

  update(job: Job, steps: number) {
    this.#steps.set(job, steps);
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }

  /** Share of the work that is done, counting each cell by its budget. */
  share(jobs: readonly Job[]): number {
    let done = 0;
    let all = 0;
    for (const job of jobs) {
      done += this.#steps.get(job) ?? 0;
      all += job.budget;
    }
    return all === 0 ? 1 : done / all;
  }

  get perSecond(): number {
    let sum = 0;
    for (const steps of this.#steps.values()) sum += steps;
    return sum / Math.max(this.seconds, 1e-3);
  }
}

function progressBar({ suite, jobs, finishedBefore }: ProgressOptions): Progress {
  const counter = new StepCounter();
  let done = 0;
  let failed = 0;
  const bar = new cliProgress.SingleBar({
    format:
      `${suite} [{bar}] {done}/{cells} cells{failures} | {speed} steps/s | {left} left | {now}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    stream: terminal(),
    hideCursor: true,
    clearOnComplete: true,
  });
  const fields = (now: string) => {
    const share = counter.share(jobs);
    return {
      done: done + finishedBefore,
      cells: jobs.length + finishedBefore,
      failures: failed > 0 ? ` (${failed} failed)` : "",
      speed: shortNumber(counter.perSecond),
      left: share > 0.01 ? duration(counter.seconds * (1 - share) / share) : "?",
      now,
    };
  };
  bar.start(jobs.length + finishedBefore, finishedBefore, fields(""));
  const update = (job: Job) => bar.update(done + finishedBefore, fields(cellName(job)));
  const print = (line: string) => {
    bar.stop();
    console.error(line);
    bar.start(jobs.length + finishedBefore, done + finishedBefore, fields(""));
  };
  return {
    started: update,
    progress(job, steps) {
      counter.update(job, steps);
      update(job);
    },
    ended(job, outcome) {
      counter.update(job, job.budget);
      done++;
      if (outcome.type === "failed") {
        failed++;
        print(`${cellName(job)} failed: ${outcome.message}`);
      }
      update(job);
    },
    printed: (job, line) => print(`${cellName(job)}: ${line}`),
    close: () => bar.stop(),
  };
}

/** Standard error as the stream that cli-progress asks for. */
function terminal(): NodeJS.WritableStream {
  const encoder = new TextEncoder();
  return Object.assign(Object.create(null), {
    isTTY: true,
    get columns() {
      return Deno.consoleSize().columns;
    },
    write: (text: string) => Deno.stderr.writeSync(encoder.encode(text)) > 0,
    on: () => {},
  });
}

function jsonLines({ suite, jobs, finishedBefore, workers }: ProgressOptions): Progress {
  const counter = new StepCounter();
  const print = (event: string, details: object) =>
    console.error(JSON.stringify({ event, ...details }));
  const about = (job: Job) => ({
    environment: job.environment.id,
    entry: job.entry,
    seed: job.seed,
  });
  let done = finishedBefore;
  print("start", { suite, cells: jobs.length + finishedBefore, finishedBefore, workers });
  return {
    started() {},
    progress(job, steps) {
      counter.update(job, steps);
      print("progress", { ...about(job), steps, budget: job.budget });
    },
    ended(job, outcome: Outcome) {
      counter.update(job, job.budget);
      done++;
      const message = outcome.type === "failed" ? { message: outcome.message } : {};
      print(outcome.type, {
        ...about(job),
        ...message,
        done,
        cells: jobs.length + finishedBefore,
        stepsPerSecond: Math.round(counter.perSecond),
      });
    },
    printed: (job, line) => print("printed", { ...about(job), line }),
    close() {},
  };
}

/** A number for a narrow column: 1234567 is 1.2M. */
export function shortNumber(value: number): string {
  for (const [unit, size] of [["G", 1e9], ["M", 1e6], ["k", 1e3]] as const) {
    if (value >= size) return `${(value / size).toFixed(1)}${unit}`;
  }
  return value.toFixed(0);
}

/** Seconds as people say them: 75 is 1 min 15 s. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
