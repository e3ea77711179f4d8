/** The command line of the report: `deno task report [SUITE...]`. */
import { Command } from "commander";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { folder, publishedResults, runCommand } from "../../benchmarks/options.ts";
import { suitesWithTables, writeReports } from "./write_report.ts";

interface Options {
  readonly out: string;
  readonly results: string;
}

function commandLine(): Command {
  return new Command("report")
    .description("Writes one self-contained HTML page per suite, and an index.")
    .argument("[suites...]", "which suites; all that have tables if none is named")
    .option("--out <folder>", "where to write", folder, "site")
    .option("--results <folder>", "where the results are", folder, publishedResults)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/** Runs the command line; returns the exit code: 0 done, 1 a failure, 2 wrong usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("report", async () => {
    const command = commandLine().parse(args, { from: "user" });
    const { out, results } = command.opts<Options>();
    const names = [...new Set(command.args)];
    const suites = names.length > 0 ? names : await suitesWithTables(results);
    if (suites.length === 0) {
      throw new Error(`there are no tables in ${results}: run deno task bench first`);
    }
    for (const path of await writeReports(suites, { results, out })) {
      const { size } = await Deno.stat(path);
      console.log(`${path}  ${(size / 1e6).toFixed(1)} MB`);
    }
    console.log(`open ${pathToFileURL(resolve(out, "index.html")).href}`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
