/**
 * Tells how a run gets on: a bar with cells done, steps per second and time left in a terminal, one
 * line of JSON per event elsewhere. All of it goes to standard error; results go to standard output.
 */
import cliProgress from "cli-progress";
import { cellName, type Job } from "./cell/job.ts";
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
  /** Whether a cell's steps are steps of its environment. */
  countsSteps(job: Job): boolean;
}

/** The display that fits standard error. */
export function showProgress(options: ProgressOptions): Progress {
  return Deno.stderr.isTerminal() ? progressBar(options) : jsonLines(options);
}

/** Counts what the cells report. */
class Counter {
  readonly #begin = performance.now();
  readonly #jobs: readonly Job[];
  readonly #isCounted: (job: Job) => boolean;
  readonly #steps = new Map<Job, number>();
  readonly #ended = new Set<Job>();

  /** @param isCounted whether a cell's steps are environment steps, and count towards the speed */
  constructor(jobs: readonly Job[], isCounted: (job: Job) => boolean) {
    this.#jobs = jobs;
    this.#isCounted = isCounted;
  }

  progress(job: Job, steps: number) {
    this.#steps.set(job, steps);
  }

  ended(job: Job, outcome: Outcome) {
    this.#ended.add(job);
    if (outcome.type === "finished") this.#steps.set(job, job.budget);
  }

  /** Cells that have ended. */
  get done(): number {
    return this.#ended.size;
  }

  /** Environment steps per second since the start. */
  get stepsPerSecond(): number {
    let sum = 0;
    for (const [job, steps] of this.#steps) if (this.#isCounted(job)) sum += steps;
    return sum / Math.max(this.#seconds, 1e-3);
  }

  /** Seconds that the rest will take if cells go on as they did; null while that is anyone's guess. */
  get secondsLeft(): number | null {
    let done = 0;
    for (const job of this.#jobs) {
      done += this.#ended.has(job) ? 1 : (this.#steps.get(job) ?? 0) / job.budget;
    }
    const share = done / this.#jobs.length;
    return share > 0.01 ? this.#seconds * (1 - share) / share : null;
  }

  get #seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }
}

function progressBar({ suite, jobs, finishedBefore, countsSteps }: ProgressOptions): Progress {
  const counter = new Counter(jobs, countsSteps);
  let failed = 0;
  const bar = new cliProgress.SingleBar({
    format: `${suite} {bar} {done}/{cells} cells{failures}, {speed} steps/s, {left} left{now}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 16,
    stream: terminal(),
    hideCursor: true,
    clearOnComplete: true,
  });
  const done = () => counter.done + finishedBefore;
  const fields = (now: string) => ({
    done: done(),
    cells: jobs.length + finishedBefore,
    failures: failed > 0 ? ` (${failed} failed)` : "",
    speed: shortNumber(counter.stepsPerSecond),
    left: counter.secondsLeft === null ? "?" : duration(counter.secondsLeft),
    // What is being done now is shown where there is room for it.
    now: now !== "" && Deno.consoleSize().columns >= 110 ? `, ${now}` : "",
  });
  bar.start(jobs.length + finishedBefore, finishedBefore, fields(""));
  const update = (job: Job) => bar.update(done(), fields(cellName(job)));
  const print = (line: string) => {
    bar.stop();
    console.error(line);
    bar.start(jobs.length + finishedBefore, done(), fields(""));
  };
  return {
    started: update,
    progress(job, steps) {
      counter.progress(job, steps);
      update(job);
    },
    ended(job, outcome) {
      counter.ended(job, outcome);
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

function jsonLines(options: ProgressOptions): Progress {
  const { suite, jobs, finishedBefore, workers, countsSteps } = options;
  const counter = new Counter(jobs, countsSteps);
  const cells = jobs.length + finishedBefore;
  const print = (event: string, details: object) =>
    console.error(JSON.stringify({ event, ...details }));
  const about = (job: Job) => ({
    environment: job.environment.id,
    entry: job.entry,
    seed: job.seed,
  });
  print("start", { suite, cells, finishedBefore, workers });
  return {
    started() {},
    progress(job, steps) {
      counter.progress(job, steps);
      print("progress", { ...about(job), steps, budget: job.budget });
    },
    ended(job, outcome) {
      counter.ended(job, outcome);
      print(outcome.type, {
        ...about(job),
        ...(outcome.type === "failed" && { message: outcome.message }),
        done: counter.done + finishedBefore,
        cells,
        stepsPerSecond: Math.round(counter.stepsPerSecond),
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
