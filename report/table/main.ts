/** The command line of tables: `deno task table SUITE`. */
import { tableMarkdown } from "./table_text.ts";
import { readTable } from "./table_file.ts";

/** Prints a suite's table as Markdown; returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [suite, ...rest] = args;
  if (suite === undefined || rest.length > 0 || !/^[a-z][a-z0-9_]*$/.test(suite)) {
    console.error("table: give the name of one suite, such as: deno task table tabular");
    return 2;
  }
  try {
    console.log(tableMarkdown(await readTable("results", suite)));
    return 0;
  } catch (error) {
    console.error(`table: ${(error as Error).message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
