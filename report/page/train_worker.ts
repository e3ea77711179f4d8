/**
 * The worker's side of training in a page: runs one cell with the code that the benchmark runs, from
 * start to end, and tells how far it is. `train_here.ts` is the page's side.
 */
import { builtinAlgorithms } from "../../algorithms/builtin.ts";
import { runCell } from "../../benchmarks/cell/cell.ts";
import { cellName, type Job } from "../../benchmarks/cell/job.ts";
import { messageOf } from "../../data/message.ts";
import type { ControlRun, PredictionRun } from "../../data/result_file.ts";
import { builtinSpec } from "./environments.ts";

/** What the worker says. */
export type TrainingMessage =
  | { readonly type: "progress"; readonly steps: number }
  | { readonly type: "finished"; readonly run: ControlRun | PredictionRun }
  | { readonly type: "failed"; readonly message: string };

/** Runs a cell and tells of it; never throws. */
export async function train(job: Job, tell: (message: TrainingMessage) => void): Promise<void> {
  try {
    const algorithm = builtinAlgorithms.find(({ name }) => name === job.algorithm);
    if (algorithm === undefined) {
      throw new Error(`${job.algorithm} is not among the algorithms of this page`);
    }
    const { run } = await runCell(algorithm, builtinSpec(job.environment.id), job, {
      progress: (steps) => tell({ type: "progress", steps }),
      load: () => Promise.resolve(null),
      checkpointDue: () => false,
      save: () => Promise.resolve(),
    });
    tell({ type: "finished", run });
  } catch (error) {
    tell({ type: "failed", message: `${cellName(job)}: ${messageOf(error)}` });
  }
}

/** What a worker has to talk to its page. */
declare function postMessage(message: TrainingMessage): void;

/** Waits for a job: all that a page's script does where it runs as a worker. */
export function serveTraining(): void {
  addEventListener("message", (event) => train((event as MessageEvent<Job>).data, postMessage));
}
