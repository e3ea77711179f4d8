/** Makes an environment with its wrappers from its specification, without the registry. */
import { z } from "zod";
import type { Environment, EnvironmentSpec } from "./environment.ts";
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
  const parsed = spec.options.safeParse(own);
  if (!parsed.success) throw new TypeError(describe(spec, parsed.error));
  const ordered = new OrderEnforcing(spec.create(parsed.data));
  return maxEpisodeSteps === null
    ? ordered
    : new TimeLimit(ordered, maxEpisodeSteps);
}

/** The problems as one line. */
function describe(spec: EnvironmentSpec, { issues }: z.ZodError): string {
  const problems = issues.map((issue) => {
    if (issue.code !== "unrecognized_keys") {
      const name = issue.path.join(".");
      return `${name === "" ? "" : `option ${name}: `}${issue.message}`;
    }
    const known = spec.options instanceof z.ZodObject
      ? Object.keys(spec.options.shape)
      : [];
    return `unknown option ${issue.keys.join(", ")}; known are ${
      [...known, "maxEpisodeSteps"].join(", ")
    }`;
  });
  return `${spec.id}: ${problems.join("; ")}`;
}
