import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { policyReturn } from "../../algorithms/common/exact.ts";
import { policyValues } from "../../algorithms/common/policy_values.ts";
import { type Outcome, tabularModel } from "../../envs/tabular_model.ts";
import { modelOf, models, startingIn } from "./models.ts";

/** A model with one action per state, every state equally likely to start in. */
function chain(...rows: readonly (readonly Outcome[])[]) {
  return tabularModel(rows.map((row) => [row]), rows.map(() => 1 / rows.length));
}

Deno.test("the values of a random walk are the chances of its ends (Example 6.2)", () => {
  const values = policyValues(modelOf("RandomWalk5-v0"), "uniform", 1).subarray(1, 6);
  values.forEach((v, i) => assertAlmostEquals(v, (i + 1) / 6, 1e-15));
});

Deno.test("policy values solve the Bellman equation of the policy", () => {
  fc.assert(fc.property(models(), fc.double({ min: 0, max: 0.99, noNaN: true }), (model, gamma) => {
    const { states, actions, offsets, probability, next, reward, terminated } = model;
    const values = policyValues(model, "uniform", gamma);
    for (let s = 0; s < states; s++) {
      let sum = 0;
      for (let i = offsets[s * actions]; i < offsets[(s + 1) * actions]; i++) {
        sum += probability[i] / actions *
          (reward[i] + (terminated[i] ? 0 : gamma * values[next[i]]));
      }
      assertAlmostEquals(values[s], sum, 1e-11);
    }
  }));
});

Deno.test("a table of actions, its probabilities and one action for all give the same values", () => {
  fc.assert(fc.property(models(), fc.nat(2), (model, draw) => {
    const action = draw % model.actions;
    const table = new Int32Array(model.states).fill(action);
    const probabilities = Float64Array.from(
      { length: model.states * model.actions },
      (_, i) => i % model.actions === action ? 1 : 0,
    );
    assertEquals(policyValues(model, table, 0.9), policyValues(model, probabilities, 0.9));
    if (model.actions === 1) {
      assertEquals(policyValues(model, table, 0.9), policyValues(model, "uniform", 0.9));
    }
  }));
});

Deno.test("undiscounted costs sum up to a finite value exactly where episodes end", () => {
  const costs = models({ rewards: { min: -3, max: -1 } });
  fc.assert(fc.property(costs, (model) => {
    const values = policyValues(model, "uniform", 1);
    for (let s = 0; s < model.states; s++) {
      const from = startingIn(model, s);
      // Where an episode can go on for ever, each further step costs something; else costs stay above
      // the value.
      const [soon, late] = [1_000, 2_000].map((horizon) =>
        policyReturn(from, "uniform", { horizon })
      );
      if (values[s] === -Infinity) assert(late < soon - 1e-9);
      else assert(values[s] <= late + 1e-9 && Number.isFinite(values[s]));
    }
  }));
});

Deno.test("a policy that goes round for ever is worth the sum of its rewards", () => {
  const round = (there: number, back: number) =>
    Array.from(policyValues(chain([[1, 1, there, false]], [[1, 0, back, false]]), "uniform", 1));
  assertEquals(round(0, 0), [0, 0]);
  assertEquals(round(-1, 0), [-Infinity, -Infinity]);
  assertEquals(round(2, 0), [Infinity, Infinity]);
  assertEquals(round(1, -1), [NaN, NaN]);
});

Deno.test("an endless fate makes every state infinite that can meet it, and no other", () => {
  const model = chain(
    [[0.5, 0, -1, false], [0.25, 1, -1, false], [0.25, 3, -1, false]], // may come to 1 or to 3
    [[1, 2, 0, false]],
    [[1, 2, -1, false]], // for ever
    [[1, 3, 5, true]], // ends
    [[0.5, 4, 0, false], [0.5, 3, 0, false]], // ends for certain
    [[0, 2, 0, false], [1, 3, 7, false]], // comes to 2 with probability 0: not at all
  );
  assertEquals(
    Array.from(policyValues(model, "uniform", 1)),
    [-Infinity, -Infinity, -Infinity, 5, 5, 12],
  );
  const win = chain([[0.5, 1, 0, false], [0.5, 2, 0, false]], [[1, 1, 1, false]], [
    [1, 2, -1, false],
  ]);
  assertEquals(Array.from(policyValues(win, "uniform", 1)), [NaN, Infinity, -Infinity]);
});

Deno.test("a zero-reward absorbing state that is not marked as terminal has no value", () => {
  const model = chain([[1, 1, 3, false]], [[1, 1, 0, false]]);
  assertEquals(Array.from(policyValues(model, "uniform", 1)), [3, 0]);
});

Deno.test("policies that do not fit the model are refused", () => {
  const model = modelOf("FrozenLake-v1");
  assertThrows(
    () => policyValues(model, new Int32Array(16).fill(4), 1),
    RangeError,
    "the action of observation 0 must be 0 to 3, not 4",
  );
  assertThrows(() => policyValues(model, new Int32Array(15), 1), RangeError, "observation 15");
  assertThrows(
    () => policyValues(model, new Float64Array(16 * 4).fill(0.3), 1),
    RangeError,
    "4 probabilities that sum to 1",
  );
  assertThrows(() => policyValues(model, new Float64Array(60).fill(0.25), 1), RangeError, "[]");
});
