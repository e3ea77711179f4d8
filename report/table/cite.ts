/** How to cite a suite's table: `deno task cite SUITE`. */
import { Argument, Command } from "commander";
import { publishedResults, runCommand } from "../../benchmarks/options.ts";
import citationFile from "../../CITATION.cff" with { type: "text" };
import denoConfig from "../../deno.json" with { type: "json" };
import { checkedTable } from "./checked_table.ts";
import type { Table } from "./schema.ts";
import { provenanceOf } from "./sheets.ts";

/** What a paper takes over. */
export interface Citation {
  /** An entry for the list of references. */
  readonly bibtex: string;
  /** A sentence for the text or the appendix. */
  readonly sentence: string;
}

/**
 * How to cite a table.
 *
 * @param table the whole table of a suite
 * @param digest SHA-256 of its `table.json`
 */
export function citationOf(table: Table, digest: string): Citation {
  const { suite, results, evaluation } = table;
  const { version } = denoConfig;
  const { seeds } = provenanceOf(table, digest);
  const episodes = evaluation === null
    ? ""
    : `, ${evaluation.finalEpisodes} evaluation episodes for each final policy`;
  return {
    bibtex: `@misc{seedbed-${suite},
  title        = {${stated("title")}},
  author       = {{${stated("  - name")}}},
  year         = {${stated("date-released").slice(0, 4)}},
  howpublished = {Software, version ${version}},
  note         = {Suite ${suite}, table.json with SHA-256 ${digest}}
}`,
    sentence:
      `Results are those of suite ${suite} of Seedbed ${version} (seeds ${seeds}${episodes}; ` +
      `${results.files} result files; results/${suite}/table.json with SHA-256 ${digest}). ` +
      `"deno task bench --suite ${suite}" reproduces them byte for byte, and "deno task verify --suite ` +
      `${suite}" trains them again and compares.`,
  };
}

/** A line of CITATION.cff. */
function stated(key: string): string {
  const line = citationFile.split("\n").find((line) => line.startsWith(`${key}:`));
  if (line === undefined) throw new Error(`CITATION.cff has no line "${key}:"`);
  return line.slice(key.length + 1).trim().replaceAll('"', "");
}

/** Prints how to cite a suite; returns the exit code: 0 done, 1 a failure, 2 wrong usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("cite", async () => {
    const command = new Command("cite")
      .description("Prints a BibTeX entry and a sentence that name exactly the results of a suite.")
      .addArgument(new Argument("<suite>", "which suite"))
      .allowExcessArguments(false)
      .exitOverride()
      .configureOutput({ outputError: () => {} })
      .parse(args, { from: "user" });
    const { table, digest } = await checkedTable(publishedResults, command.args[0]);
    const { bibtex, sentence } = citationOf(table, digest);
    console.log(`${bibtex}\n\n${sentence}`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
