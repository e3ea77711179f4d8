/**
 * Keeps what is generated in the documentation current: `deno task docs` rewrites the blocks between
 * `<!-- generated: NAME -->` and `<!-- end -->` in README.md and docs/, the pages of the algorithms and
 * the JSON Schemas in results/, and the figures in docs/figures/. With `--check` it only says what is stale. No number in the
 * documentation is typed by hand, and no code in the walk-throughs.
 */
import { z } from "zod";
import { builtinAlgorithms } from "../algorithms/builtin.ts";
import { readIfThere } from "../data/atomic_file.ts";
import { prettyJson } from "../data/json.ts";
import { resultJsonSchema } from "../data/result_file.ts";
import { suites } from "../benchmarks/suites/mod.ts";
import { builtin as builtinEnvironments } from "../envs/builtin.ts";
import { makeFromSpec } from "../envs/make_from_spec.ts";
import type { SpaceDescription } from "../envs/spaces/space.ts";
import { figureFiles } from "../report/figures/mod.ts";
import { citationOf } from "../report/table/cite.ts";
import { sheetsMarkdown } from "../report/table/markdown.ts";
import { tableFile } from "../report/table/schema.ts";
import type { Metric } from "../report/table/sheet.ts";
import { metricNames, provenanceOf, sheetsOf } from "../report/table/sheets.ts";
import { readStoredTable } from "../report/table/table_file.ts";
import { algorithmPages, pageFolder, walkthroughs } from "./algorithm_pages.ts";
import { engineBlocks } from "./explain_engine.ts";
import { grid, pathOf } from "./markdown.ts";
import { excerpt } from "./source_text.ts";

/** The documents that have generated blocks. */
const documents = [
  "README.md",
  "docs/results.md",
  "docs/citing.md",
  "docs/suites.md",
  "docs/ablation.md",
  "docs/prediction.md",
  "docs/environments.md",
  "docs/engine.md",
  `${pageFolder}/README.md`,
  ...walkthroughs.map((name) => `${pageFolder}/walkthroughs/${name}.md`),
];

/** What can stand in a generated block, beside quotations and tables. */
const blocks: Readonly<Record<string, () => string | Promise<string>>> = {
  "taxonomy": () => taxonomy(`${pageFolder}/`),
  "taxonomy by page": () => taxonomy(""),
  "suites": suiteList,
  "environments": environmentList,
  ...engineBlocks,
  "citation": async () => {
    const { table, digest } = await readStoredTable("results", "classic");
    const { bibtex, sentence } = citationOf(table, digest);
    return `\`\`\`bibtex\n${bibtex}\n\`\`\`\n\n> ${sentence}`;
  },
};

/** Every generated file with the text, or the bytes, that it should have. */
export async function generatedFiles(): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>(await figureFiles());
  for (const path of documents) {
    const text = await readIfThere(path);
    if (text === null) throw new Error(`${path} is missing`);
    files.set(path, await filled(text, path));
  }
  const table = { title: "Seedbed table", ...z.toJSONSchema(tableFile) };
  for (const [path, text] of await algorithmPages()) files.set(path, text);
  files.set("results/result.schema.json", prettyJson(resultJsonSchema()));
  files.set("results/table.schema.json", prettyJson(table));
  return files;
}

/** A document with its generated blocks filled in anew. */
async function filled(text: string, path: string): Promise<string> {
  const pattern = /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g;
  let result = "";
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const block = await contentOf(match[2], path);
    result += text.slice(at, match.index) + match[1] + "\n" + block + "\n\n" + match[3];
    at = match.index + match[0].length;
  }
  return result + text.slice(at);
}

/**
 * What belongs into a block: `code FILE DECLARATION` quotes a source file; `table SUITE METRICS` shows
 * tables, with ` first` only the first of them.
 */
async function contentOf(name: string, path: string): Promise<string> {
  const table = /^table (\w+) ([\w,]+)( first)?$/.exec(name);
  if (table !== null) return await tableBlock(table[1], table[2].split(","), table[3], path);
  const quotation = /^code (\S+) (.+)$/.exec(name);
  if (quotation !== null) {
    const [, file, declaration] = quotation;
    try {
      return `\`\`\`ts ignore\n${excerpt(await Deno.readTextFile(file), declaration)}\n\`\`\``;
    } catch (error) {
      throw new Error(`${path}: ${file}: ${(error as Error).message}`);
    }
  }
  const block = blocks[name];
  if (block === undefined) throw new Error(`${path}: nothing generates "${name}"`);
  return await block();
}

async function tableBlock(
  suite: string,
  metrics: readonly string[],
  first: string | undefined,
  path: string,
): Promise<string> {
  const unknown = metrics.find((metric) => !metricNames.includes(metric as Metric));
  if (unknown !== undefined) throw new Error(`${path}: there is no metric "${unknown}"`);
  const { table, digest } = await readStoredTable("results", suite);
  const sheets = sheetsOf(table, metrics as readonly Metric[]);
  const shown = first === undefined ? sheets : sheets.slice(0, 1);
  return sheetsMarkdown(shown, provenanceOf(table, digest)).trimEnd();
}

/** The taxonomy, each algorithm with a link to its page in a folder. */
function taxonomy(folder: string): string {
  return grid(
    [
      "Algorithm",
      "Name",
      "Learns",
      "Updates towards",
      "Policy",
      "Model",
      "Observations",
      "Actions",
    ],
    builtinAlgorithms.map(({ name, title, task, taxonomy }) => {
      const { family, update, policy, modelBased, observations, actions } = taxonomy;
      return [
        `[${title}](${folder}${name}.md)`,
        `\`${name}\``,
        task === "prediction" ? "values of a fixed policy" : family,
        update,
        policy,
        modelBased ? "needed" : "not needed",
        observations.join(", "),
        actions.join(", "),
      ];
    }),
  );
}

function suiteList(): string {
  return suites.map(({ name, description, seeds, blocks, evaluation }) =>
    [
      `### ${name}`,
      "",
      description,
      "",
      `${seeds.length} seeds (${seeds[0]}-${seeds.at(-1)}); ` +
      (evaluation.finalEpisodes > 0
        ? `${evaluation.curvePoints} points on the learning curve with ${evaluation.curveEpisodes} episodes ` +
          `each; ${evaluation.finalEpisodes} episodes for the final and the best policy.`
        : "the error is measured after each episode."),
      "",
      ...blocks.map(({ environments, entries }) =>
        `- ${entries.map(({ title }) => title).join(", ")} on ` +
        environments.map(({ id, options }) => options ? `${id} ${JSON.stringify(options)}` : id)
          .join(", ")
      ),
    ].join("\n")
  ).join("\n\n");
}

function environmentList(): string {
  return grid(
    ["Id", "What", "Observations", "Actions", "Step limit", "Options"],
    builtinEnvironments.map((spec) => {
      const { observationSpace, actionSpace } = makeFromSpec(spec);
      return [
        `[${spec.id}](../${pathOf(spec)})`,
        spec.description,
        spaceText(observationSpace.description),
        spaceText(actionSpace.description),
        spec.maxEpisodeSteps === null ? "none" : String(spec.maxEpisodeSteps),
        Object.keys(spec.options instanceof z.ZodObject ? spec.options.shape : {}).join(", ") ||
        "none",
      ];
    }),
  );
}

function spaceText(space: SpaceDescription): string {
  switch (space.type) {
    case "Discrete":
      return `Discrete(${space.n})`;
    case "Tuple":
      return `Tuple(${space.spaces.map(spaceText).join(", ")})`;
    case "Box":
      return `Box(${space.shape.join(", ")})`;
    default:
      return space.type;
  }
}

/** Writes what is stale, or names it; returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const check = args.includes("--check");
  let stale = 0;
  for (const [path, content] of await generatedFiles()) {
    if (await isCurrent(path, content)) continue;
    stale++;
    if (!check) await write(path, content);
    console.log(`${path} ${check ? "is stale: run deno task docs" : "brought up to date"}`);
  }
  return check && stale > 0 ? 1 : 0;
}

async function write(path: string, content: string | Uint8Array) {
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
}

/** Whether a file is there and has this content. */
export async function isCurrent(path: string, content: string | Uint8Array): Promise<boolean> {
  if (typeof content === "string") return await readIfThere(path) === content;
  try {
    return (await Deno.readFile(path)).toBase64() === content.toBase64();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
