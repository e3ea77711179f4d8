/** What wrappers have in common: everything but `reset` and `step` is the wrapped environment's. */
import type { Generator } from "../../random/generator.ts";
import type {
  Action,
  Environment,
  Observation,
  ResetOptions,
  Start,
  Step,
} from "../environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import type { Space } from "../spaces/space.ts";
import type { TabularModel } from "../tabular_model.ts";

/** An environment around another one. */
export abstract class Wrapper<O extends Observation, A extends Action>
  implements Environment<O, A> {
  /** The wrapped environment's id. */
  readonly id: string;
  /** The wrapped environment's observation space. */
  readonly observationSpace: Space<O>;
  /** The wrapped environment's action space. */
  readonly actionSpace: Space<A>;
  /** The environment inside all wrappers. */
  readonly unwrapped: Environment<O, A>;

  /**
   * Wraps an environment.
   *
   * @param environment nothing else may step it from now on
   */
  constructor(readonly environment: Environment<O, A>) {
    this.id = environment.id;
    this.observationSpace = environment.observationSpace;
    this.actionSpace = environment.actionSpace;
    this.unwrapped = environment.unwrapped;
  }

  /** The wrapped environment's generator. */
  get random(): Generator {
    return this.environment.random;
  }

  /** The wrapped environment's model. */
  get model(): TabularModel | undefined {
    return this.environment.model;
  }

  /** Starts an episode. */
  abstract reset(options?: ResetOptions, out?: O): Start<O>;

  /** Does one step. */
  abstract step(action: A, out?: O): Step<O>;

  /** The wrapper's state and the wrapped environment's. */
  abstract save(): Snapshot;

  /** Goes back to what `save` returned. */
  abstract restore(snapshot: Snapshot): void;

  /**
   * Takes a snapshot of this wrapper apart.
   *
   * @param key name of the wrapper's own entry beside `environment`
   * @throws TypeError if the snapshot is not one of this kind of wrapper
   */
  protected open(
    snapshot: Snapshot,
    key: string,
  ): { own: Snapshot; environment: Snapshot } {
    const { [key]: own, environment } = (snapshot ?? {}) as {
      readonly [key: string]: Snapshot;
    };
    if (own === undefined || environment === undefined) {
      throw new TypeError(
        `${this.id}: the snapshot was not saved by ${this.constructor.name}: "${key}" or "environment" is missing`,
      );
    }
    return { own, environment };
  }
}
