/**
 * Replay memory (Lin 1992): the last so many transitions, from which minibatches are drawn uniformly
 * with replacement. It grows as it fills, up to its capacity.
 */
import type { Snapshot } from "../../data/snapshot.ts";
import type { Observation } from "../../envs/environment.ts";
import type { Generator } from "../../random/generator.ts";
import type { ObservationArray, ObservationEncoder } from "./observation_encoder.ts";

/** Transitions, field by field, one behind the other. */
export interface Transitions {
  /** The observations S. */
  readonly observation: ObservationArray;
  /** The actions A: their numbers, or their vectors. */
  readonly action: Int32Array | Float32Array;
  /** The rewards R; n-step: the discounted sum of n rewards. */
  readonly reward: Float32Array;
  /** What the value of the next observation is multiplied by: the discount, to the power of n; 0 after a termination. */
  readonly discount: Float32Array;
  /** The observations S' that the transitions end at; at a time limit the last one of the episode. */
  readonly next: ObservationArray;
}

/** What a buffer holds. */
export interface ReplayOptions {
  /** Transitions kept; the oldest is replaced. */
  readonly capacity: number;
  readonly encoder: ObservationEncoder;
  /** Numbers of one action vector; 0 for numbered actions. */
  readonly actionSize: number;
}

/** Transitions that there is room for at first; the room doubles as it fills. */
const FIRST_ROOM = 1024;

/** The memory of an off-policy learner. */
export class ReplayBuffer {
  readonly #options: ReplayOptions;
  #fields: Transitions;
  #length = 0;
  /** Where the next transition goes. */
  #next = 0;

  /** Makes an empty memory. */
  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#fields = roomFor(Math.min(FIRST_ROOM, options.capacity), options);
  }

  /** Transitions held. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a transition, in place of the oldest when full.
   *
   * @param action the action's number, or its vector
   * @param discount as in `Transitions`
   * @returns the place where it is kept
   */
  add(
    observation: Observation,
    action: number | Float32Array,
    reward: number,
    discount: number,
    next: Observation,
  ): number {
    const { capacity, encoder, actionSize } = this.#options;
    const place = this.#next;
    if (place === this.#fields.reward.length) this.#grow();
    const fields = this.#fields;
    encoder.store(observation, fields.observation, place);
    encoder.store(next, fields.next, place);
    if (typeof action === "number") fields.action[place] = action;
    else fields.action.set(action, place * actionSize);
    fields.reward[place] = reward;
    fields.discount[place] = discount;
    this.#next = (place + 1) % capacity;
    this.#length = Math.max(this.#length, place + 1);
    return place;
  }

  /** Room for a minibatch, to be filled by `sample` again and again. */
  minibatch(size: number): Transitions {
    return roomFor(size, this.#options);
  }

  /** Fills a minibatch with transitions drawn uniformly with replacement. */
  sample(random: Generator, minibatch: Transitions): void {
    const size = minibatch.reward.length;
    for (let i = 0; i < size; i++) this.copy(random.integers(0, this.#length), minibatch, i);
  }

  /** Fills a minibatch with the last transitions that were added, the oldest of them first. */
  latest(minibatch: Transitions): void {
    const { capacity } = this.#options;
    const size = minibatch.reward.length;
    const first = this.#next - size + capacity;
    for (let i = 0; i < size; i++) this.copy((first + i) % capacity, minibatch, i);
  }

  /** Copies the transition kept at `place` into place `i` of a minibatch. */
  copy(place: number, minibatch: Transitions, i: number): void {
    const { encoder, actionSize } = this.#options;
    const fields = this.#fields;
    copyRow(fields.observation, minibatch.observation, encoder.size, place, i);
    copyRow(fields.next, minibatch.next, encoder.size, place, i);
    copyRow(fields.action, minibatch.action, Math.max(1, actionSize), place, i);
    minibatch.reward[i] = fields.reward[place];
    minibatch.discount[i] = fields.discount[place];
  }

  /** Everything. */
  save(): Snapshot {
    const { observation, action, reward, discount, next } = this.#fields;
    const used = <A extends ObservationArray>(field: A) =>
      field.slice(0, field.length / reward.length * this.#length) as A;
    return {
      capacity: this.#options.capacity,
      place: this.#next,
      observation: used(observation),
      action: used(action),
      reward: used(reward),
      discount: used(discount),
      next: used(next),
    };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws RangeError if the snapshot is of a memory of another capacity, or of other observations or
   * actions; nothing has changed then
   */
  restore(snapshot: Snapshot): void {
    const saved = snapshot as unknown as Transitions & { capacity: number; place: number };
    const { capacity, place, ...fields } = saved;
    const length = fields.reward.length;
    const own = roomFor(Math.min(capacity, Math.max(FIRST_ROOM, length)), this.#options);
    const names = Object.keys(own) as (keyof Transitions)[];
    const scale = own.reward.length;
    const fits = capacity === this.#options.capacity &&
      names.every((name) =>
        fields[name].length * scale === own[name].length * length &&
        fields[name].constructor === own[name].constructor
      );
    if (!fits) {
      throw new RangeError("the snapshot's replay memory is not of this size or problem");
    }
    for (const name of names) own[name].set(fields[name]);
    this.#fields = own;
    this.#length = length;
    this.#next = place;
  }

  #grow(): void {
    const { capacity } = this.#options;
    const old = this.#fields;
    const larger = roomFor(Math.min(capacity, 2 * old.reward.length), this.#options);
    for (const name of Object.keys(larger) as (keyof Transitions)[]) larger[name].set(old[name]);
    this.#fields = larger;
  }
}

function roomFor(count: number, { encoder, actionSize }: ReplayOptions): Transitions {
  return {
    observation: encoder.array(count),
    action: actionSize === 0 ? new Int32Array(count) : new Float32Array(count * actionSize),
    reward: new Float32Array(count),
    discount: new Float32Array(count),
    next: encoder.array(count),
  };
}

/** Rows are short: a loop is faster than `set` with `subarray`. */
function copyRow(
  from: ObservationArray,
  to: ObservationArray,
  size: number,
  source: number,
  target: number,
): void {
  const a = source * size, b = target * size;
  for (let i = 0; i < size; i++) to[b + i] = from[a + i];
}
