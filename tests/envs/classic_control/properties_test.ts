/** What holds for every classic-control environment, whatever the seed and the actions. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { acrobot } from "../../../envs/classic_control/acrobot.ts";
import { cartPole, cartPoleV0 } from "../../../envs/classic_control/cart_pole.ts";
import { mountainCar } from "../../../envs/classic_control/mountain_car.ts";
import { mountainCarContinuous } from "../../../envs/classic_control/mountain_car_continuous.ts";
import { pendulum } from "../../../envs/classic_control/pendulum.ts";
import type { Action, Environment, EnvironmentSpec } from "../../../envs/environment.ts";
import type { MakeOptions } from "../../../envs/make_from_spec.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import { makeRecorded } from "./replay.ts";

const variants: readonly (readonly [string, EnvironmentSpec, MakeOptions])[] = [
  ["CartPole-v1", cartPole, {}],
  ["CartPole-v0, semi-implicit, Sutton & Barto's reward", cartPoleV0, {
    kinematicsIntegrator: "semi-implicit euler",
    suttonBartoReward: true,
  }],
  ["MountainCar-v0", mountainCar, { goalVelocity: 0.01 }],
  ["MountainCarContinuous-v0", mountainCarContinuous, {}],
  ["Acrobot-v1", acrobot, {}],
  ["Acrobot-v1, 1996, with noise", acrobot, { bookOrNips: "nips", torqueNoiseMax: 1.5 }],
  ["Pendulum-v1", pendulum, { g: 9.81 }],
];

/** An episode to play: a seed and a list of numbers, each of which becomes an action. */
const plays = fc.record({
  seed: fc.nat(),
  numbers: fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 120 }),
  cut: fc.nat(120),
});

/** An action out of a number in [-3, 3]: any of a Discrete space; any force, in bounds or not. */
function toAction(environment: Environment<Float32Array, Action>, number: number): Action {
  const { actionSpace } = environment;
  if (!(actionSpace instanceof Discrete)) return Float32Array.of(number);
  return Math.min(Math.floor((number + 3) / 6 * actionSpace.n), actionSpace.n - 1);
}

/** Plays, with a reset at each end, and gives a copy of all that comes out. */
function play(
  environment: Environment<Float32Array, Action>,
  numbers: readonly number[],
): unknown[] {
  return numbers.map((number) => {
    const { observation, reward, terminated, truncated } = environment.step(
      toAction(environment, number),
    );
    const result = [observation.slice(), reward, terminated, truncated];
    if (!terminated && !truncated) return result;
    return [...result, environment.reset().observation.slice()];
  });
}

for (const [name, spec, options] of variants) {
  Deno.test(`${name}: observations lie in the observation space until the episode ends`, () => {
    const environment = makeRecorded(spec, options);
    fc.assert(fc.property(plays, ({ seed, numbers }) => {
      const { observation } = environment.reset({ seed });
      assert(environment.observationSpace.contains(observation));
      for (const number of numbers) {
        const { observation, reward, terminated } = environment.step(
          toAction(environment, number),
        );
        assert(environment.observationSpace.contains(observation), `[${observation}]`);
        assert(Number.isFinite(reward));
        if (terminated) break;
      }
    }));
  });

  Deno.test(`${name}: two copies with one seed do the same`, () => {
    fc.assert(
      fc.property(plays, ({ seed, numbers }) => {
        const [one, other] = [makeRecorded(spec, options), makeRecorded(spec, options)];
        one.reset();
        play(one, numbers);
        assertEquals(one.reset({ seed }), other.reset({ seed }));
        assertEquals(play(one, numbers), play(other, numbers));
        assertEquals(one.random.bits.state, other.random.bits.state);
      }),
      { numRuns: 30 },
    );
  });

  Deno.test(`${name}: what is saved in mid-episode goes on the same bit for bit`, () => {
    fc.assert(
      fc.property(plays, ({ seed, numbers, cut }) => {
        const environment = makeRecorded(spec, options);
        environment.reset({ seed });
        play(environment, numbers.slice(0, cut));
        const snapshot = environment.save();
        const saved = encodeSnapshot(snapshot);
        const expected = play(environment, numbers);

        const other = makeRecorded(spec, options);
        other.restore(decodeSnapshot(saved));
        assertEquals(encodeSnapshot(other.save()), saved);
        assertEquals(play(other, numbers), expected);
        environment.restore(snapshot);
        assertEquals(play(environment, numbers), expected);
      }),
      { numRuns: 30 },
    );
  });

  Deno.test(`${name}: observations go into the caller's array, the same as into its own`, () => {
    fc.assert(
      fc.property(plays, ({ seed, numbers }) => {
        const [own, given] = [makeRecorded(spec, options), makeRecorded(spec, options)];
        const out = new Float32Array(own.reset({ seed }).observation.length);
        assertStrictEquals(given.reset({ seed }, out).observation, out);
        for (const number of numbers) {
          const action = toAction(own, number);
          const { observation } = own.step(action);
          assertStrictEquals(given.step(action, out).observation, out);
          assertEquals(out, observation);
        }
      }),
      { numRuns: 30 },
    );
  });

  Deno.test(`${name}: the objects that reset and step return are reused`, () => {
    const environment = makeRecorded(spec, options).unwrapped as Environment<Float32Array, Action>;
    const start = environment.reset({ seed: 1 });
    const step = environment.step(toAction(environment, 0));
    assertStrictEquals(environment.step(toAction(environment, 1)), step);
    assertStrictEquals(step.observation, start.observation);
    assertStrictEquals(environment.reset(), start);
  });
}
