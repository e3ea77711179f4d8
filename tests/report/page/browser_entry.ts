/** The script of the page that `browser.ts` opens: hands the page's runtime to the test. */
import { openPolicy } from "../../../report/page/player.ts";
import { Replay } from "../../../report/page/replay.ts";
import { digestOfRun, jobOf, trainHere } from "../../../report/page/train_here.ts";
import { serveTraining } from "../../../report/page/train_worker.ts";
import type { ControlResult, ResultFile } from "../../../data/result_file.ts";

/** What the test may call in the page. */
export interface TestPage {
  /** The return of each of the first final episodes of the stored policy. */
  replayed(result: ControlResult, onnx: string, episodes: number): number[];
  /** The digest of a run that is trained in the page, and how often progress was told. */
  trained(result: ResultFile, seed: number): Promise<{ digest: string; heard: number[] }>;
  /** What is said when training is aborted at its first sign of progress. */
  aborted(result: ResultFile, seed: number): Promise<string>;
  /** What is said when there is no such algorithm. */
  failed(result: ResultFile, seed: number): Promise<string>;
  digestOfRun: typeof digestOfRun;
}

const testPage: TestPage = {
  replayed({ environment, evaluation, medianSeed }, onnx, episodes) {
    const policy = openPolicy(Uint8Array.fromBase64(onnx));
    const replay = new Replay({ environment, policy, runSeed: medianSeed });
    return Array.from({ length: episodes }, (_, episode) => {
      let frame = replay.reset(evaluation.finalSeeds[0] + episode);
      while (!frame.ended) frame = replay.step();
      return frame.total;
    });
  },
  async trained(result, seed) {
    const heard: number[] = [];
    const progress = (steps: number) => heard.push(steps);
    const { digest } = await trainHere(jobOf(result, seed), { progress });
    return { digest, heard };
  },
  async aborted(result, seed) {
    const abort = new AbortController();
    const progress = () => abort.abort(new Error("enough"));
    return await messageOf(trainHere(jobOf(result, seed), { progress, signal: abort.signal }));
  },
  async failed(result, seed) {
    const job = { ...jobOf(result, seed), algorithm: "alchemy" };
    return await messageOf(trainHere(job, { progress: () => {} }));
  },
  digestOfRun,
};

function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "nothing failed", (error: Error) => error.message);
}

if ("document" in globalThis) Object.assign(globalThis, { testPage });
else serveTraining();
