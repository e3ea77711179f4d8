import { assertEquals, assertThrows } from "@std/assert";
import { optimalValues, policyReturn } from "../../algorithms/common/exact.ts";
import {
  type ActionSets,
  actionTable,
  greedySets,
  soonestToEnd,
} from "../../algorithms/common/greedy_sets.ts";
import { type TabularModel, tabularModel } from "../../envs/tabular_model.ts";
import { environmentOf, modelOf } from "./models.ts";

function tableOf(model: TabularModel, sets: ActionSets): Int32Array {
  const observations = Math.max(...model.observation) + 1;
  return actionTable({ environment: environmentOf(model), model, observations }, sets);
}

Deno.test("actions that differ by rounding only are greedy together", () => {
  const model = tabularModel(
    [[[[1, 0, 0.3, true]], [[1, 0, 0.1 + 0.2, true]], [[1, 0, 0.3 - 1e-6, true]]]],
    [1],
  );
  assertEquals(Array.from(greedySets(model, Float64Array.of(0.3), 1)), [1, 1, 0]);
});

Deno.test("without discount, the shortest way is chosen among equally good ones", () => {
  const model = modelOf("FrozenLake8x8-v1", { isSlippery: false });
  const greedy = greedySets(model, optimalValues(model, 1), 1);
  const naive = tableOf(model, greedy);
  assertEquals(policyReturn(model, naive, { horizon: 200 }), 0); // for ever to the left
  const soonest = tableOf(model, soonestToEnd(model, greedy));
  assertEquals(policyReturn(model, soonest, { horizon: 13 }), 0);
  assertEquals(policyReturn(model, soonest, { horizon: 14 }), 1);
});

Deno.test("the shortest way keeps to the allowed actions", () => {
  // Action 0 ends at once, action 1 goes to state 1, which ends.
  const model = tabularModel(
    [[[[1, 0, 0, true]], [[1, 1, 0, false]]], [[[1, 1, 1, true]], [[1, 1, 0, false]]]],
    [1, 0],
  );
  assertEquals(Array.from(soonestToEnd(model, Uint8Array.of(1, 1, 1, 1))), [1, 0, 1, 0]);
  assertEquals(Array.from(soonestToEnd(model, Uint8Array.of(0, 1, 1, 1))), [0, 1, 1, 0]);
});

Deno.test("states that look alike get an action that suits all of them", () => {
  const ends = (action: number) => [0, 1, 2].map((a) => [[1, 0, a === action ? 0 : 1, true]]);
  const model = tabularModel(
    [ends(0), ends(1), ends(2)] as unknown as Parameters<typeof tabularModel>[0],
    [1, 0, 0],
    [1, 1, 0],
  );
  assertEquals(Array.from(tableOf(model, greedySets(model, new Float64Array(3), 1))), [0, 2]);
});

Deno.test("states that look alike but need different actions are an error", () => {
  const model = modelOf("ShortCorridor-v0");
  assertThrows(
    () => tableOf(model, greedySets(model, optimalValues(model, 1), 1)),
    RangeError,
    "Test-v0: the model's states 0, 1, 2, 3 show the same observation 0 but need different actions",
  );
});

Deno.test("observations that no state shows get action 0", () => {
  const model = tabularModel([[[[1, 0, 0, true]], [[1, 0, 1, true]]]], [1], [2]);
  assertEquals(Array.from(tableOf(model, greedySets(model, new Float64Array(1), 1))), [0, 0, 1]);
});
