/** The environments that are known by id. Built-in ones are there from the start. */
import { nearest } from "../data/nearest.ts";
import { builtin } from "./builtin.ts";
import type { EnvironmentSpec } from "./environment.ts";
import { asSpec } from "./spec.ts";

const specs = new Map<string, EnvironmentSpec>();
for (const spec of builtin) register(spec);

/** Ids that Gymnasium used in the past, and what took their place. */
const successors: Readonly<Record<string, string>> = {
  "Taxi-v3": "Taxi-v4",
  "CliffWalking-v0": "CliffWalking-v1",
};

/**
 * Makes an environment known by its id.
 *
 * @throws TypeError if the specification is malformed
 * @throws Error if the id is taken by another one
 */
export function register<Options>(spec: EnvironmentSpec<Options>): void {
  const { id, module } = asSpec(spec);
  const other = specs.get(id);
  if (other === spec) return;
  if (other !== undefined) {
    throw new Error(
      `environment id ${id} of ${module} is already taken by ${other.module}`,
    );
  }
  specs.set(id, spec as EnvironmentSpec);
}

/** All known ids, sorted. */
export function environmentIds(): string[] {
  return [...specs.keys()].sort();
}

/**
 * The specification with this id.
 *
 * @throws Error if there is none: the message names the nearest ids
 */
export function specOf(id: string): EnvironmentSpec {
  const spec = specs.get(id);
  if (spec !== undefined) return spec;
  if (Object.hasOwn(successors, id)) {
    throw new Error(
      `environment ${id} no longer exists in Gymnasium; use ${successors[id]}`,
    );
  }
  throw new Error(`unknown environment "${id}"${nearest(id, environmentIds())}`);
}
