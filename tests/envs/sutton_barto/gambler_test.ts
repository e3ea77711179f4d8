import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { gambler } from "../../../envs/sutton_barto/gambler.ts";
import { optimalValues } from "../dynamic_programming.ts";

Deno.test("the chances of winning are the known ones (figure 4.3)", () => {
  const values = optimalValues(makeFromSpec(gambler).model!, 1);
  assertAlmostEquals(values[25], 0.16, 1e-9);
  assertAlmostEquals(values[50], 0.4, 1e-9);
  assertAlmostEquals(values[75], 0.64, 1e-9);
  assertAlmostEquals(values[1], 0.00206562, 5e-9);
  assertAlmostEquals(values[51], 0.403098, 5e-7);
});

Deno.test("with a fair coin no stake is better than another: the chance is the capital", () => {
  const values = optimalValues(makeFromSpec(gambler, { headsProbability: 0.5 }).model!, 1);
  for (let capital = 1; capital < 100; capital++) {
    assertAlmostEquals(values[capital], capital / 100, 1e-9);
  }
});

Deno.test("a stake is the action plus 1, but no more than the capital or what is missing", () => {
  const environment = makeFromSpec(gambler, { headsProbability: 1 });
  const won = (state: number, action: number) => {
    environment.reset({ options: { state } });
    const { observation, reward, terminated } = environment.step(action);
    return [observation, reward, terminated];
  };
  assertEquals(won(20, 0), [21, 0, false]);
  assertEquals(won(20, 9), [30, 0, false]);
  assertEquals(won(20, 49), [40, 0, false]);
  assertEquals(won(50, 49), [100, 1, true]);
  assertEquals(won(99, 49), [100, 1, true]);
  const loser = makeFromSpec(gambler, { headsProbability: 0 });
  loser.reset({ options: { state: 7 } });
  const { observation, reward, terminated } = loser.step(49);
  assertEquals([observation, reward, terminated], [0, 0, true]);
});
