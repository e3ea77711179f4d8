/**
 * From a suite and a selection to the cells to run: looks up names, checks every configuration,
 * leaves out what does not fit, and computes the digests. Nothing is run here.
 */
import type { Algorithm } from "../algorithms/algorithm.ts";
import { checkConfig } from "../algorithms/create.ts";
import type { EnvironmentSpec } from "../envs/environment.ts";
import { makeFromSpec } from "../envs/make_from_spec.ts";
import { messageOf } from "../data/message.ts";
import { algorithmOf, type Catalog, environmentOf } from "./catalog.ts";
import { digestOfCode, digestOfData } from "./digest.ts";
import type { Digests, Job } from "./cell/job.ts";
import { nearest } from "../data/nearest.ts";
import type { Suite, SuiteEntry, SuiteEnvironment } from "./suite.ts";
import { whyNotApplicable } from "./suite.ts";
import { UsageError } from "./usage_error.ts";

/** What part of a suite is meant; what is left out means all. */
export interface Selection {
  /** Names of entries or of algorithms. */
  readonly algorithms?: readonly string[];
  /** Ids. */
  readonly environments?: readonly string[];
  readonly seeds?: readonly number[];
}

/** One entry on one environment: the cells that share a result file. */
export interface Group {
  readonly suite: Suite;
  readonly environment: SuiteEnvironment;
  readonly spec: EnvironmentSpec;
  readonly entry: SuiteEntry;
  readonly algorithm: Algorithm;
  /** The full configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where the configuration comes from. */
  readonly source: string;
  readonly budget: number;
  readonly digests: Digests;
  /** One per selected seed. */
  readonly jobs: readonly Job[];
}

/** A pair that does not fit. */
export interface NotApplicable {
  readonly environment: string;
  readonly entry: string;
  readonly reason: string;
}

/** What is to be run. */
export interface Plan {
  readonly suite: Suite;
  readonly groups: readonly Group[];
  readonly notApplicable: readonly NotApplicable[];
}

/** The modules whose imports decide how cells are run and scored, and what a result says of them. */
const cellModules = ["./cell/cell.ts", "./cell/environment_facts.ts"]
  .map((path) => new URL(path, import.meta.url).href);

/**
 * Plans a run.
 *
 * @throws UsageError if the selection names what the suite does not have, or a setting is wrong
 */
export async function planSuite(
  suite: Suite,
  catalog: Catalog,
  selection: Selection = {},
): Promise<Plan> {
  checkSelection(suite, selection);
  const groups: Group[] = [];
  const notApplicable: NotApplicable[] = [];
  const seeds = selection.seeds ?? suite.seeds;
  const planned = new Set<string>();
  for (const block of suite.blocks) {
    for (const environment of block.environments) {
      if (selection.environments && !selection.environments.includes(environment.id)) continue;
      const spec = environmentOf(catalog, environment.id);
      const sample = usable(() => makeFromSpec(spec, environment.options), suite, environment.id);
      for (const entry of block.entries) {
        if (selection.algorithms && !isNamed(entry, selection.algorithms)) continue;
        // A user's environment stands in every block; the first block that has the entry counts.
        const pair = `${environment.id} ${entry.name}`;
        if (planned.has(pair)) continue;
        planned.add(pair);
        const algorithm = algorithmOf(catalog, entry.algorithm);
        const settings = entry.settings(environment.id);
        const config = usable(
          () => checkConfig(algorithm, settings.config) as Readonly<Record<string, unknown>>,
          suite,
          pair,
        );
        const reason = usable(() => whyNotApplicable(algorithm, sample, config), suite, pair);
        if (reason !== null) {
          notApplicable.push({ environment: environment.id, entry: entry.name, reason });
        } else {
          const budget = settings.budget ?? block.budget(environment.id, algorithm.unit);
          const { source } = settings;
          const parts = { suite, environment, spec, entry, algorithm, config, source, budget };
          groups.push(await planGroup(parts, seeds));
        }
      }
    }
  }
  return { suite, groups, notApplicable };
}

async function planGroup(
  parts: Omit<Group, "digests" | "jobs">,
  seeds: readonly number[],
): Promise<Group> {
  const { suite, environment, spec, entry, algorithm, config, budget } = parts;
  const shared = {
    suite: suite.name,
    environment: { id: environment.id, options: environment.options ?? {} },
    entry: entry.name,
    algorithm: algorithm.name,
    config,
    budget,
    evaluation: suite.evaluation,
  };
  const digests = {
    configuration: await digestOfData(shared),
    code: await digestOfCode([...cellModules, algorithm.module, spec.module]),
  };
  return { ...parts, digests, jobs: seeds.map((seed) => ({ ...shared, seed, digests })) };
}

function checkSelection(suite: Suite, selection: Selection) {
  const entries = suite.blocks.flatMap((block) => block.entries);
  const environments = suite.blocks.flatMap((block) => block.environments.map(({ id }) => id));
  for (const name of selection.algorithms ?? []) {
    if (entries.some((entry) => isNamed(entry, [name]))) continue;
    const names = [...new Set(entries.map((entry) => entry.name))];
    throw new UsageError(`suite ${suite.name} has no algorithm "${name}"${nearest(name, names)}`);
  }
  for (const id of selection.environments ?? []) {
    if (environments.includes(id)) continue;
    const ids = [...new Set(environments)];
    throw new UsageError(`suite ${suite.name} has no environment "${id}"${nearest(id, ids)}`);
  }
}

function isNamed(entry: SuiteEntry, names: readonly string[]): boolean {
  return names.includes(entry.name) || names.includes(entry.algorithm);
}

/** Turns a wrong setting into a usage error that says where it stands. */
function usable<T>(make: () => T, suite: Suite, where: string): T {
  try {
    return make();
  } catch (error) {
    throw new UsageError(`suite ${suite.name}, ${where}: ${messageOf(error)}`);
  }
}

/**
 * A suite with a user's own algorithms and environments beside the built-in ones: an algorithm in
 * every block that has others for its task, an environment in every block.
 */
export function withUserModules(suite: Suite, catalog: Catalog): Suite {
  const own = catalog.userEnvironments.map(({ id }) => ({ id }));
  return {
    ...suite,
    blocks: suite.blocks.map((block) => {
      const tasks = block.entries.map(({ algorithm }) => algorithmOf(catalog, algorithm).task);
      const fitting = catalog.userAlgorithms.filter(({ task }) => tasks.includes(task));
      return {
        ...block,
        environments: [...block.environments, ...own],
        entries: [...block.entries, ...fitting.map(entryOf)],
      };
    }),
  };
}

function entryOf(algorithm: Algorithm): SuiteEntry {
  return {
    name: algorithm.name,
    title: algorithm.title,
    algorithm: algorithm.name,
    settings: () => ({ source: "the algorithm's defaults" }),
  };
}
