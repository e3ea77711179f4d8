/** Refuses a step before the first reset. */
import type { Action, Observation, ResetOptions, Start, Step } from "../environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Wrapper } from "./wrapper.ts";

/** An environment that must be reset before it is stepped. Steps after the end of an episode pass. */
export class OrderEnforcing<O extends Observation, A extends Action> extends Wrapper<O, A> {
  #hasReset = false;

  /** Resets the wrapped environment. */
  override reset(options?: ResetOptions, out?: O): Start<O> {
    const start = this.environment.reset(options, out);
    this.#hasReset = true;
    return start;
  }

  /**
   * Steps the wrapped environment.
   *
   * @throws Error if the environment was never reset
   */
  override step(action: A, out?: O): Step<O> {
    if (!this.#hasReset) {
      throw new Error(`${this.id}: call reset() before the first step()`);
    }
    return this.environment.step(action, out);
  }

  /** `{ hasReset, environment }`. */
  override save(): Snapshot {
    return { hasReset: this.#hasReset, environment: this.environment.save() };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws TypeError if the snapshot was saved by something else
   */
  override restore(snapshot: Snapshot): void {
    const { own, environment } = this.open(snapshot, "hasReset");
    this.environment.restore(environment);
    this.#hasReset = own as boolean;
  }
}
