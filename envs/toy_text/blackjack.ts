/**
 * Blackjack-v1: beat the dealer at cards without going over 21 (Sutton & Barto, example 5.1). Equal
 * to Gymnasium's (1.4.0, commit 3f0476a), random stream included.
 *
 * Cards are drawn from an infinite deck. Ten and faces count 10, an ace 11 where that does not bust
 * the hand (a usable ace), else 1. The dealer draws below 17, a usable ace counted, and then stands.
 *
 * Actions: Discrete(2): 0 stick, 1 hit.
 * Observations: Tuple(Discrete(32), Discrete(11), Discrete(2)), an Int32Array: the player's sum, the
 *   dealer's first card (1 for an ace), whether the player has a usable ace.
 * Rewards: 1 for winning, 0 for a draw, -1 for losing, at the end; a natural (ace and ten as the
 *   first two cards) may pay more: see the options.
 * Start: two cards each for dealer and player.
 * End: terminated when the player sticks or goes over 21. There is no step limit.
 * Options: `sab`, `natural`: see `BlackjackOptions`.
 * Reset options: `state`, one of `startStates`: an observation by its row-major index,
 *   (sum * 11 + dealer) * 2 + ace. The player gets a hand that shows it, a natural for 21 with a usable
 *   ace; the dealer's second card is left to chance.
 * Info: empty.
 */
import { z } from "zod";
import { defaultGenerator, type Generator } from "../../random/generator.ts";
import type {
  Environment,
  EnvironmentSpec,
  Info,
  ResetOptions,
  Start,
  Step,
} from "../environment.ts";
import { type ExploringStarts, requestedStart, startStateFlags } from "../exploring_starts.ts";
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Discrete } from "../spaces/discrete.ts";
import { TupleSpace } from "../spaces/tuple.ts";
import type { TabularModel } from "../tabular_model.ts";
import { blackjackModel } from "./blackjack_model.ts";
import {
  addCard,
  type BlackjackOptions,
  cardOf,
  DEALER_STANDS,
  EMPTY_HAND,
  isBust,
  isNatural,
  OBSERVATION_SHAPE,
  observationIndex,
  payment,
  PLAYABLE_HANDS,
  RANKS,
  sumOf,
} from "./blackjack_rules.ts";

export type { BlackjackOptions } from "./blackjack_rules.ts";

const options: z.ZodType<BlackjackOptions> = z.strictObject({
  sab: z.boolean().default(true)
    .describe(
      "Sutton and Barto's rules: a natural wins unless the dealer has one too; natural is ignored.",
    ),
  natural: z.boolean().default(false).describe("Whether winning with a natural pays 1.5."),
});

const START_STATES = Int32Array.from(
  PLAYABLE_HANDS.flatMap((hand) =>
    Array.from({ length: 10 }, (_, i) => observationIndex(hand, i + 1))
  ),
).sort();
const START_FLAGS = startStateFlags(START_STATES);
const NO_INFO: Info = Object.freeze({});

class BlackjackEnvironment implements Environment<Int32Array, number>, ExploringStarts {
  readonly id = "Blackjack-v1";
  readonly observationSpace = new TupleSpace(OBSERVATION_SHAPE.map((n) => new Discrete(n)));
  readonly actionSpace = new Discrete(2);
  readonly startStates = START_STATES;
  readonly #options: BlackjackOptions;
  #model: TabularModel | undefined;
  #random: Generator = defaultGenerator(0);
  #player = EMPTY_HAND;
  #playerCards = 0;
  #dealer = EMPTY_HAND;
  #dealerCards = 0;
  #dealerShows = 0;
  readonly #observation: Int32Array = new Int32Array(3);
  readonly #start = { observation: this.#observation, info: NO_INFO };
  readonly #step = {
    observation: this.#observation,
    reward: 0,
    terminated: false,
    truncated: false,
    info: NO_INFO,
  };

  constructor(options: BlackjackOptions) {
    this.#options = options;
  }

  /** The exact dynamics, laid out at first use. Its states tell naturals apart: see `blackjackModel`. */
  get model(): TabularModel {
    return this.#model ??= blackjackModel(this.#options);
  }

  get random(): Generator {
    return this.#random;
  }

  get unwrapped(): this {
    return this;
  }

  reset(options?: ResetOptions, out: Int32Array = this.#observation): Start<Int32Array> {
    const requested = requestedStart(this.id, options?.options, START_FLAGS);
    if (options?.seed !== undefined) this.#random = defaultGenerator(options.seed);
    this.#dealerShows = this.#draw();
    const dealerHides = this.#draw();
    this.#player = addCard(addCard(EMPTY_HAND, this.#draw()), this.#draw());
    this.#playerCards = 2;
    // The suit and, for a ten, the face of the dealer's card: Gymnasium draws them for its picture.
    this.#random.integers(0, 4);
    if (this.#dealerShows === 10) this.#random.integers(0, 3);
    if (requested >= 0) this.#replace(requested);
    this.#dealer = addCard(addCard(EMPTY_HAND, this.#dealerShows), dealerHides);
    this.#dealerCards = 2;
    this.#start.observation = this.#observe(out);
    return this.#start;
  }

  step(action: number, out: Int32Array = this.#observation): Step<Int32Array> {
    const result = this.#step;
    if (action === 1) {
      this.#player = addCard(this.#player, this.#draw());
      this.#playerCards++;
      result.terminated = isBust(this.#player);
      result.reward = result.terminated ? -1 : 0;
    } else if (action === 0) {
      while (sumOf(this.#dealer) < DEALER_STANDS) {
        this.#dealer = addCard(this.#dealer, this.#draw());
        this.#dealerCards++;
      }
      result.terminated = true;
      result.reward = payment(
        this.#player,
        isNatural(this.#player, this.#playerCards),
        this.#dealer,
        isNatural(this.#dealer, this.#dealerCards),
        this.#options,
      );
    } else {
      throw new RangeError(`${this.id}: action must be 0 or 1, not ${action}`);
    }
    result.observation = this.#observe(out);
    return result;
  }

  save(): { readonly [key: string]: Snapshot } {
    return {
      id: this.id,
      hands: Int32Array.of(
        this.#player,
        this.#playerCards,
        this.#dealer,
        this.#dealerCards,
        this.#dealerShows,
      ),
      random: this.#random.bits.state,
    };
  }

  restore(snapshot: Snapshot): void {
    const { hands, random } = openSnapshot<{ hands: Int32Array }>(
      this.id,
      snapshot,
      ({ hands }) => hands instanceof Int32Array && hands.length === 5,
    );
    [this.#player, this.#playerCards, this.#dealer, this.#dealerCards, this.#dealerShows] = hands;
    this.#random.bits.state = random;
  }

  #draw(): number {
    return cardOf(this.#random.integers(0, RANKS));
  }

  /** Replaces the player's cards and the dealer's first one by those of an observation. */
  #replace(index: number): void {
    const [, cards, aces] = OBSERVATION_SHAPE;
    this.#player = Math.floor(index / (cards * aces)) << 1 | index & 1;
    this.#dealerShows = (index >> 1) % cards;
  }

  #observe(out: Int32Array): Int32Array {
    out[0] = sumOf(this.#player);
    out[1] = this.#dealerShows;
    out[2] = this.#player & 1;
    return out;
  }
}

/** Blackjack-v1. */
export const blackjack: EnvironmentSpec<BlackjackOptions> = {
  id: "Blackjack-v1",
  description: "Draw cards to come nearer to 21 than the dealer without going over.",
  module: import.meta.url,
  options,
  maxEpisodeSteps: null,
  rewardThreshold: null,
  create: (options) => new BlackjackEnvironment(options),
};
