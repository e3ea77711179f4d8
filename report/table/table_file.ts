/** Writes a suite's `table.json`, and reads it back. */
import { readIfThere, writeAtomically } from "../../data/atomic_file.ts";
import { prettyJson } from "../../data/json.ts";
import { type Order, readResults } from "../read_results.ts";
import { type NotApplicable, type Table, tableFile, tableOf } from "./table.ts";

/** Makes a suite's table from its result files and writes it beside them. */
export async function writeTable(
  out: string,
  suite: string,
  order: Order,
  notApplicable: readonly NotApplicable[],
): Promise<Table> {
  const table = tableOf(suite, await readResults(out, suite, order), notApplicable);
  await writeAtomically(`${out}/${suite}/table.json`, prettyJson(table));
  return table;
}

/**
 * Reads a suite's table.
 *
 * @throws Error in one line if there is none or it is damaged
 */
export async function readTable(out: string, suite: string): Promise<Table> {
  const path = `${out}/${suite}/table.json`;
  const text = await readIfThere(path);
  if (text === null) throw new Error(`there is no ${path}: run the suite first`);
  try {
    return tableFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is damaged: restore it, or run the suite again`);
  }
}
