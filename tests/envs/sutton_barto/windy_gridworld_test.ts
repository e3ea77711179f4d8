import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { windyGridworld } from "../../../envs/sutton_barto/windy_gridworld.ts";
import { optimalValues, startValue } from "../dynamic_programming.ts";

const UP = 0, RIGHT = 1, DOWN = 2, LEFT = 3;

Deno.test("the shortest path takes 15 steps, with king's moves 7 (example 6.5, exercise 6.9)", () => {
  for (const [kingMoves, steps] of [[false, 15], [true, 7]] as const) {
    const { model } = makeFromSpec(windyGridworld, { kingMoves });
    assertAlmostEquals(startValue(model!, optimalValues(model!, 1)), -steps, 1e-9);
  }
});

Deno.test("the path drawn in the book leads to the goal in 15 steps", () => {
  const environment = makeFromSpec(windyGridworld);
  assertEquals(environment.reset({ seed: 0 }).observation, 30);
  const actions = [...Array(9).fill(RIGHT), ...Array(4).fill(DOWN), ...Array(2).fill(LEFT)];
  const cells = [31, 32, 33, 24, 15, 6, 7, 8, 9, 19, 29, 39, 49, 48, 37];
  actions.forEach((action, i) => {
    const { observation, reward, terminated } = environment.step(action);
    assertEquals([observation, reward, terminated], [cells[i], -1, i === 14]);
  });
});

Deno.test("a stochastic wind blows one row more or less where it blows at all (exercise 6.10)", () => {
  const { model } = makeFromSpec(windyGridworld, { stochasticWind: true });
  const outcomes = (cell: number, action: number) => {
    const { actions, offsets, next, probability } = model!;
    const [from, to] = offsets.subarray(cell * actions + action, cell * actions + action + 2);
    return Array.from(next.subarray(from, to), (to, i) => [to, probability[from + i]]);
  };
  assertEquals(outcomes(50, RIGHT), [[51, 1]]);
  assertEquals(outcomes(53, RIGHT), [[44, 1 / 3], [34, 1 / 3], [54, 1 / 3]]);
  assertEquals(outcomes(56, LEFT), [[35, 1 / 3], [25, 1 / 3], [45, 1 / 3]]);
  assertEquals(outcomes(13, UP), [[3, 1 / 3], [3, 1 / 3], [3, 1 / 3]], "the edge stops the agent");
});
