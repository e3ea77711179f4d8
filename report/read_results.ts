/** Reads the result files of a suite, and checks that each is sound and in its place. */
import { messageOf } from "../data/message.ts";
import { parseResult, type ResultFile } from "../data/result_file.ts";
import { sha256 } from "../data/sha256.ts";
import { checkResult } from "./check_result.ts";
import type { Table } from "./table/schema.ts";

/** In which order environments and rows are shown; what is not named comes last, by name. */
export interface Order {
  readonly environments: readonly string[];
  readonly entries: readonly string[];
}

/** The order that a table has. */
export function orderOf({ environments }: Table): Order {
  return {
    environments: environments.map(({ id }) => id),
    entries: environments.flatMap(({ control, prediction }) =>
      [...control, ...prediction].map(({ entry }) => entry)
    ),
  };
}

/** The content of a result file, sealed by the digest of its bytes. */
export interface SealedResult<Result extends ResultFile = ResultFile> {
  readonly result: Result;
  readonly sha256: string;
}

/**
 * Reads all result files of a suite.
 *
 * @param out the folder that holds the suite's folder
 * @throws Error in one line if there are none, or one is damaged, unsound or not in its place
 */
export async function readResults(out: string, suite: string, order: Order): Promise<ResultFile[]> {
  return (await readSealedResults(out, suite, order)).map(({ result }) => result);
}

/** The same with each file's digest. */
export async function readSealedResults(
  out: string,
  suite: string,
  order: Order,
): Promise<SealedResult[]> {
  const results: SealedResult[] = [];
  for (const { environment, entry, path } of await resultPaths(out, suite, order)) {
    const bytes = await Deno.readFile(path);
    const result = parseResult(new TextDecoder().decode(bytes), path);
    const place = `${result.suite}/${result.environment.id}/${result.entry}`;
    if (place !== `${suite}/${environment}/${entry}`) {
      throw new Error(`${path} holds the result of ${place}: move it there`);
    }
    checkResult(result, path);
    results.push({ result, sha256: await sha256(bytes) });
  }
  if (results.length === 0) {
    throw new Error(`${out}/${suite} holds no result files: run deno task bench --suite ${suite}`);
  }
  return results;
}

/**
 * Where the result files of a suite are.
 *
 * @throws Error in one line if a folder cannot be read
 */
export async function resultPaths(
  out: string,
  suite: string,
  order: Order = { environments: [], entries: [] },
): Promise<{ environment: string; entry: string; path: string }[]> {
  const paths = [];
  for (
    const environment of sorted(await namesIn(`${out}/${suite}`, "folder"), order.environments)
  ) {
    const folder = `${out}/${suite}/${environment}`;
    for (const entry of sorted(await namesIn(folder, "result"), order.entries)) {
      paths.push({ environment, entry, path: `${folder}/${entry}.json` });
    }
  }
  return paths;
}

/** The names of the folders or of the result files in a folder; none if there is no such folder. */
export async function namesIn(folder: string, kind: "folder" | "result"): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
      if (kind === "folder" && isDirectory) found.push(name);
      if (kind === "result" && isFile && name.endsWith(".json")) found.push(name.slice(0, -5));
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return found;
    throw new Error(`${folder} cannot be read: ${messageOf(error)}`);
  }
  return found;
}

function sorted(found: readonly string[], order: readonly string[]): string[] {
  const place = (name: string) => order.includes(name) ? order.indexOf(name) : order.length;
  return [...found].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
