/** The environments that are known by id. Built-in ones are there from the start. */
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
  const near = nearest(id, environmentIds());
  throw new Error(
    near.length > 0
      ? `unknown environment ${id}; did you mean ${near.join(" or ")}?`
      : `unknown environment ${id}; known are ${environmentIds().join(", ")}`,
  );
}

/**
 * The up to three candidates that differ from the text in a third of its letters at most, nearest
 * first. Versions and case do not count.
 */
function nearest(text: string, candidates: readonly string[]): string[] {
  const name = (id: string) => id.toLowerCase().replace(/-v\d+$/, "");
  const limit = Math.max(2, Math.floor(name(text).length / 3));
  return candidates
    .map((candidate) => ({ candidate, distance: edits(name(text), name(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** How many letters must be put in, left out or replaced to make one text the other (Levenshtein). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        row[j] + 1,
        next[j - 1] + 1,
        row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length];
}
