/**
 * The files of cells while a suite is under way: `<out>/.work/<suite>/<environment>/<entry>/<seed>.*`.
 * A cell that is finished has `.json` (its run) and, where there is a final policy, `.onnx`; one that
 * was interrupted may have `.checkpoint`. Each names the digests it was made under; what was made under
 * others is ignored.
 */
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../data/snapshot.ts";
import { readIfThere, writeAtomically } from "../data/atomic_file.ts";
import { sha256 } from "../data/sha256.ts";
import type { CellResult } from "./cell/cell.ts";
import type { Job } from "./cell/job.ts";
import { controlRun, predictionRun } from "../data/result_file.ts";

/** The files of one cell. */
export interface CellFiles {
  /** The last checkpoint, or null if there is none that can be used. */
  load(): Promise<Snapshot | null>;
  /** Stores a checkpoint in the place of the last one. */
  save(snapshot: Snapshot): Promise<void>;
  /** The finished cell, or null if it has not been run with this key or its files are damaged. */
  read(): Promise<CellResult | null>;
  /** Stores the finished cell and drops the checkpoint. */
  write(result: CellResult): Promise<void>;
}

/** The folder of unfinished business below an output folder. */
export const workFolder = ".work";

/** Path of a cell's files, without ending. */
export function cellPath(out: string, job: Job): string {
  return `${out}/${workFolder}/${job.suite}/${job.environment.id}/${job.entry}/${job.seed}`;
}

/**
 * The files of the cell at a path.
 *
 * @param path without ending, from `cellPath`
 * @param job what the cell depends on: files made under other digests or for another seed are ignored
 */
export function cellFiles(
  path: string,
  { seed, digests }: Pick<Job, "seed" | "digests">,
): CellFiles {
  const key = `${digests.configuration} ${digests.code} ${seed}`;
  return {
    async read() {
      const text = await readIfThere(`${path}.json`);
      if (text === null) return null;
      const stored = parse(text);
      if (stored?.key !== key || stored.sha256 !== await digestOfRun(stored.run)) return null;
      const control = controlRun.safeParse(stored.run);
      if (control.success) {
        const { policy } = control.data;
        if (policy === null) return { run: control.data, model: null };
        const model = await Deno.readFile(`${path}.onnx`).catch(() => null);
        if (model === null || await sha256(model) !== policy.sha256) return null;
        return { run: control.data, model };
      }
      const prediction = predictionRun.safeParse(stored.run);
      return prediction.success ? { run: prediction.data, model: null } : null;
    },
    async write({ run, model }) {
      if (model !== null) await writeAtomically(`${path}.onnx`, model);
      await writeAtomically(
        `${path}.json`,
        JSON.stringify({ key, sha256: await digestOfRun(run), run }) + "\n",
      );
      await Deno.remove(`${path}.checkpoint`).catch(() => {});
    },
    async load() {
      try {
        const stored = decodeSnapshot(await Deno.readFile(`${path}.checkpoint`));
        return isCheckpoint(stored) && stored.key === key ? stored.state : null;
      } catch {
        // A missing or damaged checkpoint costs time, never correctness: the cell starts again.
        return null;
      }
    },
    async save(state) {
      await writeAtomically(`${path}.checkpoint`, encodeSnapshot({ key, state }));
    },
  };
}

function isCheckpoint(value: Snapshot): value is { key: string; state: Snapshot } {
  return value !== null && typeof value === "object" && "key" in value && "state" in value;
}

/** Of a run as it is after being written and read: numbers that are not finite are null. */
function digestOfRun(run: unknown): Promise<string> {
  return sha256(JSON.stringify(run) ?? "");
}

function parse(text: string): { key?: unknown; sha256?: unknown; run?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
