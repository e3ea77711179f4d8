/**
 * Prioritized replay, the proportional variant (Schaul et al. 2016, "Prioritized experience replay",
 * algorithm 1): transitions with a large TD error are drawn more often, and count less when drawn.
 *
 *     P(i) = p_i^alpha / sum_k p_k^alpha      p_i = |delta_i| + epsilon
 *     w_i = (N P(i))^-beta / max_j w_j
 *
 * A new transition has the largest priority so far, so that each is likely to be learned from once.
 * The maximum of the weights is taken over the minibatch.
 */
import type { Snapshot } from "../../data/snapshot.ts";
import type { Observation } from "../../envs/environment.ts";
import { pow } from "../../math/math.ts";
import type { Generator } from "../../random/generator.ts";
import { ReplayBuffer, type ReplayOptions, type Transitions } from "./replay_buffer.ts";
import { SumTree } from "./sum_tree.ts";

/** Keeps transitions without error from never being drawn again. */
const EPSILON = 1e-6;

/** What a prioritized buffer holds. */
export interface PrioritizedReplayOptions extends ReplayOptions {
  /** Exponent of the priorities: 0 draws uniformly, 1 in proportion. */
  readonly alpha: number;
  /** Transitions per minibatch. */
  readonly batchSize: number;
}

/** A replay memory that draws by priority. */
export class PrioritizedReplay extends ReplayBuffer {
  /** The importance weights w of the last minibatch drawn by priority. */
  readonly weights: Float32Array;
  readonly #alpha: number;
  /** p^alpha by place. */
  readonly #tree: SumTree;
  /** The largest p^alpha so far. */
  #largest = 1;
  /** Where the transitions of the last minibatch are kept. */
  readonly #places: Int32Array;

  /** Makes an empty memory. */
  constructor({ alpha, batchSize, ...options }: PrioritizedReplayOptions) {
    super(options);
    this.weights = new Float32Array(batchSize);
    this.#alpha = alpha;
    this.#tree = new SumTree(options.capacity);
    this.#places = new Int32Array(batchSize);
  }

  override add(
    observation: Observation,
    action: number | Float32Array,
    reward: number,
    discount: number,
    next: Observation,
  ): number {
    const place = super.add(observation, action, reward, discount, next);
    this.#tree.set(place, this.#largest);
    return place;
  }

  /**
   * Fills a minibatch with transitions drawn by priority: one from each of as many equal parts of the
   * sum of all priorities as the minibatch has places (the paper's appendix B.2.1). Sets `weights`.
   *
   * @param beta how far the weights make up for the unequal drawing: 0 not at all, 1 wholly
   */
  sampleByPriority(random: Generator, minibatch: Transitions, beta: number): void {
    const tree = this.#tree;
    const size = this.#places.length;
    const part = tree.total / size;
    let smallest = Infinity;
    for (let i = 0; i < size; i++) {
      const place = tree.find((i + random.random()) * part);
      this.#places[i] = place;
      this.copy(place, minibatch, i);
      smallest = Math.min(smallest, tree.get(place));
    }
    // N and the sum of all priorities cancel: the largest weight is that of the smallest priority.
    for (let i = 0; i < size; i++) {
      this.weights[i] = pow(smallest / tree.get(this.#places[i]), beta);
    }
  }

  /** Sets the priorities of the last minibatch from the TD errors that were found. */
  prioritise(errors: ArrayLike<number>): void {
    for (let i = 0; i < this.#places.length; i++) {
      const priority = pow(Math.abs(errors[i]) + EPSILON, this.#alpha);
      this.#tree.set(this.#places[i], priority);
      this.#largest = Math.max(this.#largest, priority);
    }
  }

  override save(): Snapshot {
    const priorities = Float64Array.from(
      { length: this.length },
      (_, place) => this.#tree.get(place),
    );
    return { transitions: super.save(), priorities, largest: this.#largest };
  }

  override restore(snapshot: Snapshot): void {
    const saved = snapshot as {
      transitions: Snapshot;
      priorities: Float64Array;
      largest: number;
    };
    super.restore(saved.transitions);
    this.#tree.restore(saved.priorities);
    this.#largest = saved.largest;
  }
}
