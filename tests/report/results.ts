/** Result files for tests: sound, small, and as odd as asked. */
import { prettyJson } from "../../data/json.ts";
import type {
  ControlResult,
  ControlRun,
  EnvironmentFacts,
  PredictionResult,
  ResultFile,
} from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";
import type { SealedResult } from "../../report/read_results.ts";
import type { Table } from "../../report/table/schema.ts";
import { tableOf, type TableSource } from "../../report/table/table.ts";

const digest = "0".repeat(64);

/** Facts about an environment with the optimum 10 and the random policy at 0, unless said otherwise. */
export function facts(changed: Partial<EnvironmentFacts> = {}): EnvironmentFacts {
  return {
    id: "World-v0",
    options: {},
    maxEpisodeSteps: 10,
    observationSpace: {},
    actionSpace: {},
    rewardThreshold: null,
    optimum: 10,
    random: 0,
    ...changed,
  };
}

/**
 * A result with these final means: null for one that is not finite, "diverged" for a seed that diverged
 * at step 50.
 */
export function control(
  entry: string,
  means: readonly (number | null | "diverged")[],
  environment: Partial<EnvironmentFacts> = {},
): ControlResult {
  return {
    task: "control",
    format: "seedbed-result/1",
    suite: "example",
    entry,
    title: entry.toUpperCase(),
    algorithm: entry.split("-")[0],
    config: {},
    source: "test",
    environment: facts(environment),
    budget: 100,
    unit: "environment steps",
    digests: { configuration: digest, code: digest },
    evaluation: {
      curveSteps: [0, 50, 100],
      curveEpisodes: 1,
      curveSeeds: [2, 2],
      finalEpisodes: 2,
      finalSeeds: [1, 2],
    },
    medianSeed: 0,
    runs: means.map((mean, seed) => mean === "diverged" ? divergedRun(seed) : soundRun(seed, mean)),
  };
}

function soundRun(seed: number, mean: number | null): ControlRun {
  return {
    seed,
    diverged: null,
    curve: [-1000, null, mean],
    final: { mean, returns: mean === null ? [null, 1] : [mean - 1, mean + 1] },
    exact: mean === null ? null : mean - 0.5,
    best: { step: 100, mean },
    policy: { sha256: digest, bytes: 1, checked: 1 },
  };
}

function divergedRun(seed: number): ControlRun {
  return {
    seed,
    diverged: 50,
    curve: [0, null, null],
    final: { mean: null, returns: [] },
    exact: null,
    best: { step: 0, mean: 0 },
    policy: null,
  };
}

/** A prediction result with two step sizes, the larger of which diverged in one of two seeds. */
export function prediction(entry: string): PredictionResult {
  const { task: _task, medianSeed: _seed, ...common } = control(entry, [0]);
  return {
    ...common,
    task: "prediction",
    unit: "episodes",
    budget: 2,
    evaluation: { curveSteps: [0, 1, 2], stepSizes: [0.1, 0.5] },
    runs: [
      { seed: 0, errors: [[9, 0.5, 0.3], [9, null, null]] },
      { seed: 1, errors: [[9, 0.7, 0.5], [9, 1, 1]] },
    ],
  };
}

/** A result with the digest of its file. */
export async function sealed(result: ResultFile): Promise<SealedResult> {
  return { result, sha256: await sha256(prettyJson(result)) };
}

/** The table of results, with nothing declared beside them unless said. */
export async function tableFrom(
  results: readonly ResultFile[],
  plan: Partial<TableSource> = {},
): Promise<Table> {
  return await tableOf({
    suite: "example",
    results: await Promise.all(results.map(sealed)),
    notApplicable: [],
    pairs: [],
    ...plan,
  });
}

/** Writes results into a folder as the benchmark does. */
export async function writeResults(out: string, results: readonly ResultFile[]): Promise<void> {
  for (const result of results) {
    const folder = `${out}/${result.suite}/${result.environment.id}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/${result.entry}.json`, prettyJson(result));
  }
}
