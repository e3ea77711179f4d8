/** Helpers of the tests of dynamic programming: small models, random ones, and policies as tables. */
import fc from "fast-check";
import type { Policy } from "../../algorithms/algorithm.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { TabularEnvironment } from "../../envs/tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../../envs/tabular_model.ts";
import { defaultGenerator } from "../../random/generator.ts";

/** The model of a registered environment. */
export function modelOf(id: string, options?: Readonly<Record<string, unknown>>): TabularModel {
  return make(id, options).model!;
}

/** A model with its state known from the start: the same, but every episode starts in `state`. */
export function startingIn(model: TabularModel, state: number): TabularModel {
  return { ...model, initial: model.initial.map((_, s) => s === state ? 1 : 0) };
}

/** An environment that plays a model. */
export function environmentOf(table: TabularModel): Environment {
  const observations = Math.max(...table.observation) + 1;
  return new TabularEnvironment({ id: "Test-v0", table, observations });
}

/** What a deterministic policy on Discrete observations does at each of them. */
export function actionsOf(policy: Policy, { states }: TabularModel): Int32Array {
  const unused = defaultGenerator(0);
  return Int32Array.from({ length: states }, (_, s) => policy.act(s, unused) as number);
}

/** The next layer of values: the Bellman optimality backup of every state, written out. */
export function backup(model: TabularModel, values: Float64Array, discount: number): Float64Array {
  const { offsets, probability, reward, terminated, next, actions } = model;
  return values.map((_, s) => {
    let best = -Infinity;
    for (let entry = s * actions; entry < (s + 1) * actions; entry++) {
      let q = 0;
      for (let i = offsets[entry]; i < offsets[entry + 1]; i++) {
        const follows = terminated[i] ? 0 : values[next[i]];
        q += probability[i] * (reward[i] + discount * follows);
      }
      best = Math.max(best, q);
    }
    return best;
  });
}

/** The largest absolute difference. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((largest, x, i) => Math.max(largest, Math.abs(x - b[i])), 0);
}

/** What random models may hold. */
export interface ModelLimits {
  readonly rewards?: { readonly min: number; readonly max: number };
}

/** Random models of 1 to 6 states and 1 to 3 actions with small whole rewards. */
export function models({ rewards = { min: -3, max: 3 } }: ModelLimits = {}): fc.Arbitrary<
  TabularModel
> {
  return fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }))
    .chain(([states, actions]) => {
      const outcome = fc.record({
        weight: fc.integer({ min: 0, max: 4 }),
        next: fc.nat(states - 1),
        reward: fc.integer(rewards),
        terminated: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      });
      const outcomes = fc.array(outcome, { minLength: 1, maxLength: 3 })
        .filter((list) => list.some(({ weight }) => weight > 0));
      const row = fc.array(outcomes, { minLength: actions, maxLength: actions });
      return fc.record({
        table: fc.array(row, { minLength: states, maxLength: states }),
        start: fc.nat(states - 1),
      });
    })
    .map(({ table, start }) =>
      tabularModel(
        table.map((row) =>
          row.map((list): Outcome[] => {
            const total = list.reduce((sum, { weight }) => sum + weight, 0);
            return list.map((
              { weight, next, reward, terminated },
            ) => [weight / total, next, reward, terminated]);
          })
        ),
        table.map((_, s) => s === start ? 1 : 0),
      )
    );
}
