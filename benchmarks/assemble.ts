/** From finished cells to the files in `results/`: the result file and the median seed's ONNX policy. */
import { optimalReturn, policyReturn } from "../algorithms/common/exact.ts";
import { createLearner } from "../algorithms/create.ts";
import { valueIteration } from "../algorithms/value_iteration.ts";
import { makeFromSpec, type MakeOptions } from "../envs/make_from_spec.ts";
import type { Environment, EnvironmentSpec } from "../envs/environment.ts";
import type { TabularModel } from "../envs/tabular_model.ts";
import { readIfThere, writeAtomically } from "./atomic_file.ts";
import { prettyJson } from "./canonical_json.ts";
import { type CellResult, curveSteps } from "./cell.ts";
import { curveSeed, finalSeed } from "./evaluate.ts";
import { everyObservation } from "./onnx_parity.ts";
import type { Group } from "./plan.ts";
import {
  type ControlRun,
  type EnvironmentFacts,
  parseResult,
  type PredictionRun,
  type ResultFile,
} from "./results.ts";
import { cellFiles, cellPath } from "./store.ts";
import type { SuiteEnvironment } from "./suite.ts";

/** Path of a group's result file, without ending. */
export function resultPath(out: string, group: Group): string {
  return `${out}/${group.suite.name}/${group.environment.id}/${group.entry.name}`;
}

/**
 * Writes a group's result file if all its cells are finished.
 *
 * A file that is there already is only replaced by one with at least its seeds: the seeds of a small
 * selection never push out those of a full run.
 *
 * @param out the output folder
 * @returns what was done, for the log: written, unchanged, or why not
 */
export async function assembleGroup(
  out: string,
  group: Group,
): Promise<"written" | "unchanged" | string> {
  const cells: CellResult[] = [];
  for (const job of group.jobs) {
    const cell = await cellFiles(cellPath(out, job), job.digests).read();
    if (cell === null) return "not written: some of its cells are not finished";
    cells.push(cell);
  }
  const path = resultPath(out, group);
  const result = resultOf(group, cells);
  const text = prettyJson(result);
  const before = await existingResult(out, group);
  const seeds = new Set(result.runs.map(({ seed }) => seed));
  if (before?.result.runs.some(({ seed }) => !seeds.has(seed))) {
    return `not replaced: it has ${before.result.runs.length} seeds and this run ${seeds.size}; run ` +
      "them all, or give another folder with --out";
  }
  if (result.task === "control") {
    const median = cells.find(({ run }) => run.seed === result.medianSeed)!;
    await writeAtomically(`${path}.onnx`, median.model!);
  }
  if (before?.text === text) return "unchanged";
  await writeAtomically(`${path}.json`, text);
  return "written";
}

/**
 * Reads the result file that a group would write to, if there is one.
 *
 * @throws Error in one line if it is damaged: it is never overwritten unseen
 */
export async function existingResult(
  out: string,
  group: Group,
): Promise<{ readonly text: string; readonly result: ResultFile } | null> {
  const path = `${resultPath(out, group)}.json`;
  const text = await readIfThere(path);
  return text === null ? null : { text, result: parseResult(text, path) };
}

/** The content of a group's result file. */
export function resultOf(group: Group, cells: readonly CellResult[]): ResultFile {
  const { suite, environment, spec, entry, algorithm, budget } = group;
  const common = {
    format: "seedbed-result/1",
    suite: suite.name,
    entry: entry.name,
    title: entry.title,
    algorithm: algorithm.name,
    config: { ...group.config },
    source: group.source,
    environment: environmentFacts(spec, environment),
    budget,
  } as const;
  const digests = { ...group.digests };
  const steps = curveSteps(budget, suite.evaluation.curvePoints);
  if (algorithm.task === "prediction") {
    return {
      task: "prediction",
      ...common,
      unit: algorithm.unit,
      digests,
      evaluation: { curveSteps: steps, stepSizes: group.config.stepSizes as number[] },
      runs: cells.map(({ run }) => run as PredictionRun),
    };
  }
  const runs = cells.map(({ run }) => run as ControlRun);
  const { curveEpisodes, finalEpisodes } = suite.evaluation;
  return {
    task: "control",
    ...common,
    unit: algorithm.unit,
    digests,
    evaluation: {
      curveSteps: steps,
      curveEpisodes,
      curveSeeds: [curveSeed, curveSeed + curveEpisodes - 1],
      finalEpisodes,
      finalSeeds: [finalSeed, finalSeed + finalEpisodes - 1],
    },
    medianSeed: medianSeed(runs),
    runs,
  };
}

/** The seed with the median final mean (the lower of two; ties: the smaller seed). */
function medianSeed(runs: readonly ControlRun[]): number {
  const score = (run: ControlRun) => run.final.mean ?? -Infinity;
  const ranked = [...runs].sort((a, b) => score(a) - score(b) || a.seed - b.seed);
  return ranked[(ranked.length - 1) >> 1].seed;
}

/** What a result says of its environment; the exact returns by dynamic programming on its model. */
export function environmentFacts(
  spec: EnvironmentSpec,
  { options = {} }: SuiteEnvironment,
): EnvironmentFacts {
  const environment = makeFromSpec(spec, options);
  const { maxEpisodeSteps = spec.maxEpisodeSteps } = options as MakeOptions;
  const { model } = environment;
  const limit = { horizon: maxEpisodeSteps };
  return {
    id: spec.id,
    options: { ...options },
    maxEpisodeSteps,
    observationSpace: { ...environment.observationSpace.description },
    actionSpace: { ...environment.actionSpace.description },
    rewardThreshold: spec.rewardThreshold,
    optimum: model ? optimumOf(environment, model, limit) : null,
    random: model ? finite(() => policyReturn(model, "uniform", limit)) : null,
  };
}

/**
 * The optimum of an agent that sees observations only; null where that is not known. Dynamic
 * programming sees the states: where several states look alike its optimum counts only if a policy
 * on observations reaches it.
 */
function optimumOf(
  environment: Environment,
  model: TabularModel,
  limit: { readonly horizon: number | null },
): number | null {
  const bound = finite(() => optimalReturn(model, limit));
  if (bound === null || new Set(model.observation).size === model.states) return bound;
  const reached = finite(() => {
    const makeEnvironment = () => environment;
    const planner = createLearner(valueIteration, {
      makeEnvironment,
      seed: 0,
      config: { discount: 1 },
    });
    planner.train(10_000);
    const { description } = environment.observationSpace;
    const { actions } = everyObservation(planner.policy(), description)!;
    return policyReturn(model, actions as Int32Array, limit);
  });
  const tolerance = 1e-9 * Math.max(1, Math.abs(bound));
  return reached !== null && Math.abs(reached - bound) < tolerance ? bound : null;
}

/** A return that exists: without a step limit it may not settle or be infinite. */
function finite(compute: () => number): number | null {
  try {
    const value = compute();
    return Number.isFinite(value) ? value : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
