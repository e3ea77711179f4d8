/**
 * What every learner promises, whatever it learns: exact counts, exact resumption, fixed policies.
 */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import type { ControlAlgorithm, Learner } from "../../algorithms/algorithm.ts";
import monteCarloControl from "../../algorithms/monte_carlo_control.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { algorithms, learnerOf, Recorder, tableOf, tabularAlgorithms } from "./learners.ts";

/**
 * Environments with integers and tuples, with and without time limit; short limits cut many
 * episodes.
 */
const environments: readonly (() => Environment)[] = [
  () => make("FrozenLake-v1"),
  () => make("FrozenLake-v1", { maxEpisodeSteps: 5 }),
  () => make("CliffWalking-v1", { maxEpisodeSteps: 40 }),
  () => make("Blackjack-v1"),
  () => make("Taxi-v4", { maxEpisodeSteps: 30 }),
];

/** Configurations that put every kind of state to use. */
const configs: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { stepSize: { power: 0.8 }, epsilon: { from: 1, to: 0.1, steps: 300 }, initialValue: 1 },
  { stepSize: { from: 0.5, to: 0.1, steps: 500 }, epsilon: 0.3, discount: 1 },
];

const withOwnOptions: readonly { algorithm: ControlAlgorithm; own: Record<string, unknown> }[] = [
  ...tabularAlgorithms.map((algorithm) => ({ algorithm, own: {} })),
  { algorithm: monteCarloControl, own: { visit: "every" } },
  { algorithm: monteCarloControl, own: { start: "exploring starts" } },
];

/** A learner with everything chosen at random. */
const anyLearner = fc.record({
  entry: fc.constantFrom(...withOwnOptions),
  config: fc.constantFrom(...configs),
  makeEnvironment: fc.constantFrom(...environments),
  seed: fc.nat(1000),
}).map(({ entry, config, makeEnvironment, seed }) => ({
  fresh: (otherSeed = seed): Learner =>
    learnerOf(entry.algorithm, makeEnvironment, { ...config, ...entry.own }, otherSeed),
  toString: () => `${entry.algorithm.name} ${JSON.stringify({ ...config, ...entry.own, seed })}`,
}));

function bytesOf(learner: Learner): Uint8Array {
  return encodeSnapshot(learner.save());
}

for (const { name, config } of algorithms) {
  Deno.test(`${name} refuses options that it does not know and fills in defaults`, () => {
    assert(!config.safeParse({ learningRate: 0.1 }).success);
    assert(config.safeParse({}).success);
  });
}

for (const algorithm of algorithms) {
  Deno.test(`${algorithm.name}: train(1000) is the same as a thousand times one step`, () => {
    for (const makeEnvironment of environments) {
      const whole = learnerOf(algorithm, makeEnvironment, {}, 3);
      whole.train(1000);
      const parts = learnerOf(algorithm, makeEnvironment, {}, 3);
      for (let step = 1; step <= 1000; step++) {
        parts.train(step);
        assertStrictEquals(parts.steps, step);
      }
      assertEquals(bytesOf(whole), bytesOf(parts));
    }
  });

  Deno.test(`${algorithm.name} takes exactly the environment steps that it counts`, () => {
    const recorder = new Recorder();
    const learner = learnerOf(algorithm, () => recorder.watch(make("FrozenLake-v1")));
    for (const until of [0, 1, 7, 7, 5, 1234]) {
      learner.train(until);
      assertStrictEquals(recorder.steps, learner.steps);
    }
    assertStrictEquals(learner.steps, 1234);
  });

  Deno.test(`${algorithm.name} seeds its environment once, at the first reset`, () => {
    const recorder = new Recorder();
    learnerOf(algorithm, () => recorder.watch(make("FrozenLake-v1"))).train(500);
    const [first, ...later] = recorder.seeds;
    assert(Number.isSafeInteger(first) && first! >= 0 && first! < 2 ** 32);
    assert(later.length > 10 && later.every((seed) => seed === undefined));
  });

  Deno.test(`${algorithm.name} starts anew after every kind of end`, () => {
    const recorder = new Recorder();
    const makeEnvironment = () => recorder.watch(make("FrozenLake-v1", { maxEpisodeSteps: 5 }));
    learnerOf(algorithm, makeEnvironment).train(500);
    assertStrictEquals(recorder.seeds.length, recorder.episodes.length + 1);
    const lengths = recorder.episodes.map(({ length }) => length);
    assertStrictEquals(Math.max(...lengths), 5);
    assert(Math.min(...lengths) < 5); // Some end in a hole before.
  });

  Deno.test(`${algorithm.name}: the seed decides the run`, () => {
    const run = (seed: number) => {
      const learner = learnerOf(algorithm, () => make("FrozenLake-v1"), {}, seed);
      learner.train(2000);
      return bytesOf(learner);
    };
    assertEquals(run(1), run(1));
    assertNotEquals(run(1), run(2));
  });
}

Deno.test("a run may be stopped anywhere, in mid-episode too, and gone on with later", () => {
  fc.assert(
    fc.property(anyLearner, fc.array(fc.nat(120), { maxLength: 6 }), ({ fresh }, parts) => {
      const stepwise = fresh();
      for (const part of parts) stepwise.train(stepwise.steps + part);
      const whole = fresh();
      whole.train(stepwise.steps);
      assertEquals(bytesOf(whole), bytesOf(stepwise));
    }),
    { numRuns: 60 },
  );
});

Deno.test("a fresh learner that is given a snapshot goes on bit for bit, whatever its own seed", () => {
  fc.assert(
    fc.property(
      anyLearner,
      fc.nat(700),
      fc.nat(400),
      fc.nat(50),
      ({ fresh }, before, after, astray) => {
        const original = fresh();
        original.train(before);
        const bytes = bytesOf(original);
        original.train(before + after);

        const restored = fresh(5000);
        restored.train(astray);
        restored.restore(decodeSnapshot(bytes));
        assertEquals(bytesOf(restored), bytes);
        restored.train(before + after);
        assertEquals(bytesOf(restored), bytesOf(original));
      },
    ),
    { numRuns: 120 },
  );
});

Deno.test("the random policy's learner resumes bit for bit, with vectors too", () => {
  const [randomPolicy] = algorithms;
  for (const id of ["FrozenLake-v1", "Pendulum-v1", "CartPole-v1", "Blackjack-v1"]) {
    const original = learnerOf(randomPolicy, () => make(id));
    original.train(333);
    const restored = learnerOf(randomPolicy, () => make(id), {}, 9);
    restored.restore(decodeSnapshot(bytesOf(original)));
    original.train(1000);
    restored.train(1000);
    assertEquals(bytesOf(restored), bytesOf(original));
  }
});

Deno.test("a snapshot does not change when training goes on", () => {
  fc.assert(
    fc.property(anyLearner, fc.nat(300), ({ fresh }, before) => {
      const learner = fresh();
      learner.train(before);
      const snapshot = learner.save();
      const bytes = encodeSnapshot(snapshot);
      learner.train(before + 200);
      assertEquals(encodeSnapshot(snapshot), bytes);
      learner.restore(snapshot);
      learner.train(before + 200);
      assertEquals(encodeSnapshot(snapshot), bytes);
    }),
    { numRuns: 40 },
  );
});

for (const algorithm of tabularAlgorithms) {
  Deno.test(`${algorithm.name}: a snapshot of another problem is refused`, () => {
    const small = learnerOf(algorithm, () => make("FrozenLake-v1"));
    const large = learnerOf(algorithm, () => make("FrozenLake8x8-v1"));
    assertThrows(() => large.restore(small.save()), RangeError, "entries");
    assertThrows(() => small.restore(large.save()), RangeError, "entries");
  });

  Deno.test(`${algorithm.name}: a policy is a copy that later training does not change`, () => {
    const learner = learnerOf(algorithm, () => make("FrozenLake-v1", { isSlippery: false }), {
      epsilon: 1,
      stepSize: 0.5,
    });
    const states = Array.from({ length: 16 }, (_, state) => state);
    const random = defaultGenerator(0);
    const before = learner.policy();
    const actions = states.map((state) => before.act(state, random));
    learner.train(20_000);
    assertEquals(states.map((state) => before.act(state, random)), actions);
    const after = learner.policy();
    assertNotEquals(states.map((state) => after.act(state, random)), actions);
    assertStrictEquals(before.noise, 0);
    assertEquals(random.bits.state, defaultGenerator(0).bits.state); // No draw in evaluation.
  });

  Deno.test(`${algorithm.name} says which spaces it cannot take`, () => {
    assertThrows(
      () => learnerOf(algorithm, () => make("CartPole-v1")),
      RangeError,
      "CartPole-v1: a tabular method needs Discrete observations or a Tuple of them, not Box",
    );
    // Integers as observations, vectors as actions.
    const mixed = (): Environment => {
      const pendulum = make("Pendulum-v1");
      const { observationSpace } = make("FrozenLake-v1");
      return { ...new Recorder().watch(pendulum), observationSpace };
    };
    assertThrows(
      () => learnerOf(algorithm, mixed),
      RangeError,
      "Pendulum-v1: a tabular method needs Discrete actions, not Box",
    );
  });
}

for (const algorithm of tabularAlgorithms) {
  Deno.test(`${algorithm.name} learns the same whatever numbers observations and actions start from`, () => {
    const shifted = (): Environment => {
      const lake = new Recorder().watch(make("FrozenLake-v1"));
      return {
        ...lake,
        observationSpace: new Discrete(16, 100),
        actionSpace: new Discrete(4, -2),
        reset: (options) => ({
          observation: lake.reset(options).observation as number + 100,
          info: {},
        }),
        step: (action) => {
          const step = lake.step(action as number + 2);
          return { ...step, observation: step.observation as number + 100 };
        },
      };
    };
    const config = { epsilon: 0.5, initialValue: 1 };
    const learner = learnerOf(algorithm, shifted, config);
    const plain = learnerOf(algorithm, () => make("FrozenLake-v1"), config);
    learner.train(1000);
    plain.train(1000);
    const table = algorithm.name === "double_q_learning" ? "q1" : "q";
    assertEquals(tableOf(learner, table), tableOf(plain, table));
    const random = defaultGenerator(0);
    for (let state = 0; state < 16; state++) {
      const action = plain.policy().act(state, random) as number;
      assertStrictEquals(learner.policy().act(state + 100, random), action - 2);
    }
  });
}

Deno.test("exploring starts begin with every state and action equally often", () => {
  const recorder = new Recorder();
  const counts = new Map<string, number>();
  let episodes = -1;
  recorder.onAction = (observation, action) => {
    if (recorder.episodes.length === episodes) return;
    episodes = recorder.episodes.length;
    const pair = `${observation} ${action}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  };
  const makeEnvironment = () => recorder.watch(make("FrozenLake-v1", { maxEpisodeSteps: 3 }));
  learnerOf(monteCarloControl, makeEnvironment, { start: "exploring starts" }).train(60_000);
  // 11 tiles that are neither holes nor the goal, 4 actions.
  assertStrictEquals(counts.size, 11 * 4);
  const expected = (episodes + 1) / counts.size;
  for (const [pair, count] of counts) {
    assert(
      Math.abs(count - expected) < 4.5 * Math.sqrt(expected),
      `${pair}: ${count} of ${expected}`,
    );
  }
});

Deno.test("exploring starts need an environment that offers them", () => {
  const recorder = new Recorder();
  const environment = { ...recorder.watch(make("FrozenLake-v1")) };
  const bare: Environment = { ...environment, unwrapped: environment };
  assertThrows(
    () => learnerOf(monteCarloControl, () => bare, { start: "exploring starts" }),
    RangeError,
    'FrozenLake-v1: offers no exploring starts; use start "epsilon-greedy"',
  );
});

Deno.test("step sizes and rates of a wrong form are refused with the forms that are right", () => {
  const forms = "must be a number from 0 to 1, { from, to, steps } for linear decay, " +
    "or { power } above 0.5 and up to 1 for 1 / visits^power";
  for (const { name, config } of tabularAlgorithms) {
    const accepts = (stepSize: unknown) => config.safeParse({ stepSize }).success;
    for (const bad of ["0.1", null, {}, { from: 0.5 }, { power: 1, from: 1, to: 0, steps: 9 }]) {
      const result = config.safeParse({ stepSize: bad });
      assert(!result.success);
      assertEquals(result.error.issues.map(({ message }) => message), [forms], name);
      assert(!config.safeParse({ epsilon: bad }).success);
    }
    for (
      const bad of [1.5, -0.1, NaN, { power: 0.5 }, { power: 2 }, { from: 1, to: 0, steps: 0 }]
    ) {
      assert(!accepts(bad), `${name} takes ${JSON.stringify(bad)}`);
    }
    for (const good of [0, 1, { from: 1, to: 0, steps: 10 }, { power: 1 }, { power: 0.51 }]) {
      assert(accepts(good), `${name} refuses ${JSON.stringify(good)}`);
    }
  }
});
