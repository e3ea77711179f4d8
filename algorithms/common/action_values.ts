/** A table of action values Q(s, a) and the policies that are read from it. */
import type { Snapshot } from "../../data/snapshot.ts";
import type { Generator } from "../../random/generator.ts";
import { restoreArray } from "./restore_array.ts";

/** Action values of a problem whose states and actions are numbered from 0. */
export class ActionValues {
  /** Q(s, a) at index `s * actions + a`. */
  readonly table: Float64Array;
  /** Number of states. */
  readonly states: number;
  /** Number of actions, the same in every state. */
  readonly actions: number;

  /**
   * A table filled with one value.
   *
   * @param states number of states
   * @param actions number of actions
   * @param initialValue first estimate of every action's value
   */
  constructor(states: number, actions: number, initialValue: number) {
    this.states = states;
    this.actions = actions;
    this.table = new Float64Array(states * actions).fill(initialValue);
  }

  /** The place of a state-action pair in the table. */
  pair(state: number, action: number): number {
    return state * this.actions + action;
  }

  /** The value of the best action, max_a Q(s, a). */
  max(state: number): number {
    const { table, actions } = this;
    const first = state * actions;
    let best = table[first];
    for (let a = 1; a < actions; a++) {
      const value = table[first + a];
      if (value > best) best = value;
    }
    return best;
  }

  /**
   * The expected value of an action of the epsilon-greedy policy. How ties are broken does not
   * matter to it.
   */
  mean(state: number, epsilon: number): number {
    const { table, actions } = this;
    const first = state * actions;
    let sum = 0;
    for (let a = 0; a < actions; a++) sum += table[first + a];
    return (1 - epsilon) * this.max(state) + epsilon * (sum / actions);
  }

  /** The best action; one of several equally good ones is drawn uniformly. For learning. */
  greedy(state: number, random: Generator): number {
    const { table, actions } = this;
    const first = state * actions;
    let action = 0;
    let best = table[first];
    let ties = 1;
    for (let a = 1; a < actions; a++) {
      const value = table[first + a];
      if (value > best) {
        best = value;
        action = a;
        ties = 1;
      } else if (value === best) {
        ties++;
      }
    }
    if (ties === 1) return action;
    for (let skip = random.integers(0, ties); skip > 0; skip--) {
      do action++; while (table[first + action] !== best);
    }
    return action;
  }

  /** A uniformly drawn action with probability epsilon, else the best one (section 2.2). */
  epsilonGreedy(state: number, epsilon: number, random: Generator): number {
    return random.random() < epsilon
      ? random.integers(0, this.actions)
      : this.greedy(state, random);
  }

  /** The best action of every state, the lowest-numbered of equally good ones. For evaluation. */
  greedyActions(): Int32Array {
    const { table, actions } = this;
    return Int32Array.from({ length: this.states }, (_, state) => {
      let best = state * actions;
      for (let i = best + 1; i < (state + 1) * actions; i++) {
        if (table[i] > table[best]) best = i;
      }
      return best - state * actions;
    });
  }

  /** The values. */
  save(): Snapshot {
    return this.table.slice();
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws RangeError if the snapshot is of a problem of another size
   */
  restore(snapshot: Snapshot): void {
    restoreArray(this.table, snapshot);
  }
}
