/**
 * The exact dynamics of an environment with few states (Gymnasium's `P` and `initial_state_distrib`),
 * laid out in flat arrays. Dynamic programming reads it; the environments themselves sample from it.
 */

/**
 * A finite Markov decision process.
 *
 * The outcomes of action `a` in state `s` are the entries `offsets[s * actions + a]` up to (not
 * including) `offsets[s * actions + a + 1]` of `probability`, `next`, `reward` and `terminated`, in
 * the order in which the environment samples them. Equal outcomes are not merged.
 */
export interface TabularModel {
  /** Number of states. State `s` is shown to the agent as observation number `observation[s]`. */
  readonly states: number;
  /** Number of actions; every action is allowed in every state. */
  readonly actions: number;
  /** Length states * actions + 1. */
  readonly offsets: Int32Array;
  /** Probability of each outcome. */
  readonly probability: Float64Array;
  /** State after each outcome. */
  readonly next: Int32Array;
  /** Reward of each outcome. */
  readonly reward: Float64Array;
  /** 1 where the outcome ends the episode, else 0. */
  readonly terminated: Uint8Array;
  /** Probability that an episode starts in each state; length `states`. */
  readonly initial: Float64Array;
  /**
   * Index of the observation that each state shows (for a tuple of integers: its row-major index).
   * The identity but for environments that hide a part of their state.
   */
  readonly observation: Int32Array;
}

/** One outcome: probability, next state, reward, terminated (Gymnasium's order). */
export type Outcome = readonly [
  probability: number,
  next: number,
  reward: number,
  terminated: boolean,
];

/**
 * Lays out a table of outcomes as a model.
 *
 * @param table `table[state][action]` lists the outcomes in sampling order
 * @param initial probability that an episode starts in each state
 * @param observation index of the observation that each state shows; the state's own index if left out
 */
export function tabularModel(
  table: readonly (readonly (readonly Outcome[])[])[],
  initial: ArrayLike<number>,
  observation?: ArrayLike<number>,
): TabularModel {
  const states = table.length;
  const actions = table[0].length;
  const offsets = new Int32Array(states * actions + 1);
  const outcomes: Outcome[] = [];
  for (let s = 0; s < states; s++) {
    for (let a = 0; a < actions; a++) {
      outcomes.push(...table[s][a]);
      offsets[s * actions + a + 1] = outcomes.length;
    }
  }
  return {
    states,
    actions,
    offsets,
    probability: Float64Array.from(outcomes, ([p]) => p),
    next: Int32Array.from(outcomes, ([, next]) => next),
    reward: Float64Array.from(outcomes, ([, , reward]) => reward),
    terminated: Uint8Array.from(outcomes, ([, , , end]) => end ? 1 : 0),
    initial: Float64Array.from(initial),
    observation: observation
      ? Int32Array.from(observation)
      : Int32Array.from({ length: states }, (_, s) => s),
  };
}

/** The states in which an episode can be while it goes on, in ascending order. */
export function reachableStates(model: TabularModel): Int32Array {
  const reached = new Uint8Array(model.states);
  const toVisit: number[] = [];
  const visit = (state: number) => {
    if (reached[state] === 0) toVisit.push(state);
    reached[state] = 1;
  };
  model.initial.forEach((probability, state) => probability > 0 && visit(state));
  for (let state = toVisit.pop(); state !== undefined; state = toVisit.pop()) {
    const end = model.offsets[(state + 1) * model.actions];
    for (let i = model.offsets[state * model.actions]; i < end; i++) {
      if (model.probability[i] > 0 && model.terminated[i] === 0) {
        visit(model.next[i]);
      }
    }
  }
  return Int32Array.from(
    reached.keys().filter((state) => reached[state] === 1),
  );
}
