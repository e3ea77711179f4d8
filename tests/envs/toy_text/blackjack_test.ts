import { assertEquals, assertThrows } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { blackjack } from "../../../envs/toy_text/blackjack.ts";
import { type HiddenCheck, testGolden } from "./golden_runs.ts";

/** Sum and usable ace of recorded cards, by the rules and without the code under test. */
function valueOf(cards: readonly number[]): { sum: number; usable: number } {
  const sum = cards.reduce((total, card) => total + card, 0);
  const usable = cards.includes(1) && sum + 10 <= 21;
  return usable ? { sum: sum + 10, usable: 1 } : { sum, usable: 0 };
}

const sameHands: HiddenCheck = (environment, { state }, where) => {
  const [player, dealer] = state as [number[], number[]];
  const { hands } = environment.unwrapped.save() as { readonly hands: Int32Array };
  const [playerHand, playerCards, dealerHand, dealerCards, dealerShows] = hands;
  assertEquals(
    [playerHand, dealerHand].map((hand) => ({ sum: hand >> 1, usable: hand & 1 })),
    [player, dealer].map(valueOf),
    where,
  );
  assertEquals(
    [playerCards, dealerCards, dealerShows],
    [player.length, dealer.length, dealer[0]],
    where,
  );
};

await testGolden("blackjack", blackjack, sameHands);
await testGolden("blackjack_natural", blackjack, sameHands);
await testGolden("blackjack_plain", blackjack, sameHands);

Deno.test("an observation is written into the array that the caller gives", () => {
  const environment = makeFromSpec(blackjack);
  const mine = new Int32Array(3);
  const start = environment.reset({ seed: 5 }, mine);
  assertEquals(start.observation, mine);
  const own = environment.reset({ seed: 5 }).observation as Int32Array;
  assertEquals(own, mine);
  const before = Array.from(own);
  const step = environment.step(1, mine);
  assertEquals(step.observation === mine, true);
  assertEquals(Array.from(own), before, "the environment's own array stays as it was");
});

Deno.test("an action that does not exist is refused", () => {
  const environment = makeFromSpec(blackjack);
  environment.reset({ seed: 0 });
  for (const action of [2, -1, 0.5, NaN]) {
    assertThrows(
      () => environment.step(action),
      RangeError,
      `Blackjack-v1: action must be 0 or 1, not ${action}`,
    );
  }
});

Deno.test("an episode can start with any hand that the player can be asked to play", () => {
  const environment = blackjack.create({ sab: true, natural: false });
  const { startStates } = environment as unknown as { startStates: Int32Array };
  assertEquals(startStates.length, 280);
  for (const state of startStates) {
    const [sum, shows, ace] = environment.reset({ options: { state } }).observation as Int32Array;
    assertEquals((sum * 11 + shows) * 2 + ace, state);
  }
});

Deno.test("21 with a usable ace to start with is a natural, 21 without is not", () => {
  const environment = blackjack.create({ sab: false, natural: true });
  const rewards = (state: number) => {
    const seen = new Set<number>();
    environment.reset({ seed: 1 });
    for (let i = 0; i < 200; i++) {
      environment.reset({ options: { state } });
      seen.add(environment.step(0).reward);
    }
    return Array.from(seen).sort();
  };
  // Against a dealer who shows a 6 and so cannot have a natural.
  assertEquals(rewards((21 * 11 + 6) * 2 + 1), [0, 1.5]);
  assertEquals(rewards((21 * 11 + 6) * 2), [0, 1]);
});
