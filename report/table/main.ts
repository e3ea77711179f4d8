/** The command line of tables: `deno task table SUITE`. */
import { Argument, Command, Option } from "commander";
import { folder, names, publishedResults, runCommand } from "../../benchmarks/options.ts";
import { UsageError } from "../../benchmarks/usage_error.ts";
import { prettyJson } from "../../data/json.ts";
import { nearest } from "../../data/nearest.ts";
import { checkedTable } from "./checked_table.ts";
import { sheetsCsv } from "./csv.ts";
import { sheetsLatex } from "./latex.ts";
import { sheetsMarkdown } from "./markdown.ts";
import { selectedTable } from "./select.ts";
import { type Metric, metrics, type Sheet } from "./sheet.ts";
import { metricNames, type Provenance, provenanceOf, sheetsOf } from "./sheets.ts";
import { sheetsText, terminalStyle } from "./text.ts";

/** The formats made of sheets; JSON is the table itself. */
const formats: Readonly<Record<string, (sheets: readonly Sheet[], from: Provenance) => string>> = {
  text: (sheets, from) => sheetsText(sheets, from, terminalStyle()),
  markdown: sheetsMarkdown,
  csv: sheetsCsv,
  latex: sheetsLatex,
};

/** The options as the command line gives them. */
interface Options {
  readonly format?: string;
  readonly metric?: readonly string[];
  readonly algorithms?: readonly string[];
  readonly environments?: readonly string[];
  readonly results: string;
}

function commandLine(): Command {
  const listed = Object.entries(metrics).map(([name, what]) => `  ${name.padEnd(12)} ${what}`);
  return new Command("table")
    .description("Prints the tables of a suite, from its result files.")
    .addArgument(new Argument("<suite>", "which suite"))
    .addOption(
      new Option("--format <name>", "how: text in a terminal and Markdown elsewhere, if left out")
        .choices([...Object.keys(formats), "json"]),
    )
    .option("--metric <names>", "what, comma-separated: see below; all if left out", names)
    .option("--algorithms <names>", "only these rows of the suite, comma-separated", names)
    .option("--environments <ids>", "only these environments, comma-separated", names)
    .option("--results <folder>", "where the results are", folder, publishedResults)
    .addHelpText("after", `\nMetrics:\n${listed.join("\n")}`)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/** Prints tables; returns the exit code: 0 done, 1 a failure, 2 wrong usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("table", async () => {
    const command = commandLine().parse(args, { from: "user" });
    const options = command.opts<Options>();
    const suite = command.args[0];
    const metrics = metricsOf(options);
    const stored = await checkedTable(options.results, suite);
    const part = selectedTable(stored.table, options);
    const format = options.format ?? (Deno.stdout.isTerminal() ? "text" : "markdown");
    const sheets = sheetsOf(part, metrics);
    if (format !== "json" && sheets.length === 0) {
      const what = metrics.length === 1 ? `metric "${metrics[0]}"` : "these metrics";
      const some = metricNames.filter((metric) => sheetsOf(part, [metric]).length > 0);
      throw new UsageError(
        `${what} says nothing of this part of suite ${suite}: choose from ${some.join(", ")}`,
      );
    }
    if (format !== "json") await print(formats[format](sheets, provenanceOf(part, stored.digest)));
    else await print(part === stored.table ? stored.text : prettyJson(part));
    return 0;
  });
}

function metricsOf({ metric, format }: Options): readonly Metric[] {
  if (metric === undefined || metric.includes("all")) return metricNames;
  if (format === "json") {
    throw new UsageError("JSON holds every metric: leave --metric out");
  }
  const unknown = metric.find((name) => !(name in metrics));
  if (unknown === undefined) return metric as readonly Metric[];
  throw new UsageError(`unknown metric "${unknown}"${nearest(unknown, [...metricNames, "all"])}`);
}

/** Standard output may be closed early, as by `head`. */
async function print(text: string) {
  await new Response(text).body!.pipeTo(Deno.stdout.writable, { preventClose: true });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
