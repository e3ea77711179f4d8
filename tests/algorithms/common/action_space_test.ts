/** Action spaces: normalised actions and the environment's own, in boxes of any shape. */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import {
  actionsOf,
  type ContinuousActions,
  continuousActionsOf,
  discreteActionsOf,
  rescale,
  rescaler,
} from "../../../algorithms/common/action_space.ts";
import { compile } from "../../../engine/mod.ts";
import type { Environment } from "../../../envs/environment.ts";
import { make } from "../../../envs/make.ts";
import { Box } from "../../../envs/spaces/box.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import type { Space } from "../../../envs/spaces/space.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const withActions = (actionSpace: Space) => ({ id: "E-v0", actionSpace }) as Environment;

const box = (low: number[], high: number[]): ContinuousActions =>
  continuousActionsOf(withActions(new Box(low, high)));

/** What `rescaler` makes of normalised actions. */
function rescaled(actions: ContinuousActions, normalised: number[]): number[] {
  const out = new Float32Array(normalised.length);
  rescaler(actions)(Float32Array.from(normalised), out);
  return [...out];
}

Deno.test("normalised actions from -1 to 1 span the whole of an asymmetric box", () => {
  const actions = box([-1, 0, -5], [3, 10, -4]);
  assertEquals(rescaled(actions, [-1, -1, -1]), [-1, 0, -5]);
  assertEquals(rescaled(actions, [0, 0, 0]), [1, 5, -4.5]);
  assertEquals(rescaled(actions, [1, 1, 1]), [3, 10, -4]);
  assertEquals(rescaled(actions, [0.5, -0.5, 0.5]), [2, 2.5, -4.25]);
});

Deno.test("no normalised action leaves the box, where rounding alone would", () => {
  const random = defaultGenerator(0);
  let beyond = 0;
  for (let i = 0; i < 5000; i++) {
    const low = Math.fround(random.uniform(-1, 1)), high = Math.fround(low + random.random());
    const half = Math.fround((high - low) / 2), centre = Math.fround((high + low) / 2);
    if (Math.fround(centre + half) > high) beyond++;
    for (const action of rescaled(box([low, low], [high, high]), [-1, 1])) {
      assert(action >= low && action <= high);
    }
  }
  assert(beyond > 100);
});

Deno.test("the recorded function gives the same actions to the bit", () => {
  const bound = fc.double({ min: -1e30, max: 1e30, noNaN: true });
  const normalised = fc.oneof(
    fc.constantFrom(-1, 0, 1),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(
      bound,
      bound,
      fc.array(normalised, { minLength: 3, maxLength: 3 }),
      (a, b, unit) => {
        const low = Math.fround(Math.min(a, b)), high = Math.fround(Math.max(a, b));
        const actions = box([low, low, low], [high, high, high]);
        const own = rescaled(actions, unit);
        const program = compile({
          inputs: { normalised: { shape: [1, 3] } },
          run: ({ normalised }) => ({
            action: tf.minimum(tf.maximum(rescale(actions, normalised), low), high),
          }),
        });
        program.run({ normalised: Float32Array.from(unit) });
        assertEquals([...program.output("action")].map((x) => x + 0), own.map((x) => x + 0));
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("spaces are described with their bounds, shapes and first numbers", () => {
  assertEquals(actionsOf(withActions(new Discrete(4, -2))), { type: "discrete", n: 4, start: -2 });
  assertEquals(actionsOf(make("Pendulum-v1")), {
    type: "continuous",
    size: 1,
    shape: [1],
    low: Float32Array.of(-2),
    high: Float32Array.of(2),
  });
  assertStrictEquals(discreteActionsOf(make("CartPole-v1")).n, 2);
});

Deno.test("spaces of the wrong kind, and boxes without bounds, are refused", () => {
  assertThrows(
    () => continuousActionsOf(make("CartPole-v1")),
    RangeError,
    "CartPole-v1: needs a Box of actions, not Discrete ones",
  );
  assertThrows(
    () => discreteActionsOf(make("Pendulum-v1")),
    RangeError,
    "Pendulum-v1: needs Discrete actions, not a Box",
  );
  const open = withActions(new Box([-Infinity], [1]));
  assertThrows(
    () => actionsOf(open),
    RangeError,
    "E-v0: needs Discrete actions or a Box of float32",
  );
});
