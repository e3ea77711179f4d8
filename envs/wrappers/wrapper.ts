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
import type { Snapshot } from "../snapshot.ts";
import type { Space } from "../spaces/space.ts";
import type { TabularModel } from "../tabular_model.ts";

/** An environment around another one. */
export abstract class Wrapper<O extends Observation, A extends Action>
  implements Environment<O, A> {
  readonly id: string;
  readonly observationSpace: Space<O>;
  readonly actionSpace: Space<A>;
  readonly unwrapped: Environment<O, A>;

  /** @param environment the wrapped environment, which nobody else may step from now on */
  constructor(readonly environment: Environment<O, A>) {
    this.id = environment.id;
    this.observationSpace = environment.observationSpace;
    this.actionSpace = environment.actionSpace;
    this.unwrapped = environment.unwrapped;
  }

  get random(): Generator {
    return this.environment.random;
  }

  get model(): TabularModel | undefined {
    return this.environment.model;
  }

  abstract reset(options?: ResetOptions, out?: O): Start<O>;

  abstract step(action: A, out?: O): Step<O>;

  abstract save(): Snapshot;

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
