/** Helpers of the tests of control algorithms: makes learners and looks into their tables. */
import type { ControlAlgorithm, Learner } from "../../algorithms/algorithm.ts";
import { streamsOf } from "../../algorithms/common/streams.ts";
import { checkConfig } from "../../algorithms/create.ts";
import doubleQLearning from "../../algorithms/double_q_learning.ts";
import expectedSarsa from "../../algorithms/expected_sarsa.ts";
import monteCarloControl from "../../algorithms/monte_carlo_control.ts";
import nStepSarsa from "../../algorithms/n_step_sarsa.ts";
import qLambda from "../../algorithms/q_lambda.ts";
import qLearning from "../../algorithms/q_learning.ts";
import randomPolicy from "../../algorithms/random_policy.ts";
import sarsa from "../../algorithms/sarsa.ts";
import sarsaLambda from "../../algorithms/sarsa_lambda.ts";
import type { Environment } from "../../envs/environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import type { Generator } from "../../random/generator.ts";

/** The algorithms that learn action values by acting. */
export const tabularAlgorithms: readonly ControlAlgorithm[] = [
  monteCarloControl,
  sarsa,
  expectedSarsa,
  nStepSarsa,
  sarsaLambda,
  qLearning,
  doubleQLearning,
  qLambda,
];

/** All algorithms tested here. */
export const algorithms: readonly ControlAlgorithm[] = [randomPolicy, ...tabularAlgorithms];

/** Makes a learner as the benchmark does; options left out have their defaults. */
export function learnerOf(
  algorithm: ControlAlgorithm,
  makeEnvironment: () => Environment,
  config: Readonly<Record<string, unknown>> = {},
  seed = 0,
  exploration?: Generator,
): Learner {
  const streams = streamsOf(seed);
  return algorithm.create({
    makeEnvironment,
    config: checkConfig(algorithm, config),
    streams: exploration === undefined ? streams : { ...streams, exploration },
  });
}

/**
 * The learner's present action values, row by row of the states (of one of its tables, by name).
 */
export function tableOf(learner: Learner, name = "q"): Float64Array {
  return (learner.save() as Readonly<Record<string, Snapshot>>)[name] as Float64Array;
}

/** Trains until the next episode has ended, and returns what the recorder saw of it. */
export function trainEpisodes(learner: Learner, recorder: Recorder, episodes: number): void {
  const until = recorder.episodes.length + episodes;
  while (recorder.episodes.length < until) learner.train(learner.steps + 1);
}

/** An episode seen by a recorder. */
export interface Episode {
  return: number;
  length: number;
}

/** Watches an environment: counts, returns, seeds and every transition if asked. */
export class Recorder {
  /** The finished episodes. */
  readonly episodes: Episode[] = [];
  /** The seeds given to `reset`, in order; undefined for none. */
  readonly seeds: (number | bigint | undefined)[] = [];
  steps = 0;
  /** Called with each action before it is taken, and the observation it is taken at. */
  onAction: ((observation: unknown, action: unknown) => void) | null = null;
  #return = 0;
  #length = 0;
  #observation: unknown;

  /** The environment, watched. */
  watch(environment: Environment): Environment {
    return {
      id: environment.id,
      observationSpace: environment.observationSpace,
      actionSpace: environment.actionSpace,
      get random() {
        return environment.random;
      },
      unwrapped: environment.unwrapped,
      reset: (options, out) => {
        this.seeds.push(options?.seed);
        this.#return = 0;
        this.#length = 0;
        const start = environment.reset(options, out);
        this.#observation = start.observation;
        return start;
      },
      step: (action, out) => {
        this.onAction?.(this.#observation, action);
        const step = environment.step(action, out);
        this.#observation = step.observation;
        this.steps++;
        this.#return += step.reward;
        this.#length++;
        if (step.terminated || step.truncated) {
          this.episodes.push({ return: this.#return, length: this.#length });
        }
        return step;
      },
      save: () => environment.save(),
      restore: (snapshot) => environment.restore(snapshot),
    };
  }
}
