/**
 * The rules of Blackjack that the environment and its exact model share: cards, hands, payment.
 *
 * A hand is one number, 2 * sum + usable, so that playing allocates nothing. The sum counts an ace as
 * 11 if that does not bust the hand (a usable ace), else as 1. Its cards do not matter beyond that
 * but for their count: a natural is ace and ten as the only two cards.
 */

/** What a natural pays. */
export interface BlackjackOptions {
  /** Sutton and Barto's rules: a natural wins unless the dealer has one too; `natural` is ignored. */
  readonly sab: boolean;
  /** Whether winning with a natural pays 1.5. */
  readonly natural: boolean;
}

/** Number of ranks of a suit. The deck is infinite: every draw gives each with the same probability. */
export const RANKS = 13;
/** The dealer draws below this sum. */
export const DEALER_STANDS = 17;
/** The hand without cards. */
export const EMPTY_HAND = 0;
/** Ace and ten. */
export const SOFT_21 = 43;
/** The hands with which the player is asked to act: sums of 4 to 21, and of 12 to 21 with a usable ace. */
export const PLAYABLE_HANDS: readonly number[] = [
  ...Array.from({ length: 18 }, (_, i) => (4 + i) << 1),
  ...Array.from({ length: 10 }, (_, i) => (12 + i) << 1 | 1),
];

/** The card of a rank from 0 to 12: 1 is the ace; ten and faces are 10. */
export function cardOf(rank: number): number {
  return rank < 9 ? rank + 1 : 10;
}

/** The hand's sum, a usable ace counted as 11. */
export function sumOf(hand: number): number {
  return hand >> 1;
}

/** Whether the hand has gone over 21. */
export function isBust(hand: number): boolean {
  return sumOf(hand) > 21;
}

/** Whether a hand of this many cards is a natural. */
export function isNatural(hand: number, cards: number): boolean {
  return hand === SOFT_21 && cards === 2;
}

/** The hand with one more card. */
export function addCard(hand: number, card: number): number {
  const sum = sumOf(hand) + card;
  if ((hand & 1) === 1) return sum > 21 ? (sum - 10) << 1 : sum << 1 | 1;
  return card === 1 && sum + 10 <= 21 ? (sum + 10) << 1 | 1 : sum << 1;
}

/** Reward for sticking, once the dealer stands or is bust. */
export function payment(
  player: number,
  playerIsNatural: boolean,
  dealer: number,
  dealerIsNatural: boolean,
  options: BlackjackOptions,
): number {
  const reward = Math.sign(score(player) - score(dealer));
  if (!playerIsNatural) return reward;
  if (options.sab) return dealerIsNatural ? reward : 1;
  return options.natural && reward === 1 ? 1.5 : reward;
}

function score(hand: number): number {
  return isBust(hand) ? 0 : sumOf(hand);
}

/** Sizes of the observation: player's sum, dealer's first card, usable ace. */
export const OBSERVATION_SHAPE = [32, 11, 2] as const;

/** Row-major index of the observation of a hand against the dealer's first card. */
export function observationIndex(hand: number, dealerShows: number): number {
  const [, cards, aces] = OBSERVATION_SHAPE;
  return (sumOf(hand) * cards + dealerShows) * aces + (hand & 1);
}
