/**
 * The pages of docs/algorithms: one for each built-in algorithm, made of what its file says about
 * itself and of the checked-in tables.
 */
import { z } from "zod";
import type { Algorithm } from "../algorithms/algorithm.ts";
import { builtinAlgorithms } from "../algorithms/builtin.ts";
import { suites } from "../benchmarks/suites/mod.ts";
import { readIfThere } from "../data/atomic_file.ts";
import { lowestError } from "../report/table/prediction_sheets.ts";
import type { ControlRow, EnvironmentTable, PredictionRow, Table } from "../report/table/schema.ts";
import { score } from "../report/table/score_sheets.ts";
import { significant } from "../report/table/sheet.ts";
import { readTable } from "../report/table/table_file.ts";
import { grid, type GridRow, pathOf } from "./markdown.ts";
import { coreOf, headerOf } from "./source_text.ts";

/** Where the pages are. */
export const pageFolder = "docs/algorithms";

/** Algorithms with a walk-through, in docs/algorithms/walkthroughs. */
export const walkthroughs: readonly string[] = ["reinforce", "dqn", "dueling_dqn", "ddpg"];

/** Every page with its text. */
export async function algorithmPages(): Promise<Map<string, string>> {
  const tables: Table[] = [];
  const [byDefault, ...others] = suites;
  for (const { name } of [...others, byDefault]) { // the small suite comes last
    if (await readIfThere(`results/${name}/table.json`) !== null) {
      tables.push(await readTable("results", name));
    }
  }
  const pages = new Map<string, string>();
  for (const algorithm of builtinAlgorithms) {
    const source = await Deno.readTextFile(new URL(algorithm.module));
    pages.set(`${pageFolder}/${algorithm.name}.md`, page(algorithm, source, tables));
  }
  return pages;
}

function page(algorithm: Algorithm, source: string, tables: readonly Table[]): string {
  const path = pathOf(algorithm);
  const file = `[${path}](../../${path})`;
  return [
    `<!-- Made by \`deno task docs\` from ${path} and results/: change those. -->`,
    `# ${algorithm.title}`,
    algorithm.description,
    facts(algorithm, file),
    "The [overview](README.md) explains these terms and the symbols below.",
    "## The idea",
    headerOf(source),
    "## Options",
    optionTable(algorithm),
    "## Results",
    resultTables(algorithm, tables),
    "## The code",
    `The core of ${file}:`,
    `\`\`\`ts ignore\n${coreOf(source)}\n\`\`\``,
    ...elsewhere(source),
    "[All algorithms](README.md)",
  ].join("\n\n") + "\n";
}

function facts({ name, source, taxonomy, task, unit }: Algorithm, file: string): string {
  const { family, update, policy, modelBased, observations, actions } = taxonomy;
  const rows: GridRow[] = [
    ["Name on the command line", `\`${name}\``],
    ["File", file],
    ["Source", source],
    ["Learns", task === "prediction" ? "values of a fixed policy" : family],
    ["Updates towards", update],
    ["Policy", policy],
    ["Model of the environment", modelBased ? "needed" : "not needed"],
    ["Observations", observations.join(" or ")],
    ["Actions", actions.join(" or ")],
    ["Unit of budgets", unit],
  ];
  if (walkthroughs.includes(name)) {
    rows.push(["Step by step", `[walk-through](walkthroughs/${name}.md)`]);
  }
  return grid(["", ""], rows);
}

/** Where the rest of an algorithm is: the loop, if it is another's, and the shared pieces. */
function elsewhere(source: string): readonly string[] {
  const imports = [...source.matchAll(/^import (?!type)([^;]*?) from "\.\/(\S+)\.ts";$/gm)];
  const loop = imports.find(([, names, file]) => /Learner\b/.test(names) && file !== "algorithm");
  const pieces = imports.map(([, , file]) => file).filter((file) => file.startsWith("common/"));
  const sentences = [];
  if (loop !== undefined) {
    sentences.push(`The training loop is that of [${loop[2]}](${loop[2]}.md).`);
  }
  if (pieces.length > 0) {
    const links = pieces.map((file) => `[${file}.ts](../../algorithms/${file}.ts)`);
    sentences.push(`Shared pieces that it uses: ${links.join(", ")}.`);
  }
  return sentences;
}

/** The parts of a JSON Schema that options use. */
interface OptionSchema {
  readonly default?: unknown;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly OptionSchema[];
  readonly oneOf?: readonly OptionSchema[];
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function optionTable({ name, config }: Algorithm): string {
  if (!(config instanceof z.ZodType)) throw new Error(`the options of ${name} are no zod schema`);
  const { properties = {} } = z.toJSONSchema(config, { io: "input" }) as OptionSchema;
  const rows = Object.entries(properties).map(([option, schema]) => [
    `\`${option}\``,
    schema.default === undefined ? "" : `\`${literal(schema.default)}\``,
    [...new Set(valuesOf(schema))].join(" or "),
    schema.description ?? "",
  ]);
  return rows.length > 0 ? grid(["Option", "Default", "Values", "What it does"], rows) : "None.";
}

/** The kinds of value that a schema takes. */
function valuesOf(schema: OptionSchema): readonly string[] {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap(valuesOf);
  if (schema.const !== undefined) return [`\`${literal(schema.const)}\``];
  if (schema.enum) return schema.enum.map((value) => `\`${literal(value)}\``);
  switch (schema.type) {
    case "object":
      return [`\`{ ${Object.entries(schema.properties ?? {}).map(memberText).join(", ")} }\``];
    case "array":
      return [`list of ${valuesOf(schema.items ?? {}).join(" or ").replace("number", "numbers")}`];
    case "null":
      return ["`null`"];
    case "integer":
      return [`whole number${rangeOf(schema)}`];
    case "number":
      return [`number${rangeOf(schema)}`];
    case "boolean":
      return ["`true`", "`false`"];
    default:
      return [schema.type ?? "anything"];
  }
}

function memberText([name, schema]: [string, OptionSchema]): string {
  return schema.const === undefined ? name : `${name}: ${literal(schema.const)}`;
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: OptionSchema): string {
  const low = minimum ?? exclusiveMinimum;
  const high = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low === undefined || low === Number.MIN_SAFE_INTEGER) {
    return high === undefined ? "" : ` up to ${thousands(high)}`;
  }
  if (minimum === undefined) return ` above ${low}${high === undefined ? "" : `, up to ${high}`}`;
  return high === undefined ? ` from ${low}` : ` from ${low} to ${thousands(high)}`;
}

/** A value as it is written in a configuration. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    return `{ ${Object.entries(value).map(([key, of]) => `${key}: ${literal(of)}`).join(", ")} }`;
  }
  return JSON.stringify(value);
}

const controlNote =
  "Score: the return of the final policy without exploration, averaged over the evaluation episodes; " +
  "interquartile mean over the seeds, with the 95 % bootstrap interval where the seeds differ. The " +
  "episodes are the same for every algorithm, and their luck can lift a score above the optimum; where " +
  "the environment's model is known, the exact expected return has no such error. Each environment links " +
  "to its result file, with the settings, the learning curves and the return of every episode.";

const predictionNote =
  "Error: the root mean square error of the predicted values, averaged over the states, the episodes and " +
  "the seeds, at the step size where it is lowest; in brackets its standard error. Each environment links " +
  "to its result file, with the settings and the error after every episode. " +
  "[Monte-Carlo against TD](../prediction.md) compares all methods at all step sizes.";

function resultTables(algorithm: Algorithm, tables: readonly Table[]): string {
  const parts = tables.flatMap((table) => suiteResults(algorithm, table));
  if (parts.length === 0) return "No results are checked in yet.";
  const note = algorithm.task === "control" ? controlNote : predictionNote;
  return [note, ...parts].join("\n\n");
}

/** The rows of an algorithm in the table of a suite, as Markdown; none if it has none. */
function suiteResults({ name, title, task }: Algorithm, table: Table): readonly string[] {
  const rows = task === "control"
    ? table.environments.flatMap((environment) =>
      environment.control.filter(({ algorithm }) => algorithm === name)
        .map((row) => controlResult(table, environment, row))
    )
    : table.environments.flatMap((environment) =>
      environment.prediction.filter(({ algorithm }) => algorithm === name)
        .map((row) => predictionResult(table.suite, environment, row))
    );
  if (rows.length === 0) return [];
  const head = task === "control"
    ? [
      "Environment",
      "Row",
      "Score",
      "Budget",
      "Seeds",
      "Exact return",
      "Exact optimum",
      "Random policy",
    ]
    : ["Environment", "Row", "Lowest error", "At step size", "Budget", "Seeds"];
  // What says nothing is left out.
  const shown = head.map((_, column) =>
    rows.some((row) => row[column] !== "" && row[column] !== title)
  );
  const visible = (row: GridRow) => row.filter((_, column) => shown[column]);
  const parts = [
    `**Suite [${table.suite}](../suites.md#${table.suite})**`,
    grid(visible(head), rows.map(visible)),
  ];
  const gaps = gapsOf(name, table);
  if (gaps !== "") parts.push(`Not run on ${gaps}.`);
  return parts;
}

/** Where an algorithm with rows in a table was not run, and why; if only some rows were not, which. */
function gapsOf(name: string, { environments, notApplicable }: Table): string {
  const rows = environments.flatMap(({ id, control }) =>
    control.filter(({ algorithm }) => algorithm === name).map((row) => ({ id, ...row }))
  );
  const gaps = notApplicable.flatMap(({ environment, entry, reason }) => {
    const title = rows.find((row) => row.entry === entry)?.title;
    if (title === undefined) return [];
    const others = rows.some(({ id }) => id === environment);
    return [`${environment}${others ? ` as "${title}"` : ""} (${reason})`];
  });
  return [...new Set(gaps)].join(", ");
}

function controlResult(table: Table, environment: EnvironmentTable, row: ControlRow): GridRow {
  const { id, optimum, control } = environment;
  const random = control.find(({ algorithm }) => algorithm === "random_policy")?.iqm ?? null;
  return [
    resultLink(table.suite, id, row.entry),
    row.title,
    score(table, row),
    `${thousands(row.budget)} ${row.unit === "environment steps" ? "steps" : row.unit}`,
    String(row.seeds.length),
    orEmpty(row.exact),
    orEmpty(optimum),
    row.algorithm === "random_policy" ? "" : orEmpty(random),
  ];
}

function predictionResult(
  suite: string,
  { id }: EnvironmentTable,
  row: PredictionRow,
): GridRow {
  const { error, stepSize } = lowestError(row);
  return [
    resultLink(suite, id, row.entry),
    row.title,
    error,
    stepSize,
    `${thousands(row.budget)} episodes`,
    String(row.seeds.length),
  ];
}

function resultLink(suite: string, environment: string, entry: string): string {
  return `[${environment}](../../results/${suite}/${environment}/${entry}.json)`;
}

function orEmpty(value: number | null): string {
  return value === null ? "" : significant(value);
}

function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
