/**
 * Tasks so small that what a policy is worth in them, and the gradient of that, can be computed exactly.
 */
import { TabularEnvironment } from "../../envs/tabular_environment.ts";
import { type Outcome, tabularModel } from "../../envs/tabular_model.ts";
import type { Environment } from "../../envs/environment.ts";
import { Box } from "../../envs/spaces/box.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { defaultGenerator } from "../../random/generator.ts";

/** Outcomes by state and action; every episode ends within three steps. */
const table: readonly (readonly (readonly Outcome[])[])[] = [
  [[[0.7, 1, 1, false], [0.3, 2, 0, false]], [[1, 2, 1, false]]],
  [[[1, 1, 3, true]], [[0.5, 1, -1, true], [0.5, 2, 0, false]]],
  [[[1, 2, 0.5, true]], [[0.5, 2, 4, true], [0.5, 2, -2, true]]],
];
const initial = [0.8, 0.2, 0];

/** The best action in each state, and what it is worth undiscounted. */
export const optimum = { actions: [0, 0, 1], values: [3.1, 3, 1] };

/** The task of the table, as an environment. */
export function tableTask(): Environment {
  return new TabularEnvironment({ id: "Tiny-v0", table: tabularModel(table, initial) });
}

/** One step of a listed episode. */
export interface ListedStep {
  readonly state: number;
  readonly action: number;
  readonly reward: number;
  /** Null after the last step. */
  readonly next: number | null;
}

/** An episode that can happen, and how probable it is. */
export interface ListedEpisode {
  readonly probability: number;
  readonly steps: readonly ListedStep[];
}

/** Probabilities of the actions in each state. */
export function softmaxPolicy(logits: readonly (readonly number[])[]): number[][] {
  return logits.map((row) => {
    const weights = row.map((logit) => Math.exp(logit));
    const sum = weights.reduce((sum, weight) => sum + weight);
    return weights.map((weight) => weight / sum);
  });
}

/** All episodes of the table's task under a policy. */
export function episodesOf(policy: readonly (readonly number[])[]): ListedEpisode[] {
  const from = (state: number, probability: number, before: readonly ListedStep[]) =>
    table[state].flatMap((outcomes, action): ListedEpisode[] =>
      outcomes.flatMap(([p, next, reward, ends]): ListedEpisode[] => {
        const steps = [...before, { state, action, reward, next: ends ? null : next }];
        const all = probability * policy[state][action] * p;
        return ends ? [{ probability: all, steps }] : from(next, all, steps);
      })
    );
  return initial.flatMap((p, state) => p > 0 ? from(state, p, []) : []);
}

/** Discounted returns from each step of an episode on. */
export function returnsOf(steps: readonly ListedStep[], discount: number): number[] {
  const returns: number[] = [];
  let following = 0;
  for (const { reward } of steps.toReversed()) {
    following = reward + discount * following;
    returns.unshift(following);
  }
  return returns;
}

/** The expected discounted return from the start. */
export function expectedReturn(logits: readonly (readonly number[])[], discount: number): number {
  return episodesOf(softmaxPolicy(logits)).reduce(
    (sum, { probability, steps }) => sum + probability * returnsOf(steps, discount)[0],
    0,
  );
}

/** Its gradient with respect to the logits, by differences. */
export function exactGradient(
  logits: readonly (readonly number[])[],
  discount: number,
): number[][] {
  const step = 1e-5;
  const shifted = (state: number, action: number, by: number) =>
    expectedReturn(
      logits.map((row, s) => s === state ? row.with(action, row[action] + by) : row),
      discount,
    );
  return logits.map((row, s) =>
    row.map((_, a) => (shifted(s, a, step) - shifted(s, a, -step)) / (2 * step))
  );
}

/** The value of each state under a policy. */
export function exactValues(policy: readonly (readonly number[])[], discount: number): number[] {
  const valueOf = (state: number): number =>
    table[state].reduce(
      (sum, outcomes, action) =>
        outcomes.reduce(
          (sum, [p, next, reward, ends]) =>
            sum + policy[state][action] * p * (reward + (ends ? 0 : discount * valueOf(next))),
          sum,
        ),
      0,
    );
  return table.map((_, state) => valueOf(state));
}

/** One step: the observation is x = -1 or 1, the reward -(a - 0.7 x)^2. */
export function targetTask(): Environment<Float32Array, Float32Array> {
  let random = defaultGenerator(0);
  let x = 1;
  const environment: Environment<Float32Array, Float32Array> = {
    id: "Target-v0",
    observationSpace: new Box(-1, 1, [1]),
    actionSpace: new Box(-2, 2, [1]),
    get random() {
      return random;
    },
    get unwrapped() {
      return environment;
    },
    reset: ({ seed } = {}) => {
      if (seed !== undefined) random = defaultGenerator(seed);
      x = random.integers(0, 2) * 2 - 1;
      return { observation: Float32Array.of(x), info: {} };
    },
    step: ([action]) => ({
      observation: Float32Array.of(x),
      reward: -((action - 0.7 * x) ** 2),
      terminated: true,
      truncated: false,
      info: {},
    }),
    save: () => ({ random: random.bits.state, x }),
    restore: (snapshot) => {
      const saved = snapshot as { random: typeof random.bits.state; x: number };
      random.bits.state = saved.random;
      x = saved.x;
    },
  };
  return environment;
}

/**
 * The short corridor with switched actions (Sutton & Barto 2018, example 13.1): three places that look
 * the same; in the second one the actions are exchanged; -1 per step. The best policy goes right with
 * probability 2 - sqrt 2, about 0.59, and is worth about -11.6.
 */
export function shortCorridor(): Environment<Float32Array, number> {
  let place = 0;
  const random = defaultGenerator(0);
  const seen = Float32Array.of(1);
  const environment: Environment<Float32Array, number> = {
    id: "ShortCorridor-v0",
    observationSpace: new Box(0, 1, [1]),
    actionSpace: new Discrete(2),
    random,
    get unwrapped() {
      return environment;
    },
    reset: () => {
      place = 0;
      return { observation: seen, info: {} };
    },
    step: (action) => {
      const right = (action === 1) !== (place === 1);
      place = Math.max(0, place + (right ? 1 : -1));
      return { observation: seen, reward: -1, terminated: place === 3, truncated: false, info: {} };
    },
    save: () => place,
    restore: (snapshot) => place = snapshot as number,
  };
  return environment;
}
