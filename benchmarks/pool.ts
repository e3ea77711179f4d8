/**
 * Runs cells in worker processes, several at a time. A worker does one cell after another, unless
 * cells are to be isolated; one that crashes, runs out of memory or exceeds the time limit costs the
 * cell it was at, and a fresh worker takes its place.
 */
import type { Job, Reply, Request } from "./cell/job.ts";
import { TextLineStream } from "./lines.ts";

/** How a cell ended. */
export type Outcome =
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly message: string };

/** What the pool tells while it works. */
export interface PoolEvents {
  started(job: Job): void;
  progress(job: Job, steps: number): void;
  ended(job: Job, outcome: Outcome): void;
  /** A line that a cell printed. */
  printed(job: Job, line: string): void;
}

/** How the pool works. */
export interface PoolOptions {
  /** Number of worker processes. */
  readonly workers: number;
  /** Arguments of Deno that start a worker. */
  readonly workerArguments: readonly string[];
  /** Seconds that one cell may take. */
  readonly timeLimit: number;
  /** Whether every cell gets a fresh worker: nothing that one leaves behind can reach the next. */
  readonly isolate: boolean;
  /** Ends the pool early: the cells under way are dropped, finished ones are kept. */
  readonly signal: AbortSignal;
}

/** Runs the cells; returns when all have ended or the signal has fired. */
export async function runPool(
  requests: readonly Request[],
  options: PoolOptions,
  events: PoolEvents,
): Promise<void> {
  const queue = [...requests];
  const slots = Array.from(
    { length: Math.min(options.workers, requests.length) },
    () => serveSlot(queue, options, events),
  );
  await Promise.all(slots);
}

/** Keeps one worker busy until the queue is empty, replacing it when it dies. */
async function serveSlot(queue: Request[], options: PoolOptions, events: PoolEvents) {
  let worker: WorkerProcess | null = null;
  const stop = () => worker?.kill();
  options.signal.addEventListener("abort", stop);
  try {
    for (let request; !options.signal.aborted && (request = queue.shift());) {
      worker ??= new WorkerProcess(options.workerArguments);
      const { job } = request;
      events.started(job);
      const outcome = await worker.run(request, options.timeLimit, events);
      if (options.signal.aborted) return;
      events.ended(job, outcome);
      if (options.isolate || outcome.type === "failed") await worker.close();
      if (!worker.alive) worker = null;
    }
  } finally {
    options.signal.removeEventListener("abort", stop);
    await worker?.close();
  }
}

/** Time that an idle worker has to end by itself. */
const graceMilliseconds = 500;

/** Memory that one worker may hold: far above what a cell needs, below what hurts the machine. */
const memoryLimit = 4 * 2 ** 30;

class WorkerProcess {
  alive = true;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<void>;
  #job: Job | null = null;
  #events: PoolEvents | null = null;
  readonly #memoryWatch: ReturnType<typeof setInterval>;
  #outOfMemory = false;
  #lastError = "";

  constructor(workerArguments: readonly string[]) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [...workerArguments],
      // onnxruntime-node writes and may send usage data unless it is told not to.
      env: { ORT_DISABLE_TELEMETRY: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#memoryWatch = setInterval(() => this.#watchMemory(), 500);
    this.#input = this.#process.stdin.getWriter();
    this.#output = lines(this.#process.stdout).getReader();
    this.#errors = this.#readErrors();
  }

  /** Sends one cell and waits for its end. */
  async run(request: Request, timeLimit: number, events: PoolEvents): Promise<Outcome> {
    this.#job = request.job;
    this.#events = events;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.kill();
    }, timeLimit * 1000);
    try {
      await this.#input.write(new TextEncoder().encode(JSON.stringify(request) + "\n")).catch(
        () => {},
      );
      for (;;) {
        const { value, done } = await this.#output.read();
        if (done) return await this.#death(timedOut, timeLimit);
        const reply = parseReply(value, request.token);
        if (value === "") continue;
        if (reply === null) events.printed(request.job, value);
        else if (reply.type === "progress") events.progress(request.job, reply.steps);
        else return reply;
      }
    } finally {
      clearTimeout(timer);
      this.#job = null;
    }
  }

  kill() {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  /** Lets the worker end by closing its input. */
  async close() {
    this.alive = false;
    await this.#input.close().catch(() => {});
    // Timers that a cell has left behind would keep the process alive.
    const timer = setTimeout(() => this.kill(), graceMilliseconds);
    await this.#output.cancel().catch(() => {});
    await this.#process.status;
    clearInterval(this.#memoryWatch);
    clearTimeout(timer);
    await this.#errors;
  }

  /** Ends the process when it holds too much, typed arrays included, where the system tells (Linux). */
  async #watchMemory() {
    const text = await Deno.readTextFile(`/proc/${this.#process.pid}/status`).catch(() => "");
    const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
    if (kibibytes * 1024 <= memoryLimit) return;
    this.#outOfMemory = true;
    this.kill();
  }

  async #death(timedOut: boolean, timeLimit: number): Promise<Outcome> {
    this.alive = false;
    const status = await this.#process.status;
    clearInterval(this.#memoryWatch);
    await this.#errors;
    await this.#input.close().catch(() => {});
    if (timedOut) {
      return {
        type: "failed",
        message: `stopped: it ran longer than the time limit of ${timeLimit} s`,
      };
    }
    if (this.#outOfMemory) return { type: "failed", message: "ran out of memory" };
    const how = status.signal ? `by ${status.signal}` : `with code ${status.code}`;
    const last = this.#lastError === "" ? "" : `: ${this.#lastError}`;
    return { type: "failed", message: `its process ended ${how}${last}` };
  }

  async #readErrors() {
    for await (const line of lines(this.#process.stderr)) {
      // What V8 prints when its heap is full, long before the process is gone.
      if (/Last few GCs|out of memory/.test(line)) this.#outOfMemory = true;
      if (/^error:|Error:|panicked/.test(line)) this.#lastError = line.trim();
      if (this.#job && !this.#outOfMemory) this.#events?.printed(this.#job, line);
    }
  }
}

function lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<string> {
  return stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}

/** A worker's reply, or null for a line that a cell printed. */
function parseReply(line: string, token: string): Reply | null {
  try {
    const reply = JSON.parse(line);
    return reply?.token === token ? reply : null;
  } catch {
    return null;
  }
}
