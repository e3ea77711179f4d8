/**
 * Value iteration: dynamic programming on the environment's exact model (Sutton & Barto, 2nd
 * edition, section 4.4).
 *
 * Every sweep replaces the value of each state by the value of its best action, computed from the
 * values of the sweep before (the synchronous form):
 *
 * ```math
 * V_{k+1}(s) = \max_a \sum_{s', r} p(s', r \mid s, a) \, \bigl[ r + \gamma V_k(s') \bigr]
 * ```
 *
 * From values of zero, k sweeps give the optimal return of k steps.
 */
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { bestActionValue } from "./common/action_value.ts";
import { actionTable, greedySets, soonestToEnd } from "./common/greedy_sets.ts";
import { type KnownModel, knownModel } from "./common/known_model.ts";
import { restoreArray } from "./common/restore_array.ts";
import { tabularPolicy } from "./common/tabular_policy.ts";

/** Configuration of value iteration. */
export interface ValueIterationConfig {
  /** Discount rate gamma, 0 to 1. */
  readonly discount: number;
  /** Largest change of a sweep, as a part of the largest value, that counts as none. */
  readonly tolerance: number;
}

const config: z.ZodType<ValueIterationConfig> = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99)
    .describe("Discount rate gamma."),
  tolerance: z.number().min(0).default(1e-13)
    .describe(
      "The values have converged when a sweep changes none by more than this part of the largest " +
        "one. Rounding may keep 0 from ever being reached.",
    ),
});

class ValueIteration implements Learner {
  /** Sweeps done: passes over all states. */
  steps = 0;
  readonly #config: ValueIterationConfig;
  readonly #known: KnownModel;
  /** V(s) of every state of the model. */
  #values: Float64Array;
  #converged = false;

  constructor(context: Context<ValueIterationConfig>) {
    this.#config = context.config;
    this.#known = knownModel("value_iteration", context.makeEnvironment());
    this.#values = new Float64Array(this.#known.model.states);
  }

  train(untilStep: number): void {
    while (this.steps < untilStep && !this.#converged) {
      this.#converged = this.#sweep() <= this.#config.tolerance;
      this.steps++;
    }
    // Once the values have converged, further sweeps are counted but change nothing.
    this.steps = Math.max(this.steps, untilStep);
  }

  /**
   * V(s) <- max_a sum_{s', r} p(s', r | s, a) [r + gamma V(s')] for every s.
   * Returns the largest change, as a part of the largest value.
   */
  #sweep(): number {
    const { model } = this.#known;
    const { discount } = this.#config;
    const values = this.#values;
    const swept = new Float64Array(model.states);
    let change = 0;
    let largest = 0;
    for (let s = 0; s < model.states; s++) {
      swept[s] = bestActionValue(model, values, discount, s);
      change = Math.max(change, Math.abs(swept[s] - values[s]));
      largest = Math.max(largest, Math.abs(swept[s]));
    }
    this.#values = swept;
    return change === 0 ? 0 : change / largest;
  }

  /**
   * The policy that is greedy towards the values; of equally good actions, the lowest-numbered one.
   * Without discount, greedy actions need not lead anywhere: once the values have converged, only
   * those that end the episode soonest count.
   */
  policy(): Policy {
    const { environment, model } = this.#known;
    const { discount } = this.#config;
    let sets = greedySets(model, this.#values, discount);
    if (discount === 1 && this.#converged) sets = soonestToEnd(model, sets);
    return tabularPolicy(environment, actionTable(this.#known, sets));
  }

  save(): Snapshot {
    return { steps: this.steps, values: this.#values.slice(), converged: this.#converged };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as { steps: number; values: Snapshot; converged: boolean };
    restoreArray(this.#values, saved.values);
    this.steps = saved.steps;
    this.#converged = saved.converged;
  }
}

/** Value iteration. */
export const valueIteration: ControlAlgorithm<ValueIterationConfig> = {
  name: "value_iteration",
  title: "Value iteration",
  description: "Sweeps over all states of the known model and replaces each value by that of the " +
    "best action, until nothing changes: the exact optimum, without acting once.",
  source: "Bellman (1957); Sutton & Barto (2018), section 4.4",
  taxonomy: {
    family: "value-based",
    update: "dynamic programming",
    policy: "not applicable",
    modelBased: true,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "sweeps",
  create: (context) => new ValueIteration(context),
};

export default valueIteration;
