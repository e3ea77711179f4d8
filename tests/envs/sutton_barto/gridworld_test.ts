import { assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { gridworld4x4, gridworld5x5 } from "../../../envs/sutton_barto/gridworld.ts";
import { optimalValues, randomPolicyValues } from "../dynamic_programming.ts";

/** Rows of values rounded to one digit, as the book prints them. */
function printed(values: Float64Array, columns: number): string[] {
  return Array.from(
    { length: values.length / columns },
    (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns), (value) => value.toFixed(1))
        .join(" "),
  );
}

Deno.test("the values of the random policy on the 5x5 grid are the book's (figure 3.2)", () => {
  const rows = printed(randomPolicyValues(makeFromSpec(gridworld5x5).model!, 0.9), 5);
  assertEquals(rows, [
    "3.3 8.8 4.4 5.3 1.5",
    "1.5 3.0 2.3 1.9 0.5",
    "0.1 0.7 0.7 0.4 -0.4",
    "-1.0 -0.4 -0.4 -0.6 -1.2",
    "-1.9 -1.3 -1.2 -1.4 -2.0",
  ]);
});

Deno.test("the optimal values on the 5x5 grid are the book's (figure 3.5)", () => {
  const rows = printed(optimalValues(makeFromSpec(gridworld5x5).model!, 0.9), 5);
  assertEquals(rows, [
    "22.0 24.4 22.0 19.4 17.5",
    "19.8 22.0 19.8 17.8 16.0",
    "17.8 19.8 17.8 16.0 14.4",
    "16.0 17.8 16.0 14.4 13.0",
    "14.4 16.0 14.4 13.0 11.7",
  ]);
});

Deno.test("the values of the random policy on the 4x4 grid are the book's (figure 4.1)", () => {
  const values = randomPolicyValues(makeFromSpec(gridworld4x4).model!, 1);
  assertEquals(Array.from(values, Math.round), [
    ...[0, -14, -20, -22],
    ...[-14, -18, -20, -20],
    ...[-20, -20, -18, -14],
    ...[-22, -20, -14, 0],
  ]);
});

Deno.test("the 5x5 grid never terminates and is cut after 100 steps; the 4x4 grid is never cut", () => {
  const continuing = makeFromSpec(gridworld5x5);
  continuing.reset({ seed: 1 });
  for (let i = 1; i <= 100; i++) {
    const { terminated, truncated } = continuing.step(i % 4);
    assertEquals([terminated, truncated], [false, i === 100]);
  }
  const endless = makeFromSpec(gridworld4x4);
  endless.reset({ options: { state: 3 } });
  for (let i = 0; i < 1000; i++) {
    const { observation, reward, terminated, truncated } = endless.step(0);
    assertEquals([observation, reward, terminated, truncated], [3, -1, false, false]);
  }
});
