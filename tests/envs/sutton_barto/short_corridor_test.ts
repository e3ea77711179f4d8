import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { shortCorridor } from "../../../envs/sutton_barto/short_corridor.ts";
import { policyValues } from "../dynamic_programming.ts";

const LEFT = 0, RIGHT = 1;

/** Value of the start when every step goes right with this probability. */
function valueOfGoingRight(right: number): number {
  const { model } = makeFromSpec(shortCorridor);
  return policyValues(model!, 1, (_, action) => action === RIGHT ? right : 1 - right)[0];
}

Deno.test("the values of going right with some probability are the book's (example 13.1)", () => {
  assertAlmostEquals(valueOfGoingRight(0.95), -44.21, 0.005);
  assertAlmostEquals(valueOfGoingRight(0.05), -82.11, 0.005);
  const best = 2 - Math.SQRT2;
  assertAlmostEquals(valueOfGoingRight(best), -11.6569, 5e-5);
  for (const other of [best - 0.01, best + 0.01]) {
    assertEquals(valueOfGoingRight(other) < valueOfGoingRight(best), true);
  }
});

Deno.test("all cells show the same; the middle one swaps left and right", () => {
  const environment = makeFromSpec(shortCorridor);
  assertEquals(environment.observationSpace.description, { type: "Discrete", n: 1, start: 0 });
  assertEquals(environment.reset({ seed: 0 }).observation, 0);
  const way = [[LEFT, 0], [RIGHT, 1], [RIGHT, 0], [RIGHT, 1], [LEFT, 2], [LEFT, 1], [LEFT, 2], [
    RIGHT,
    3,
  ]];
  for (const [action, cell] of way) {
    const { observation, reward, terminated } = environment.step(action);
    assertEquals([observation, reward, terminated], [0, -1, cell === 3]);
    const { state } = environment.unwrapped.save() as { readonly state: number };
    assertEquals(state, cell);
  }
});
