/** An environment as a tabular method sees it: states and actions numbered from 0. */
import type { Environment, ResetOptions } from "../../envs/environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { type DiscreteIndexer, discreteIndexer } from "../../envs/spaces/discrete_index.ts";
import type { Generator } from "../../random/generator.ts";
import type { PCG64State } from "../../random/pcg64.ts";
import type { Context } from "../algorithm.ts";
import { environmentSeed } from "./streams.ts";

/** What one step leads to. The object is reused by the next step. */
export interface Transition {
  /** The state that the step leads to. At the end of an episode, the last one. */
  readonly next: number;
  /** Reward of the step. */
  readonly reward: number;
  /** The task itself ended: the value of `next` is zero. */
  readonly terminated: boolean;
  /** The episode was cut: `next` still has a value. */
  readonly truncated: boolean;
}

/**
 * The training environment of a tabular learner, and the generator that the learner explores with.
 */
export class TabularTask {
  /** The environment, wrappers included. */
  readonly environment: Environment;
  /** Number of states: of observations that the space allows. */
  readonly states: number;
  /** Number of actions. */
  readonly actions: number;
  /** Draws exploratory actions and breaks ties. */
  readonly random: Generator;
  readonly #index: DiscreteIndexer["index"];
  readonly #firstAction: number;
  readonly #transition = { next: 0, reward: 0, terminated: false, truncated: false };
  /** Seed of the first episode; null once it is used. */
  #seed: number | null;

  /**
   * Makes the environment.
   *
   * @throws RangeError if its observations or its actions are not integers
   */
  constructor({ makeEnvironment, streams }: Context<unknown>) {
    const environment = makeEnvironment();
    const { id, observationSpace, actionSpace } = environment;
    const indexer = discreteIndexer(observationSpace);
    const actions = actionSpace.description;
    if (indexer === null) {
      throw new RangeError(
        `${id}: a tabular method needs Discrete observations or a Tuple of them, ` +
          `not ${observationSpace.description.type}`,
      );
    }
    if (actions.type !== "Discrete") {
      throw new RangeError(`${id}: a tabular method needs Discrete actions, not ${actions.type}`);
    }
    this.environment = environment;
    this.states = indexer.size;
    this.#index = indexer.index;
    this.actions = actions.n;
    this.#firstAction = actions.start;
    this.random = streams.exploration;
    this.#seed = environmentSeed(streams);
  }

  /**
   * Starts an episode and returns its first state. The environment is seeded once, at the first
   * start; from then on its random stream goes on.
   *
   * @param options the environment's own reset options
   */
  start(options?: ResetOptions["options"]): number {
    const seed = this.#seed ?? undefined;
    this.#seed = null;
    return this.#index(this.environment.reset({ seed, options }).observation);
  }

  /** Takes an action. */
  step(action: number): Transition {
    const { observation, reward, terminated, truncated } = this.environment.step(
      action + this.#firstAction,
    );
    const transition = this.#transition;
    transition.next = this.#index(observation);
    transition.reward = reward;
    transition.terminated = terminated;
    transition.truncated = truncated;
    return transition;
  }

  /** The environment and the generator. For use after the first start. */
  save(): Snapshot {
    return { environment: this.environment.save(), random: this.random.bits.state };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const { environment, random } = snapshot as { environment: Snapshot; random: PCG64State };
    this.environment.restore(environment);
    this.random.bits.state = random;
  }
}
