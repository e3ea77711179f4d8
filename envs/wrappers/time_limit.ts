/** Truncates episodes after a number of steps. */
import type {
  Action,
  Environment,
  Info,
  Observation,
  ResetOptions,
  Start,
  Step,
} from "../environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * An environment whose episodes are truncated: from step number `maxEpisodeSteps` on, every step says
 * so until the next reset, also one that terminates.
 */
export class TimeLimit<O extends Observation, A extends Action> extends Wrapper<O, A> {
  #elapsed = 0;
  readonly #step: { -readonly [K in keyof Step<O>]: Step<O>[K] };

  /**
   * Limits an environment.
   *
   * @param maxEpisodeSteps number of the first step that is truncated
   * @throws RangeError if the limit is not a whole number >= 1
   */
  constructor(
    environment: Environment<O, A>,
    readonly maxEpisodeSteps: number,
  ) {
    super(environment);
    if (!Number.isSafeInteger(maxEpisodeSteps) || maxEpisodeSteps < 1) {
      throw new RangeError(
        `${environment.id}: maxEpisodeSteps must be a whole number >= 1, or null for no limit, not ${maxEpisodeSteps}`,
      );
    }
    this.#step = {
      observation: 0 as O, // overwritten by the first step
      reward: 0,
      terminated: false,
      truncated: false,
      info: {} as Info,
    };
  }

  /** Resets the wrapped environment and the count of steps. */
  override reset(options?: ResetOptions, out?: O): Start<O> {
    const start = this.environment.reset(options, out);
    this.#elapsed = 0;
    return start;
  }

  /** Steps the wrapped environment. */
  override step(action: A, out?: O): Step<O> {
    const inner = this.environment.step(action, out);
    const step = this.#step;
    step.observation = inner.observation;
    step.reward = inner.reward;
    step.terminated = inner.terminated;
    step.truncated = ++this.#elapsed >= this.maxEpisodeSteps || inner.truncated;
    step.info = inner.info;
    return step;
  }

  /** `{ elapsed, environment }`. */
  override save(): Snapshot {
    return { elapsed: this.#elapsed, environment: this.environment.save() };
  }

  /**
   * Goes back to what `save` returned.
   *
   * @throws TypeError if the snapshot was saved by something else
   */
  override restore(snapshot: Snapshot): void {
    const { own, environment } = this.open(snapshot, "elapsed");
    this.environment.restore(environment);
    this.#elapsed = own as number;
  }
}
