/**
 * What the classic-control environments share: the generator and its seeding, the hidden state and
 * its snapshot, and the objects that `reset` and `step` reuse. The task itself (spaces, dynamics,
 * rewards, end of an episode) is in each environment's own file.
 */
import { defaultGenerator, type Generator } from "../../random/generator.ts";
import type { Action, Environment, Info, ResetOptions, Start, Step } from "../environment.ts";
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import type { Space } from "../spaces/space.ts";

/** Written over by every call. */
type Reused<T> = { -readonly [Key in keyof T]: T[Key] };

const NO_INFO: Info = Object.freeze({});

/** An environment with a few numbers of hidden state and a float32 vector as observation. */
export abstract class ClassicControl<A extends Action> implements Environment<Float32Array, A> {
  /** Box float32, one axis. */
  abstract readonly observationSpace: Space<Float32Array>;
  /** Discrete, or Box float32 [1]. */
  abstract readonly actionSpace: Space<A>;
  /** The hidden state, float64; each environment's file states its layout. */
  protected readonly state: Float64Array;
  /** Where observations go if the caller gives no array. */
  protected readonly observation: Float32Array;
  readonly #start: Reused<Start<Float32Array>>;
  readonly #step: Reused<Step<Float32Array>>;
  #random: Generator = defaultGenerator(0);

  /**
   * Makes what every environment has.
   *
   * @param id the registered id, which error messages and snapshots carry
   * @param stateSize how many numbers the hidden state has
   * @param observationSize how many numbers an observation has
   */
  constructor(readonly id: string, stateSize: number, observationSize: number) {
    this.state = new Float64Array(stateSize);
    this.observation = new Float32Array(observationSize);
    const { observation } = this;
    this.#start = { observation, info: NO_INFO };
    this.#step = {
      observation,
      reward: 0,
      terminated: false,
      truncated: false,
      info: NO_INFO,
    };
  }

  /** The generator of all draws; `defaultGenerator(0)` until a reset gives a seed. */
  get random(): Generator {
    return this.#random;
  }

  /** Itself. */
  get unwrapped(): this {
    return this;
  }

  /** Starts an episode. An ordinary reset, without seed and options, allocates nothing. */
  abstract reset(
    options?: ResetOptions,
    out?: Float32Array,
  ): Start<Float32Array>;

  /** Does one step. It allocates nothing. */
  abstract step(action: A, out?: Float32Array): Step<Float32Array>;

  /** `{ id, state, random }`, and what the environment adds to them. */
  save(): { readonly [key: string]: Snapshot } {
    return {
      id: this.id,
      state: this.state.slice(),
      random: this.#random.bits.state,
    };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws TypeError if the snapshot was not saved by this environment
   */
  restore(snapshot: Snapshot): void {
    const { length } = this.state;
    const { state, random } = openSnapshot<{ readonly state: Float64Array }>(
      this.id,
      snapshot,
      ({ state }) => state instanceof Float64Array && state.length === length,
    );
    this.#random.bits.state = random;
    this.state.set(state);
  }

  /** Replaces the generator if there is a seed. */
  protected seed(seed: number | bigint | undefined): Generator {
    if (seed !== undefined) this.#random = defaultGenerator(seed);
    return this.#random;
  }

  /** What `reset` returns. */
  protected started(observation: Float32Array): Start<Float32Array> {
    this.#start.observation = observation;
    return this.#start;
  }

  /** What `step` returns. */
  protected stepped(
    observation: Float32Array,
    reward: number,
    terminated: boolean,
  ): Step<Float32Array> {
    const step = this.#step;
    step.observation = observation;
    step.reward = reward;
    step.terminated = terminated;
    return step;
  }
}
