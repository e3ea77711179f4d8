/**
 * The returns that scores are measured by: what counts as 0 and 1 on an environment's normalised scale,
 * and which return counts as having learned the task. Each with its source; what is not known is null.
 */
import type { ControlResult, EnvironmentFacts } from "../data/result_file.ts";
import { mean } from "../stats/aggregate.ts";
import type { EnvironmentTable, Sourced } from "./table/schema.ts";

/** Name of the algorithm that acts at random: it measures the others and takes no part in comparisons. */
export const randomPolicy = "random_policy";

/** The part of the way from the random policy to the reference that counts as having learned. */
const learned = 0.9;

/** References that an environment states nowhere: published results, and what follows from its rewards. */
const published: Readonly<Record<string, (facts: EnvironmentFacts) => Sourced | null>> = {
  "CartPole-v1": ({ maxEpisodeSteps }) =>
    maxEpisodeSteps === null ? null : {
      value: maxEpisodeSteps,
      source: "step limit, as each step gives a reward of 1 and no return is greater",
    },
  "Pendulum-v1": () => ({
    value: -151.855,
    source:
      "mean return of TD3 over 750 episodes in rl-baselines3-zoo's benchmark.md, as Gymnasium " +
      "states no threshold",
  }),
};

/**
 * The references of an environment.
 *
 * @param facts what the result files say of it
 * @param control the results on it, for the random policy's where dynamic programming gives none
 */
export function referencesOf(
  facts: EnvironmentFacts,
  control: readonly ControlResult[],
): Pick<EnvironmentTable, "normalisation" | "threshold"> {
  const random = randomOf(facts, control);
  const reference = referenceOf(facts);
  const normalisation = random !== null && reference !== null && reference.value > random.value
    ? { random, reference }
    : null;
  return { normalisation, threshold: thresholdOf(facts, normalisation) };
}

function randomOf(facts: EnvironmentFacts, control: readonly ControlResult[]): Sourced | null {
  if (facts.random !== null) {
    const source = "exact expected return of the uniformly random policy, by dynamic programming";
    return { value: facts.random, source };
  }
  const row = control.find(({ algorithm }) => algorithm === randomPolicy);
  if (row === undefined) return null;
  const value = mean(row.runs.map(({ final }) => final.mean ?? NaN));
  if (!Number.isFinite(value)) return null;
  const { length } = row.runs;
  const source = `mean return of this suite's random policy: ${length} ` +
    `${length === 1 ? "seed" : "seeds"}, ${row.evaluation.finalEpisodes} episodes each`;
  return { value, source };
}

/** Published numbers hold for the environment as it is made without options. */
function referenceOf(facts: EnvironmentFacts): Sourced | null {
  const { id, options, optimum, rewardThreshold } = facts;
  if (optimum !== null) {
    return { value: optimum, source: "exact optimum under the step limit, by dynamic programming" };
  }
  if (Object.keys(options).length > 0) return null;
  if (id in published) return published[id](facts);
  return rewardThreshold === null ? null : statedThreshold(rewardThreshold);
}

function thresholdOf(
  { options, optimum, rewardThreshold }: EnvironmentFacts,
  normalisation: EnvironmentTable["normalisation"],
): Sourced | null {
  const isAbove = rewardThreshold !== null && optimum !== null && rewardThreshold > optimum;
  if (rewardThreshold !== null && !isAbove && Object.keys(options).length === 0) {
    return statedThreshold(rewardThreshold);
  }
  if (normalisation === null) return null;
  const { random, reference } = normalisation;
  return {
    value: random.value + learned * (reference.value - random.value),
    source: `${learned} of the way from the random policy to the reference` +
      (isAbove ? `, as the stated threshold of ${rewardThreshold} is above the optimum` : ""),
  };
}

function statedThreshold(value: number): Sourced {
  return { value, source: "reward threshold that the environment's registration states" };
}
