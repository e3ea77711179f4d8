/** The part of `checkEnv` that looks at spaces: Gymnasium's space checks, on descriptions. */
import type { Report } from "./check_env.ts";
import type { Space, SpaceDescription } from "./spaces/space.ts";

/**
 * Checks one space.
 *
 * @param name what the space is for: "observation space" or "action space"
 */
export function checkSpace(space: Space, name: string, report: Report): void {
  for (const method of ["sample", "contains", "seed"] as const) {
    if (typeof space?.[method] !== "function") {
      return report("error", `the ${name} is no space: it has no method ${method}`);
    }
  }
  if (!checkDescription(space.description, name, report)) return;
  if (name === "action space") checkRange(space.description, report);
  space.seed(123);
  if (!space.contains(space.sample())) {
    report("error", `a sample of the ${name} is not contained in it`);
  }
}

/** @returns whether there was no error */
function checkDescription(description: SpaceDescription, name: string, report: Report): boolean {
  const problem = problemOf(description);
  if (problem !== null) {
    report("error", `the ${name} ${problem}`);
    return false;
  }
  if (description.type === "Tuple") {
    return description.spaces.every((member, i) =>
      checkDescription(member, `${name}[${i}]`, report)
    );
  }
  if (description.type === "Dict") {
    return description.spaces.every(([key, member]) =>
      checkDescription(member, `${name}.${key}`, report)
    );
  }
  if (description.type === "Box") {
    const low = description.low.map(Number);
    const high = description.high.map(Number);
    if (low.includes(-Infinity)) {
      report("warning", `the ${name} has a low of -Infinity, which is probably too low`);
    }
    if (high.includes(Infinity)) {
      report("warning", `the ${name} has a high of Infinity, which is probably too high`);
    }
    if (low.some((bound, i) => bound === high[i])) {
      report("warning", `the ${name} has an element whose low and high are equal`);
    }
  }
  return true;
}

/** What makes a description impossible, or null. */
function problemOf(description: SpaceDescription): string | null {
  switch (description?.type) {
    case "Discrete":
      return isPositive(description.n)
        ? null
        : `has n = ${description.n}, which must be a whole number >= 1`;
    case "Box": {
      const { low, high, shape } = description;
      const size = shape.reduce((product, axis) => product * axis, 1);
      if (low.length !== size || high.length !== size) {
        return `has shape [${shape}] but ${low.length} low and ${high.length} high bounds`;
      }
      const at = low.findIndex((bound, i) => !(Number(bound) <= Number(high[i])));
      return at < 0 ? null : `has low[${at}] = ${low[at]} above high[${at}] = ${high[at]}`;
    }
    case "MultiDiscrete":
      if (description.start.length !== description.nvec.length) {
        return `has ${description.nvec.length} entries in nvec but ${description.start.length} in start`;
      }
      return description.nvec.every(isPositive) && description.nvec.length > 0
        ? null
        : `has nvec [${description.nvec}], whose entries must be whole numbers >= 1`;
    case "MultiBinary":
      return description.shape.every(isPositive) && description.shape.length > 0
        ? null
        : `has shape [${description.shape}], whose entries must be whole numbers >= 1`;
    case "Tuple":
    case "Dict":
      return description.spaces.length > 0 ? null : `is an empty ${description.type}`;
    default:
      return "has no description of a known type";
  }
}

function isPositive(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}

/** Learning is easier where the actions of a vector are symmetric or start at 0, and lie in [-1, 1]. */
function checkRange(description: SpaceDescription, report: Report): void {
  if (description.type === "Tuple") {
    return description.spaces.forEach((member) => checkRange(member, report));
  }
  if (description.type === "Dict") {
    return description.spaces.forEach(([, member]) => checkRange(member, report));
  }
  if (description.type !== "Box" || description.shape.length !== 1) return;
  const low = description.low.map(Number);
  const high = description.high.map(Number);
  const normal = low.every((bound, i) =>
    (bound === 0 || bound === -high[i]) && bound >= -1 && high[i] <= 1
  );
  if (!normal) {
    report("warning", "the action space should be symmetric or start at 0, and lie in [-1, 1]");
  }
}
