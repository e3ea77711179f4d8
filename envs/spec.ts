/** Checks that a value is an environment's specification: it may come from a module nobody compiled. */
import { z } from "zod";
import type { EnvironmentSpec } from "./environment.ts";

const shape = z.object({
  id: z.string().regex(
    /^[A-Za-z0-9_-]+-v\d+$/,
    'must end in its version, like "CartPole-v1"',
  ),
  description: z.string().min(1, "must say in a sentence what the agent does"),
  module: z.url("must be import.meta.url"),
  options: z.custom(
    (value) => typeof (value as z.ZodType | undefined)?.safeParse === "function",
    "must be a zod schema",
  ),
  maxEpisodeSteps: z.int().min(1, "must be a whole number >= 1, or null")
    .nullable(),
  rewardThreshold: z.number().nullable(),
  create: z.custom(
    (value) => typeof value === "function",
    "must be a function",
  ),
});

/**
 * Gives the value back as a specification.
 *
 * @param where what the value is, for the message: `"my_env.ts: the default export"`
 * @throws TypeError if something is missing or malformed: the message lists it all
 */
export function asSpec(
  value: unknown,
  where = "environment specification",
): EnvironmentSpec {
  const { success, error } = shape.safeParse(value);
  if (success) return value as EnvironmentSpec;
  const id = (value as { id?: unknown } | null | undefined)?.id;
  const name = typeof id === "string" ? `${where} "${id}"` : where;
  const problems = error.issues.map(({ path, message }) =>
    [path.join("."), message].join(" ").trim()
  );
  throw new TypeError(`${name}: ${problems.join("; ")}`);
}
