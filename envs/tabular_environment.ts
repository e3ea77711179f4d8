/**
 * Environments that are nothing but a table: each step draws one of the outcomes listed for the
 * state and the action. The grid worlds and walks are tables handed to `TabularEnvironment`.
 *
 * Random stream, as in Gymnasium's toy-text environments: one double per reset (the start state) and
 * one per step (the outcome), even where there is only one to choose from.
 */
import { defaultGenerator, type Generator } from "../random/generator.ts";
import type { Environment, ResetOptions, Start, Step } from "./environment.ts";
import { type ExploringStarts, requestedStart, startStateFlags } from "./exploring_starts.ts";
import { openSnapshot } from "./own_snapshot.ts";
import type { Snapshot } from "../data/snapshot.ts";
import { Discrete } from "./spaces/discrete.ts";
import { reachableStates, type TabularModel } from "./tabular_model.ts";

/** What a `TabularEnvironment` is made of. */
export interface TabularParts {
  /** The registered id. */
  readonly id: string;
  /** The outcomes to draw from. */
  readonly table: TabularModel;
  /** Number of different observations; as many as states if left out. */
  readonly observations?: number;
  /** For each state, 1 for the actions that make sense there: `info.actionMask`. */
  readonly actionMasks?: readonly Int8Array[];
}

/** What a `TabularEnvironment` tells beside the observation. */
export interface TabularInfo {
  /** Probability of the outcome that was drawn; 1 after a reset. */
  prob: number;
  /** The mask of the state; absent where the environment has none. Not to be written into. */
  actionMask?: Int8Array;
  /** Nothing else. */
  readonly [key: string]: unknown;
}

/** An environment that draws its outcomes from a table. */
export class TabularEnvironment implements Environment<number, number>, ExploringStarts {
  /** The registered id. */
  readonly id: string;
  /** The numbers that states are shown as. */
  readonly observationSpace: Discrete;
  /** The numbers of the table's actions. */
  readonly actionSpace: Discrete;
  /** The states that can come up while an episode goes on. */
  readonly startStates: Int32Array;
  /** The state; what the agent sees of it is `model.observation[state]`. */
  protected state: number;
  readonly #table: TabularModel;
  /** Within each list of outcomes, the sums of the probabilities up to each. */
  readonly #cumulative: Float64Array;
  readonly #cumulativeInitial: Float64Array;
  readonly #startFlags: Uint8Array;
  readonly #actionMasks: readonly Int8Array[] | undefined;
  readonly #info: TabularInfo;
  readonly #start: { observation: number; readonly info: TabularInfo };
  readonly #step: {
    observation: number;
    reward: number;
    terminated: boolean;
    readonly truncated: false;
    readonly info: TabularInfo;
  };
  #random: Generator = defaultGenerator(0);

  /** Lays out the sums that drawing needs; the table itself is kept, not copied. */
  constructor(
    { id, table, observations = table.states, actionMasks }: TabularParts,
  ) {
    this.id = id;
    this.observationSpace = new Discrete(observations);
    this.actionSpace = new Discrete(table.actions);
    this.startStates = reachableStates(table);
    this.state = this.startStates[0];
    this.#startFlags = startStateFlags(this.startStates);
    this.#table = table;
    this.#cumulative = cumulativeOutcomes(table);
    this.#cumulativeInitial = cumulativeSum(table.initial);
    this.#actionMasks = actionMasks;
    this.#info = actionMasks ? { prob: 1, actionMask: actionMasks[0] } : { prob: 1 };
    this.#start = { observation: 0, info: this.#info };
    this.#step = {
      observation: 0,
      reward: 0,
      terminated: false,
      truncated: false,
      info: this.#info,
    };
  }

  /** The exact dynamics: the table. */
  get model(): TabularModel | undefined {
    return this.#table;
  }

  /** The generator; it starts from seed 0 if no reset gives another. */
  get random(): Generator {
    return this.#random;
  }

  /** Itself. */
  get unwrapped(): this {
    return this;
  }

  /**
   * Starts an episode by one draw from the initial distribution, or in the state asked for.
   *
   * @throws TypeError if there is a reset option other than `state`
   * @throws RangeError if the state is not one of `startStates`
   */
  reset(options?: ResetOptions): Start<number> {
    const requested = requestedStart(
      this.id,
      options?.options,
      this.#startFlags,
    );
    if (options?.seed !== undefined) {
      this.#random = defaultGenerator(options.seed);
    }
    const drawn = indexAbove(this.#cumulativeInitial, this.#random.random());
    this.enter(requested < 0 ? drawn : requested);
    this.#info.prob = 1;
    return this.#start;
  }

  /**
   * Draws one of the outcomes of the action.
   *
   * @throws RangeError if there is no such action
   */
  step(action: number): Step<number> {
    const table = this.#table;
    if (action >>> 0 !== action || action >= table.actions) {
      this.#refuse(action);
    }
    const row = this.state * table.actions + action;
    const first = table.offsets[row];
    const end = table.offsets[row + 1];
    const cumulative = this.#cumulative;
    const u = this.#random.random();
    let outcome = first;
    while (outcome < end && !(cumulative[outcome] > u)) outcome++;
    // The sums may end a little below 1; Gymnasium then takes the first outcome.
    if (outcome === end) outcome = first;
    const result = this.#step;
    result.reward = table.reward[outcome];
    result.terminated = table.terminated[outcome] === 1;
    this.#info.prob = table.probability[outcome];
    this.enter(table.next[outcome]);
    return result;
  }

  /** `{ id, state, random }`. */
  save(): { readonly [key: string]: Snapshot } {
    return {
      id: this.id,
      state: this.state,
      random: this.#random.bits.state,
    };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws TypeError if the snapshot is of another environment
   */
  restore(snapshot: Snapshot): void {
    const { state, random } = openSnapshot<{ state: number }>(
      this.id,
      snapshot,
      ({ state }) => typeof state === "number" && state in this.#table.observation,
    );
    this.enter(state);
    this.#random.bits.state = random;
  }

  /** Goes to a state and shows it. */
  protected enter(state: number): void {
    this.state = state;
    const observation = this.#table.observation[state];
    this.#start.observation = observation;
    this.#step.observation = observation;
    if (this.#actionMasks !== undefined) {
      this.#info.actionMask = this.#actionMasks[state];
    }
  }

  #refuse(action: unknown): never {
    throw new RangeError(
      `${this.id}: action must be a whole number from 0 to ${
        this.#table.actions - 1
      }, not ${action}`,
    );
  }
}

/** Sums from the front, one addition after the other, as Gymnasium's `categorical_sample` forms them. */
function cumulativeSum(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => sum += value);
}

function cumulativeOutcomes(
  { offsets, probability }: TabularModel,
): Float64Array {
  const sums = new Float64Array(probability.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    sums.set(
      cumulativeSum(probability.subarray(offsets[row], offsets[row + 1])),
      offsets[row],
    );
  }
  return sums;
}

/** Index of the first of ascending values that is above u; 0 if there is none. */
function indexAbove(ascending: Float64Array, u: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] > u) high = middle;
    else low = middle + 1;
  }
  return low === ascending.length ? 0 : low;
}
