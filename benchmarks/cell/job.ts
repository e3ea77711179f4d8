/**
 * A cell as plain data: what the runner sends to a worker process, what comes back, and the names of
 * the files in between. One cell is one (environment, entry, seed) of a suite.
 */
import type { EvaluationPlan } from "../suite.ts";

/** All that decides a cell's result, beside the code. */
export interface Job {
  readonly suite: string;
  readonly environment: {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
  readonly entry: string;
  readonly algorithm: string;
  /** The full configuration, defaults included. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly budget: number;
  readonly evaluation: EvaluationPlan;
  readonly seed: number;
  readonly digests: Digests;
}

/** What a result depends on: see `digest.ts`. */
export interface Digests {
  readonly configuration: string;
  readonly code: string;
}

/** What the runner sends to a worker process: a line of JSON per cell. */
export interface Request {
  readonly job: Job;
  /** Path of the cell's files, without ending. */
  readonly files: string;
  /** Sent back with every reply, so that nothing a cell prints can pass for one. */
  readonly token: string;
}

/** What a worker process sends back: lines of JSON, each with the request's `token`. */
export type Reply =
  | { readonly type: "progress"; readonly steps: number }
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly message: string };

/** Name of a cell for people. */
export function cellName(job: Job): string {
  return `${job.environment.id} ${job.entry} seed ${job.seed}`;
}
