/** The classic-control environments against what the real Gymnasium did (tests/golden/README.md). */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { acrobot } from "../../../envs/classic_control/acrobot.ts";
import { cartPole } from "../../../envs/classic_control/cart_pole.ts";
import { mountainCar } from "../../../envs/classic_control/mountain_car.ts";
import { mountainCarContinuous } from "../../../envs/classic_control/mountain_car_continuous.ts";
import { pendulum } from "../../../envs/classic_control/pendulum.ts";
import type { EnvironmentSpec } from "../../../envs/environment.ts";
import type { MakeOptions } from "../../../envs/make_from_spec.ts";
import type { Snapshot } from "../../../data/snapshot.ts";
import { type GoldenName, loadGolden } from "../../golden/golden.ts";
import {
  checkStart,
  Comparison,
  makeRecorded,
  type RecordedGroup,
  type RecordedReset,
  type RecordedRun,
  type RecordedSteps,
  replayFreely,
  replayFromRecordedStates,
  replayGroup,
  stateOf,
} from "./replay.ts";

/** The recorded files: environment, options, and how many of the runs may be replayed freely. */
const files: readonly (readonly [GoldenName, EnvironmentSpec, MakeOptions, number])[] = [
  ["cartpole", cartPole, {}, 8],
  ["cartpole_sutton_barto", cartPole, { suttonBartoReward: true }, 3],
  ["mountain_car", mountainCar, {}, 12],
  ["mountain_car_goal_velocity", mountainCar, { goalVelocity: 0.05 }, 3],
  ["mountain_car_continuous", mountainCarContinuous, {}, 12],
  ["mountain_car_continuous_goal_velocity", mountainCarContinuous, { goalVelocity: 0.04 }, 3],
  ["acrobot", acrobot, {}, 12],
  ["acrobot_nips", acrobot, { bookOrNips: "nips" }, 3],
  ["acrobot_torque_noise", acrobot, { torqueNoiseMax: 0.5 }, 3],
  ["pendulum", pendulum, {}, 10],
  ["pendulum_g981", pendulum, { g: 9.81 }, 2],
];

for (const [name, spec, options, freeRuns] of files) {
  Deno.test(`${name}: id, spaces, time limit and reward threshold are Gymnasium's`, async () => {
    const golden = await loadGolden(name);
    const { actionSpace, observationSpace } = makeRecorded(spec, options);
    assertEquals(spec.id, golden.env_id);
    assertEquals(spec.maxEpisodeSteps, golden.max_episode_steps);
    assertEquals(spec.rewardThreshold, golden.reward_threshold);
    assertEquals(observationSpace.description, golden.observation_space);
    const { dtype, ...action } = golden.action_space;
    const discrete = action.type === "Discrete";
    assertEquals(dtype, discrete ? "int64" : "float32");
    assertEquals(actionSpace.description, discrete ? action : golden.action_space);
  });

  Deno.test(`${name}: each step from the recorded state, each reset and each draw agree`, async () => {
    const golden = await loadGolden(name);
    const environment = makeRecorded(spec, options);
    const comparison = new Comparison();
    for (const run of golden.runs as RecordedRun[]) {
      replayFromRecordedStates(environment, run, comparison);
    }
    assertGreater(comparison.observations, 1000);
    assertEquals(comparison.otherObservations, 0);
    // NumPy squares with C's pow, which is off by one last bit now and then.
    assertLess(comparison.otherRewards, comparison.rewards / 500);
  });

  Deno.test(`${name}: whole runs agree where rounding cannot grow`, async () => {
    const golden = await loadGolden(name);
    const environment = makeRecorded(spec, options);
    const runs = (golden.runs as RecordedRun[]).filter(({ replay_sensitivity }) =>
      replay_sensitivity === undefined || replay_sensitivity.max_abs_obs_diff < 1e-6
    );
    assertEquals(runs.length, freeRuns);
    for (const run of runs) replayFreely(environment, run);
  });
}

/** Gymnasium's names of reset options that are written differently here. */
const renamed: Readonly<Record<string, string>> = { x_init: "xInit", y_init: "yInit" };

for (
  const [name, spec, options] of files.filter(([, , options]) => Object.keys(options).length === 0)
) {
  Deno.test(`${name}: reset options hold for one reset`, async () => {
    const resets = (await loadGolden(name)).reset_options as RecordedReset[];
    assertGreater(resets.length, 0);
    const environment = makeRecorded(spec, options);
    for (const { seed, options, obs, state, second_reset_without_options: second } of resets) {
      const own = Object.fromEntries(
        Object.entries(options).map(([name, value]) => [renamed[name] ?? name, value]),
      );
      const { observation } = environment.reset({ seed, options: own });
      if (spec === acrobot) {
        // Gymnasium takes sine and cosine in float32 here: neighbours are allowed.
        assertEquals(Array.from(stateOf(environment)), state);
        new Comparison().observation(observation, obs, `seed ${seed}`);
      } else {
        checkStart(environment, observation, { obs, state });
      }
      checkStart(environment, environment.reset().observation, second);
    }
  });
}

for (const [name, spec, options] of files.slice(0, 2)) {
  Deno.test(`${name}: steps beyond the end pay nothing new and change nothing else`, async () => {
    const golden = await loadGolden(name);
    assertGreater(golden.steps_beyond_terminated.length, 0);
    for (const { seed, ...steps } of golden.steps_beyond_terminated) {
      const { action, obs, reward, terminated, truncated, state } = steps as RecordedSteps;
      const environment = makeRecorded(spec, options);
      environment.reset({ seed });
      const comparison = new Comparison();
      for (let i = 0; i < action.length; i++) {
        const step = environment.step(action[i] as number);
        comparison.observation(step.observation, obs[i], `step ${i}`);
        comparison.state(stateOf(environment), state[i], `step ${i}`);
        assertEquals(
          [step.reward, Number(step.terminated), Number(step.truncated)],
          [reward[i], terminated[i], truncated[i]],
          `step ${i}`,
        );
      }
      assertEquals(terminated.at(-4), 1, "three steps beyond the end are recorded");
      assertEquals(comparison.otherObservations, 0);
    }
  });
}

/** What a group of `single_step` says of the environment beside `make_kwargs`. */
const groups: readonly (readonly [EnvironmentSpec, MakeOptions, Record<string, Snapshot>])[] = [
  [cartPole, {}, {}],
  [cartPole, { suttonBartoReward: true }, {}],
  [mountainCar, {}, {}],
  [mountainCar, { goalVelocity: 0.03 }, {}],
  [mountainCarContinuous, {}, { single: true }],
  [mountainCarContinuous, {}, { single: false }],
  [mountainCarContinuous, { goalVelocity: 0.03 }, { single: true }],
  [mountainCarContinuous, { goalVelocity: 0.03 }, { single: false }],
  [acrobot, {}, {}],
  [acrobot, { bookOrNips: "nips" }, {}],
  [acrobot, {}, {}],
  [pendulum, {}, {}],
  [pendulum, { g: 9.81 }, {}],
];

Deno.test("single_step: walls, clamps, wraps and ends agree", async () => {
  const recorded = (await loadGolden("single_step")).groups as RecordedGroup[];
  assertEquals(recorded.length, groups.length);
  recorded.forEach((group, i) => {
    const [spec, options, entries] = groups[i];
    assertEquals(spec.id, group.env_id);
    const comparison = new Comparison();
    replayGroup(makeRecorded(spec, options), group, entries, comparison);
    assertEquals(comparison.otherObservations, 0, group.note);
  });
});
