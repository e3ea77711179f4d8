/** N environments stepped one after the other (Gymnasium's `SyncVectorEnv`). */
import type { Action, Environment, Info, Observation, ResetOptions, Step } from "../environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Box } from "../spaces/box.ts";
import type { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";
import { type Batch, batchedActionSpace, checkActions, observationBatch, store } from "./batch.ts";
import type {
  ActionBatch,
  AutoresetMode,
  ObservationBatch,
  VectorEnvironment,
  VectorResetOptions,
  VectorStart,
  VectorStep,
} from "./vector_environment.ts";

/**
 * A vector environment of single ones.
 *
 * ```ts
 * import { make } from "../make.ts";
 * import { SyncVector } from "./sync_vector.ts";
 *
 * const copies = Array.from({ length: 8 }, () => make("CartPole-v1"));
 * const vector = new SyncVector(copies, "same-step");
 * vector.reset({ seed: 1 });
 * const { observations, rewards } = vector.step(new Int32Array(8));
 * ```
 */
export class SyncVector implements VectorEnvironment {
  /** Number of copies. */
  readonly numEnvs: number;
  /** When a copy whose episode has ended starts the next one. */
  readonly autoreset: AutoresetMode;
  /** Observation space of one copy. */
  readonly singleObservationSpace: Space<Observation>;
  /** Action space of one copy. */
  readonly singleActionSpace: Space<Action>;
  /** All copies' actions together. */
  readonly actionSpace: MultiDiscrete | Box;
  /** Where the copies stand. */
  readonly observations: ObservationBatch;
  readonly #environments: readonly Environment[];
  readonly #observations: Batch;
  readonly #final: Batch;
  readonly #infos: Info[];
  readonly #finalInfos: Record<string, unknown>[];
  readonly #step: VectorStep;
  /** 1 where an episode has ended and the next `step` resets; always 0 in same-step mode. */
  readonly #ended: Uint8Array;
  /** Numbers per action. */
  readonly #actionSize: number;
  /** Room for one action of a Box space. */
  readonly #action: Float32Array | undefined;

  /**
   * Puts the copies together.
   *
   * @param environments the copies, all made alike; nothing else may step them from now on
   * @param autoreset when a copy whose episode has ended starts the next one
   * @throws RangeError if there is no environment, one is there twice, or their spaces differ
   * @throws TypeError if the spaces cannot be batched
   */
  constructor(environments: readonly Environment[], autoreset: AutoresetMode = "next-step") {
    checkCopies(environments);
    const numEnvs = environments.length;
    const { observationSpace, actionSpace } = environments[0];
    this.numEnvs = numEnvs;
    this.autoreset = autoreset;
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.actionSpace = batchedActionSpace(actionSpace, numEnvs);
    this.#environments = [...environments];
    this.#observations = observationBatch(observationSpace, numEnvs);
    this.observations = this.#observations.all;
    this.#final = observationBatch(observationSpace, numEnvs);
    this.#infos = environments.map(() => ({}));
    this.#finalInfos = environments.map(() => ({}));
    this.#ended = new Uint8Array(numEnvs);
    this.#actionSize = this.actionSpace instanceof Box ? this.actionSpace.size / numEnvs : 1;
    if (this.actionSpace instanceof Box) this.#action = new Float32Array(this.#actionSize);
    this.#step = {
      observations: this.observations,
      infos: this.#infos,
      rewards: new Float64Array(numEnvs),
      terminations: new Uint8Array(numEnvs),
      truncations: new Uint8Array(numEnvs),
      hasFinal: new Uint8Array(numEnvs),
      finalObservations: this.#final.all,
      finalInfos: this.#finalInfos,
    };
  }

  /**
   * Starts an episode in every copy.
   *
   * @throws RangeError if a list of seeds has another length than there are copies
   */
  reset({ seed, options }: VectorResetOptions = {}): VectorStart {
    const seeds = seedsOf(seed, this.numEnvs);
    this.#ended.fill(0);
    this.#step.hasFinal.fill(0);
    for (let i = 0; i < this.numEnvs; i++) this.#resetOne(i, { seed: seeds[i], options });
    return this.#step;
  }

  /**
   * Does one step in every copy, or the reset that is due.
   *
   * @throws RangeError if there are not as many actions as copies, or a copy refuses its action
   */
  step(actions: ActionBatch): VectorStep {
    const { rewards, terminations, truncations, hasFinal } = this.#step;
    checkActions(actions, this.numEnvs, this.#actionSize);
    for (let i = 0; i < this.numEnvs; i++) {
      if (this.#ended[i] === 1) {
        this.#ended[i] = 0;
        this.#resetOne(i);
        rewards[i] = terminations[i] = truncations[i] = 0;
        continue;
      }
      const { observation, reward, terminated, truncated, info } = this.#stepOne(i, actions);
      store(this.#observations, i, observation);
      this.#infos[i] = info;
      rewards[i] = reward;
      terminations[i] = terminated ? 1 : 0;
      truncations[i] = truncated ? 1 : 0;
      hasFinal[i] = 0;
      if (!terminated && !truncated) continue;
      if (this.autoreset === "next-step") {
        this.#ended[i] = 1;
        continue;
      }
      hasFinal[i] = 1;
      store(this.#final, i, observation);
      copyInfo(this.#finalInfos[i], info);
      this.#resetOne(i);
    }
    return this.#step;
  }

  /** `{ environments, observations, ended }`. */
  save(): Snapshot {
    return {
      environments: this.#environments.map((environment) => environment.save()),
      observations: this.observations.slice(),
      ended: this.#ended.slice(),
    };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws TypeError if the snapshot was not saved by a vector of as many copies
   */
  restore(snapshot: Snapshot): void {
    const { environments, observations, ended } = openVectorSnapshot(
      snapshot,
      this.numEnvs,
      this.observations,
    );
    this.#environments.forEach((environment, i) => environment.restore(environments[i]));
    this.observations.set(observations);
    this.#ended.set(ended);
  }

  #resetOne(i: number, options?: ResetOptions): void {
    const { observation, info } = this.#environments[i].reset(options, this.#observations.parts[i]);
    store(this.#observations, i, observation);
    this.#infos[i] = info;
  }

  #stepOne(i: number, actions: ActionBatch): Step {
    const environment = this.#environments[i];
    const action = this.#action;
    const out = this.#observations.parts[i];
    if (action === undefined) return environment.step(actions[i], out);
    for (let j = 0; j < action.length; j++) action[j] = actions[i * action.length + j];
    return environment.step(action, out);
  }
}

function checkCopies(environments: readonly Environment[]): void {
  if (environments.length === 0) throw new RangeError("a vector needs at least one environment");
  if (new Set(environments).size !== environments.length) {
    throw new RangeError("the environments of a vector must be different objects");
  }
  const spaces = (environment: Environment) =>
    JSON.stringify([environment.observationSpace.description, environment.actionSpace.description]);
  const other = environments.find((environment) => spaces(environment) !== spaces(environments[0]));
  if (other !== undefined) {
    throw new RangeError(
      `the environments of a vector must have the same spaces: ${
        environments[0].id
      } and ${other.id} differ`,
    );
  }
}

/** The seed of each copy; undefined where it has none. */
function seedsOf(
  seed: VectorResetOptions["seed"],
  numEnvs: number,
): readonly (number | bigint | undefined)[] {
  if (typeof seed === "bigint") return Array.from({ length: numEnvs }, (_, i) => seed + BigInt(i));
  if (typeof seed === "number") return Array.from({ length: numEnvs }, (_, i) => seed + i);
  if (seed === undefined) return Array(numEnvs).fill(undefined);
  if (seed.length !== numEnvs) {
    throw new RangeError(`${numEnvs} copies need ${numEnvs} seeds, not ${seed.length}`);
  }
  return seed.map((one) => one ?? undefined);
}

/**
 * Makes one info equal to another that is about to be overwritten. Typed arrays are copied, in place
 * where the last one fits; other objects are taken as they are.
 */
function copyInfo(target: Record<string, unknown>, source: Info): void {
  for (const key in target) if (!(key in source)) delete target[key];
  for (const key in source) {
    const value = source[key];
    const old = target[key];
    if (!isTypedArray(value)) target[key] = value;
    else if (
      isTypedArray(old) && old.length === value.length && old.constructor === value.constructor
    ) {
      old.set(value);
    } else target[key] = value.slice();
  }
}

/** Narrows to one class of typed arrays in place of all: what is used here, all have alike. */
function isTypedArray(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

interface SavedVector {
  readonly environments: readonly Snapshot[];
  readonly observations: ObservationBatch;
  readonly ended: Uint8Array;
}

function openVectorSnapshot(
  snapshot: Snapshot,
  numEnvs: number,
  own: ObservationBatch,
): SavedVector {
  const { environments, observations, ended } = (snapshot ?? {}) as Partial<SavedVector>;
  if (
    !Array.isArray(environments) || environments.length !== numEnvs ||
    !(ended instanceof Uint8Array) || ended.length !== numEnvs ||
    observations?.constructor !== own.constructor || observations.length !== own.length
  ) {
    throw new TypeError(`the snapshot was not saved by a vector of ${numEnvs} environments`);
  }
  return { environments, observations, ended };
}
