/** A table that may be quoted: of a suite that is there, and with no number but those that its result files say. */
import { pairsOf } from "../../benchmarks/suites/pairs.ts";
import { UsageError } from "../../benchmarks/usage_error.ts";
import { nearest } from "../../data/nearest.ts";
import { checkNumbers, readStoredTable, storedSuites, type StoredTable } from "./table_file.ts";

/**
 * Reads a suite's table and makes it once more to compare, which takes seconds.
 *
 * @param results the folder that holds the suite's folder
 * @throws UsageError if there is no such suite
 * @throws Error in one line if the table or a result file is missing, damaged, or not what the other says
 */
export async function checkedTable(results: string, suite: string): Promise<StoredTable> {
  const suites = await storedSuites(results);
  if (suites.length === 0) {
    throw new Error(`${results} holds no results: run deno task bench first`);
  }
  if (!suites.includes(suite)) {
    throw new UsageError(`unknown suite "${suite}"${nearest(suite, suites)}`);
  }
  const stored = await readStoredTable(results, suite);
  await checkNumbers(results, stored, pairsOf(suite));
  return stored;
}
