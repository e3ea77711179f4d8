/**
 * Suites: which algorithms meet which environments, with what settings, on which seeds.
 * A suite is one typed file in `suites/`; this file says what it holds and how it unfolds into cells.
 */
import type { Algorithm } from "../algorithms/algorithm.ts";
import type { Environment } from "../envs/environment.ts";
import type { SpaceDescription } from "../envs/spaces/space.ts";

/** An environment as a suite uses it. */
export interface SuiteEnvironment {
  readonly id: string;
  /** Options for `make`, `maxEpisodeSteps` among them. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** How one algorithm is run on one environment. */
export interface Settings {
  /** Length of the run in the algorithm's unit; the block's budget if left out. */
  readonly budget?: number;
  /** Configuration; what is left out takes the algorithm's default. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Where these values come from. */
  readonly source: string;
}

/** One row of a table: an algorithm in one configuration. */
export interface SuiteEntry {
  /** Name of the row and of its result files; the algorithm's own name unless a variant is meant. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** The settings per environment id. */
  settings(environment: string): Settings;
}

/** What an algorithm counts its steps in. */
export type Unit = Algorithm["unit"];

/** A block of a suite's matrix: every entry on every environment. */
export interface SuiteBlock {
  /** Length of a run on an environment, in the algorithm's unit, unless an entry's settings say otherwise. */
  budget(environment: string, unit: Unit): number;
  readonly environments: readonly SuiteEnvironment[];
  readonly entries: readonly SuiteEntry[];
}

/** How often and how long policies are scored. */
export interface EvaluationPlan {
  /** Points on the learning curve, evenly spaced over the budget, the last one at its end. */
  readonly curvePoints: number;
  /** Episodes per point of the curve. */
  readonly curveEpisodes: number;
  /** Episodes for the final policy and for the best one. */
  readonly finalEpisodes: number;
}

/** A declared matrix of runs. */
export interface Suite {
  readonly name: string;
  /** One sentence: what the suite is for. */
  readonly description: string;
  readonly blocks: readonly SuiteBlock[];
  readonly seeds: readonly number[];
  readonly evaluation: EvaluationPlan;
}

/** The seeds 0 .. count - 1. */
export function seedsUpTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}

/**
 * Why an algorithm cannot run on an environment, as the table says it; null when it can.
 *
 * @param config the algorithm's checked configuration
 */
export function whyNotApplicable(
  algorithm: Algorithm,
  environment: Environment,
  config: unknown,
): string | null {
  const { taxonomy, task } = algorithm;
  const observations = kindOf(environment.observationSpace.description);
  const actions = kindOf(environment.actionSpace.description);
  if (actions === "other" || !taxonomy.actions.includes(actions)) {
    return `needs ${taxonomy.actions.join(" or ")} actions`;
  }
  if (observations === "other" || !taxonomy.observations.includes(observations)) {
    return `needs ${taxonomy.observations.join(" or ")} observations`;
  }
  if (environment.model === undefined) {
    if (taxonomy.modelBased) return "needs a model of the environment";
    if (task === "prediction") return "needs exact values to compare with";
  }
  return algorithm.whyNot?.(environment, config) ?? null;
}

/** Integers and tuples of integers are discrete, vectors continuous; anything else is neither. */
function kindOf(space: SpaceDescription): "discrete" | "continuous" | "other" {
  if (space.type === "Box") return "continuous";
  const members = space.type === "Tuple" ? space.spaces : [space];
  return members.every(({ type }) => type === "Discrete") ? "discrete" : "other";
}
