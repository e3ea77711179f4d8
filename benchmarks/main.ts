/** The command line of the benchmark: `deno task bench`. */
import { Command } from "commander";
import { resolve } from "node:path";
import { messageOf } from "../data/message.ts";
import { provenanceOf, sheetsOf } from "../report/table/sheets.ts";
import { writeTable } from "../report/table/table_file.ts";
import { sheetsText, terminalStyle } from "../report/table/text.ts";
import { existingResult } from "./assemble.ts";
import { cellName } from "./cell/job.ts";
import {
  type CommonOptions,
  folder,
  load,
  publishedResults,
  runCommand,
  stoppable,
  withCommonOptions,
} from "./options.ts";
import { type Plan, planSuite } from "./plan.ts";
import { duration } from "./progress.ts";
import { runPlan, type RunReport } from "./run.ts";
import { cellFiles, cellPath, workFolder } from "./store.ts";
import type { Suite } from "./suite.ts";
import { pairsOf } from "./suites/pairs.ts";
import { UsageError } from "./usage_error.ts";

/** The options as the command line gives them. */
interface Options extends CommonOptions {
  readonly out: string;
  readonly list?: boolean;
}

function commandLine(): Command {
  return withCommonOptions(
    new Command("bench")
      .description(
        "Trains and scores every cell of a suite and writes its result files and table.",
      ),
  )
    .option("--out <folder>", "where to write", folder, publishedResults)
    .option("--list", "show the suite's cells and which are finished, and run nothing");
}

/** Runs the command line; returns the exit code: 0 done, 1 a failure, 2 wrong usage, 130 stopped. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("bench", async () => {
    const options = commandLine().parse(args, { from: "user" }).opts<Options>();
    const { suite, catalog, modules } = await load(options);
    checkPublished(suite, options);
    const plan = await planSuite(suite, catalog, options);
    if (options.list) return await list(plan, options.out);
    if (plan.groups.length === 0) throw new UsageError(whyNothing(plan));
    const whole = await planSuite(suite, catalog);
    return await stoppable(async (signal) => {
      const { out, jobs: workers, timeLimit } = options;
      const report = await runPlan(plan, { out, workers, timeLimit, modules, signal });
      return await conclude(plan, whole, out, report, signal.aborted);
    });
  });
}

/** Writes a suite's table and prints it. */
async function showTable({ suite, notApplicable }: Plan, out: string) {
  const order = {
    environments: suite.blocks.flatMap(({ environments }) => environments.map(({ id }) => id)),
    entries: suite.blocks.flatMap(({ entries }) => entries.map(({ name }) => name)),
  };
  const pairs = pairsOf(suite.name);
  const plan = { suite: suite.name, order, notApplicable, pairs };
  const { table, digest } = await writeTable(out, plan);
  const sheets = sheetsOf(table, ["iqm", "aggregate", "pairs", "exact", "error"]);
  console.log(sheetsText(sheets, provenanceOf(table, digest), terminalStyle()));
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
    console.error(
      `stopped: ${finished} of ${cells} cells are finished; the same command goes on from here`,
    );
    return 130;
  }
  const unwritten = report.files.some(({ what }) => what.startsWith("not written"));
  const hasFiles = report.files.some(({ what }) => !what.startsWith("not written"));
  // What came of the cells is told whatever becomes of the table: a full disk takes both.
  let trouble: string | null = null;
  try {
    if (hasFiles) await showTable(whole, out);
    await warnOfOtherCode(whole, out);
  } catch (error) {
    trouble = messageOf(error);
  }
  const written = report.files.filter(({ what }) => what === "written").length;
  const unchanged = report.files.filter(({ what }) => what === "unchanged").length;
  console.log(
    `${report.run} cells run in ${
      duration(report.seconds)
    }, ${report.finishedBefore} were finished before. ` +
      `Result files in ${out}/${plan.suite.name}: ${written} written, ${unchanged} unchanged.`,
  );
  for (const { path, what } of report.files) {
    if (what !== "written" && what !== "unchanged") console.error(`${path}: ${what}`);
  }
  for (const { job, message } of report.failed) {
    console.error(`failed: ${cellName(job)}: ${message}`);
  }
  if (report.failed.length > 0) console.error(`${report.failed.length} of ${cells} cells failed`);
  if (trouble !== null) console.error(`bench: no table: ${trouble}`);
  else if (hasFiles) await showReport(plan.suite, out);
  return unwritten || trouble !== null ? 1 : 0;
}

/**
 * Writes the page of a suite's published results, with curves and replays, and says where it is; of other
 * results how to make it. It adds nothing to them: a run is as good without it.
 */
async function showReport({ name }: Suite, out: string) {
  const command = `deno task report ${name}`;
  if (resolve(out) !== resolve(publishedResults)) {
    const where = `--results ${shellWord(out)} --out ${shellWord(`${out}/site`)}`;
    console.log(`Report with curves and replays: ${command} ${where}`);
    return;
  }
  try {
    const { writeReport } = await import("../report/site/write_report.ts");
    console.log(`Report with curves and replays: ${await writeReport(name)}`);
  } catch (error) {
    console.error(`bench: no report: ${messageOf(error)}; to try again: ${command}`);
  }
}

/** Text as one word of a command line, which can be copied. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A table may hold rows that older code has made: say so. */
async function warnOfOtherCode({ suite, groups }: Plan, out: string) {
  let stale = 0;
  for (const group of groups) {
    const existing = await existingResult(out, group);
    if (existing !== null && existing.result.digests.code !== group.digests.code) stale++;
  }
  if (stale === 0) return;
  console.error(
    `${stale} result files of suite ${suite.name} were made by other code than today's; ` +
      `deno task verify --suite ${suite.name} --digests lists them`,
  );
}

/** Shows what would be run. */
async function list(plan: Plan, out: string): Promise<number> {
  let cells = 0;
  let finished = 0;
  console.log(`suite ${plan.suite.name}: ${plan.suite.description}`);
  for (const { environment, entry, algorithm, budget, jobs } of plan.groups) {
    const states = await Promise.all(
      jobs.map((job) => cellFiles(cellPath(out, job), job).read()),
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
  console.log(`${cells} cells, ${finished} of them kept from earlier runs in ${out}/${workFolder}`);
  return 0;
}

/** The published folder holds the suites' own seeds and algorithms; anything else goes elsewhere. */
function checkPublished(suite: Suite, options: Options) {
  if (resolve(options.out) !== resolve(publishedResults)) return;
  const foreign = options.seeds?.find((seed) => !suite.seeds.includes(seed));
  if (foreign !== undefined) {
    throw new UsageError(
      `seed ${foreign} is not among the seeds ${suite.seeds[0]}-${suite.seeds.at(-1)} of suite ` +
        `${suite.name}: give another folder with --out`,
    );
  }
  const modules = [...options.algorithmModule, ...options.environmentModule];
  if (modules.length > 0 && !options.list) {
    throw new UsageError(`${modules[0]} is not part of the suites: give another folder with --out`);
  }
}

function whyNothing({ suite, notApplicable: [first] }: Plan): string {
  return first === undefined
    ? `nothing to run: suite ${suite.name} has no such pair; --list shows what it has`
    : `nothing to run: ${first.entry} on ${first.environment}: ${first.reason}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
