/** Facts about the dynamics that no recording shows by itself. */
import { assertEquals, assertLess } from "@std/assert";
import { acrobot } from "../../../envs/classic_control/acrobot.ts";
import { cartPole, cartPoleV0 } from "../../../envs/classic_control/cart_pole.ts";
import { mountainCar } from "../../../envs/classic_control/mountain_car.ts";
import { mountainCarContinuous } from "../../../envs/classic_control/mountain_car_continuous.ts";
import { pendulum } from "../../../envs/classic_control/pendulum.ts";
import { sin } from "../../../math/math.ts";
import { makeRecorded, putState, stateOf } from "./replay.ts";

Deno.test("CartPole-v0 is CartPole-v1 with 200 steps and a threshold of 195", () => {
  const { id, maxEpisodeSteps, rewardThreshold, create: _, ...rest } = cartPoleV0;
  assertEquals({ id, maxEpisodeSteps, rewardThreshold }, {
    id: "CartPole-v0",
    maxEpisodeSteps: 200,
    rewardThreshold: 195,
  });
  const { description, module, options } = cartPole;
  assertEquals(rest, { description, module, options });
  const [v0, v1] = [makeRecorded(cartPoleV0, {}), makeRecorded(cartPole, {})];
  assertEquals(v0.reset({ seed: 5 }), v1.reset({ seed: 5 }));
  assertEquals(v0.step(1), v1.step(1));
});

Deno.test("CartPole: semi-implicit Euler moves with the new velocities, Euler with the old ones", () => {
  const before = [0.1, -0.4, 0.05, 0.3];
  const [explicit, implicit] = (["euler", "semi-implicit euler"] as const).map((integrator) => {
    const environment = makeRecorded(cartPole, { kinematicsIntegrator: integrator });
    environment.reset({ seed: 1 });
    putState(environment, before);
    environment.step(1);
    return Array.from(stateOf(environment));
  });
  assertEquals([explicit[1], explicit[3]], [implicit[1], implicit[3]]);
  assertEquals([explicit[0], explicit[2]], [0.1 + 0.02 * -0.4, 0.05 + 0.02 * 0.3]);
  assertEquals([implicit[0], implicit[2]], [0.1 + 0.02 * explicit[1], 0.05 + 0.02 * explicit[3]]);
});

Deno.test("CartPole ends beyond its limits, not at them, judged by the float64 state", () => {
  const environment = makeRecorded(cartPole, {});
  const ends = (state: readonly number[]): boolean => {
    environment.reset({ seed: 1 });
    putState(environment, state);
    return environment.step(0).terminated;
  };
  const angle = 12 * 2 * Math.PI / 360;
  assertEquals(ends([2.4, 0, 0, 0]), false);
  assertEquals(ends([2.4 + 5e-16, 0, 0, 0]), true);
  assertEquals(ends([-2.4, 0, 0, 0]), false);
  assertEquals(ends([-2.4 - 5e-16, 0, 0, 0]), true);
  assertEquals(ends([0, 0, angle, 0]), false);
  assertEquals(ends([0, 0, angle + 5e-17, 0]), true);
  assertEquals(ends([0, 0, -angle - 5e-17, 0]), true);
});

Deno.test("CartPole: a snapshot taken after the end knows that the end is paid for", () => {
  const [environment, other] = [makeRecorded(cartPole, {}), makeRecorded(cartPole, {})];
  environment.reset({ seed: 1 });
  let step = environment.step(1);
  while (!step.terminated) step = environment.step(1);
  assertEquals(step.reward, 1);
  other.restore(environment.save());
  assertEquals(other.step(1).reward, 0);
  other.reset();
  assertEquals(other.step(1).reward, 1);
});

Deno.test("MountainCar: the car is too weak to drive straight up the hill", () => {
  const environment = makeRecorded(mountainCar, {});
  environment.reset({ seed: 1 });
  for (let i = 0; i < 199; i++) assertEquals(environment.step(2).terminated, false);
  assertEquals(environment.step(2).truncated, true);
});

for (const spec of [mountainCar, mountainCarContinuous]) {
  const push = (right: boolean) =>
    spec === mountainCar ? (right ? 2 : 0) : Float32Array.of(right ? 1 : -1);

  Deno.test(`${spec.id}: the left wall stops the car`, () => {
    const environment = makeRecorded(spec, {});
    environment.reset({ seed: 1 });
    putState(environment, [-1.19, -0.07]);
    const { observation } = environment.step(push(false));
    assertEquals(Array.from(observation), [Math.fround(-1.2), 0]);
  });

  Deno.test(`${spec.id}: pushing the way the car moves swings it up to the flag`, () => {
    const environment = makeRecorded(spec, {});
    environment.reset({ seed: 1 });
    let velocity = 0;
    for (let i = 0; i < 150; i++) {
      const { observation, terminated } = environment.step(push(velocity >= 0));
      velocity = observation[1];
      assertEquals(terminated, observation[0] >= (spec === mountainCar ? 0.5 : 0.45));
      if (terminated) return;
    }
    throw new Error("the car never reached the flag");
  });
}

Deno.test("MountainCarContinuous pays for the action as given, and drives with the clipped one", () => {
  const environment = makeRecorded(mountainCarContinuous, {});
  const go = (force: number) => {
    environment.reset({ seed: 1 });
    const { observation, reward } = environment.step(Float32Array.of(force));
    return { position: observation[0], reward };
  };
  assertEquals(go(3).reward, -0.1 * 9);
  assertEquals(go(0).reward, 0);
  assertEquals(go(3).position, go(1).position);
});

Deno.test("MountainCarContinuous compares a clamped velocity with the goal in float64", () => {
  const arrives = (goalVelocity: number) => {
    const environment = makeRecorded(mountainCarContinuous, { goalVelocity });
    environment.reset({ seed: 1 });
    putState(environment, [0.40625, 0.0703125], { single: true });
    return environment.step(Float32Array.of(1)).terminated;
  };
  assertEquals(arrives(0.07), true);
  assertEquals(arrives(0.0700000001), false);
});

Deno.test("Pendulum: standing upright without torque costs nothing and lasts", () => {
  const environment = makeRecorded(pendulum, {});
  environment.reset({ seed: 1, options: { xInit: 0, yInit: 0 } });
  for (let i = 0; i < 200; i++) {
    const { observation, reward, terminated, truncated } = environment.step(Float32Array.of(0));
    assertEquals([...observation], [1, 0, 0]);
    assertEquals(reward + 0, 0);
    assertEquals([terminated, truncated], [false, i === 199]);
  }
});

Deno.test("Pendulum: the angle is taken in [-pi, pi) for the reward and never wrapped in the state", () => {
  const environment = makeRecorded(pendulum, {});
  const rewardAt = (theta: number) => {
    environment.reset({ seed: 1 });
    putState(environment, [theta, 0]);
    return environment.step(Float32Array.of(0)).reward;
  };
  assertEquals(rewardAt(Math.PI), -Math.PI * Math.PI);
  assertEquals(rewardAt(-Math.PI), -Math.PI * Math.PI);
  assertLess(Math.abs(rewardAt(100) - rewardAt(100 - 32 * Math.PI)), 1e-12);
  putState(environment, [100, 0]);
  environment.step(Float32Array.of(0));
  const velocity = 15 * sin(100) * 0.05;
  assertEquals(Array.from(stateOf(environment)), [100 + velocity * 0.05, velocity]);
});

Deno.test("Acrobot: hanging still without torque stays so, and mirror images move as mirror images", () => {
  const environment = makeRecorded(acrobot, {});
  environment.reset({ seed: 1, options: { low: 0, high: 0 } });
  environment.step(1);
  assertLess(Math.max(...stateOf(environment).map(Math.abs)), 1e-14);
  const swing = (start: number[], action: number) => {
    environment.reset({ seed: 1 });
    putState(environment, start);
    environment.step(action);
    return Array.from(stateOf(environment));
  };
  const right = swing([0.3, -0.5, 1, 2], 2);
  const left = swing([-0.3, 0.5, -1, -2], 0);
  right.forEach((value, i) => assertLess(Math.abs(value + left[i]), 1e-14));
});
