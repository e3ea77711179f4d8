/** Makes an environment with its wrappers from its specification, without the registry. */
import { z } from "zod";
import type { Environment, EnvironmentSpec } from "./environment.ts";
import type { SchemaIssue } from "./schema.ts";
import { OrderEnforcing } from "./wrappers/order_enforcing.ts";
import { TimeLimit } from "./wrappers/time_limit.ts";

/** What `make` can be told: the environment's own options, and the time limit. */
export interface MakeOptions {
  /** Truncates episodes after this many steps instead of the registered limit; null removes it. */
  readonly maxEpisodeSteps?: number | null;
  /** The environment's own options; its file lists them. */
  readonly [option: string]: unknown;
}

/**
 * Makes an environment: the bare one, then `OrderEnforcing`, then `TimeLimit` if there is a limit.
 *
 * @throws TypeError if an option is unknown or has a wrong value
 * @throws RangeError if `maxEpisodeSteps` is not a whole number >= 1 or null
 */
export function makeFromSpec(
  spec: EnvironmentSpec,
  options: MakeOptions = {},
): Environment {
  const { maxEpisodeSteps = spec.maxEpisodeSteps, ...own } = options;
  const ordered = new OrderEnforcing(makeBare(spec, own));
  return maxEpisodeSteps === null ? ordered : new TimeLimit(ordered, maxEpisodeSteps);
}

/**
 * Makes the environment alone, without wrappers.
 *
 * @param options the environment's own options
 * @throws TypeError if an option is unknown or has a wrong value
 */
export function makeBare(
  spec: EnvironmentSpec,
  options: Readonly<Record<string, unknown>> = {},
): Environment {
  const parsed = spec.options.safeParse(options);
  if (!parsed.success) throw new TypeError(describe(spec, parsed.error));
  return spec.create(parsed.data);
}

/** The problems as one line. */
function describe(
  spec: EnvironmentSpec,
  { issues }: { readonly issues: readonly SchemaIssue[] },
): string {
  const problems = issues.map((issue) => {
    if (issue.code !== "unrecognized_keys") {
      const name = issue.path.join(".");
      return `${name === "" ? "" : `option ${name}: `}${issue.message}`;
    }
    const known = spec.options instanceof z.ZodObject ? Object.keys(spec.options.shape) : [];
    return `unknown option ${issue.keys?.join(", ")}; known are ${
      [...known, "maxEpisodeSteps"].join(", ")
    }`;
  });
  return `${spec.id}: ${problems.join("; ")}`;
}
