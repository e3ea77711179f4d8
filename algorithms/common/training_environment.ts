/** The environment of a learner that takes one step at a time, and where the agent stands in it. */
import type { Snapshot } from "../../data/snapshot.ts";
import type { Action, Environment, Observation, Step } from "../../envs/environment.ts";
import type { Context } from "../algorithm.ts";
import { environmentSeed } from "./streams.ts";

/** An environment, seeded once, that starts its next episode when told to go on after an end. */
export class TrainingEnvironment {
  /** The environment, wrappers included. */
  readonly environment: Environment;
  /** S: what the agent sees. An array is this object's own and holds until the next `advance`. */
  observation: Observation;
  /** Room for the next observation, if observations are arrays. */
  #spare: Observation;
  #step: Step | null = null;

  /** Makes the environment and starts the first episode. */
  constructor({ makeEnvironment, streams }: Context<unknown>) {
    this.environment = makeEnvironment();
    const { observation } = this.environment.reset({ seed: environmentSeed(streams) });
    this.observation = copyOf(observation);
    this.#spare = copyOf(observation);
  }

  /**
   * Takes an action. What it returns holds until `advance`; its observation is S', at the end of an
   * episode the last one.
   */
  step(action: Action): Step {
    this.#step = this.environment.step(action, this.#spare);
    return this.#step;
  }

  /** S <- S'; after the end of an episode, S is the first observation of the next one. */
  advance(): void {
    const { observation, terminated, truncated } = this.#step!;
    const next = terminated || truncated
      ? this.environment.reset({}, this.#spare).observation
      : observation;
    if (typeof next !== "number") this.#spare = this.observation;
    this.observation = next;
  }

  /** The environment and the observation, between `advance` and `step`. */
  save(): Snapshot {
    return { environment: this.environment.save(), observation: copyOf(this.observation) };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const saved = snapshot as { environment: Snapshot; observation: Observation };
    this.environment.restore(saved.environment);
    this.observation = copyOf(saved.observation);
  }
}

function copyOf(observation: Observation): Observation {
  return typeof observation === "number" ? observation : observation.slice();
}
