/**
 * The command line of verification: `deno task verify`. Says which published results were made by
 * other code or settings than today's, trains the rest again, and compares what comes out with what
 * is published, number by number.
 */
import { Command } from "commander";
import { orderOf } from "../report/read_results.ts";
import { makeTable, readStoredTable } from "../report/table/table_file.ts";
import { existingResult, resultOf, resultPath } from "./assemble.ts";
import type { CellResult } from "./cell/cell.ts";
import { readIfThere, writeAtomically } from "../data/atomic_file.ts";
import { canonicalJson, prettyJson } from "../data/json.ts";
import { messageOf } from "../data/message.ts";
import {
  type CommonOptions,
  folder,
  load,
  publishedResults,
  runCommand,
  stoppable,
  withCommonOptions,
} from "./options.ts";
import { type Group, planSuite } from "./plan.ts";
import { runPlan } from "./run.ts";
import { pairsOf } from "./suites/pairs.ts";
import { cellFiles, cellPath, workFolder } from "./store.ts";
import type { ResultFile } from "../data/result_file.ts";
import { sha256 } from "../data/sha256.ts";

interface Options extends CommonOptions {
  readonly results: string;
  readonly digests?: boolean;
}

function commandLine(): Command {
  return withCommonOptions(
    new Command("verify")
      .description("Trains published cells again and compares the results byte for byte."),
  )
    .option("--results <folder>", "where the published results are", folder, publishedResults)
    .option(
      "--digests",
      "only say which results were made by other code or settings; train nothing",
    );
}

/** Runs the command line; returns the exit code: 0 all the same, 1 something differs, 2 wrong usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("verify", async () => {
    const options = commandLine().parse(args, { from: "user" }).opts<Options>();
    const { suite, catalog, modules } = await load(options);
    const plan = await planSuite(suite, catalog, options);
    const problems: string[] = [];
    const current: { group: Group; published: ResultFile }[] = [];
    for (const group of plan.groups) {
      const published = await existingResult(options.results, group);
      const problem = staleness(group, published?.result);
      if (problem !== null) problems.push(`${resultPath(options.results, group)}.json ${problem}`);
      else current.push({ group, published: published!.result });
    }
    let compared = 0;
    if (!options.digests && current.length > 0) {
      const stopped = await stoppable(async (signal) => {
        await writeAtomically(`${publishedResults}/${workFolder}/.gitignore`, "*\n");
        const dir = await Deno.realPath(`${publishedResults}/${workFolder}`);
        const out = await Deno.makeTempDir({ dir, prefix: "verify-" });
        try {
          const { jobs: workers, timeLimit } = options;
          const groups = current.map(({ group }) => group);
          const settings = { out, workers, timeLimit, modules, signal };
          const { failed } = await runPlan({ ...plan, groups }, settings);
          for (const { job, message } of failed) {
            problems.push(`${job.environment.id} ${job.entry} seed ${job.seed} failed: ${message}`);
          }
          if (signal.aborted) return true;
          for (const { group, published } of current) {
            problems.push(...await differences(out, options.results, group, published));
            compared += group.jobs.length;
          }
          return false;
        } finally {
          await Deno.remove(out, { recursive: true });
        }
      });
      if (stopped) {
        console.error("stopped: nothing has been compared");
        return 130;
      }
    }
    const stale = plan.groups.length - current.length;
    const ofTable = await tableProblems(options.results, suite.name);
    problems.push(...ofTable);
    for (const problem of problems) console.error(problem);
    const table = ofTable.length > 0 ? ", and the table is not what they say" : "";
    console.log(
      options.digests
        ? `${plan.groups.length} result files, ${stale} to be run again${table}`
        : `${compared} cells trained again and compared, ${problems.length} problems`,
    );
    return problems.length === 0 ? 0 : 1;
  });
}

/** Why a published result cannot be compared with today's code; null if it can. */
function staleness(group: Group, published: ResultFile | undefined): string | null {
  const again = `run: deno task bench --suite ${group.suite.name} --environments ` +
    `${group.environment.id} --algorithms ${group.entry.name}`;
  if (published === undefined) return `is missing; ${again}`;
  if (published.digests.configuration !== group.digests.configuration) {
    return `was made with other settings; ${again}`;
  }
  if (published.digests.code !== group.digests.code) return `was made by other code; ${again}`;
  const seeds = published.runs.map(({ seed }) => seed);
  const extra = seeds.find((seed) => !group.suite.seeds.includes(seed));
  if (extra !== undefined) return `has seed ${extra}, which suite ${group.suite.name} has not`;
  const missing = group.jobs.find(({ seed }) => !seeds.includes(seed));
  if (missing !== undefined) return `has no seed ${missing.seed}; ${again}`;
  return null;
}

/** Compares a group, trained anew, with the published file: all of it but the seeds not selected. */
async function differences(
  out: string,
  results: string,
  group: Group,
  published: ResultFile,
): Promise<string[]> {
  const path = resultPath(results, group);
  const cells: CellResult[] = [];
  for (const job of group.jobs) {
    const cell = await cellFiles(cellPath(out, job), job).read();
    if (cell !== null) cells.push(cell); // A cell that failed is reported already.
  }
  if (cells.length === 0) return [];
  const found: string[] = [];
  const { runs, ...now } = JSON.parse(JSON.stringify(resultOf(group, cells))) as ResultFile;
  const { runs: before, ...then } = published;
  const whole = runs.length === before.length;
  if (!whole && "medianSeed" in now && "medianSeed" in then) now.medianSeed = then.medianSeed;
  const facts = firstDifference(then, now, "");
  if (facts !== null) found.push(`${path}.json: ${facts}`);
  for (const run of runs) {
    const same = before.find(({ seed }) => seed === run.seed);
    const where = firstDifference(same, run, "");
    if (where !== null) found.push(`${path}.json, seed ${run.seed}: ${where}`);
  }
  const median = "medianSeed" in then && cells.find(({ run }) => run.seed === then.medianSeed);
  if (median) {
    const stored = await Deno.readFile(`${path}.onnx`).catch(() => null);
    const { run: { seed }, model } = median;
    if (stored === null) {
      if (model !== null) found.push(`${path}.onnx is missing`);
    } else if (model === null || await sha256(stored) !== await sha256(model)) {
      found.push(`${path}.onnx is not the policy of seed ${seed}`);
    }
  }
  return found;
}

/** Whether the published table is what the result files say. */
async function tableProblems(results: string, suite: string): Promise<string[]> {
  const path = `${results}/${suite}/table.json`;
  if (await readIfThere(path) === null) {
    return [`${path} is missing; run: deno task bench --suite ${suite}`];
  }
  try {
    const { table: published, text } = await readStoredTable(results, suite);
    const { notApplicable } = published;
    const order = orderOf(published);
    const now = await makeTable(results, { suite, order, notApplicable, pairs: pairsOf(suite) });
    if (prettyJson(now) === text) return [];
    return [`${path}: ${firstDifference(published, now, "") ?? "is laid out otherwise"}`];
  } catch (error) {
    return [messageOf(error)];
  }
}

/** Where two pieces of JSON differ first, with both values; null if they are equal. */
export function firstDifference(before: unknown, after: unknown, path: string): string | null {
  if (canonicalJson(before) === canonicalJson(after)) return null;
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null;
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const found = firstDifference(before[key], after[key], path === "" ? key : `${path}.${key}`);
      if (found !== null) return found;
    }
  }
  return `${path} is ${JSON.stringify(before)} there and ${JSON.stringify(after)} now`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
