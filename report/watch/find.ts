/** Finds a published policy by the names of its environment and its row, with what is known of it. */
import { UsageError } from "../../benchmarks/usage_error.ts";
import { readIfThere } from "../../data/atomic_file.ts";
import { nearest } from "../../data/nearest.ts";
import { type ControlResult, type ControlRun, parseResult } from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";
import { readTable } from "../table/table_file.ts";

/** The suites, in the order in which a row is looked for where none is named. */
export const searchOrder: readonly string[] = [
  "classic",
  "tabular",
  "quick",
  "ablation",
  "prediction",
];

/** A policy that can be watched. */
export interface Published {
  readonly result: ControlResult;
  /** The run that the policy comes from: that of the median seed. */
  readonly run: ControlRun;
  /** The content of its ONNX file. */
  readonly onnx: Uint8Array;
}

/** What to look for. */
export interface Wanted {
  readonly environment: string;
  /** Name of the row. */
  readonly entry: string;
  /** Only in this suite; undefined for the first that has the row. */
  readonly suite?: string;
}

/**
 * Finds the policy.
 *
 * @param results the folder of the suites' results
 * @throws UsageError if a name is unknown, or the row has no policy there: the message says what there is
 * @throws Error if a file is missing, damaged or not the one that the result names
 */
export async function findPublished(results: string, wanted: Wanted): Promise<Published> {
  const { environment, entry } = wanted;
  const suites = await suitesToSearch(results, wanted.suite);
  const environments = new Set<string>();
  const rows = new Set<string>();
  for (const suite of suites) {
    const here = await foldersIn(`${results}/${suite}`);
    for (const name of here) environments.add(name);
    if (!here.includes(environment)) continue;
    const folder = `${results}/${suite}/${environment}`;
    const rowsHere = await rowsIn(folder);
    if (rowsHere.includes(entry)) return await open(`${folder}/${entry}`);
    for (const name of rowsHere) rows.add(name);
  }
  if (rows.size === 0) {
    throw new UsageError(
      `no results on environment "${environment}"${nearest(environment, [...environments].sort())}`,
    );
  }
  for (const suite of suites) {
    const reason = await reasonAgainst(results, suite, wanted);
    if (reason === undefined) continue;
    throw new UsageError(`${entry} has no result on ${environment} in suite ${suite}: ${reason}`);
  }
  throw new UsageError(`no row "${entry}" on ${environment}${nearest(entry, [...rows].sort())}`);
}

async function suitesToSearch(
  results: string,
  suite: string | undefined,
): Promise<readonly string[]> {
  const there = await foldersIn(results);
  if (suite === undefined) return searchOrder.filter((name) => there.includes(name));
  if (!there.includes(suite)) {
    throw new UsageError(`no results of suite "${suite}"${nearest(suite, there)}`);
  }
  return [suite];
}

/** Reads the result and its policy, and checks that they belong together. */
async function open(path: string): Promise<Published> {
  const result = parseResult(await readIfThere(`${path}.json`) ?? "", `${path}.json`);
  const { title, environment } = result;
  if (result.task === "prediction") {
    throw new UsageError(
      `${title} on ${environment.id} predicts the value of a given policy: there is nothing to watch`,
    );
  }
  const run = result.runs.find(({ seed }) => seed === result.medianSeed);
  if (run === undefined) throw new Error(`${path}.json has no run of its median seed: restore it`);
  if (run.policy === null) {
    throw new UsageError(
      `${title} on ${environment.id} left no policy: training diverged in the run of the median seed`,
    );
  }
  const onnx = await readPolicy(`${path}.onnx`);
  if (await sha256(onnx) !== run.policy.sha256) {
    throw new Error(`${path}.onnx is not the policy that ${path}.json names: restore both`);
  }
  return { result, run, onnx };
}

async function readPolicy(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`there is no ${path}: restore it, or run the suite again`);
  }
}

/** Why the suite leaves the row out on the environment; undefined if it does not say. */
async function reasonAgainst(
  results: string,
  suite: string,
  { environment, entry }: Wanted,
): Promise<string | undefined> {
  const { notApplicable } = await readTable(results, suite);
  return notApplicable.find((one) => one.environment === environment && one.entry === entry)
    ?.reason;
}

async function foldersIn(folder: string): Promise<string[]> {
  return await namesIn(folder, ({ isDirectory, name }) => isDirectory && !name.startsWith("."));
}

async function rowsIn(folder: string): Promise<string[]> {
  const files = await namesIn(folder, ({ isFile, name }) => isFile && name.endsWith(".json"));
  return files.map((name) => name.replace(/\.json$/, ""));
}

async function namesIn(
  folder: string,
  isWanted: (entry: Deno.DirEntry) => boolean,
): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) if (isWanted(entry)) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}
