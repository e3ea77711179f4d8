/** Writes the report of a suite: its page, and the index of all pages beside it. */
import { relative, resolve } from "node:path";
import { publishedResults } from "../../benchmarks/options.ts";
import { suites } from "../../benchmarks/suites/mod.ts";
import { UsageError } from "../../benchmarks/usage_error.ts";
import { writeAtomically } from "../../data/atomic_file.ts";
import { messageOf } from "../../data/message.ts";
import { nearest } from "../../data/nearest.ts";
import { sha256 } from "../../data/sha256.ts";
import project from "../../deno.json" with { type: "json" };
import { bundlePage } from "../page/bundle.ts";
import { orderOf, readResults } from "../read_results.ts";
import { checkedTable } from "../table/checked_table.ts";
import { citationOf } from "../table/cite.ts";
import { readStoredTable } from "../table/table_file.ts";
import { type IndexEntry, indexHtml } from "./index_page.ts";
import { pageHtml } from "./page.ts";
import { type Files, pageData } from "./page_data.ts";

/** Where a report is read from and written to. */
export interface ReportOptions {
  /** The folder that holds the suite's folder; `results` if left out. */
  readonly results?: string;
  /** The folder to write into; `site` if left out. */
  readonly out?: string;
}

/**
 * Writes a suite's page and the index.
 *
 * @returns path of the page
 * @throws UsageError if there is no such suite
 * @throws Error in one line if results are missing or damaged, or the page cannot be written
 */
export async function writeReport(suite: string, options: ReportOptions = {}): Promise<string> {
  const { results = "results", out = "site" } = options;
  const [page] = await writeReports([suite], { results, out });
  return page;
}

/** The same for several suites. */
export async function writeReports(
  names: readonly string[],
  { results, out }: Required<ReportOptions>,
): Promise<string[]> {
  const known = await suitesWithTables(results);
  for (const name of names) {
    if (known.includes(name)) continue;
    if (known.length === 0) {
      throw new Error(`there are no tables in ${results}: run deno task bench first`);
    }
    throw new UsageError(`${results} has no table of suite "${name}"${nearest(name, known)}`);
  }
  // What is wrong with results is said before anything is written.
  const pages: SuitePage[] = [];
  for (const name of names) pages.push(await suitePage(name, results, out));
  const script = await bundlePage(new URL("ui/main.ts", import.meta.url));
  for (const { path, html } of pages) await writeAtomically(path, html(script));
  await writeIndex(known, results, out);
  return pages.map(({ path }) => path);
}

/** A page that lacks its code only. */
interface SuitePage {
  readonly path: string;
  html(script: string): string;
}

/** The names of the suites of which a folder holds tables, the project's own first. */
export async function suitesWithTables(results: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(results)) {
      if (isDirectory && await isFile(`${results}/${name}/table.json`)) found.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const own = suites.map(({ name }) => name);
  const place = (name: string) => own.includes(name) ? own.indexOf(name) : own.length;
  return found.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((stat) => stat.isFile, () => false);
}

async function suitePage(suite: string, results: string, out: string): Promise<SuitePage> {
  const { table, digest } = await checkedTable(results, suite);
  const runs = await readResults(results, suite, orderOf(table));
  const policies = new Map<string, Uint8Array>();
  for (const result of runs) {
    if (result.task !== "control") continue;
    const { policy } = result.runs.find(({ seed }) => seed === result.medianSeed)!;
    if (policy === null) continue;
    const place = `${result.environment.id}/${result.entry}`;
    policies.set(place, await readPolicy(`${results}/${suite}/${place}.onnx`, policy.sha256));
  }
  const files: Files = {
    link: (path) => link(out, `${results}/${path}`),
    policy: (environment, entry) => policies.get(`${environment}/${entry}`)!,
  };
  const data = await pageData(table, runs, files);
  const facts = {
    description: descriptionOf(suite, results),
    version: project.version,
    digest,
    source: `${results}/${suite}/table.json`,
    citation: isPublished(results) ? citationOf(table, digest) : null,
  };
  return { path: `${out}/${suite}.html`, html: (script) => pageHtml(table, data, facts, script) };
}

async function readPolicy(path: string, digest: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch {
    throw new Error(`${path} is missing: restore it, or run deno task bench again`);
  }
  if (await sha256(bytes) === digest) return bytes;
  throw new Error(
    `${path} is not the policy that its result file names: restore it, or run deno task bench again`,
  );
}

/** A file's address as seen from a page. */
function link(out: string, path: string): string {
  const steps = relative(resolve(out), resolve(path)).split(/[/\\]/);
  return steps.map(encodeURIComponent).join("/");
}

/** Other results may be a part of a suite only, or made with other settings and modules. */
function isPublished(results: string): boolean {
  return resolve(results) === resolve(publishedResults);
}

function descriptionOf(suite: string, results: string): string {
  if (!isPublished(results)) return `Results of your own, in ${results}/${suite}.`;
  return suites.find(({ name }) => name === suite)?.description ?? "";
}

/** Another suite's damage is shown in the index; it does not keep this one's page from being written. */
async function writeIndex(known: readonly string[], results: string, out: string) {
  const entries: IndexEntry[] = [];
  for (const suite of known) {
    const description = descriptionOf(suite, results);
    try {
      const { table, digest } = await readStoredTable(results, suite);
      const hasPage = await isFile(`${out}/${suite}.html`);
      entries.push({ suite, description, table, digest, hasPage });
    } catch (error) {
      entries.push({ suite, description, problem: messageOf(error) });
    }
  }
  await writeAtomically(`${out}/index.html`, indexHtml(entries, project.version));
}
