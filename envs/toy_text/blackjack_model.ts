/**
 * The exact dynamics of Blackjack: every state, the dealer's final hand and the first two cards with
 * their probabilities (an infinite deck makes all draws independent).
 */
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";
import {
  addCard,
  type BlackjackOptions,
  cardOf,
  DEALER_STANDS,
  EMPTY_HAND,
  isBust,
  isNatural,
  observationIndex,
  payment,
  PLAYABLE_HANDS,
  RANKS,
  SOFT_21,
  sumOf,
} from "./blackjack_rules.ts";

/** The cards the dealer can show. */
const SHOWN = 10;
/** Where the natural stands among `HANDS`. */
const NATURAL = PLAYABLE_HANDS.length;
/** The player's hands: playable ones, the natural, and those gone bust. */
const HANDS: readonly number[] = [
  ...PLAYABLE_HANDS,
  SOFT_21,
  ...Array.from({ length: 10 }, (_, i) => (22 + i) << 1),
];

/** The state of a player's hand against the card that the dealer shows. */
function stateOf(hand: number, natural: boolean, dealerShows: number): number {
  return (natural ? NATURAL : HANDS.indexOf(hand)) * SHOWN + dealerShows - 1;
}

/** The cards of one draw, 1 to 10, with their probabilities. */
const CARDS: readonly (readonly [card: number, probability: number])[] = Array.from(
  { length: 10 },
  (_, i) => {
    const ranks = Array.from({ length: RANKS }, (_, rank) => cardOf(rank));
    return [i + 1, ranks.filter((card) => card === i + 1).length / RANKS];
  },
);

/** How the dealer can end. */
interface DealerEnd {
  readonly hand: number;
  readonly natural: boolean;
  readonly probability: number;
}

/** All ways the dealer's hand can end, given the card shown. */
function dealerEnds(dealerShows: number): DealerEnd[] {
  const ends = new Map<number, number>();
  const play = (hand: number, cards: number, probability: number) => {
    if (sumOf(hand) >= DEALER_STANDS) {
      const key = isNatural(hand, cards) ? -1 : hand;
      ends.set(key, (ends.get(key) ?? 0) + probability);
      return;
    }
    for (const [card, ofCard] of CARDS) play(addCard(hand, card), cards + 1, probability * ofCard);
  };
  play(addCard(EMPTY_HAND, dealerShows), 1, 1);
  return Array.from(ends, ([key, probability]) => ({
    hand: key < 0 ? SOFT_21 : key,
    natural: key < 0,
    probability,
  }));
}

function stick(
  state: number,
  hand: number,
  natural: boolean,
  ends: readonly DealerEnd[],
  options: BlackjackOptions,
): Outcome[] {
  const probabilities = new Map<number, number>();
  for (const end of ends) {
    const reward = payment(hand, natural, end.hand, end.natural, options);
    probabilities.set(reward, (probabilities.get(reward) ?? 0) + end.probability);
  }
  return Array.from(probabilities, ([reward, probability]) => [probability, state, reward, true]);
}

function hit(hand: number, dealerShows: number): Outcome[] {
  return CARDS.map(([card, probability]) => {
    const next = addCard(hand, card);
    return [probability, stateOf(next, false, dealerShows), isBust(next) ? -1 : 0, isBust(next)];
  });
}

/**
 * The exact dynamics of Blackjack.
 *
 * A natural shows the same observation as a sum of 21 with a usable ace from more cards, but pays
 * otherwise, so it is a state of its own for each card that the dealer shows. Sticking leads back to
 * the same state, as the observation stays what it was, and ends the episode.
 */
export function blackjackModel(options: BlackjackOptions): TabularModel {
  const table: Outcome[][][] = [];
  const observation: number[] = [];
  const ends = Array.from({ length: SHOWN }, (_, i) => dealerEnds(i + 1));
  for (const [index, hand] of HANDS.entries()) {
    for (let shows = 1; shows <= SHOWN; shows++) {
      const state = table.length;
      const over: Outcome[] = [[1, state, 0, true]];
      table.push(
        isBust(hand)
          ? [over, over]
          : [stick(state, hand, index === NATURAL, ends[shows - 1], options), hit(hand, shows)],
      );
      observation.push(observationIndex(hand, shows));
    }
  }
  return tabularModel(table, initialDistribution(table.length), observation);
}

/** Two cards for the player, one that the dealer shows. */
function initialDistribution(states: number): Float64Array {
  const initial = new Float64Array(states);
  for (const [first, ofFirst] of CARDS) {
    for (const [second, ofSecond] of CARDS) {
      const hand = addCard(addCard(EMPTY_HAND, first), second);
      for (const [shows, ofShown] of CARDS) {
        initial[stateOf(hand, isNatural(hand, 2), shows)] += ofFirst * ofSecond * ofShown;
      }
    }
  }
  return initial;
}
