/** The prediction methods: hand-computed updates, equalities between them, and what all must do. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { PredictionAlgorithm, Predictor } from "../../algorithms/algorithm.ts";
import { createPredictor } from "../../algorithms/create.ts";
import monteCarloPrediction from "../../algorithms/monte_carlo_prediction.ts";
import nStepTdPrediction from "../../algorithms/n_step_td_prediction.ts";
import tdLambdaPrediction from "../../algorithms/td_lambda_prediction.ts";
import tdPrediction from "../../algorithms/td_prediction.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { tabularModel } from "../../envs/tabular_model.ts";
import { Recorder } from "./learners.ts";
import { environmentOf } from "./models.ts";
import { scriptedEnvironment, type ScriptedStep } from "./scripted.ts";

const mc = monteCarloPrediction as unknown as PredictionAlgorithm;
const td = tdPrediction as unknown as PredictionAlgorithm;
const nStepTd = nStepTdPrediction as unknown as PredictionAlgorithm;
const tdLambda = tdLambdaPrediction as unknown as PredictionAlgorithm;
const all = [mc, td, nStepTd, tdLambda];

function predictorOn(
  algorithm: PredictionAlgorithm,
  environment: Environment,
  config: Readonly<Record<string, unknown>> = {},
  seed = 0,
): Predictor {
  return createPredictor(algorithm, { makeEnvironment: () => environment, seed, config });
}

/** The values of states A, B and C after some episodes of a script that starts in A. */
function learned(
  algorithm: PredictionAlgorithm,
  steps: readonly ScriptedStep[],
  config: Readonly<Record<string, unknown>>,
  episodes = 1,
): number[] {
  const environment = scriptedEnvironment({ states: 4, actions: 1, start: A, steps });
  const predictor = predictorOn(algorithm, environment, {
    stepSizes: [0.5],
    discount: 0.5,
    ...config,
  });
  predictor.train(episodes);
  return Array.from(predictor.values()[0].subarray(0, 3));
}

const [A, B, C, END] = [0, 1, 2, 3];

// A, 1, B, 2, A, 0, C, 4, end. The returns at discount 1/2 are 2.5, 3, 2 and 4.
const script: readonly ScriptedStep[] = [
  { next: B, reward: 1 },
  { next: A, reward: 2 },
  { next: C, reward: 0 },
  { next: END, reward: 4, end: "terminated" },
];

Deno.test("every-visit Monte-Carlo moves towards the return of each visit, in order", () => {
  // V(A): 0 -> 1.25 (towards 2.5) -> 1.625 (towards 2)
  assertEquals(learned(mc, script, { visits: "every" }), [1.625, 1.5, 2]);
  // again: V(A) -> 2.0625 -> 2.03125; V(B) -> 2.25; V(C) -> 3
  assertEquals(learned(mc, script, { visits: "every" }, 2), [2.03125, 2.25, 3]);
});

Deno.test("first-visit Monte-Carlo moves towards the return of the first visit only", () => {
  assertEquals(learned(mc, script, { visits: "first" }), [1.25, 1.5, 2]);
  assertEquals(learned(mc, script, { visits: "first" }, 2), [1.875, 2.25, 3]);
});

Deno.test("TD(0) moves towards the reward plus the value of the next state", () => {
  // V(A): 0 -> 0.5 (towards 1); V(B): 0 -> 1.125 (towards 2.25); V(A) -> 0.25 (towards 0); V(C) -> 2
  assertEquals(learned(td, script, {}), [0.25, 1.125, 2]);
  // V(A) -> 0.90625 (towards 1.5625); V(B) -> 1.7890625; V(A) -> 0.953125 (towards 1); V(C) -> 3
  assertEquals(learned(td, script, {}, 2), [0.953125, 1.7890625, 3]);
});

Deno.test("n-step TD moves towards n rewards and the value of the state they lead to", () => {
  // Targets at n = 2: 1 + 2/2 + V(A)/4 = 2; 2 + 0/2 + V(C)/4 = 2; 0 + 4/2 = 2; 4
  assertEquals(learned(nStepTd, script, { n: 2 }), [1.5, 1, 2]);
  // then 1 + 2/2 + 1.5/4; 2 + 0/2 + 2/4; 2; 4
  assertEquals(learned(nStepTd, script, { n: 2 }, 2), [1.96875, 1.75, 3]);
});

Deno.test("TD(lambda) credits every error to the states before it, by their traces", () => {
  // delta = 1, 2.25, -0.78125, 4. The trace of A at each step is 1, 1/4, 17/16, 17/64 if it
  // accumulates and 1, 1/4, 1, 1/4 if it is replaced; that of B is 0, 1, 1/4, 1/16 either way.
  const config = { lambda: 0.5 };
  assertEquals(
    learned(tdLambda, script, { ...config, traces: "accumulating" }),
    [0.8974609375, 1.15234375, 2],
  );
  assertEquals(
    learned(tdLambda, script, { ...config, traces: "replacing" }),
    [0.890625, 1.15234375, 2],
  );
});

Deno.test("after a cut, the last state keeps its value; after the end it has none", () => {
  const one = (end: "terminated" | "truncated"): ScriptedStep[] => [{ next: B, reward: 1, end }];
  for (const algorithm of [mc, td, nStepTd, tdLambda]) {
    const config = { initialValue: 8, stepSizes: [1] };
    assertEquals(learned(algorithm, one("terminated"), config), [1, 8, 8]);
    assertEquals(learned(algorithm, one("truncated"), config), [1 + 8 / 2, 8, 8]);
  }
});

Deno.test("the initial value and the discount default to 0 and 1", () => {
  const environment = scriptedEnvironment({ states: 4, actions: 1, start: A, steps: script });
  const predictor = predictorOn(mc, environment, { stepSizes: [1], visits: "first" });
  assertEquals(Array.from(predictor.values()[0]), [0, 0, 0, 0]);
  predictor.train(1);
  assertEquals(Array.from(predictor.values()[0]), [7, 6, 4, 0]);
});

// Equalities. Random scripts of several episodes over three states, some cut before their end.
const episode = fc.tuple(
  fc.array(fc.record({ next: fc.constantFrom(A, B, C), reward: fc.integer({ min: -4, max: 4 }) }), {
    maxLength: 6,
  }),
  fc.integer({ min: -4, max: 4 }),
  fc.boolean(),
).map(([steps, reward, cut]): ScriptedStep[] => [
  ...steps,
  cut ? { next: B, reward, end: "truncated" } : { next: END, reward, end: "terminated" },
]);
const episodes = fc.array(episode, { minLength: 1, maxLength: 5 });
const rate = fc.double({ min: 0, max: 1, noNaN: true });
const settings = fc.record({
  discount: rate,
  stepSizes: fc.array(rate, { minLength: 1, maxLength: 3 }),
  initialValue: fc.constantFrom(0, 0.5, -3),
});

function tables(
  algorithm: PredictionAlgorithm,
  list: readonly (readonly ScriptedStep[])[],
  config: Readonly<Record<string, unknown>>,
): readonly Float64Array[] {
  const steps = list.flat();
  const environment = scriptedEnvironment({ states: 4, actions: 1, start: A, steps });
  const predictor = predictorOn(algorithm, environment, config);
  predictor.train(list.length);
  return predictor.values();
}

Deno.test("TD(lambda) with lambda 0 and n-step TD with n 1 equal TD(0) bit for bit", () => {
  const traces = fc.constantFrom("accumulating", "replacing");
  fc.assert(fc.property(episodes, settings, traces, (list, config, traces) => {
    const expected = tables(td, list, config);
    assertEquals(tables(nStepTd, list, { ...config, n: 1 }), expected);
    assertEquals(tables(tdLambda, list, { ...config, lambda: 0, traces }), expected);
  }));
});

Deno.test("n-step TD with n as long as the episode equals every-visit Monte-Carlo bit for bit", () => {
  const ended = episodes.map((list) =>
    list.map((steps) => [...steps.slice(0, -1), { ...steps.at(-1)!, end: "terminated" as const }])
  );
  fc.assert(fc.property(ended, settings, fc.integer({ min: 7, max: 1000 }), (list, config, n) => {
    assertEquals(
      tables(nStepTd, list, { ...config, n }),
      tables(mc, list, { ...config, visits: "every" }),
    );
  }));
});

Deno.test("TD(1) equals Monte-Carlo where no episode visits a state twice", () => {
  const once = fc.array(
    fc.tuple(
      fc.shuffledSubarray([B, C]),
      fc.array(fc.integer({ min: -4, max: 4 }), {
        minLength: 3,
        maxLength: 3,
      }),
    ).map(([order, rewards]): ScriptedStep[] => [
      ...order.map((next, i) => ({ next, reward: rewards[i] })),
      { next: END, reward: rewards[2], end: "terminated" },
    ]),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(fc.property(once, settings, (list, config) => {
    const expected = tables(mc, list, config);
    for (const traces of ["accumulating", "replacing"]) {
      const actual = tables(tdLambda, list, { ...config, lambda: 1, traces });
      actual.forEach((values, i) =>
        values.forEach((v, s) => assertAlmostEquals(v, expected[i][s], 1e-12))
      );
    }
  }));
});

Deno.test("first-visit and every-visit Monte-Carlo agree where no episode visits a state twice", () => {
  const straight: ScriptedStep[] = [{ next: B, reward: 1 }, {
    next: END,
    reward: 5,
    end: "terminated",
  }];
  assertEquals(
    tables(mc, [straight, straight], { visits: "first" }),
    tables(mc, [straight, straight], { visits: "every" }),
  );
});

Deno.test("long episodes are kept whole, and shorter ones after them are too", () => {
  const long = Array.from({ length: 1000 }, (_, i): ScriptedStep => ({
    next: i === 999 ? END : B,
    reward: i + 1,
    ...(i === 999 && { end: "terminated" }),
  }));
  const returnOfAll = 1000 * 1001 / 2;
  const config = { stepSizes: [1], discount: 1, visits: "first" };
  const once = tables(mc, [long], config);
  assertEquals(Array.from(once[0]), [returnOfAll, returnOfAll - 1, 0, 0]);
  assertEquals(Array.from(tables(mc, [long, script], config)[0]), [7, 6, 4, 0]);
});

// What all methods must do.
for (const algorithm of all) {
  const { name } = algorithm;
  const walk = (config = {}, seed = 7) =>
    predictorOn(algorithm, make("RandomWalk19-v0"), { stepSizes: [0.1, 0.3], ...config }, seed);

  // The walk starts in one place and draws no actions; the grid starts anywhere and draws them.
  for (const id of ["RandomWalk19-v0", "Gridworld4x4-v0"]) {
    Deno.test(`${name} on ${id}: training in parts, with snapshots, equals training at once`, () => {
      const start = (seed = 7) => predictorOn(algorithm, make(id), { stepSizes: [0.1, 0.3] }, seed);
      const whole = start();
      const parts = start();
      for (const until of [0, 1, 2, 10, 11, 30]) {
        whole.train(until);
        parts.train(until >> 1);
        parts.train(until);
        assertEquals(parts.episodes, until);
        const bytes = encodeSnapshot(parts.save());
        assertEquals(encodeSnapshot(whole.save()), bytes);
        const restored = start(8);
        restored.train(3);
        restored.restore(decodeSnapshot(bytes));
        restored.train(until + 5);
        const ahead = start();
        ahead.train(until + 5);
        assertEquals(restored.values(), ahead.values());
        assertEquals(encodeSnapshot(restored.save()), encodeSnapshot(ahead.save()));
      }
    });
  }

  Deno.test(`${name}: every step size learns as if it were alone, and all see the same episodes`, () => {
    const together = walk();
    together.train(20);
    together.values().forEach((values, i) => {
      const alone = walk({ stepSizes: [[0.1, 0.3][i]] });
      alone.train(20);
      assertEquals(alone.values()[0], values);
    });
    const other = walk({}, 8);
    other.train(20);
    assert(other.values()[0].some((v, s) => v !== together.values()[0][s]), "the seed decides");
  });

  Deno.test(`${name}: the values and snapshots it hands out stay as they are`, () => {
    const predictor = walk();
    predictor.train(5);
    const [values, snapshot] = [predictor.values(), predictor.save()];
    const before = [encodeSnapshot(values), encodeSnapshot(snapshot)];
    predictor.train(10);
    assertEquals([encodeSnapshot(values), encodeSnapshot(snapshot)], before);
    values[0].fill(99);
    assertEquals(predictor.values()[0].includes(99), false);
  });

  Deno.test(`${name}: the environment is seeded once, and nothing is stepped after the end`, () => {
    const recorder = new Recorder();
    const predictor = predictorOn(algorithm, recorder.watch(make("RandomWalk5-v0")));
    predictor.train(50);
    assertEquals(recorder.episodes.length, 50);
    assertEquals(recorder.seeds.length, 51);
    assertEquals(recorder.seeds.filter((seed) => seed !== undefined), recorder.seeds.slice(0, 1));
    assertEquals(recorder.steps, recorder.episodes.reduce((sum, { length }) => sum + length, 0));
  });

  Deno.test(`${name}: an action is drawn uniformly where there is a choice`, () => {
    const outcome = (reward: number) => [[1, 0, reward, true]] as const;
    const model = tabularModel([[outcome(0), outcome(1), outcome(2)]], [1]);
    const predictor = predictorOn(algorithm, environmentOf(model), { stepSizes: [1] });
    const counts = [0, 0, 0];
    for (let episode = 1; episode <= 3000; episode++) {
      predictor.train(episode);
      counts[predictor.values()[0][0]]++;
    }
    // 1000 each, with a standard deviation of sqrt(3000 * 1/3 * 2/3) = 26
    for (const count of counts) assertAlmostEquals(count, 1000, 4 * 26);
  });

  Deno.test(`${name}: a step size that diverges runs on`, () => {
    const predictor = walk({ stepSizes: [3, 0.1] });
    predictor.train(400);
    const [wild, tame] = predictor.values();
    assert(wild.some((v) => !(Math.abs(v) < 1e6)), "diverges");
    assert(tame.every((v) => Math.abs(v) <= 1), "the other one does not notice");
  });

  Deno.test(`${name} refuses what it cannot take`, () => {
    assertThrows(() => predictorOn(algorithm, make("CartPole-v1")), RangeError, "CartPole-v1");
    assertThrows(() => predictorOn(algorithm, make("Pendulum-v1")), RangeError, "Pendulum-v1");
    const bad = [{ stepSizes: [] }, { stepSizes: [-1] }, { stepSizes: 0.1 }, { discount: 2 }, {
      alpha: 0.1,
    }];
    for (const config of bad) assertThrows(() => walk(config), TypeError, name);
    const small = predictorOn(algorithm, make("RandomWalk5-v0"), { stepSizes: [0.1, 0.3] });
    assertThrows(() => small.restore(walk().save()), RangeError, "21 entries");
    const one = walk({ stepSizes: [0.1] });
    assertThrows(() => one.restore(walk().save()), RangeError, "tables for 2 step sizes");
  });
}

Deno.test("n-step TD takes whole numbers of steps from 1, TD(lambda) a lambda from 0 to 1", () => {
  const environment = make("RandomWalk5-v0");
  for (const n of [0, 1.5, -1]) {
    assertThrows(() => predictorOn(nStepTd, environment, { n }), TypeError, '"n"');
  }
  for (const lambda of [-0.1, 1.1]) {
    assertThrows(() => predictorOn(tdLambda, environment, { lambda }), TypeError, '"lambda"');
  }
});
