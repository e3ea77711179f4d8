/** Whole episodes of any length, one behind the other, until an update has used them. */
import type { Snapshot } from "../../data/snapshot.ts";
import type { Observation } from "../../envs/environment.ts";
import type { ActionDistribution } from "./action_distribution.ts";
import type { ObservationArray, ObservationEncoder } from "./observation_encoder.ts";

/** A place for each step, in arrays that grow together. */
interface Places {
  readonly observations: ObservationArray;
  readonly actions: Int32Array | Float32Array;
  readonly rewards: Float32Array;
  readonly values: Float32Array;
}

/** An episode that has ended. */
interface End {
  /** The place after its last step. */
  readonly place: number;
  /** What the rewards that a time limit has cut off are estimated to be worth; 0 after a termination. */
  readonly value: number;
}

/** Steps that there is room for at first; the room doubles as it fills. */
const FIRST_ROOM = 1024;

/** Steps of episodes; the last episode may be under way. */
export class Episodes {
  readonly #encoder: ObservationEncoder;
  readonly #distribution: ActionDistribution;
  readonly #actionSize: number;
  #places: Places;
  #steps = 0;
  #ends: End[] = [];

  /** Holds nothing at first. */
  constructor(encoder: ObservationEncoder, distribution: ActionDistribution) {
    this.#encoder = encoder;
    this.#distribution = distribution;
    this.#actionSize = distribution.array(1).length;
    this.#places = roomFor(FIRST_ROOM, encoder, distribution);
  }

  /** Steps held. */
  get steps(): number {
    return this.#steps;
  }

  /** Episodes that have ended. */
  get ended(): number {
    return this.#ends.length;
  }

  /** What was observed before each step, and done; more places than steps. */
  get observations(): ObservationArray {
    return this.#places.observations;
  }

  /** The actions as they were sampled. */
  get actions(): Int32Array | Float32Array {
    return this.#places.actions;
  }

  /** The value that was estimated of each observation. */
  get values(): Float32Array {
    return this.#places.values;
  }

  /** Adds a step: the action is the first one in its array. */
  add(
    observation: Observation,
    action: Int32Array | Float32Array,
    reward: number,
    value: number,
  ): void {
    const room = this.#places.rewards.length;
    if (this.#steps === room) this.#places = this.#filled(2 * room, this.#places);
    const { observations, actions, rewards, values } = this.#places;
    const at = this.#steps++;
    this.#encoder.store(observation, observations, at);
    actions.set(action, at * this.#actionSize);
    rewards[at] = reward;
    values[at] = value;
  }

  /** The step added last was its episode's last one. */
  end(value: number): void {
    this.#ends.push({ place: this.#steps, value });
  }

  /**
   * The discounted return that follows each step, and the power of the discount at each step (1 at the
   * first step of an episode); all episodes must have ended.
   *
   * @returns arrays of as many elements as there are steps
   */
  returns(discount: number): { readonly returns: Float64Array; readonly powers: Float64Array } {
    const { rewards } = this.#places;
    const returns = new Float64Array(this.#steps), powers = new Float64Array(this.#steps);
    let begin = 0;
    for (const { place, value } of this.#ends) {
      let following = value;
      for (let t = place - 1; t >= begin; t--) {
        following = rewards[t] + discount * following;
        returns[t] = following;
      }
      let power = 1;
      for (let t = begin; t < place; t++) {
        powers[t] = power;
        power *= discount;
      }
      begin = place;
    }
    return { returns, powers };
  }

  /** Forgets everything. */
  clear(): void {
    this.#steps = 0;
    this.#ends = [];
  }

  /** Everything held. */
  save(): Snapshot {
    const { observations, actions, rewards, values } = this.#places;
    return {
      observations: observations.slice(0, this.#steps * this.#encoder.size),
      actions: actions.slice(0, this.#steps * this.#actionSize),
      rewards: rewards.slice(0, this.#steps),
      values: values.slice(0, this.#steps),
      ends: this.#ends.map(({ place, value }) => ({ place, value })),
    };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const { ends, ...saved } = snapshot as unknown as Places & { readonly ends: readonly End[] };
    const steps = saved.rewards.length;
    if (
      saved.observations.length !== steps * this.#encoder.size ||
      saved.actions.length !== steps * this.#actionSize
    ) {
      throw new RangeError("the snapshot's episodes are of another problem");
    }
    this.#places = this.#filled(Math.max(steps, FIRST_ROOM), saved);
    this.#steps = steps;
    this.#ends = [...ends];
  }

  /** Room for so many steps, the first of them as given. */
  #filled(room: number, places: Places): Places {
    const filled = roomFor(room, this.#encoder, this.#distribution);
    filled.observations.set(places.observations);
    filled.actions.set(places.actions);
    filled.rewards.set(places.rewards);
    filled.values.set(places.values);
    return filled;
  }
}

function roomFor(
  steps: number,
  encoder: ObservationEncoder,
  distribution: ActionDistribution,
): Places {
  return {
    observations: encoder.array(steps),
    actions: distribution.array(steps),
    rewards: new Float32Array(steps),
    values: new Float32Array(steps),
  };
}
