import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { optimalReturn, optimalValues, policyReturn } from "../../algorithms/common/exact.ts";
import { actionTable, greedySets } from "../../algorithms/common/greedy_sets.ts";
import { policyValues } from "../../algorithms/common/policy_values.ts";
import { make } from "../../envs/make.ts";
import { blackjackModel } from "../../envs/toy_text/blackjack_model.ts";
import { observationIndex } from "../../envs/toy_text/blackjack_rules.ts";
import { tabularModel } from "../../envs/tabular_model.ts";
import { backup, distance, modelOf, models, startingIn } from "./models.ts";

// Unless a source is named, the expected numbers were computed by dynamic programming on the
// transition tables of the real Gymnasium.

/** A number printed with so many decimals. */
function assertPrints(actual: number, expected: string): void {
  const decimals = expected.split(".")[1]?.length ?? 0;
  assertEquals(actual.toFixed(decimals), expected);
}

const slippery = { isSlippery: true };
const firm = { isSlippery: false };

const optima = [
  ["FrozenLake-v1", slippery, 1, "0.8235294118"],
  ["FrozenLake-v1", slippery, 0.99, "0.5420259320"],
  ["FrozenLake8x8-v1", slippery, 1, "1.0000000000"],
  ["FrozenLake8x8-v1", slippery, 0.99, "0.4146403618"],
  ["FrozenLake-v1", firm, 1, "1.0000000000"],
  ["FrozenLake-v1", firm, 0.99, "0.9509900499"],
  ["FrozenLake8x8-v1", firm, 1, "1.0000000000"],
  ["FrozenLake8x8-v1", firm, 0.99, "0.8775210230"],
  ["Taxi-v4", {}, 1, "7.9300000000"],
  ["Taxi-v4", {}, 0.99, "6.3274643149"],
  ["CliffWalking-v1", {}, 1, "-13.0000000000"],
  ["CliffWalking-v1", {}, 0.99, "-12.2478977001"],
  ["CliffWalkingSlippery-v1", {}, 1, "-64.7091759"],
  ["CliffWalkingSlippery-v1", {}, 0.99, "-46.3526722"],
  ["Blackjack-v1", {}, 1, "-0.0431131"],
  ["Blackjack-v1", { sab: false, natural: false }, 1, "-0.0465560"],
] as const;

for (const [id, options, discount, expected] of optima) {
  const name = `${id} ${JSON.stringify(options)}`;
  Deno.test(`the optimal return of ${name} at discount ${discount} is ${expected}`, () => {
    assertPrints(optimalReturn(modelOf(id, options), { discount }), expected);
  });
}

const limited = [
  ["FrozenLake-v1", slippery, 100, "0.7441902878", "0.7401648978", "0.013940"],
  ["FrozenLake8x8-v1", slippery, 200, "0.9132201502", "0.8629553800", "0.001901"],
  ["FrozenLake-v1", firm, 100, "1.0000000000", "1.0000000000", null],
  ["FrozenLake8x8-v1", firm, 200, "1.0000000000", "1.0000000000", null],
  ["Taxi-v4", {}, 200, "7.9300000000", "7.9300000000", "-771.090999"],
] as const;

for (const [id, options, horizon, optimum, greedy, random] of limited) {
  Deno.test(`returns in ${id} ${JSON.stringify(options)} under ${horizon} steps are exact`, () => {
    const environment = make(id, options);
    const model = environment.model!;
    assertPrints(optimalReturn(model, { horizon }), optimum);
    const sets = greedySets(model, optimalValues(model, 0.99), 0.99);
    const table = actionTable({ environment, model, observations: model.states }, sets);
    assertPrints(policyReturn(model, table, { horizon }), greedy);
    if (random !== null) assertPrints(policyReturn(model, "uniform", { horizon }), random);
  });
}

Deno.test("the optimal Taxi takes 3 to 15 points, by the start", () => {
  const model = modelOf("Taxi-v4");
  const values = optimalValues(model, 1).filter((_, s) => model.initial[s] > 0);
  assertEquals(values.length, 300);
  assertEquals([Math.min(...values), Math.max(...values)], [3, 15]);
});

Deno.test("a random hand of Blackjack returns what simulation says", () => {
  // -0.401 with a standard error of 0.006
  assertAlmostEquals(policyReturn(modelOf("Blackjack-v1"), "uniform"), -0.401, 4 * 0.006);
});

Deno.test("5x5 gridworld: values of the random policy and optimal values (Figures 3.2 and 3.5)", () => {
  const model = modelOf("Gridworld5x5-v0");
  const rows = (values: Float64Array) => [
    Array.from(values.subarray(0, 5), (v) => v.toFixed(1)).join(" "),
    Array.from(values.subarray(20, 25), (v) => v.toFixed(1)).join(" "),
  ];
  assertEquals(rows(policyValues(model, "uniform", 0.9)), [
    "3.3 8.8 4.4 5.3 1.5",
    "-1.9 -1.3 -1.2 -1.4 -2.0",
  ]);
  assertEquals(rows(optimalValues(model, 0.9)), [
    "22.0 24.4 22.0 19.4 17.5",
    "14.4 16.0 14.4 13.0 11.7",
  ]);
});

Deno.test("4x4 gridworld: k sweeps of iterative policy evaluation (Figure 4.1)", () => {
  const model = modelOf("Gridworld4x4-v0");
  const nextToCorner = startingIn(model, 1);
  const after = (horizon: number) => policyReturn(nextToCorner, "uniform", { horizon });
  assertEquals([0, 1, 2, 3].map(after), [0, -1, -1.75, -2.4375]); // the book prints -1.7 and -2.4
  assertPrints(after(10), "-6.1");
  const values = [0, 14, 20, 22, 14, 18, 20, 20, 20, 20, 18, 14, 22, 20, 14, 0];
  assert(distance(policyValues(model, "uniform", 1), values.map((v) => -v)) < 1e-9);
});

Deno.test("gambler: the optimal values at a heads probability of 0.4 (Example 4.3)", () => {
  const values = optimalValues(modelOf("Gambler-v0", { headsProbability: 0.4 }), 1);
  assertAlmostEquals(values[25], 0.16, 1e-12);
  assertAlmostEquals(values[50], 0.4, 1e-12);
  assertAlmostEquals(values[75], 0.64, 1e-12);
  assertPrints(values[1], "0.00206562");
  assertPrints(values[51], "0.403098");
});

Deno.test("Blackjack: the optimal policy sticks from the book's thresholds on (Figure 5.2)", () => {
  const environment = make("Blackjack-v1", { sab: false, natural: false });
  const model = environment.model!;
  const sets = greedySets(model, optimalValues(model, 1), 1);
  const table = actionTable({ environment, model, observations: 32 * 11 * 2 }, sets);
  const threshold = (shows: number, ace: number) => {
    const sticks = (sum: number) => table[observationIndex(sum << 1 | ace, shows)] === 0;
    const first = Array.from({ length: 10 }, (_, i) => 12 + i).findIndex(sticks) + 12;
    for (let sum = first; sum <= 21; sum++) assert(sticks(sum), `sum ${sum} against ${shows}`);
    return first;
  };
  const shown = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  assertEquals(shown.map((s) => threshold(s, 0)), [17, 13, 13, 12, 12, 12, 17, 17, 17, 17]);
  assertEquals(shown.map((s) => threshold(s, 1)), [19, 18, 18, 18, 18, 18, 18, 18, 19, 19]);
});

Deno.test("Blackjack: the value of one state when sticking on 20 and 21 (Example 5.4)", () => {
  const model = blackjackModel({ sab: false, natural: false });
  const sticksOn20 = new Int32Array(32 * 11 * 2).fill(1);
  for (const sum of [20, 21]) {
    for (let shows = 1; shows <= 10; shows++) {
      for (const ace of [0, 1]) sticksOn20[observationIndex(sum << 1 | ace, shows)] = 0;
    }
  }
  const state = model.observation.indexOf(observationIndex(13 << 1 | 1, 2));
  assertPrints(policyValues(model, sticksOn20, 1)[state], "-0.277204");
});

Deno.test("short corridor: the values of stochastic policies (Example 13.1)", () => {
  const model = modelOf("ShortCorridor-v0");
  const value = (right: number) => policyReturn(model, Float64Array.of(1 - right, right));
  assertPrints(value(2 - Math.SQRT2), "-11.6569");
  assertPrints(value(0.95), "-44.21");
  assertPrints(value(0.05), "-82.11");
  assertEquals(value(0), -Infinity);
  assertEquals(value(1), -Infinity);
  assert(value(0.58) < value(2 - Math.SQRT2) && value(0.6) < value(2 - Math.SQRT2));
});

Deno.test("windy gridworld: the shortest path takes 15 steps (Figure 6.3)", () => {
  assertAlmostEquals(optimalReturn(modelOf("WindyGridworld-v0")), -15, 1e-12);
});

Deno.test("optimal values solve the Bellman optimality equation", () => {
  fc.assert(fc.property(models(), (model) => {
    const values = optimalValues(model, 0.9);
    assert(distance(values, backup(model, values, 0.9)) <= 1e-13);
  }));
});

Deno.test("a horizon of one step gives the highest expected reward", () => {
  fc.assert(fc.property(models(), fc.double({ min: 0, max: 1, noNaN: true }), (model, discount) => {
    const start = model.initial.indexOf(1);
    const rewards = Array.from({ length: model.actions }, (_, a) => {
      const entry = start * model.actions + a;
      let sum = 0;
      for (let i = model.offsets[entry]; i < model.offsets[entry + 1]; i++) {
        sum += model.probability[i] * model.reward[i];
      }
      return sum;
    });
    const best = Math.max(...rewards);
    assertAlmostEquals(optimalReturn(model, { horizon: 1, discount }), best, 1e-12);
    assertEquals(optimalReturn(model, { horizon: 0, discount }), 0);
  }));
});

Deno.test("a long horizon gives the returns without one", () => {
  fc.assert(fc.property(models(), fc.infiniteStream(fc.nat(2)), (model, draws) => {
    const table = Int32Array.from(
      { length: model.states },
      () => draws.next().value! % model.actions,
    );
    const far = { discount: 0.9, horizon: 400 }; // 0.9^400 < 1e-18
    for (const policy of [table, "uniform"] as const) {
      assertAlmostEquals(
        policyReturn(model, policy, far),
        policyReturn(model, policy, { discount: 0.9 }),
        1e-12,
      );
    }
    assertAlmostEquals(optimalReturn(model, far), optimalReturn(model, { discount: 0.9 }), 1e-12);
  }));
});

Deno.test("no policy returns more than the optimum, under any horizon", () => {
  fc.assert(fc.property(models(), fc.nat(20), fc.nat(2), (model, horizon, draw) => {
    const table = new Int32Array(model.states).fill(draw % model.actions);
    for (const options of [{ horizon }, { discount: 0.8 }]) {
      const optimum = optimalReturn(model, options) + 1e-12;
      assert(policyReturn(model, table, options) <= optimum);
      assert(policyReturn(model, "uniform", options) <= optimum);
    }
  }));
});

Deno.test("undiscounted rewards without end are refused, and fine under a horizon", () => {
  const forEver = tabularModel([[[[1, 0, 1, false]]]], [1]);
  assertThrows(() => optimalReturn(forEver), RangeError, "discount below 1 or a horizon");
  assertEquals(optimalReturn(forEver, { horizon: 7 }), 7);
  assertAlmostEquals(optimalReturn(forEver, { discount: 0.9 }), 10, 1e-12);
});
