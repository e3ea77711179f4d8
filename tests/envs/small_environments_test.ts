/** What holds for every small environment: those of toy_text/ and sutton_barto/. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { z } from "zod";
import type { Environment, EnvironmentSpec, Observation } from "../../envs/environment.ts";
import { type ExploringStarts, hasExploringStarts } from "../../envs/exploring_starts.ts";
import { makeFromSpec, type MakeOptions } from "../../envs/make_from_spec.ts";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import { asSpec } from "../../envs/spec.ts";
import { gambler } from "../../envs/sutton_barto/gambler.ts";
import { gridworld4x4, gridworld5x5 } from "../../envs/sutton_barto/gridworld.ts";
import { maximizationBias } from "../../envs/sutton_barto/maximization_bias.ts";
import { randomWalk19, randomWalk5 } from "../../envs/sutton_barto/random_walk.ts";
import { shortCorridor } from "../../envs/sutton_barto/short_corridor.ts";
import { windyGridworld } from "../../envs/sutton_barto/windy_gridworld.ts";
import { blackjack } from "../../envs/toy_text/blackjack.ts";
import { cliffWalking, cliffWalkingSlippery } from "../../envs/toy_text/cliff_walking.ts";
import { frozenLake, frozenLake8x8 } from "../../envs/toy_text/frozen_lake.ts";
import { taxi } from "../../envs/toy_text/taxi.ts";

const variants: readonly (readonly [EnvironmentSpec, MakeOptions])[] = [
  [frozenLake, {}],
  [frozenLake, { successRate: 1, desc: ["SFS", "FHF", "FFG"] }],
  [frozenLake8x8, {}],
  [cliffWalking, {}],
  [cliffWalkingSlippery, {}],
  [taxi, {}],
  [taxi, { isRainy: true }],
  [taxi, { isRainy: true, ficklePassenger: true, fickleProbability: 0.7 }],
  [blackjack, {}],
  [blackjack, { sab: false, natural: true }],
  [randomWalk5, {}],
  [randomWalk19, {}],
  [windyGridworld, {}],
  [windyGridworld, { kingMoves: true, stochasticWind: true }],
  [gambler, {}],
  [maximizationBias, {}],
  [shortCorridor, {}],
  [gridworld4x4, {}],
  [gridworld5x5, {}],
];

/** Registers one test for each variant. */
function forEach(
  title: string,
  check: (make: () => Environment, spec: EnvironmentSpec) => void,
): void {
  for (const [spec, options] of variants) {
    const chosen = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
    Deno.test(`${spec.id}${chosen}: ${title}`, () =>
      check(() => makeFromSpec(spec, options), spec));
  }
}

const seeds = fc.nat();
/** Actions as fractions of the number of actions. */
const walks = fc.array(fc.nat(), { minLength: 1, maxLength: 60 });

function actionsOf({ actionSpace }: Environment): number {
  assert(actionSpace.description.type === "Discrete");
  return actionSpace.description.n;
}

/** All that the next step shows, copied. */
function stepOnce(environment: Environment, drawn: number): unknown {
  const step = environment.step(drawn % actionsOf(environment));
  const result = { ...structuredClone(step), state: environment.random.bits.state };
  if (step.terminated || step.truncated) return [result, structuredClone(environment.reset())];
  return [result];
}

function exploring(environment: Environment): Environment & ExploringStarts {
  const { unwrapped } = environment;
  assert(hasExploringStarts(unwrapped));
  return unwrapped;
}

/** The number of an observation. */
function indexOf(observation: Observation): number {
  if (typeof observation === "number") return observation;
  const [sum, shows, ace] = observation;
  return (sum * 11 + shows) * 2 + ace;
}

forEach("its specification is well-formed and every option is described", (_, spec) => {
  assertEquals(asSpec(spec), spec);
  assertStringIncludes(spec.module, "/envs/");
  assert(spec.options instanceof z.ZodObject);
  for (const [name, option] of Object.entries(spec.options.shape)) {
    assert((option as z.ZodType).description?.endsWith("."), `option ${name}`);
  }
});

forEach("the model's probabilities sum to 1 and all it names exists", (make) => {
  const environment = make();
  const { model } = environment;
  if (model === undefined) return;
  const { states, actions, offsets, probability, next, reward, terminated, initial, observation } =
    model;
  assertEquals(actions, actionsOf(environment));
  assertEquals(offsets.length, states * actions + 1);
  const outcomes = offsets[states * actions];
  for (const entries of [probability, next, reward, terminated]) {
    assertEquals(entries.length, outcomes);
  }
  for (let row = 0; row < states * actions; row++) {
    assert(offsets[row + 1] > offsets[row], "every action has an outcome");
    const sum = probability.subarray(offsets[row], offsets[row + 1]).reduce((a, b) => a + b, 0);
    assertAlmostEquals(sum, 1, 1e-12);
  }
  assert(probability.every((p) => p >= 0 && p <= 1));
  assert(next.every((state) => state >= 0 && state < states));
  assertEquals([initial.length, observation.length], [states, states]);
  assertAlmostEquals(initial.reduce((a, b) => a + b, 0), 1, 1e-12);
});

forEach(
  "random actions keep observations in the space and states among those to start in",
  (make) => {
    fc.assert(
      fc.property(seeds, walks, (seed, walk) => {
        const environment = make();
        const { startStates, observationSpace } = exploring(environment);
        const observations = new Set(
          Array.from(
            startStates,
            (state) =>
              environment.id === "Blackjack-v1"
                ? state
                : environment.model?.observation[state] ?? state,
          ),
        );
        let { observation } = environment.reset({ seed });
        for (const drawn of walk) {
          assert(observationSpace.contains(observation), `${observation}`);
          assert(observations.has(indexOf(observation)), `${observation}`);
          const step = environment.step(drawn % actionsOf(environment));
          assert(observationSpace.contains(step.observation), `${step.observation}`);
          assert(Number.isFinite(step.reward));
          observation = step.terminated || step.truncated
            ? environment.reset().observation
            : step.observation;
        }
      }),
      { numRuns: 30 },
    );
  },
);

forEach("an environment restored in mid-episode goes on as the saved one does", (make) => {
  fc.assert(
    fc.property(seeds, walks, walks, (seed, before, after) => {
      const environment = make();
      environment.reset({ seed });
      for (const drawn of before) stepOnce(environment, drawn);
      const saved = encodeSnapshot(environment.save());
      const wentOn = after.map((drawn) => stepOnce(environment, drawn));

      const other = make();
      other.reset({ seed: seed + 1 });
      other.restore(decodeSnapshot(saved));
      assertEquals(encodeSnapshot(other.save()), saved);
      assertEquals(after.map((drawn) => stepOnce(other, drawn)), wentOn);
    }),
    { numRuns: 30 },
  );
});

forEach("a snapshot of another environment is refused", (make) => {
  const environment = make();
  environment.reset({ seed: 0 });
  const saved = environment.unwrapped.save() as { readonly [key: string]: Snapshot };
  const unlike: Snapshot[] = [
    null,
    3,
    {},
    { ...saved, id: "Other-v0" },
    { ...saved, random: null },
    { id: saved.id, random: saved.random },
  ];
  for (const wrong of unlike) {
    const error = assertThrows(() => environment.unwrapped.restore(wrong), TypeError);
    assertStringIncludes(error.message, `${environment.id}: the snapshot`);
  }
});

forEach("an episode starts where it is told to, after the draws of an ordinary reset", (make) => {
  const environment = make();
  const bare = exploring(environment);
  assert(bare.startStates.length > 0);
  const sampled = bare.startStates.filter((_, i) =>
    i % Math.ceil(bare.startStates.length / 50) === 0
  );
  for (const state of sampled) {
    environment.reset({ seed: state });
    environment.reset();
    const ordinary = environment.random.bits.state;
    environment.reset({ seed: state });
    const { observation } = environment.reset({ options: { state } });
    const shown = bare.id === "Blackjack-v1" ? state : bare.model?.observation[state] ?? state;
    assertEquals(indexOf(observation), shown);
    assertEquals(environment.random.bits.state, ordinary);
    if (bare.id !== "Blackjack-v1") {
      assertEquals((bare.save() as { readonly state: number }).state, state);
    }
    assert(!environment.step(0).truncated);
  }
});

forEach("a start that makes no sense is refused and changes nothing", (make) => {
  const environment = make();
  environment.reset({ seed: 1 });
  const before = encodeSnapshot(environment.unwrapped.save());
  const { startStates } = exploring(environment);
  const wrong = [-1, 0.5, NaN, "0", null, startStates[startStates.length - 1] + 1];
  for (const state of wrong) {
    const error = assertThrows(
      () => environment.unwrapped.reset({ seed: 2, options: { state } }),
      RangeError,
    );
    assertStringIncludes(error.message, `${environment.id}: reset option "state"`);
  }
  const error = assertThrows(() => environment.unwrapped.reset({ options: { low: 0 } }), TypeError);
  assertStringIncludes(error.message, `${environment.id}: unknown reset option "low"`);
  assertEquals(encodeSnapshot(environment.unwrapped.save()), before);
});

forEach("an action that does not exist is refused and changes nothing", (make) => {
  const environment = make();
  environment.reset({ seed: 1 });
  const before = encodeSnapshot(environment.unwrapped.save());
  for (const action of [-1, actionsOf(environment), 0.5, NaN]) {
    const error = assertThrows(() => environment.step(action), RangeError);
    assertStringIncludes(error.message, `${environment.id}: action must be`);
  }
  assertEquals(encodeSnapshot(environment.unwrapped.save()), before);
});

Deno.test("start states leave out the end and what cannot be reached", () => {
  const statesOf = (spec: EnvironmentSpec) => Array.from(exploring(makeFromSpec(spec)).startStates);
  assertEquals(statesOf(frozenLake), [0, 1, 2, 3, 4, 6, 8, 9, 10, 13, 14]);
  assertEquals(
    statesOf(cliffWalking),
    Array.from({ length: 37 }, (_, cell) => cell),
  );
  assertEquals(statesOf(taxi).length, 400);
  assertEquals(statesOf(gambler), Array.from({ length: 99 }, (_, i) => i + 1));
  assertEquals(statesOf(shortCorridor), [0, 1, 2]);
});

Deno.test("an environment without start states has no exploring starts", () => {
  const environment = makeFromSpec(frozenLake);
  assert(!hasExploringStarts(environment), "the wrapper does not offer them itself");
  assert(hasExploringStarts(environment.unwrapped));
});
