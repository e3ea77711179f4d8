/** Runs what a plan holds: finds what is finished, gives the rest to the pool, writes the results. */
import { assembleGroup, existingResult, resultPath } from "./assemble.ts";
import { writeAtomically } from "../data/atomic_file.ts";
import { messageOf } from "../data/message.ts";
import type { UserModules } from "./catalog.ts";
import type { Job, Request } from "./cell/job.ts";
import type { Plan } from "./plan.ts";
import { runPool } from "./pool.ts";
import { showProgress } from "./progress.ts";
import { workerArguments } from "./worker_arguments.ts";
import { cellFiles, cellPath, workFolder } from "./store.ts";

/** How a plan is run. */
export interface RunSettings {
  /** Output folder. */
  readonly out: string;
  /** Number of worker processes. */
  readonly workers: number;
  /** Seconds that one cell may take. */
  readonly timeLimit: number;
  readonly modules: UserModules;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

/** How a run ended. */
export interface RunReport {
  /** Cells that were run now. */
  readonly run: number;
  /** Cells that were finished before. */
  readonly finishedBefore: number;
  readonly failed: readonly { readonly job: Job; readonly message: string }[];
  /** Result files and what became of them. */
  readonly files: readonly { readonly path: string; readonly what: string }[];
  readonly seconds: number;
}

/**
 * Runs a plan.
 *
 * @throws Error in one line if the output folder cannot be written or holds a damaged result file
 */
export async function runPlan(plan: Plan, settings: RunSettings): Promise<RunReport> {
  const begin = performance.now();
  const { out, signal, modules } = settings;
  // Whatever would stop the results from being written is better known before the work than after.
  await writeAtomically(`${out}/${workFolder}/.gitignore`, "*\n");
  for (const group of plan.groups) await existingResult(out, group);

  const requests: Request[] = [];
  const stepping = new Set<Job>();
  let finishedBefore = 0;
  for (const group of plan.groups) {
    for (const job of group.jobs) {
      if (group.algorithm.unit === "environment steps") stepping.add(job);
      const files = cellPath(out, job);
      if (await cellFiles(files, job).read() === null) {
        requests.push({ job, files, token: crypto.randomUUID() });
      } else {
        finishedBefore++;
      }
    }
  }

  const failed: { job: Job; message: string }[] = [];
  const progress = showProgress({
    suite: plan.suite.name,
    jobs: requests.map(({ job }) => job),
    finishedBefore,
    workers: settings.workers,
    countsSteps: (job) => stepping.has(job),
  });
  let ended = 0;
  try {
    await runPool(
      requests,
      {
        workers: settings.workers,
        workerArguments: workerArguments(out, modules),
        timeLimit: settings.timeLimit,
        // The built-in modules keep nothing from one cell to the next; a user's may.
        isolate: modules.algorithms.length + modules.environments.length > 0,
        signal,
      },
      {
        ...progress,
        ended(job, outcome) {
          ended++;
          if (outcome.type === "failed") failed.push({ job, message: outcome.message });
          progress.ended(job, outcome);
        },
      },
    );
  } finally {
    progress.close();
  }

  const files: { path: string; what: string }[] = [];
  for (const group of plan.groups) {
    const what = await assembleGroup(out, group).catch((error) =>
      `not written: ${messageOf(error)}`
    );
    files.push({ path: `${resultPath(out, group)}.json`, what });
  }
  const seconds = (performance.now() - begin) / 1000;
  return { run: ended, finishedBefore, failed, files, seconds };
}
