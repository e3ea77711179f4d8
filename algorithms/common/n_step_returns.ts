/**
 * n-step returns for a replay memory (Sutton & Barto, 2nd edition, section 7.1; Hessel et al. 2018,
 * section 3): transitions that lead n steps ahead,
 *
 *     S_t, A_t, R_t+1 + gamma R_t+2 + ... + gamma^(n-1) R_t+n, S_t+n, with discount gamma^n.
 *
 * Near the end of an episode fewer steps are left. After a termination their returns are whole, and
 * the discount is 0; at a truncation they go on with the value of the last observation, with the
 * discount to the power of the steps there were.
 */
import type { Snapshot } from "../../data/snapshot.ts";
import type { Observation, Step } from "../../envs/environment.ts";
import type { ReplayBuffer } from "./replay_buffer.ts";

/** A transition whose n steps are not over. */
interface Begun {
  observation: Observation;
  action: number;
  /** The discounted rewards so far. */
  reward: number;
}

/** What returns are made of. */
export interface NStepOptions {
  /** Steps ahead. */
  readonly n: number;
  /** Discount rate per step. */
  readonly discount: number;
  /** Takes the transitions as they become complete, in the order in which they began. */
  readonly memory: Pick<ReplayBuffer, "add">;
}

/** Turns single steps with numbered actions into n-step transitions. */
export class NStepReturns {
  readonly #options: NStepOptions;
  /** gamma^0 to gamma^n. */
  readonly #powers: Float64Array;
  /** A ring of the last n transitions at most. */
  readonly #begun: Begun[] = [];
  /** Where the oldest of them is, and how many there are. */
  #first = 0;
  #count = 0;

  /** Makes an empty window. */
  constructor(options: NStepOptions) {
    this.#options = options;
    this.#powers = new Float64Array(options.n + 1).fill(1);
    for (let k = 1; k <= options.n; k++) this.#powers[k] = this.#powers[k - 1] * options.discount;
  }

  /** Takes one step of the environment: from this observation by this action. */
  add(observation: Observation, action: number, step: Step): void {
    const { n } = this.#options;
    this.#begin(observation, action);
    for (let age = 0; age < this.#count; age++) {
      const begun = this.#begun[(this.#first + this.#count - 1 - age) % n];
      begun.reward += this.#powers[age] * step.reward;
    }
    if (step.terminated || step.truncated) { while (this.#count > 0) this.#complete(step); }
    else if (this.#count === n) this.#complete(step);
  }

  /** The transitions begun. */
  save(): Snapshot {
    const { n } = this.#options;
    return Array.from({ length: this.#count }, (_, i) => {
      const { observation, action, reward } = this.#begun[(this.#first + i) % n];
      return { observation: copyOf(observation), action, reward };
    });
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const saved = snapshot as unknown as readonly Begun[];
    this.#first = 0;
    this.#count = saved.length;
    saved.forEach((begun, i) => {
      this.#begun[i] = { ...begun, observation: copyOf(begun.observation) };
    });
  }

  #begin(observation: Observation, action: number): void {
    const place = (this.#first + this.#count++) % this.#options.n;
    const begun = this.#begun[place];
    if (begun === undefined) {
      this.#begun[place] = { observation: copyOf(observation), action, reward: 0 };
      return;
    }
    // The array of the transition that was here before is used again.
    if (typeof observation === "number") begun.observation = observation;
    else (begun.observation as typeof observation).set(observation);
    begun.action = action;
    begun.reward = 0;
  }

  /** Hands over the oldest transition, which ends with this step. */
  #complete({ observation: next, terminated }: Step): void {
    const { n, memory } = this.#options;
    const { observation, action, reward } = this.#begun[this.#first];
    memory.add(observation, action, reward, terminated ? 0 : this.#powers[this.#count], next);
    this.#first = (this.#first + 1) % n;
    this.#count--;
  }
}

function copyOf(observation: Observation): Observation {
  return typeof observation === "number" ? observation : observation.slice();
}
