/**
 * Rollouts of on-policy methods: several copies of the environment, stepped by the present policy for
 * a number of steps each, and the advantages that follow from what happened.
 *
 * The copies are stepped one after the other, so that a run can stop after any step; what the policy
 * does is computed for all copies at once.
 */
import type { Snapshot, SnapshotArray } from "../../data/snapshot.ts";
import type { Action, Environment, Observation } from "../../envs/environment.ts";
import type { PCG64State } from "../../random/pcg64.ts";
import type { Generator } from "../../random/generator.ts";
import type { Context } from "../algorithm.ts";
import { type ActionDistribution, actionReader } from "./action_distribution.ts";
import { actionsOf } from "./action_space.ts";
import type { ObservationArray, ObservationEncoder } from "./observation_encoder.ts";
import { restoreArray } from "./restore_array.ts";
import { RewardScaler, RunningMoments } from "./running_moments.ts";
import { environmentSeed } from "./streams.ts";

/** What the policy does at all copies' observations at once; the arrays may be reused. */
export interface ActorOutput {
  /** An action for each copy, as the distribution samples them. */
  readonly action: Int32Array | Float32Array;
  /** The log-probability of each. */
  readonly logProbability: Float32Array;
  /** The estimated value of each observation. */
  readonly value: Float32Array;
}

/** What a rollout is made of. */
export interface RolloutOptions {
  readonly context: Context<unknown>;
  readonly encoder: ObservationEncoder;
  readonly distribution: ActionDistribution;
  /** Copies of the environment, N. */
  readonly copies: number;
  /** Steps of each copy in a rollout, T. */
  readonly steps: number;
  /** Discount rate of the returns that rewards are scaled by; leave it out for rewards as they are. */
  readonly scaleRewards?: number;
  /** Whether to keep the moments of the observations; one-hot vectors are left as they are. */
  readonly observationMoments: boolean;
  /** Acts on N observations with this noise [N, distribution.noise]. */
  act(observations: ObservationArray, noise: Float32Array): ActorOutput;
  /** The estimated value of one observation. */
  value(observation: ObservationArray): number;
}

/**
 * N environments and the rollout under way. Arrays are [T, N, ...]: all copies' first steps, then all
 * copies' second steps, and so on.
 */
export class Rollout {
  /** What each action was chosen at, [T, N, ...]. */
  readonly observations: ObservationArray;
  /** As they were sampled: vectors are not clipped, [T, N, ...]. */
  readonly actions: Int32Array | Float32Array;
  readonly logProbabilities: Float32Array;
  /** Estimated value of each observation. */
  readonly values: Float32Array;
  /** Rewards, scaled if asked for. */
  readonly rewards: Float32Array;
  /** Estimated value of what follows each step where it is not `values` of the next: 0 after a termination, the value of the episode's last observation after a truncation. */
  readonly #endValues: Float32Array;
  /** 1 where an episode ended. */
  readonly #ended: Uint8Array;
  /**
   * Running moments of the observations, if asked for. They go on with every step; a learner normalises
   * by them as they were when the rollout began, so that all of it is seen alike.
   */
  readonly moments: RunningMoments | null;

  readonly #options: RolloutOptions;
  readonly #environments: readonly Environment[];
  readonly #random: Generator;
  readonly #scaler: RewardScaler | null;
  /** Where the copies stand. */
  readonly #current: ObservationArray;
  readonly #one: ObservationArray;
  readonly #noise: Float32Array;
  readonly #lastValues: Float32Array;
  readonly #toEnvironment: (place: number) => Action;
  /** The next step to be done: of copy `place % N`, the `floor(place / N)`th of the rollout. */
  #place = 0;

  /** Makes the environments and starts an episode in each. */
  constructor(options: RolloutOptions) {
    const { context, encoder, distribution, copies, steps } = options;
    this.#options = options;
    const places = copies * steps;
    this.observations = encoder.array(places);
    this.actions = distribution.array(places);
    this.logProbabilities = new Float32Array(places);
    this.values = new Float32Array(places);
    this.rewards = new Float32Array(places);
    this.#endValues = new Float32Array(places);
    this.#ended = new Uint8Array(places);
    this.#current = encoder.array(copies);
    this.#one = encoder.array(1);
    this.#noise = new Float32Array(copies * distribution.noise);
    this.#lastValues = new Float32Array(copies);
    this.#environments = Array.from({ length: copies }, () => context.makeEnvironment());
    this.#random = context.streams.exploration;
    this.#scaler = options.scaleRewards === undefined
      ? null
      : new RewardScaler(copies, options.scaleRewards);
    this.moments = options.observationMoments && !encoder.oneHot
      ? new RunningMoments(encoder.features)
      : null;
    this.#toEnvironment = actionReader(actionsOf(this.#environments[0]), this.actions);
    this.#environments.forEach((environment, i) => {
      const { observation } = environment.reset({ seed: environmentSeed(context.streams) });
      this.#arrive(observation, i);
    });
  }

  /** One of the environments, for its spaces. */
  get environment(): Environment {
    return this.#environments[0];
  }

  /** Whether the rollout is complete. */
  get full(): boolean {
    return this.#place === this.rewards.length;
  }

  /**
   * Goes on with the rollout.
   *
   * @param limit the largest number of environment steps to do
   * @returns how many were done: fewer if the rollout is complete before
   */
  collect(limit: number): number {
    const { copies } = this.#options;
    const until = Math.min(this.rewards.length, this.#place + limit);
    const begin = this.#place;
    while (this.#place < until) {
      const copy = this.#place % copies;
      if (copy === 0) this.#choose();
      this.#step(copy);
      this.#place++;
    }
    return this.#place - begin;
  }

  /** Chooses the next action of every copy. */
  #choose(): void {
    const { encoder, distribution } = this.#options;
    const place = this.#place;
    distribution.fillNoise(this.#random, this.#noise);
    const { action, logProbability, value } = this.#options.act(this.#current, this.#noise);
    this.observations.set(this.#current, place * encoder.size);
    this.actions.set(action, place * (this.actions.length / this.rewards.length));
    this.logProbabilities.set(logProbability, place);
    this.values.set(value, place);
  }

  #step(copy: number): void {
    const place = this.#place;
    const environment = this.#environments[copy];
    const { observation, reward, terminated, truncated } = environment.step(
      this.#toEnvironment(place),
    );
    const ended = terminated || truncated;
    this.rewards[place] = this.#scaler?.scaled(copy, reward, ended) ?? reward;
    this.#ended[place] = ended ? 1 : 0;
    this.#endValues[place] = 0;
    if (truncated && !terminated) {
      // The task goes on beyond the time limit: its last observation still has a value.
      this.#options.encoder.store(observation, this.#one, 0);
      this.#endValues[place] = this.#options.value(this.#one);
    }
    this.#arrive(ended ? environment.reset().observation : observation, copy);
  }

  #arrive(observation: Observation, copy: number): void {
    this.#options.encoder.store(observation, this.#current, copy);
    this.moments?.add(this.#current, copy * this.#options.encoder.size);
  }

  /**
   * Generalised advantage estimation (Schulman et al. 2016, equation 16; as it is cut off at the end of a
   * rollout in Schulman et al. 2017, equations 11-12):
   *
   *     delta_t = r_t + discount V(s_t+1) - V(s_t)
   *     A_t = delta_t + discount lambda A_t+1
   *
   * After a termination the next value is 0; after a truncation it is that of the episode's last
   * observation. Both end the sum. lambda = 1 gives n-step returns (Monte-Carlo where episodes end)
   * minus the baseline, lambda = 0 one-step TD errors.
   *
   * @param advantages receives A [T, N]
   * @param targets receives A + V [T, N]: what the value function is fitted to
   */
  advantages(
    discount: number,
    lambda: number,
    advantages: Float32Array,
    targets: Float32Array,
  ): void {
    const { copies } = this.#options;
    const { value } = this.#options.act(this.#current, this.#noise);
    this.#lastValues.set(value);
    const places = this.rewards.length;
    for (let copy = 0; copy < copies; copy++) {
      let nextValue = this.#lastValues[copy];
      let advantage = 0;
      for (let place = places - copies + copy; place >= 0; place -= copies) {
        const ended = this.#ended[place] === 1;
        const following = ended ? this.#endValues[place] : nextValue;
        const delta = this.rewards[place] + discount * following - this.values[place];
        advantage = delta + (ended ? 0 : discount * lambda * advantage);
        advantages[place] = advantage;
        targets[place] = advantage + this.values[place];
        nextValue = this.values[place];
      }
    }
  }

  /** Begins the next rollout where this one has ended. */
  clear(): void {
    this.#place = 0;
  }

  /** Everything. */
  save(): Snapshot {
    return {
      place: this.#place,
      arrays: this.#arrays().map((array) => array.slice()),
      environments: this.#environments.map((environment) => environment.save()),
      random: this.#random.bits.state,
      scaler: this.#scaler?.save() ?? null,
      moments: this.moments?.save() ?? null,
    };
  }

  /** Goes back to what `save` returned. */
  restore(snapshot: Snapshot): void {
    const saved = snapshot as {
      place: number;
      arrays: SnapshotArray[];
      environments: Snapshot[];
      random: PCG64State;
      scaler: Snapshot;
      moments: Snapshot;
    };
    this.#arrays().forEach((array, i) => restoreArray(array, saved.arrays[i]));
    this.#environments.forEach((environment, i) => environment.restore(saved.environments[i]));
    this.#random.bits.state = saved.random;
    this.#scaler?.restore(saved.scaler);
    this.moments?.restore(saved.moments);
    this.#place = saved.place;
  }

  #arrays() {
    return [
      this.observations,
      this.actions,
      this.logProbabilities,
      this.values,
      this.rewards,
      this.#endValues,
      this.#ended,
      this.#current,
    ];
  }
}
