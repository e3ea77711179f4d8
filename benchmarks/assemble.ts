/** From finished cells to the files in `results/`: the result file and the median seed's ONNX policy. */
import { readIfThere, removeIfThere, writeAtomically } from "../data/atomic_file.ts";
import { prettyJson } from "../data/json.ts";
import {
  type ControlRun,
  parseResult,
  type PredictionRun,
  type ResultFile,
} from "../data/result_file.ts";
import { type CellResult, curveSteps } from "./cell/cell.ts";
import { environmentFacts } from "./cell/environment_facts.ts";
import { curveSeed, finalSeed } from "./cell/evaluate.ts";
import type { Group } from "./plan.ts";
import { cellFiles, cellPath } from "./store.ts";

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
    const cell = await cellFiles(cellPath(out, job), job).read();
    if (cell === null) return "not written: some of its cells are not finished";
    cells.push(cell);
  }
  const path = resultPath(out, group);
  const result = resultOf(group, cells);
  const text = prettyJson(result);
  parseResult(text, `${path}.json`); // What could not be read again is not written.
  const before = await existingResult(out, group);
  const seeds = new Set(result.runs.map(({ seed }) => seed));
  if (before?.result.runs.some(({ seed }) => !seeds.has(seed))) {
    return `not replaced: it has ${before.result.runs.length} seeds and this run ${seeds.size}; run ` +
      "them all, or give another folder with --out";
  }
  if (result.task === "control") {
    const { model } = cells.find(({ run }) => run.seed === result.medianSeed)!;
    if (model !== null) await writeAtomically(`${path}.onnx`, model);
    else await removeIfThere(`${path}.onnx`); // Of an earlier run, which had not diverged.
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
    environment: environmentFacts(spec, environment.options ?? {}),
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

/**
 * The seed with the median final mean (the lower of two; ties: the smaller seed). One that diverged
 * counts as lowest.
 */
function medianSeed(runs: readonly ControlRun[]): number {
  const score = (run: ControlRun) => run.final.mean ?? -Infinity;
  const ranked = [...runs].sort((a, b) => score(a) - score(b) || a.seed - b.seed);
  return ranked[(ranked.length - 1) >> 1].seed;
}
