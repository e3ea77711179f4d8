/**
 * Rollouts against a naive one that is written out here: who steps when, what is kept, and
 * generalised advantage estimation from its definition, under random ends of episodes.
 */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { actionDistribution } from "../../../algorithms/common/action_distribution.ts";
import { actionsOf } from "../../../algorithms/common/action_space.ts";
import {
  type ObservationArray,
  observationEncoder,
} from "../../../algorithms/common/observation_encoder.ts";
import { Rollout, type RolloutOptions } from "../../../algorithms/common/rollout.ts";
import { streamsOf } from "../../../algorithms/common/streams.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";
import type { Environment } from "../../../envs/environment.ts";
import { make } from "../../../envs/make.ts";
import { scriptedEnvironment, type ScriptedStep } from "../scripted.ts";

/** A rollout whose policy takes action 0 and whose values are those of a table. */
function rolloutOf(
  environments: readonly Environment[],
  steps: number,
  valueOf: (observation: number) => number,
  options: Partial<RolloutOptions> = {},
): Rollout {
  const made = [...environments];
  const encoder = observationEncoder(environments[0].observationSpace);
  const copies = environments.length;
  const values = (observations: ObservationArray) =>
    Float32Array.from({ length: copies }, (_, i) => valueOf(observations[i * encoder.size]));
  return new Rollout({
    context: { makeEnvironment: () => made.shift()!, config: {}, streams: streamsOf(0) },
    encoder,
    distribution: actionDistribution(actionsOf(environments[0])),
    copies,
    steps,
    observationMoments: false,
    act: (observations) => ({
      action: new Int32Array(copies),
      logProbability: new Float32Array(copies),
      value: values(observations),
    }),
    value: (observation) => valueOf(observation[0]),
    ...options,
  });
}

/** Scripts with random rewards and ends. */
const states = 5;
const anyStep: fc.Arbitrary<ScriptedStep> = fc.record({
  next: fc.nat(states - 1),
  reward: fc.integer({ min: -4, max: 4 }),
  end: fc.constantFrom(undefined, undefined, "terminated" as const, "truncated" as const),
});
const anyProblem = fc.record({
  copies: fc.integer({ min: 1, max: 4 }),
  steps: fc.integer({ min: 1, max: 7 }),
}).chain(({ copies, steps }) =>
  fc.record({
    steps: fc.constant(steps),
    scripts: fc.array(
      fc.record({
        start: fc.nat(states - 1),
        steps: fc.array(anyStep, { minLength: 3 * steps, maxLength: 3 * steps }),
      }),
      { minLength: copies, maxLength: copies },
    ),
    values: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: states, maxLength: states }),
    discount: fc.constantFrom(0, 0.5, 0.9, 1),
    lambda: fc.constantFrom(0, 0.3, 0.95, 1),
  })
);

/** Three rollouts of a problem in a row, with what a rollout says and what the script says. */
function played(
  { scripts, steps, values }: {
    scripts: readonly { start: number; steps: readonly ScriptedStep[] }[];
    steps: number;
    values: readonly number[];
  },
) {
  const environments = scripts.map((script) =>
    scriptedEnvironment({ ...script, states, actions: 2 })
  );
  const rollout = rolloutOf(environments, steps, (observation) => values[observation]);
  /** The observations that the copy acts on at each step of the script, the last one included. */
  const observed = scripts.map(({ start, steps }) => [
    start,
    ...steps.map(({ next, end }) => end === undefined ? next : start),
  ]);
  return { rollout, observed };
}

Deno.test("advantages are the definition's sums, whatever ends and however many copies", () => {
  fc.assert(fc.property(anyProblem, (problem) => {
    const { scripts, steps, values, discount, lambda } = problem;
    const { rollout, observed } = played(problem);
    const copies = scripts.length;
    const advantages = new Float32Array(copies * steps), targets = advantages.slice();
    for (let round = 0; round < 3; round++) {
      assertEquals(rollout.collect(Infinity), copies * steps);
      rollout.advantages(discount, lambda, advantages, targets);
      scripts.forEach((script, copy) => {
        const at = (t: number) => round * steps + t;
        const step = (t: number) => script.steps[at(t)];
        const delta = (t: number) => {
          const { next, reward, end } = step(t);
          const following = end === "terminated" ? 0 : values[next];
          return reward + discount * following - values[observed[copy][at(t)]];
        };
        for (let t = 0; t < steps; t++) {
          let advantage = 0, weight = 1;
          for (let k = t; k < steps; k++) {
            advantage += weight * delta(k);
            if (step(k).end !== undefined) break;
            weight *= discount * lambda;
          }
          const place = t * copies + copy;
          const value = values[observed[copy][at(t)]];
          assertAlmostEquals(advantages[place], advantage, 1e-4);
          assertAlmostEquals(targets[place], advantage + value, 1e-4);
          assertEquals(rollout.observations[place], observed[copy][at(t)]);
          assertEquals(rollout.values[place], value);
          assertEquals(rollout.rewards[place], step(t).reward);
        }
      });
      rollout.clear();
    }
  }));
});

Deno.test("with lambda 1, targets are the discounted rewards and the value where they were cut off", () => {
  fc.assert(fc.property(anyProblem, (problem) => {
    const { scripts, steps, values, discount } = problem;
    const { rollout } = played(problem);
    const copies = scripts.length;
    rollout.collect(copies * steps);
    const targets = new Float32Array(copies * steps);
    rollout.advantages(discount, 1, targets.slice(), targets);
    scripts.forEach((script, copy) => {
      for (let t = 0; t < steps; t++) {
        let target = 0, weight = 1;
        for (let k = t; k < steps; k++) {
          const { next, reward, end } = script.steps[k];
          target += weight * reward;
          weight *= discount;
          if (end === "terminated") break;
          if (end === "truncated" || k === steps - 1) {
            target += weight * values[next];
            break;
          }
        }
        assertAlmostEquals(targets[t * copies + copy], target, 1e-4);
      }
    });
  }));
});

Deno.test("with lambda 0, targets are one-step TD targets", () => {
  fc.assert(fc.property(anyProblem, (problem) => {
    const { scripts, steps, values, discount } = problem;
    const { rollout } = played(problem);
    const copies = scripts.length;
    rollout.collect(copies * steps);
    const targets = new Float32Array(copies * steps);
    rollout.advantages(discount, 0, targets.slice(), targets);
    scripts.forEach((script, copy) =>
      script.steps.slice(0, steps).forEach(({ next, reward, end }, t) => {
        const following = end === "terminated" ? 0 : values[next];
        assertAlmostEquals(targets[t * copies + copy], reward + discount * following, 1e-5);
      })
    );
  }));
});

Deno.test("at a truncation the final observation counts, not the one after the reset nor the one before", () => {
  const environment = scriptedEnvironment({
    states: 3,
    actions: 2,
    start: 0,
    steps: [{ next: 2, reward: 1, end: "truncated" }],
  });
  const rollout = rolloutOf([environment], 1, (observation) => [10, 20, 400][observation]);
  rollout.collect(1);
  const targets = new Float32Array(1);
  rollout.advantages(0.5, 0.9, new Float32Array(1), targets);
  assertEquals(targets[0], 1 + 0.5 * 400);
});

Deno.test("a step that terminates at the time limit is a termination", () => {
  const limited = {
    ...scriptedEnvironment({
      states: 3,
      actions: 2,
      start: 0,
      steps: [{ next: 2, reward: 1 }],
    }),
  };
  const { step } = limited;
  limited.step = (action) => ({ ...step(action), terminated: true, truncated: true });
  const rollout = rolloutOf([limited], 1, () => 100);
  rollout.collect(1);
  const targets = new Float32Array(1);
  rollout.advantages(0.5, 0.9, new Float32Array(1), targets);
  assertEquals(targets[0], 1);
});

/** A rollout in real environments, with a policy that depends on observations and noise. */
function realRollout(id: string, options: Partial<RolloutOptions> = {}, seed = 3): Rollout {
  const makeEnvironment = () => make(id, { maxEpisodeSteps: 9 });
  const environment = makeEnvironment();
  const encoder = observationEncoder(environment.observationSpace);
  const distribution = actionDistribution(actionsOf(environment));
  const copies = 3;
  const value = (observation: ObservationArray, i: number) => observation[i * encoder.size] / 8;
  return new Rollout({
    context: { makeEnvironment, config: {}, streams: streamsOf(seed) },
    encoder,
    distribution,
    copies,
    steps: 11,
    observationMoments: true,
    scaleRewards: 0.9,
    act: (observations, noise) => ({
      action: distribution.array(copies).map((_, i) => noise[i * distribution.noise] > 0.6 ? 1 : 0),
      logProbability: noise.slice(0, copies),
      value: Float32Array.from({ length: copies }, (_, i) => value(observations, i)),
    }),
    value: (observation) => value(observation, 0),
    ...options,
  });
}

function advantagesOf(rollout: Rollout): readonly Float32Array[] {
  const advantages = new Float32Array(33), targets = new Float32Array(33);
  rollout.advantages(0.9, 0.8, advantages, targets);
  return [advantages, targets];
}

const ids = ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1", "Blackjack-v1"];

Deno.test("a rollout may be stopped after any step and gone on with", () => {
  for (const id of ids) {
    const whole = realRollout(id), parts = realRollout(id);
    for (let round = 0; round < 3; round++) {
      assertEquals(whole.collect(1000), 33);
      while (!parts.full) assertEquals(parts.collect(1), 1);
      assertEquals(parts.collect(1), 0);
      assertEquals(advantagesOf(parts), advantagesOf(whole));
      assertEquals(encodeSnapshot(parts.save()), encodeSnapshot(whole.save()));
      whole.clear();
      parts.clear();
    }
  }
});

Deno.test("a rollout restored in its middle goes on bit for bit", () => {
  for (const id of ids) {
    for (const at of [0, 1, 3, 7, 32, 33]) {
      const original = realRollout(id);
      original.collect(33);
      original.clear();
      original.collect(at);
      const bytes = encodeSnapshot(original.save());
      original.collect(33);
      const restored = realRollout(id, {}, 77);
      restored.collect(5);
      restored.restore(decodeSnapshot(bytes));
      assertEquals(encodeSnapshot(restored.save()), bytes);
      restored.collect(33);
      assert(restored.full);
      assertEquals(advantagesOf(restored), advantagesOf(original));
      assertEquals(encodeSnapshot(restored.save()), encodeSnapshot(original.save()));
    }
  }
});

Deno.test("the snapshot of another problem's rollout is refused, and nothing is restored of it", () => {
  const cartPole = realRollout("CartPole-v1");
  const before = encodeSnapshot(cartPole.save());
  assertThrows(() => cartPole.restore(realRollout("Acrobot-v1").save()), RangeError, "entries");
  assertEquals(encodeSnapshot(cartPole.save()), before);
});

Deno.test("copies have different seeds, drawn once", () => {
  const seeds: unknown[] = [];
  const context = {
    config: {},
    streams: streamsOf(3),
    makeEnvironment: () => {
      const environment = make("CartPole-v1", { maxEpisodeSteps: 9 });
      const reset = environment.reset.bind(environment);
      environment.reset = (options, out) => {
        seeds.push(options?.seed);
        return reset(options, out);
      };
      return environment;
    },
  };
  realRollout("CartPole-v1", { context }).collect(33);
  assertEquals(new Set(seeds.slice(0, 3)).size, 3);
  assert(seeds.slice(0, 3).every((seed) => typeof seed === "number"));
  assert(seeds.length > 5 && seeds.slice(3).every((seed) => seed === undefined));
});

Deno.test("vectors are kept unclipped and reach the environment clipped", () => {
  const taken: number[] = [];
  const context = {
    config: {},
    streams: streamsOf(3),
    makeEnvironment: () => {
      const environment = make("Pendulum-v1");
      const step = environment.step.bind(environment);
      environment.step = (action, out) => {
        taken.push((action as Float32Array)[0]);
        return step(action, out);
      };
      return environment;
    },
  };
  const act = () => ({
    action: Float32Array.of(-7, 0.5, 9),
    logProbability: new Float32Array(3),
    value: new Float32Array(3),
  });
  const rollout = realRollout("Pendulum-v1", { context, act });
  rollout.collect(3);
  assertEquals(taken, [-2, 0.5, 2]);
  assertEquals(Array.from(rollout.actions.subarray(0, 3)), [-7, 0.5, 9]);
});

Deno.test("moments count every observation that is acted on; one-hot ones have none", () => {
  const rollout = realRollout("CartPole-v1");
  rollout.collect(33);
  const { count, mean } = rollout.moments!;
  assertEquals(count, 36); // Those to come next are in already.
  const { arrays } = rollout.save() as { arrays: Float32Array[] };
  const next = arrays.find(({ length }) => length === 12)!;
  let sum = 0;
  for (let i = 0; i < 33; i++) sum += rollout.observations[4 * i + 2];
  for (let i = 0; i < 3; i++) sum += next[4 * i + 2];
  assertAlmostEquals(mean[2], sum / 36, 1e-12);
  for (const id of ["FrozenLake-v1", "Blackjack-v1"]) assertEquals(realRollout(id).moments, null);
});
