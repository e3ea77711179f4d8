/** Writes a suite's `table.json`, and reads it back with a check that its result files are still the same. */
import { readIfThere, writeAtomically } from "../../data/atomic_file.ts";
import { prettyJson } from "../../data/json.ts";
import { sha256 } from "../../data/sha256.ts";
import { namesIn, type Order, orderOf, readSealedResults, resultPaths } from "../read_results.ts";
import type { PairNames } from "./pairs.ts";
import { type NotApplicable, type Table, tableFile } from "./schema.ts";
import { digestOfFiles, tableOf } from "./table.ts";

/** What a table needs to know that its result files do not say. */
export interface TablePlan {
  readonly suite: string;
  readonly order: Order;
  readonly notApplicable: readonly NotApplicable[];
  readonly pairs: readonly PairNames[];
}

/** Makes a suite's table from its result files and writes it beside them. */
export async function writeTable(out: string, plan: TablePlan): Promise<StoredTable> {
  const table = await makeTable(out, plan);
  const text = prettyJson(table);
  await writeAtomically(`${out}/${plan.suite}/table.json`, text);
  return { table, text, digest: await sha256(text) };
}

/** Makes a suite's table from its result files. */
export async function makeTable(out: string, plan: TablePlan): Promise<Table> {
  const { order, ...rest } = plan;
  return await tableOf({ ...rest, results: await readSealedResults(out, plan.suite, order) });
}

/** The suites that have a folder of results, by name. */
export async function storedSuites(out: string): Promise<string[]> {
  return (await namesIn(out, "folder")).filter((name) => !name.startsWith(".")).sort();
}

/** A table as it is checked in. */
export interface StoredTable {
  readonly table: Table;
  readonly text: string;
  /** SHA-256 of the file: what a citation names. */
  readonly digest: string;
}

/**
 * Reads a suite's table.
 *
 * @param out the folder that holds the suite's folder
 * @throws Error in one line if there is none, it is damaged, or a result file was changed, is missing or is extra
 */
export async function readTable(out: string, suite: string): Promise<Table> {
  return (await readStoredTable(out, suite)).table;
}

/** The same with the file's text and digest. */
export async function readStoredTable(out: string, suite: string): Promise<StoredTable> {
  const path = `${out}/${suite}/table.json`;
  const again = `run deno task bench --suite ${suite}`;
  const text = await readIfThere(path);
  if (text === null) throw new Error(`there is no ${path}: ${again}`);
  const table = parseTable(text, path, again);
  if (table.suite !== suite) throw new Error(`${path} holds the table of ${table.suite}: ${again}`);
  await checkFiles(out, table, again);
  return { table, text, digest: await sha256(text) };
}

/**
 * Makes a table again from its result files, so that a number that was edited by hand is never quoted. Takes
 * seconds where many rows are resampled.
 *
 * @param pairs the suite's declared comparisons
 * @throws Error in one line if the table does not hold what its result files say
 */
export async function checkNumbers(
  out: string,
  { table, text }: StoredTable,
  pairs: readonly PairNames[],
): Promise<void> {
  const { suite, notApplicable } = table;
  const order = orderOf(table);
  if (prettyJson(await makeTable(out, { suite, order, notApplicable, pairs })) === text) return;
  throw new Error(
    `${out}/${suite}/table.json is not what its result files say (deno task verify --suite ${suite} ` +
      `--digests shows where): restore it, or run deno task bench --suite ${suite}`,
  );
}

function parseTable(text: string, path: string, again: string): Table {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON: restore it, or ${again}`);
  }
  const format = (json as { format?: unknown } | null)?.format;
  const known = tableFile.shape.format.value;
  if (typeof format === "string" && format !== known) {
    throw new Error(`${path} is a "${format}", and this version reads "${known}": ${again}`);
  }
  const parsed = tableFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue.path.join(".") || "the top";
  throw new Error(
    `${path} is damaged: at ${place}: ${issue.message}; restore it, or ${again}`,
  );
}

/** A table is worth what its result files are: each must be there, unchanged, and no other. */
async function checkFiles(out: string, table: Table, again: string) {
  const { suite, results, environments } = table;
  const stated = new Map(
    environments.flatMap(({ id, control, prediction }) =>
      [...control, ...prediction].map(({ entry, result }) => [`${id}/${entry}.json`, result])
    ),
  );
  if (results.files !== stated.size || results.sha256 !== await digestOfFiles(stated)) {
    throw new Error(
      `${out}/${suite}/table.json is damaged: results is not the digest of its rows' files; restore it, ` +
        `or ${again}`,
    );
  }
  for (const { environment, entry, path } of await resultPaths(out, suite)) {
    const place = `${environment}/${entry}.json`;
    const digest = stated.get(place);
    if (digest === undefined) {
      throw new Error(`${path} is not in the suite's table: delete it, or ${again}`);
    }
    if (await sha256(await Deno.readFile(path)) !== digest) {
      throw new Error(`${path} has changed since the table was made: restore it, or ${again}`);
    }
    stated.delete(place);
  }
  for (const place of stated.keys()) {
    throw new Error(`${out}/${suite}/${place} is missing: restore it, or ${again}`);
  }
}
