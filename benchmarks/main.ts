/** The command line of the benchmark: `deno task bench`. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writeTable } from "../report/write_table.ts";
import { tableText } from "../report/table_text.ts";
import { readIfThere } from "./atomic_file.ts";
import { type Catalog, loadCatalog, type UserModules } from "./catalog.ts";
import { cellName } from "./job.ts";
import { nearest } from "./nearest.ts";
import { type Plan, planSuite, withUserModules } from "./plan.ts";
import { duration } from "./progress.ts";
import { runPlan, type RunReport } from "./run.ts";
import { cellFiles, cellPath } from "./store.ts";
import type { Suite } from "./suite.ts";
import { suites } from "./suites/mod.ts";
import { UsageError } from "./usage_error.ts";

/** The options as the command line gives them. */
interface Options {
  readonly suite: string;
  readonly algorithms?: readonly string[];
  readonly environments?: readonly string[];
  readonly seeds?: readonly number[];
  readonly jobs: number;
  readonly out: string;
  readonly timeLimit: number;
  readonly list?: boolean;
  readonly algorithmModule: readonly string[];
  readonly environmentModule: readonly string[];
}

/** Where published results are. */
const publishedResults = "results";

function commandLine(): Command {
  return new Command("bench")
    .description("Trains and scores every cell of a suite and writes its result files and table.")
    .option("--suite <name>", `which suite: ${suites.map(({ name }) => name).join(", ")}`, "quick")
    .option("--algorithms <names>", "only these rows of the suite, comma-separated", names)
    .option("--environments <ids>", "only these environments, comma-separated", names)
    .option("--seeds <list>", "only these seeds, such as 0,3 or 0-4", seedList)
    .option("--jobs <number>", "worker processes", positive, availableParallelism())
    .option("--out <folder>", "where to write", publishedResults)
    .addOption(
      new Option("--time-limit <seconds>", "longest time one cell may take")
        .argParser(positive).default(3600),
    )
    .option("--algorithm-module <path>", "add an algorithm of your own (may be repeated)", collect, [])
    .option("--environment-module <path>", "add an environment of your own (may be repeated)", collect, [])
    .option("--list", "show the suite's cells and which are finished, and run nothing")
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/** Runs the command line; returns the exit code: 0 done, 1 a failure, 2 wrong usage, 130 stopped. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = commandLine().parse(args, { from: "user" }).opts<Options>();
    return await bench(options);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      console.error(error.message.replace(/^error: /, "bench: "));
      return 2;
    }
    console.error(`bench: ${(error as Error).message}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function bench(options: Options): Promise<number> {
  const modules: UserModules = {
    algorithms: options.algorithmModule.map(fileUrl),
    environments: options.environmentModule.map(fileUrl),
  };
  const catalog = await loadCatalog(modules);
  const suite = withUserModules(
    suiteOf(options.suite),
    catalog.userAlgorithms,
    catalog.userEnvironments,
  );
  checkSeeds(suite, options);
  const plan = await planSuite(suite, catalog, options);
  const whole = await planSuite(suite, catalog);
  if (options.list) return await list(plan, options.out);

  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, onSignal);
  try {
    const report = await runPlan(plan, {
      out: options.out,
      workers: options.jobs,
      timeLimit: options.timeLimit,
      modules,
      signal: stop.signal,
    });
    return await conclude(plan, whole, options.out, report, stop.signal.aborted);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, onSignal);
  }
}

/** Writes the table and says what came of a run. `whole` is the plan without the selection. */
async function conclude(
  plan: Plan,
  whole: Plan,
  out: string,
  report: RunReport,
  stopped: boolean,
): Promise<number> {
  const cells = plan.groups.reduce((sum, { jobs }) => sum + jobs.length, 0);
  if (stopped) {
    const finished = report.finishedBefore + report.run - report.failed.length;
    console.error(`stopped: ${finished} of ${cells} cells are finished; the same command goes on from here`);
    return 130;
  }
  const { blocks } = whole.suite;
  const order = {
    environments: blocks.flatMap(({ environments }) => environments.map(({ id }) => id)),
    entries: blocks.flatMap(({ entries }) => entries.map(({ name }) => name)),
  };
  const table = await writeTable(out, whole.suite.name, order, whole.notApplicable);
  console.log(tableText(table));
  const written = report.files.filter(({ what }) => what === "written").length;
  const unchanged = report.files.filter(({ what }) => what === "unchanged").length;
  console.log(
    `${report.run} cells run in ${duration(report.seconds)}, ${report.finishedBefore} were finished before. ` +
      `Result files in ${out}/${plan.suite.name}: ${written} written, ${unchanged} unchanged.`,
  );
  for (const { path, what } of report.files) {
    if (what !== "written" && what !== "unchanged") console.error(`${path}: ${what}`);
  }
  for (const { job, message } of report.failed) console.error(`failed: ${cellName(job)}: ${message}`);
  if (report.failed.length > 0) {
    console.error(`${report.failed.length} of ${cells} cells failed`);
    return 1;
  }
  return 0;
}

/** Shows what would be run. */
async function list(plan: Plan, out: string): Promise<number> {
  let cells = 0;
  let finished = 0;
  console.log(`suite ${plan.suite.name}: ${plan.suite.description}`);
  for (const { environment, entry, algorithm, budget, jobs } of plan.groups) {
    const states = await Promise.all(
      jobs.map((job) => cellFiles(cellPath(out, job), job.digests).read()),
    );
    const done = states.filter((state) => state !== null).length;
    cells += jobs.length;
    finished += done;
    console.log(
      `${environment.id.padEnd(26)}${entry.name.padEnd(32)}${jobs.length} seeds x ${budget} ` +
        `${algorithm.unit}${done > 0 ? `, ${done} finished` : ""}`,
    );
  }
  for (const { environment, entry, reason } of plan.notApplicable) {
    console.log(`${environment.padEnd(26)}${entry.padEnd(32)}not applicable: ${reason}`);
  }
  console.log(`${cells} cells, ${finished} of them finished in ${out}`);
  return 0;
}

function suiteOf(name: string): Suite {
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite) return suite;
  throw new UsageError(`unknown suite "${name}"${nearest(name, suites.map((s) => s.name))}`);
}

/** The published files hold the suite's own seeds; other seeds go elsewhere. */
function checkSeeds(suite: Suite, { seeds, out }: Options) {
  const foreign = seeds?.find((seed) => !suite.seeds.includes(seed));
  if (foreign === undefined || resolve(out) !== resolve(publishedResults)) return;
  throw new UsageError(
    `seed ${foreign} is not among the seeds ${suite.seeds[0]}-${suite.seeds.at(-1)} of suite ` +
      `${suite.name}: give another folder with --out`,
  );
}

function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (list.length === 0) throw new InvalidArgumentError("give one name or several with commas between");
  return list;
}

function seedList(text: string): number[] {
  const seeds = text.split(",").flatMap((part) => {
    const range = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part);
    const first = Number(range?.[1]);
    const last = Number(range?.[2] ?? first);
    if (!range || last < first || last - first >= 100_000) {
      throw new InvalidArgumentError("seeds are whole numbers such as 0,3 or 0-4");
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(seeds)].sort((a, b) => a - b);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1e6) {
    throw new InvalidArgumentError("it must be a whole number from 1 to 1000000");
  }
  return value;
}

function collect(path: string, before: readonly string[]): string[] {
  return [...before, path];
}

function fileUrl(path: string): string {
  return pathToFileURL(resolve(path)).href;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
