/**
 * The environments of a page: the built-in ones. The registry (`envs/registry.ts`) would ask each for
 * the address of its module, and a page's one script has no modules.
 */
import { nearest } from "../../data/nearest.ts";
import { builtin } from "../../envs/builtin.ts";
import type { EnvironmentSpec } from "../../envs/environment.ts";

/**
 * The specification with this id.
 *
 * @throws Error if there is none: the message names the nearest ids
 */
export function builtinSpec(id: string): EnvironmentSpec {
  const spec = builtin.find((spec) => spec.id === id);
  if (spec !== undefined) return spec;
  const hint = nearest(id, builtin.map(({ id }) => id));
  throw new Error(`this page has no environment "${id}"${hint}`);
}
