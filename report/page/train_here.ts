/**
 * Trains a published cell once more, in the page that shows it: the benchmark's own code in a worker,
 * so that the page stays awake. The run that comes out has the digest of the published one.
 */
import { curveSteps } from "../../benchmarks/cell/cell.ts";
import type { Job } from "../../benchmarks/cell/job.ts";
import { canonicalJson } from "../../data/json.ts";
import type {
  ControlResult,
  ControlRun,
  PredictionResult,
  PredictionRun,
} from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";
import type { TrainingMessage } from "./train_worker.ts";

/** What the page hears and may do meanwhile. */
export interface TrainingOptions {
  /** Hears at each point of the learning curve how many steps are done. */
  progress(steps: number): void;
  /** Ends the training before its end. */
  readonly signal?: AbortSignal;
}

/** What training gives. */
export interface TrainedRun {
  readonly run: ControlRun | PredictionRun;
  /** See `digestOfRun`. */
  readonly digest: string;
}

/** What a page has, and nobody else. */
declare const document:
  | { readonly currentScript: { readonly textContent: string } | null }
  | undefined;
declare const isSecureContext: boolean;

/** The text of the inline script that this is in, which a page tells only while the script is first run. */
const script = typeof document === "undefined" ? undefined : document.currentScript?.textContent;

/** A result file, of whose runs the seeds are enough. */
export type ResultDescription =
  & (Omit<ControlResult, "runs"> | Omit<PredictionResult, "runs">)
  & { readonly runs: readonly { readonly seed: number }[] };

/**
 * The job of one run of a result file.
 *
 * @throws RangeError if the file has no such seed, or a curve that no suite asks for
 */
export function jobOf(result: ResultDescription, seed: number): Job {
  if (!result.runs.some((run) => run.seed === seed)) {
    const name = `${result.entry} on ${result.environment.id}`;
    throw new RangeError(`${name} has the seeds ${result.runs.map((r) => r.seed)}, not ${seed}`);
  }
  const { suite, entry, algorithm, config, budget, digests, environment: { id, options } } = result;
  const points = result.evaluation.curveSteps.length - 1;
  if (curveSteps(budget, points).join() !== result.evaluation.curveSteps.join()) {
    throw new RangeError(`${entry} on ${id}: the steps of its curve are not evenly spaced`);
  }
  // Predictors play no evaluation episodes.
  const { curveEpisodes, finalEpisodes } = result.task === "control"
    ? result.evaluation
    : { curveEpisodes: 0, finalEpisodes: 0 };
  return {
    suite,
    environment: { id, options },
    entry,
    algorithm,
    config,
    budget,
    evaluation: { curvePoints: points, curveEpisodes, finalEpisodes },
    seed,
    digests,
  };
}

/** The SHA-256 of a run as a result file holds it, whatever the order of its keys. */
export function digestOfRun(run: ControlRun | PredictionRun): Promise<string> {
  return sha256(canonicalJson(run));
}

/**
 * Trains a cell in a worker of its own. The page's script must call `serveTraining` where there is no
 * `document`, for the worker has the same script.
 *
 * @param job see `jobOf`
 * @throws Error with the reason if training fails, or if the browser gives the page no SHA-256; the
 *   signal's reason if it is aborted
 */
export async function trainHere(
  job: Job,
  { progress, signal }: TrainingOptions,
): Promise<TrainedRun> {
  if (!script) throw new Error("training needs the text of the page's script: it must be inline");
  if (!isSecureContext) {
    throw new Error("browsers give SHA-256 to pages from disk, https or localhost only");
  }
  signal?.throwIfAborted();
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(address);
  const { promise, resolve, reject } = Promise.withResolvers<TrainedRun["run"]>();
  worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
  worker.onmessage = ({ data }: MessageEvent<TrainingMessage>) => {
    if (data.type === "progress") progress(data.steps);
    else if (data.type === "finished") resolve(data.run);
    else reject(new Error(data.message));
  };
  const abort = () => reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  worker.postMessage(job);
  try {
    const run = await promise;
    return { run, digest: await digestOfRun(run) };
  } finally {
    signal?.removeEventListener("abort", abort);
    worker.terminate();
    URL.revokeObjectURL(address);
  }
}
