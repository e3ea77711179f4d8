/**
 * Scores a policy: whole episodes in an environment of its own, without exploration, from a fixed list
 * of reset seeds that is the same for every algorithm (common random numbers).
 */
import type { Policy } from "../../algorithms/algorithm.ts";
import type { Environment } from "../../envs/environment.ts";
import { Generator } from "../../random/generator.ts";
import { PCG64 } from "../../random/pcg64.ts";
import { SeedSequence } from "../../random/seed_sequence.ts";
import { checkAction } from "./policy_recorder.ts";

/** Reset seeds of the episodes that score the final and the best policy: from this one upwards. */
export const finalSeed = 1_000_000;

/** Reset seeds of the episodes on the learning curve: from this one upwards. */
export const curveSeed = 2_000_000;

/** Returns of the evaluation episodes. */
export interface Scores {
  /** Mean of the returns. */
  readonly mean: number;
  /** Undiscounted return of each episode. */
  readonly returns: readonly number[];
}

/** The generator that a stochastic policy draws from in one evaluation episode of one run. */
export function policyNoise(runSeed: number, episodeSeed: number): Generator {
  return new Generator(new PCG64(new SeedSequence([runSeed, episodeSeed])));
}

/**
 * Runs episodes to their end.
 *
 * @param policy the policy to score, or what stands in for it
 * @param environment used for nothing else
 * @param firstSeed episode i is reset with `firstSeed + i`
 * @param episodes number of episodes
 * @param runSeed seed of the run, which a stochastic policy's noise is derived from
 * @throws Error if the policy's action is none or not finite
 */
export function evaluate(
  policy: Pick<Policy, "act">,
  environment: Environment,
  firstSeed: number,
  episodes: number,
  runSeed: number,
): Scores {
  const returns: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    const seed = firstSeed + episode;
    const random = policyNoise(runSeed, seed);
    let { observation } = environment.reset({ seed });
    let total = 0;
    for (let ended = false; !ended;) {
      const action = policy.act(observation, random);
      checkAction(action, observation);
      const step = environment.step(action);
      observation = step.observation;
      total += step.reward;
      ended = step.terminated || step.truncated;
    }
    returns.push(total);
  }
  let sum = 0;
  for (const value of returns) sum += value;
  return { mean: sum / episodes, returns };
}
