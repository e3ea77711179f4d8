/** The options that `bench` and `verify` share, and how a wrong one is reported. */
import { type Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../data/message.ts";
import { type Catalog, loadCatalog, type UserModules } from "./catalog.ts";
import { nearest } from "../data/nearest.ts";
import { withUserModules } from "./plan.ts";
import { probeModules } from "./probe.ts";
import type { Suite } from "./suite.ts";
import { suites } from "./suites/mod.ts";
import { UsageError } from "./usage_error.ts";

/** The shared options as the command line gives them. */
export interface CommonOptions {
  readonly suite: string;
  readonly algorithms?: readonly string[];
  readonly environments?: readonly string[];
  readonly seeds?: readonly number[];
  readonly jobs: number;
  readonly timeLimit: number;
  readonly algorithmModule: readonly string[];
  readonly environmentModule: readonly string[];
}

/** Where published results are. */
export const publishedResults = "results";

/** Adds the shared options to a command, and makes it throw instead of ending the process. */
export function withCommonOptions(command: Command): Command {
  return command
    .option("--suite <name>", `which suite: ${suites.map(({ name }) => name).join(", ")}`, "quick")
    .option("--algorithms <names>", "only these rows of the suite, comma-separated", names)
    .option("--environments <ids>", "only these environments, comma-separated", names)
    .option("--seeds <list>", "only these seeds, such as 0,3 or 0-4", seedList)
    .option("--jobs <number>", "worker processes", positive, availableParallelism())
    .addOption(
      new Option("--time-limit <seconds>", "longest time one cell may take")
        .argParser(positive).default(3600),
    )
    .option(
      "--algorithm-module <path>",
      "add an algorithm of your own (may be repeated)",
      collect,
      [],
    )
    .option(
      "--environment-module <path>",
      "add an environment of your own (may be repeated)",
      collect,
      [],
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/**
 * Runs a command; what goes wrong becomes one line on standard error.
 *
 * @returns the exit code: that of the command, 1 after a failure, 2 after wrong usage
 */
export async function runCommand(name: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      console.error(`${name}: ${messageOf(error).replace(/^error: /, "")}`);
      return 2;
    }
    console.error(`${name}: ${messageOf(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** The suite and the modules that the options name. */
export async function load(
  options: CommonOptions,
): Promise<{ suite: Suite; catalog: Catalog; modules: UserModules }> {
  const modules: UserModules = {
    algorithms: options.algorithmModule.map(fileUrl),
    environments: options.environmentModule.map(fileUrl),
  };
  await probeModules(modules);
  const catalog = await loadCatalog(modules);
  return { suite: withUserModules(suiteOf(options.suite), catalog), catalog, modules };
}

/** A signal that fires at Ctrl-C or a request to terminate, while `run` is running. */
export async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  const signals: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  try {
    return await run(stop.signal);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
  }
}

function suiteOf(name: string): Suite {
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite) return suite;
  throw new UsageError(`unknown suite "${name}"${nearest(name, suites.map((s) => s.name))}`);
}

/** A list of names on the command line. */
export function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (list.length === 0) {
    throw new InvalidArgumentError("give one name or several with commas between");
  }
  return list;
}

function seedList(text: string): number[] {
  const seeds = text.split(",").flatMap((part) => {
    const range = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part);
    const first = Number(range?.[1]);
    const last = Number(range?.[2] ?? first);
    if (!range || last < first || last - first >= 100_000) {
      throw new InvalidArgumentError("seeds are whole numbers such as 0,3 or 0-4");
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(seeds)].sort((a, b) => a - b);
}

function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1e6) {
    throw new InvalidArgumentError("it must be a whole number from 1 to 1000000");
  }
  return value;
}

function collect(path: string, before: readonly string[]): string[] {
  return [...before, path];
}

function fileUrl(path: string): string {
  return pathToFileURL(userPath(path)).href;
}

/**
 * A path as the user meant it: relative to where the command was typed. `deno task` changes to the
 * project's folder and leaves the other one in INIT_CWD.
 */
export function userPath(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

/** Checks a path on the command line. */
export function folder(path: string): string {
  if (path === "") throw new InvalidArgumentError("it must name a folder");
  return userPath(path);
}
