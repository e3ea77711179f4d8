/**
 * Policy iteration: dynamic programming on the environment's exact model (Sutton & Barto, 2nd
 * edition, section 4.3).
 *
 * Evaluation sweeps compute the values of the present policy; an improvement pass makes it greedy
 * towards them; and so on, until an improvement pass changes nothing.
 *
 * ```math
 * \begin{aligned}
 * \text{evaluation:} \quad V(s) &\leftarrow
 *   \sum_{s', r} p(s', r \mid s, \pi(s)) \, \bigl[ r + \gamma V(s') \bigr] \\
 * \text{improvement:} \quad \pi(s) &\leftarrow
 *   \arg\max_a \sum_{s', r} p(s', r \mid s, a) \, \bigl[ r + \gamma V(s') \bigr]
 * \end{aligned}
 * ```
 *
 * The first policy is the uniformly random one: it ends every episode that can end, so that its
 * values exist without discount too. Every later policy then ends it as well, unless going round for
 * ever pays.
 */
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { actionValue } from "./common/action_value.ts";
import { actionTable, greedySets, soonestToEnd } from "./common/greedy_sets.ts";
import { type KnownModel, knownModel } from "./common/known_model.ts";
import { restoreArray } from "./common/restore_array.ts";
import { tabularPolicy } from "./common/tabular_policy.ts";

/** Configuration of policy iteration. */
export interface PolicyIterationConfig {
  /** Discount rate gamma, 0 to 1. */
  readonly discount: number;
  /** Largest change of a sweep, as a part of the largest value, that ends an evaluation. */
  readonly evaluationTolerance: number;
}

const config: z.ZodType<PolicyIterationConfig> = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99)
    .describe("Discount rate gamma."),
  evaluationTolerance: z.number().min(0).default(1e-13)
    .describe(
      "A policy is evaluated until a sweep changes no value by more than this part of the largest " +
        "value (theta).",
    ),
});

class PolicyIteration implements Learner {
  /** Passes over all states: every evaluation sweep and every improvement pass counts one. */
  steps = 0;
  readonly #config: PolicyIterationConfig;
  readonly #known: KnownModel;
  /** V(s) of every state of the model. */
  readonly #values: Float64Array;
  /** pi(s) of every state of the model; -1 for a uniformly random action. */
  readonly #actions: Int32Array;
  #evaluated = false;
  #stable = false;

  constructor(context: Context<PolicyIterationConfig>) {
    this.#config = context.config;
    this.#known = knownModel("policy_iteration", context.makeEnvironment());
    this.#values = new Float64Array(this.#known.model.states);
    this.#actions = new Int32Array(this.#known.model.states).fill(-1);
  }

  train(untilStep: number): void {
    while (this.steps < untilStep && !this.#stable) {
      if (!this.#evaluated) {
        this.#evaluated = this.#evaluate() <= this.#config.evaluationTolerance;
      } else {
        this.#stable = !this.#improve();
        this.#evaluated = this.#stable;
      }
      this.steps++;
    }
    // Once the policy is stable, further passes are counted but change nothing.
    this.steps = Math.max(this.steps, untilStep);
  }

  /**
   * V(s) <- sum_{s', r} p(s', r | s, pi(s)) [r + gamma V(s')] for every s, in place.
   * Returns the largest change, as a part of the largest value.
   */
  #evaluate(): number {
    const { model } = this.#known;
    const { discount } = this.#config;
    const values = this.#values;
    let change = 0;
    let largest = 0;
    for (let s = 0; s < model.states; s++) {
      const before = values[s];
      if (this.#actions[s] >= 0) {
        values[s] = actionValue(model, values, discount, s, this.#actions[s]);
      } else {
        let sum = 0;
        for (let a = 0; a < model.actions; a++) sum += actionValue(model, values, discount, s, a);
        values[s] = sum / model.actions;
      }
      change = Math.max(change, Math.abs(values[s] - before));
      largest = Math.max(largest, Math.abs(values[s]));
    }
    return change === 0 ? 0 : change / largest;
  }

  /**
   * pi(s) <- argmax_a sum_{s', r} p(s', r | s, a) [r + gamma V(s')] for every s. An action stays
   * unless another is better by more than the margin of `greedySets`, so that equally good policies
   * do not alternate. Without discount, the first choice has to end the episode where it can.
   * Returns whether any action changed.
   */
  #improve(): boolean {
    const { model } = this.#known;
    const { discount } = this.#config;
    const actions = this.#actions;
    const greedy = greedySets(model, this.#values, discount);
    const choice = discount === 1 ? soonestToEnd(model, greedy) : greedy;
    let changed = false;
    for (let s = 0; s < model.states; s++) {
      const first = s * model.actions;
      if (actions[s] >= 0 && greedy[first + actions[s]]) continue;
      actions[s] = choice.indexOf(1, first) - first;
      changed = true;
    }
    return changed;
  }

  /**
   * The policy that an improvement pass would give now: greedy towards the values so far; of equally
   * good actions, the lowest-numbered one. Without discount and once the policy is stable, only
   * those that end the episode soonest count: others are as good, but may take their time.
   */
  policy(): Policy {
    const { environment, model } = this.#known;
    const { discount } = this.#config;
    let sets = greedySets(model, this.#values, discount);
    if (discount === 1 && this.#stable) sets = soonestToEnd(model, sets);
    return tabularPolicy(environment, actionTable(this.#known, sets));
  }

  save(): Snapshot {
    return {
      steps: this.steps,
      values: this.#values.slice(),
      actions: this.#actions.slice(),
      evaluated: this.#evaluated,
      stable: this.#stable,
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as {
      steps: number;
      values: Snapshot;
      actions: Snapshot;
      evaluated: boolean;
      stable: boolean;
    };
    restoreArray(this.#values, saved.values);
    restoreArray(this.#actions, saved.actions);
    this.steps = saved.steps;
    this.#evaluated = saved.evaluated;
    this.#stable = saved.stable;
  }
}

/** Policy iteration. */
export const policyIteration: ControlAlgorithm<PolicyIterationConfig> = {
  name: "policy_iteration",
  title: "Policy iteration",
  description:
    "Alternates between computing the values of the present policy on the known model and " +
    "making the policy greedy towards them, until it stays the same: the exact optimum.",
  source: "Howard (1960); Sutton & Barto (2018), section 4.3",
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
  create: (context) => new PolicyIteration(context),
};

export default policyIteration;
