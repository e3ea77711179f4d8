/** What the classic-control environments refuse, and how they say it. */
import { assertEquals, assertThrows } from "@std/assert";
import { acrobot } from "../../../envs/classic_control/acrobot.ts";
import { cartPole } from "../../../envs/classic_control/cart_pole.ts";
import { mountainCar } from "../../../envs/classic_control/mountain_car.ts";
import { mountainCarContinuous } from "../../../envs/classic_control/mountain_car_continuous.ts";
import { pendulum } from "../../../envs/classic_control/pendulum.ts";
import type { Action, EnvironmentSpec } from "../../../envs/environment.ts";
import type { Snapshot } from "../../../data/snapshot.ts";
import { makeRecorded, stateOf } from "./replay.ts";

const discrete = [[cartPole, "0 or 1"], [mountainCar, "0, 1 or 2"], [
  acrobot,
  "0, 1 or 2",
]] as const;
const continuous: readonly EnvironmentSpec[] = [mountainCarContinuous, pendulum];
const all: readonly EnvironmentSpec[] = [...discrete.map(([spec]) => spec), ...continuous];

for (const [spec, allowed] of discrete) {
  Deno.test(`${spec.id} refuses actions that are not ${allowed}`, () => {
    const environment = makeRecorded(spec, {});
    environment.reset({ seed: 1 });
    const before = environment.save();
    const wrong: unknown[] = [-1, 3, 0.5, NaN, "1", true, null, undefined, Float32Array.of(1)];
    for (const action of wrong) {
      assertThrows(
        () => environment.unwrapped.step(action as Action),
        RangeError,
        `${spec.id}: action must be ${allowed}, not ${action}`,
      );
    }
    assertEquals(environment.save(), before);
  });
}

for (const spec of continuous) {
  Deno.test(`${spec.id} refuses actions that are not one finite float32`, () => {
    const environment = makeRecorded(spec, {});
    environment.reset({ seed: 1 });
    const before = environment.save();
    const wrong: readonly (readonly [unknown, string])[] = [
      [0.5, "action must be a Float32Array of length 1, not 0.5"],
      [undefined, "action must be a Float32Array of length 1, not undefined"],
      [[0.5], "action must be a Float32Array of length 1, not Array of length 1"],
      [
        Float64Array.of(1),
        "action must be a Float32Array of length 1, not Float64Array of length 1",
      ],
      [
        Float32Array.of(1, 2),
        "action must be a Float32Array of length 1, not Float32Array of length 2",
      ],
      [Float32Array.of(NaN), "action must be finite, not NaN"],
      [Float32Array.of(-Infinity), "action must be finite, not -Infinity"],
    ];
    for (const [action, message] of wrong) {
      assertThrows(
        () => environment.step(action as Action),
        RangeError,
        `${spec.id}: ${message}`,
      );
    }
    assertEquals(
      environment.unwrapped.save(),
      (before as { environment: { environment: Snapshot } }).environment.environment,
    );
  });
}

for (const spec of all) {
  const [first, second] = spec === pendulum ? ["xInit", "yInit"] : ["low", "high"];

  Deno.test(`${spec.id} refuses wrong reset options, and then goes on as if nothing had been`, () => {
    const environment = makeRecorded(spec, {});
    environment.reset({ seed: 1 });
    const before = environment.save();
    for (const value of [NaN, Infinity, 1e39, "0", null, true, [1]]) {
      assertThrows(
        () => environment.reset({ seed: 2, options: { [second]: value } }),
        TypeError,
        `${spec.id}: reset option ${second} must be a finite number (float32), not ${value}`,
      );
    }
    assertThrows(
      () => environment.reset({ options: { lo: 1 } }),
      TypeError,
      `${spec.id}: unknown reset option lo; known are ${first}, ${second}`,
    );
    assertEquals(environment.save(), before);
  });

  Deno.test(`${spec.id} takes reset options that leave things as they are`, () => {
    const environment = makeRecorded(spec, {});
    const expected = Array.from(environment.reset({ seed: 1 }).observation);
    for (const options of [undefined, {}, { [first]: undefined }]) {
      assertEquals(Array.from(environment.reset({ seed: 1, options }).observation), expected);
    }
  });

  Deno.test(`${spec.id} refuses snapshots of other environments and damaged ones`, () => {
    const environment = makeRecorded(spec, {}).unwrapped;
    environment.reset({ seed: 1 });
    const saved = environment.save() as Readonly<Record<string, Snapshot>>;
    const other = makeRecorded(spec === pendulum ? cartPole : pendulum, {}).unwrapped.save();
    const wrong: readonly Snapshot[] = [
      null,
      7,
      {},
      other,
      { ...saved, id: "CartPole-v7" },
      { ...saved, state: null },
      { ...saved, state: new Float64Array(9) },
      { ...saved, state: Array.from(saved.state as Float64Array) },
      { ...saved, random: 1 },
      ...["ended", "single"].filter((key) => key in saved).map((key) => ({ ...saved, [key]: 1 })),
    ];
    for (const snapshot of wrong) {
      assertThrows(
        () => environment.restore(snapshot),
        TypeError,
        `${spec.id}: the snapshot was not saved by this environment`,
      );
    }
    assertEquals(environment.save(), saved);
  });
}

for (const spec of all.filter((spec) => spec !== pendulum)) {
  Deno.test(`${spec.id} refuses a reset from bounds in the wrong order`, () => {
    const environment = makeRecorded(spec, {});
    assertThrows(
      () => environment.reset({ options: { low: 0.5, high: 0.25 } }),
      RangeError,
      `${spec.id}: reset option low must not be above high, but 0.5 > 0.25`,
    );
    environment.reset({ options: { low: 0.25, high: 0.25 } });
    assertEquals(stateOf(environment)[0], 0.25);
  });
}

Deno.test("Pendulum-v1 refuses a reset from negative bounds", () => {
  const environment = makeRecorded(pendulum, {});
  assertThrows(
    () => environment.reset({ options: { yInit: -1 } }),
    RangeError,
    `Pendulum-v1: reset options xInit and yInit must be at least 0, not ${Math.PI} and -1`,
  );
});

Deno.test("Acrobot-v1 refuses a reset so far out that its angles would take forever to wrap", () => {
  const environment = makeRecorded(acrobot, {});
  for (const options of [{ high: 1e20 }, { low: -29 }]) {
    assertThrows(
      () => environment.reset({ options }),
      RangeError,
      "Acrobot-v1: reset options low and high must be within 9 pi of 0, not ",
    );
  }
});

Deno.test("every environment refuses unknown and wrong options", () => {
  for (const spec of all) {
    assertThrows(
      () => makeRecorded(spec, { wind: 1 }),
      TypeError,
      `${spec.id}: unknown option wind`,
    );
  }
  const wrong = [
    [cartPole, { suttonBartoReward: 1 }],
    [cartPole, { kinematicsIntegrator: "verlet" }],
    [mountainCar, { goalVelocity: NaN }],
    [mountainCarContinuous, { goalVelocity: "0" }],
    [acrobot, { bookOrNips: "neurips" }],
    [acrobot, { torqueNoiseMax: -1 }],
    [acrobot, { torqueNoiseMax: 1e300 }],
    [pendulum, { g: Infinity }],
  ] as const;
  for (const [spec, options] of wrong) {
    const [name] = Object.keys(options);
    assertThrows(() => makeRecorded(spec, options), TypeError, `${spec.id}: option ${name}: `);
  }
});
