/**
 * A worker process: runs the cells that it is told on standard input, one after another, each line a
 * `Request`, and answers with `Reply` lines on standard output. A cell that throws is reported; one
 * that hangs or breaks the process is the pool's business (`pool.ts`).
 */
import { messageOf } from "../data/message.ts";
import { algorithmOf, environmentOf, loadCatalog, type UserModules } from "./catalog.ts";
import { type CellHooks, runCell } from "./cell/cell.ts";
import { TextLineStream } from "./lines.ts";
import type { Reply, Request } from "./cell/job.ts";
import { type CellFiles, cellFiles } from "./store.ts";

/** Shortest time between two progress messages of a cell. */
const progressMilliseconds = 200;

/** Time after which a checkpoint is worth its writing. */
const checkpointMilliseconds = 20_000;

/** Checkpoints may take one part in so many of a cell's time: large ones are written more rarely. */
const checkpointShare = 50;

/**
 * @param modules the user's modules
 * @param loaded printed once they are loaded: see `probe.ts`
 */
async function main(modules: UserModules, loaded?: string) {
  // Ctrl-C reaches the whole process group; the runner decides what becomes of the workers.
  Deno.addSignalListener("SIGINT", () => {});
  const catalog = await loadCatalog(modules);
  if (loaded !== undefined) print({ loaded });
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  for await (const line of lines) {
    const { job, files, token } = JSON.parse(line) as Request;
    const reply = (message: Reply) => print({ ...message, token });
    try {
      const algorithm = algorithmOf(catalog, job.algorithm);
      const environment = environmentOf(catalog, job.environment.id);
      const store = cellFiles(files, job);
      await store.write(await runCell(algorithm, environment, job, hooksOf(store, reply)));
      reply({ type: "finished" });
    } catch (error) {
      reply({ type: "failed", message: messageOf(error) });
    }
  }
}

/** Lets a cell report and keep checkpoints, not too often. */
function hooksOf(store: CellFiles, reply: (message: Reply) => void): CellHooks {
  let told = performance.now();
  let due = performance.now() + checkpointMilliseconds;
  let begun = 0;
  return {
    progress(steps) {
      if (performance.now() - told < progressMilliseconds) return;
      told = performance.now();
      reply({ type: "progress", steps });
    },
    load: () => store.load(),
    checkpointDue() {
      begun = performance.now();
      return begun >= due;
    },
    async save(snapshot) {
      await store.save(snapshot);
      const now = performance.now();
      due = now + Math.max(checkpointMilliseconds, checkpointShare * (now - begun));
    },
  };
}

/** On a line of its own, even if a cell has printed half of one. */
function print(message: object) {
  const bytes = new TextEncoder().encode(`\n${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

if (import.meta.main) {
  await main(JSON.parse(Deno.args[0]), Deno.args[1]);
  Deno.exit(0); // Whatever timers a cell has left behind.
}
