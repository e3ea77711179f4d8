/** Reads the result files of a suite. */
import { readIfThere } from "../data/atomic_file.ts";
import type { Table } from "./table/table.ts";
import { parseResult, type ResultFile } from "../data/result_file.ts";

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

/**
 * Reads all result files of a suite.
 *
 * @param out the folder that holds the suite's folder
 * @throws Error in one line if there are none, or one is damaged or not in its place
 */
export async function readResults(out: string, suite: string, order: Order): Promise<ResultFile[]> {
  const results: ResultFile[] = [];
  for (const environment of sorted(await names(`${out}/${suite}`, "folder"), order.environments)) {
    const folder = `${out}/${suite}/${environment}`;
    for (const entry of sorted(await names(folder, "result"), order.entries)) {
      const path = `${folder}/${entry}.json`;
      const result = parseResult(await readIfThere(path) ?? "", path);
      const place = `${result.suite}/${result.environment.id}/${result.entry}`;
      if (place !== `${suite}/${environment}/${entry}`) {
        throw new Error(`${path} holds the result of ${place}: move it there`);
      }
      results.push(result);
    }
  }
  if (results.length === 0) {
    throw new Error(`${out}/${suite} holds no result files: run the suite first`);
  }
  return results;
}

async function names(folder: string, kind: "folder" | "result"): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
      if (kind === "folder" && isDirectory) found.push(name);
      if (kind === "result" && isFile && name.endsWith(".json")) found.push(name.slice(0, -5));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

function sorted(found: readonly string[], order: readonly string[]): string[] {
  const place = (name: string) => order.includes(name) ? order.indexOf(name) : order.length;
  return [...found].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
