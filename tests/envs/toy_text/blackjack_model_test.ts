import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import type { TabularModel } from "../../../envs/tabular_model.ts";
import { blackjack } from "../../../envs/toy_text/blackjack.ts";
import { blackjackModel } from "../../../envs/toy_text/blackjack_model.ts";
import { defaultGenerator } from "../../../random/generator.ts";
import {
  actionValue,
  optimalValues,
  policyValues,
  randomPolicyValues,
  startValue,
} from "../dynamic_programming.ts";

const STICK = 0;
const HIT = 1;
const sab = blackjackModel({ sab: true, natural: false });

/** The model's states that show an observation. */
function statesShowing(model: TabularModel, sum: number, shows: number, ace: number): number[] {
  const index = (sum * 11 + shows) * 2 + ace;
  return Array.from(model.observation.keys()).filter((state) => model.observation[state] === index);
}

Deno.test("the best return is the known one, whatever naturals pay", () => {
  const best = (options: { sab: boolean; natural: boolean }) => {
    const model = blackjackModel(options);
    return startValue(model, optimalValues(model, 1));
  };
  assertAlmostEquals(best({ sab: true, natural: false }), -0.0431131, 5e-8);
  assertAlmostEquals(best({ sab: false, natural: false }), -0.0465560, 5e-8);
  assertEquals(best({ sab: true, natural: true }), best({ sab: true, natural: false }));
  assert(best({ sab: false, natural: true }) > best({ sab: false, natural: false }));
});

Deno.test("the best player sticks from the sums in Sutton and Barto's figure 5.2", () => {
  const values = optimalValues(sab, 1);
  const sticksFrom = (shows: number, ace: 0 | 1) => {
    for (let sum = 12; sum <= 21; sum++) {
      const [state] = statesShowing(sab, sum, shows, ace);
      if (actionValue(sab, values, 1, state, STICK) > actionValue(sab, values, 1, state, HIT)) {
        return sum;
      }
    }
  };
  const thresholds = (ace: 0 | 1) => Array.from({ length: 10 }, (_, i) => sticksFrom(i + 1, ace));
  assertEquals(thresholds(0), [17, 13, 13, 12, 12, 12, 17, 17, 17, 17]);
  assertEquals(thresholds(1), [19, 18, 18, 18, 18, 18, 18, 18, 19, 19]);
});

Deno.test("sticking on 20 and 21 only is worth the known value of Sutton and Barto's example state", () => {
  const values = policyValues(sab, 1, (state, action) => {
    const sum = Math.floor(sab.observation[state] / 22);
    return action === (sum >= 20 ? STICK : HIT) ? 1 : 0;
  });
  const [state] = statesShowing(sab, 13, 2, 1);
  assertAlmostEquals(values[state], -0.277204, 5e-7);
});

Deno.test("a natural and another soft 21 show the same but are two states under one card of the dealer", () => {
  for (let shows = 1; shows <= 10; shows++) {
    assertEquals(statesShowing(sab, 21, shows, 1).length, 2);
    assertEquals(statesShowing(sab, 21, shows, 0).length, 1);
  }
  const shown = new Set(sab.observation);
  assertEquals(sab.states, shown.size + 10);
});

Deno.test("a simulated random player earns what the model says, naturals included", () => {
  for (const options of [{ sab: true, natural: false }, { sab: false, natural: true }]) {
    const model = blackjackModel(options);
    const expected = startValue(model, randomPolicyValues(model, 1));
    const environment = makeFromSpec(blackjack, options);
    const random = defaultGenerator(11);
    const episodes = 40_000;
    let sum = 0;
    let squares = 0;
    environment.reset({ seed: 12 });
    for (let episode = 0; episode < episodes; episode++) {
      let step = environment.step(random.integers(0, 2));
      while (!step.terminated) step = environment.step(random.integers(0, 2));
      sum += step.reward;
      squares += step.reward * step.reward;
      environment.reset();
    }
    const mean = sum / episodes;
    const standardError = Math.sqrt((squares / episodes - mean * mean) / episodes);
    assertAlmostEquals(mean, expected, 3 * standardError);
  }
});
