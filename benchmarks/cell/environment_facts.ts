/** What a result says of its environment: spaces, limits, and the exact optimum where it is known. */
import { optimalReturn, policyReturn } from "../../algorithms/common/exact.ts";
import { createLearner } from "../../algorithms/create.ts";
import { valueIteration } from "../../algorithms/value_iteration.ts";
import type { EnvironmentFacts } from "../../data/result_file.ts";
import type { Environment, EnvironmentSpec } from "../../envs/environment.ts";
import { makeFromSpec, type MakeOptions } from "../../envs/make_from_spec.ts";
import type { TabularModel } from "../../envs/tabular_model.ts";
import { actionTable } from "./action_table.ts";

/** What a result says of its environment; the exact returns by dynamic programming on its model. */
export function environmentFacts(
  spec: EnvironmentSpec,
  options: Readonly<Record<string, unknown>>,
): EnvironmentFacts {
  const environment = makeFromSpec(spec, options);
  const { maxEpisodeSteps = spec.maxEpisodeSteps } = options as MakeOptions;
  const { model } = environment;
  const limit = { horizon: maxEpisodeSteps };
  return {
    id: spec.id,
    options: { ...options },
    maxEpisodeSteps,
    observationSpace: { ...environment.observationSpace.description },
    actionSpace: { ...environment.actionSpace.description },
    rewardThreshold: spec.rewardThreshold,
    optimum: model ? optimumOf(environment, model, limit) : null,
    random: model ? finite(() => policyReturn(model, "uniform", limit)) : null,
  };
}

/**
 * The optimum of an agent that sees observations only; null where that is not known. Dynamic
 * programming sees the states: where several states look alike its optimum counts only if a policy
 * on observations reaches it.
 */
function optimumOf(
  environment: Environment,
  model: TabularModel,
  limit: { readonly horizon: number | null },
): number | null {
  const bound = finite(() => optimalReturn(model, limit));
  if (bound === null || new Set(model.observation).size === model.states) return bound;
  const reached = finite(() => {
    const makeEnvironment = () => environment;
    const planner = createLearner(valueIteration, {
      makeEnvironment,
      seed: 0,
      config: { discount: 1 },
    });
    planner.train(10_000);
    return policyReturn(model, actionTable(planner.policy(), environment)!, limit);
  });
  const tolerance = 1e-9 * Math.max(1, Math.abs(bound));
  return reached !== null && Math.abs(reached - bound) < tolerance ? bound : null;
}

/** A return that exists: without a step limit it may not settle or be infinite. */
function finite(compute: () => number): number | null {
  try {
    const value = compute();
    return Number.isFinite(value) ? value : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
