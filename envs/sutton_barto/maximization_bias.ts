/**
 * MaximizationBias-v0: the example that sets Q-learning and Double Q-learning apart (Sutton & Barto,
 * example 6.7). Going left from A pays -0.1 on average, but one of the many actions beyond always
 * seems to pay more.
 *
 * Actions: Discrete(10). In state A the actions 0 left and 1 right; in state B all ten are alike. The
 *   book gives A two actions only, so `info.actionMask` rules out the others there. An agent that
 *   does not read the mask may take them all the same: even ones go left, odd ones right, so that a
 *   random action goes left with probability 1/2 either way.
 * Observations: Discrete(3): 0 state A, 1 state B, 2 the end.
 * Rewards: 0 for leaving A; for leaving B a normal draw with mean -0.1 and standard deviation 1.
 * Start: A.
 * End: terminated on going right from A, or by any action in B. Two steps at most.
 * Options: none.
 * Reset options: `state`, one of `startStates`.
 * Info: `actionMask`, an Int8Array with 1 for the actions of the state. Not to be written into.
 */
import { z } from "zod";
import { defaultGenerator, type Generator } from "../../random/generator.ts";
import type { Environment, EnvironmentSpec, ResetOptions, Start, Step } from "../environment.ts";
import { type ExploringStarts, requestedStart, startStateFlags } from "../exploring_starts.ts";
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Discrete } from "../spaces/discrete.ts";

/** Maximization bias has no options. */
export type MaximizationBiasOptions = Readonly<Record<string, never>>;

const A = 0;
const B = 1;
const END = 2;
const ACTIONS = 10;
const MEAN_REWARD = -0.1;
const START_STATES = Int32Array.of(A, B);
const START_FLAGS = startStateFlags(START_STATES);
/** By state; at the end no action makes a difference. */
const ACTION_MASKS = [
  Int8Array.of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0),
  new Int8Array(ACTIONS).fill(1),
  new Int8Array(ACTIONS),
] as const;

class MaximizationBiasEnvironment implements Environment<number, number>, ExploringStarts {
  readonly id = "MaximizationBias-v0";
  readonly observationSpace = new Discrete(3);
  readonly actionSpace = new Discrete(ACTIONS);
  readonly startStates = START_STATES;
  #state = A;
  #random: Generator = defaultGenerator(0);
  readonly #info: { actionMask: Int8Array } = { actionMask: ACTION_MASKS[A] };
  readonly #start = { observation: A, info: this.#info };
  readonly #step = {
    observation: A,
    reward: 0,
    terminated: false,
    truncated: false,
    info: this.#info,
  };

  get random(): Generator {
    return this.#random;
  }

  get unwrapped(): this {
    return this;
  }

  reset(options?: ResetOptions): Start<number> {
    const requested = requestedStart(this.id, options?.options, START_FLAGS);
    if (options?.seed !== undefined) this.#random = defaultGenerator(options.seed);
    this.#enter(requested < 0 ? A : requested);
    return this.#start;
  }

  step(action: number): Step<number> {
    if (action >>> 0 !== action || action >= ACTIONS) {
      throw new RangeError(
        `${this.id}: action must be a whole number from 0 to ${ACTIONS - 1}, not ${action}`,
      );
    }
    const left = this.#state === A && action % 2 === 0;
    this.#step.reward = this.#state === B ? this.#random.normal(MEAN_REWARD, 1) : 0;
    this.#step.terminated = !left;
    this.#enter(left ? B : END);
    return this.#step;
  }

  save(): { readonly [key: string]: Snapshot } {
    return { id: this.id, state: this.#state, random: this.#random.bits.state };
  }

  restore(snapshot: Snapshot): void {
    const { state, random } = openSnapshot<{ state: number }>(
      this.id,
      snapshot,
      ({ state }) => state === A || state === B || state === END,
    );
    this.#enter(state);
    this.#random.bits.state = random;
  }

  #enter(state: number): void {
    this.#state = state;
    this.#start.observation = state;
    this.#step.observation = state;
    this.#info.actionMask = ACTION_MASKS[state];
  }
}

/** MaximizationBias-v0. */
export const maximizationBias: EnvironmentSpec<MaximizationBiasOptions> = {
  id: "MaximizationBias-v0",
  description: "Resist the left, which seems to pay more than the right but does not.",
  module: import.meta.url,
  options: z.strictObject({}),
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: () => new MaximizationBiasEnvironment(),
};
