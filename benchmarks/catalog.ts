/**
 * All that can take part in a run: the built-in algorithms and environments, and modules that a user
 * names by path. A user's module has an `Algorithm` or an `EnvironmentSpec` as its default export.
 */
import { z } from "zod";
import type { Algorithm } from "../algorithms/algorithm.ts";
import { builtinAlgorithms } from "../algorithms/builtin.ts";
import { builtin as builtinEnvironments } from "../envs/builtin.ts";
import type { EnvironmentSpec } from "../envs/environment.ts";
import { messageOf } from "../data/message.ts";
import { checkEnv } from "../envs/check_env.ts";
import { asSpec } from "../envs/spec.ts";
import { nearest } from "../data/nearest.ts";
import { UsageError } from "./usage_error.ts";

/** Algorithms by name and environments by id. */
export interface Catalog {
  readonly algorithms: ReadonlyMap<string, Algorithm>;
  readonly environments: ReadonlyMap<string, EnvironmentSpec>;
  /** Those that came from the user's modules. */
  readonly userAlgorithms: readonly Algorithm[];
  readonly userEnvironments: readonly EnvironmentSpec[];
}

/** Addresses (`file:///...`) of a user's own modules. */
export interface UserModules {
  readonly algorithms: readonly string[];
  readonly environments: readonly string[];
}

/**
 * Loads the built-in algorithms and environments and the user's modules.
 *
 * @throws UsageError if a module cannot be loaded, is malformed or takes a name that is in use
 */
export async function loadCatalog(modules: UserModules): Promise<Catalog> {
  const userAlgorithms: Algorithm[] = [];
  for (const module of modules.algorithms) {
    userAlgorithms.push(
      asAlgorithm(await importDefault(module), `module ${module}: the default export`),
    );
  }
  const userEnvironments: EnvironmentSpec[] = [];
  for (const module of modules.environments) {
    const value = await importDefault(module);
    try {
      const spec = asSpec(value, `module ${module}: the default export`);
      const fault = checkEnv(spec).find(({ level }) => level === "error");
      if (fault) throw new TypeError(`module ${module}: ${spec.id}: ${fault.message}`);
      userEnvironments.push(spec);
    } catch (error) {
      throw new UsageError(messageOf(error));
    }
  }
  return {
    algorithms: byName("algorithm", [...builtinAlgorithms, ...userAlgorithms], ({ name }) => name),
    environments: byName(
      "environment",
      [...builtinEnvironments, ...userEnvironments],
      ({ id }) => id,
    ),
    userAlgorithms,
    userEnvironments,
  };
}

/**
 * Looks up an environment.
 *
 * @throws UsageError if there is none of this id, with the nearest one
 */
export function environmentOf(catalog: Catalog, id: string): EnvironmentSpec {
  const spec = catalog.environments.get(id);
  if (spec) return spec;
  throw new UsageError(
    `unknown environment "${id}"${nearest(id, [...catalog.environments.keys()])}`,
  );
}

/**
 * Looks up an algorithm.
 *
 * @throws UsageError if there is none of this name, with the nearest one
 */
export function algorithmOf(catalog: Catalog, name: string): Algorithm {
  const algorithm = catalog.algorithms.get(name);
  if (algorithm) return algorithm;
  throw new UsageError(
    `unknown algorithm "${name}"${nearest(name, [...catalog.algorithms.keys()])}`,
  );
}

async function importDefault(module: string): Promise<unknown> {
  try {
    return (await import(module)).default;
  } catch (error) {
    throw new UsageError(
      `module ${module} cannot be loaded: ${messageOf(error)}`,
    );
  }
}

const algorithmShape = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, "must be snake_case, such as my_method"),
  title: z.string().regex(/^[^|\n]+$/, "must be one line without |"),
  task: z.enum(["control", "prediction"]),
  unit: z.enum(["environment steps", "sweeps", "episodes"]),
  module: z.url("must be import.meta.url"),
  config: z.custom((value) => value instanceof z.ZodType, "must be a zod schema"),
  taxonomy: z.object({
    observations: z.array(z.enum(["discrete", "continuous"])),
    actions: z.array(z.enum(["discrete", "continuous"])),
    modelBased: z.boolean(),
  }),
  create: z.custom((value) => typeof value === "function", "must be a function"),
}).refine(({ task, unit }) => (task === "prediction") === (unit === "episodes"), {
  path: ["unit"],
  message: 'must be "episodes" for prediction, and only then',
});

/** Checks that a value, which may come from a module nobody compiled, is an algorithm. */
function asAlgorithm(value: unknown, where: string): Algorithm {
  const { success, error } = algorithmShape.safeParse(value);
  if (success) return value as Algorithm;
  const [{ path, message }] = error.issues;
  throw new UsageError(`${where} is no algorithm: ${[path.join("."), message].join(" ").trim()}`);
}

function byName<T>(kind: string, items: readonly T[], nameOf: (item: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    const name = nameOf(item);
    if (map.has(name)) throw new UsageError(`two ${kind}s are named "${name}": rename yours`);
    map.set(name, item);
  }
  return map;
}
