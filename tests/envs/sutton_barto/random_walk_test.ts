import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { randomWalk19, randomWalk5 } from "../../../envs/sutton_barto/random_walk.ts";
import { randomPolicyValues } from "../dynamic_programming.ts";

Deno.test("the values of the walk over 5 states are 1/6 to 5/6 (example 6.2)", () => {
  const { model } = makeFromSpec(randomWalk5);
  const values = randomPolicyValues(model!, 1);
  [0, 1, 2, 3, 4, 5, 0].forEach((sixths, place) =>
    assertAlmostEquals(values[place], sixths / 6, 1e-10)
  );
});

Deno.test("the values of the walk over 19 states are -0.9 to 0.9 (example 7.1)", () => {
  const { model } = makeFromSpec(randomWalk19);
  const values = randomPolicyValues(model!, 1);
  for (let place = 1; place <= 19; place++) {
    assertAlmostEquals(values[place], (place - 10) / 10, 1e-10);
  }
});

Deno.test("walks start in the middle and pay at the ends only", () => {
  for (const [spec, length, left] of [[randomWalk5, 5, 0], [randomWalk19, 19, -1]] as const) {
    const environment = makeFromSpec(spec);
    const middle = (length + 1) / 2;
    const ends = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      assertEquals(environment.reset({ seed }).observation, middle);
      let step;
      do {
        step = environment.step(0);
        const place = step.observation as number;
        const reward = place === length + 1 ? 1 : place === 0 ? left : 0;
        assertEquals([step.reward, step.terminated], [reward, place === 0 || place === length + 1]);
        if (step.terminated) ends.add(place);
      } while (!step.terminated);
    }
    assertEquals(Array.from(ends).sort((a, b) => a - b), [0, length + 1]);
  }
});
