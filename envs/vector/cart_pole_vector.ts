/**
 * CartPole-v1's own vector environment (Gymnasium's `CartPoleVectorEnv`): all copies share one
 * generator, so its episodes are others than `SyncVector`'s. It resets at the next step.
 *
 * Random stream: a reset draws all x, then all velocities of x, then all theta, then all velocities
 * of theta; the copies that start again in a step are drawn together in the same way.
 */
import { cartPole, moveCartPole, START } from "../classic_control/cart_pole.ts";
import { readBounds } from "../classic_control/reset_options.ts";
import type { Action, Info, Observation } from "../environment.ts";
import { makeBare } from "../make_from_spec.ts";
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import type { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Box } from "../spaces/box.ts";
import type { Space } from "../spaces/space.ts";
import { defaultGenerator, type Generator } from "../../random/generator.ts";
import { batchedActionSpace, checkActions } from "./batch.ts";
import type {
  ActionBatch,
  VectorEnvironment,
  VectorResetOptions,
  VectorStart,
  VectorStep,
} from "./vector_environment.ts";

/** The options of `CartPoleVector`. */
export interface CartPoleVectorOptions {
  /** Steps after which an episode is truncated; 500 if left out. */
  readonly maxEpisodeSteps?: number;
  /** Reward 0 per step and -1 when the pole falls, instead of 1 per step. */
  readonly suttonBartoReward?: boolean;
}

const ID = "CartPole-v1";

/** N carts with their poles. */
export class CartPoleVector implements VectorEnvironment {
  /** Finished copies start again at the next step. */
  readonly autoreset = "next-step";
  /** Observation space of one copy. */
  readonly singleObservationSpace: Space<Observation>;
  /** Action space of one copy. */
  readonly singleActionSpace: Space<Action>;
  /** All copies' actions together. */
  readonly actionSpace: MultiDiscrete | Box;
  /** Where the copies stand, float32 [N, 4]. */
  readonly observations: Float32Array;
  readonly #suttonBartoReward: boolean;
  readonly #maxEpisodeSteps: number;
  /** Hidden states, float64 [N, 4]. */
  readonly #states: Float64Array;
  /** Steps of each copy in its episode. */
  readonly #elapsed: Int32Array;
  /** 1 where an episode has ended and the next `step` resets. */
  readonly #ended: Uint8Array;
  readonly #step: VectorStep;
  /** Bounds of the start, of the last `reset`. */
  #bounds = START;
  #random: Generator = defaultGenerator(0);

  /**
   * Makes the copies.
   *
   * @throws RangeError if the number of copies or of steps is not a whole number >= 1
   */
  constructor(
    readonly numEnvs: number,
    { maxEpisodeSteps = 500, suttonBartoReward = false }: CartPoleVectorOptions = {},
  ) {
    for (const [name, value] of Object.entries({ numEnvs, maxEpisodeSteps })) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RangeError(`${ID}: ${name} must be a whole number >= 1, not ${value}`);
      }
    }
    const { observationSpace, actionSpace } = makeBare(cartPole);
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.actionSpace = batchedActionSpace(actionSpace, numEnvs);
    this.observations = new Float32Array(numEnvs * 4);
    this.#suttonBartoReward = suttonBartoReward;
    this.#maxEpisodeSteps = maxEpisodeSteps;
    this.#states = new Float64Array(numEnvs * 4);
    this.#elapsed = new Int32Array(numEnvs);
    this.#ended = new Uint8Array(numEnvs);
    const infos: readonly Info[] = Array(numEnvs).fill(Object.freeze({}));
    this.#step = {
      observations: this.observations,
      infos,
      rewards: new Float64Array(numEnvs),
      terminations: new Uint8Array(numEnvs),
      truncations: new Uint8Array(numEnvs),
      hasFinal: new Uint8Array(numEnvs),
      finalObservations: new Float32Array(numEnvs * 4),
      finalInfos: infos,
    };
  }

  /** The generator of all copies. */
  get random(): Generator {
    return this.#random;
  }

  /**
   * Starts an episode in every copy. The reset options `low` and `high` hold until the next reset.
   *
   * @throws TypeError if a list of seeds is given: there is one generator
   */
  reset({ seed, options }: VectorResetOptions = {}): VectorStart {
    if (typeof seed === "object") {
      throw new TypeError(
        `${ID}: the copies share one generator, which takes one seed, not a list`,
      );
    }
    this.#bounds = readBounds(ID, options, START);
    if (seed !== undefined) this.#random = defaultGenerator(seed);
    this.#ended.fill(1);
    this.#startEnded();
    this.#ended.fill(0);
    this.observations.set(this.#states);
    return this.#step;
  }

  /**
   * Does one step in every copy, or the reset that is due.
   *
   * @throws RangeError if there are not as many actions as copies, or one is neither 0 nor 1
   */
  step(actions: ActionBatch): VectorStep {
    checkActions(actions, this.numEnvs, 1);
    for (let i = 0; i < this.numEnvs; i++) {
      if (actions[i] !== 0 && actions[i] !== 1) {
        throw new RangeError(`${ID}: action ${i} must be 0 or 1, not ${actions[i]}`);
      }
    }
    this.#startEnded();
    const { rewards, terminations, truncations } = this.#step;
    for (let i = 0; i < this.numEnvs; i++) {
      if (this.#ended[i] === 1) {
        this.#ended[i] =
          rewards[i] =
          terminations[i] =
          truncations[i] =
            0;
        continue;
      }
      const terminated = moveCartPole(this.#states, 4 * i, actions[i], false);
      const truncated = ++this.#elapsed[i] >= this.#maxEpisodeSteps;
      rewards[i] = this.#suttonBartoReward ? (terminated ? -1 : 0) : 1;
      terminations[i] = terminated ? 1 : 0;
      truncations[i] = truncated ? 1 : 0;
      this.#ended[i] = terminated || truncated ? 1 : 0;
    }
    this.observations.set(this.#states);
    return this.#step;
  }

  /** `{ id, states, elapsed, ended, bounds, random }`. */
  save(): Snapshot {
    return {
      id: ID,
      states: this.#states.slice(),
      elapsed: this.#elapsed.slice(),
      ended: this.#ended.slice(),
      bounds: { ...this.#bounds },
      random: this.#random.bits.state,
    };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws TypeError if the snapshot was not saved by a vector of as many copies
   */
  restore(snapshot: Snapshot): void {
    const { states, elapsed, ended, bounds, random } = openSnapshot<SavedCartPoles>(
      ID,
      snapshot,
      ({ states, elapsed, ended, bounds }) =>
        states instanceof Float64Array && states.length === this.#states.length &&
        elapsed instanceof Int32Array && elapsed.length === this.numEnvs &&
        ended instanceof Uint8Array && ended.length === this.numEnvs &&
        areBounds(bounds),
    );
    this.#states.set(states);
    this.#elapsed.set(elapsed);
    this.#ended.set(ended);
    this.#bounds = bounds;
    this.#random.bits.state = random;
    this.observations.set(states);
  }

  /** Draws the start of every copy whose episode has ended. */
  #startEnded(): void {
    const { low, high } = this.#bounds;
    for (let number = 0; number < 4; number++) {
      for (let i = 0; i < this.numEnvs; i++) {
        if (this.#ended[i] === 1) this.#states[4 * i + number] = this.#random.uniform(low, high);
      }
    }
    for (let i = 0; i < this.numEnvs; i++) if (this.#ended[i] === 1) this.#elapsed[i] = 0;
  }
}

interface SavedCartPoles {
  readonly states: Float64Array;
  readonly elapsed: Int32Array;
  readonly ended: Uint8Array;
  readonly bounds: { readonly low: number; readonly high: number };
}

function areBounds(value: unknown): boolean {
  const { low, high } = (value ?? {}) as { readonly low?: unknown; readonly high?: unknown };
  return typeof low === "number" && typeof high === "number";
}
