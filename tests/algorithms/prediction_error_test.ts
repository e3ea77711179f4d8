import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  predictionTargets,
  rootMeanSquareError,
} from "../../algorithms/common/prediction_error.ts";
import { tabularModel } from "../../envs/tabular_model.ts";
import { modelOf } from "./models.ts";

Deno.test("the targets of the walks are their exact values, without the ends", () => {
  const five = predictionTargets(modelOf("RandomWalk5-v0"), 1);
  assertEquals(Array.from(five.observations), [1, 2, 3, 4, 5]);
  five.values.forEach((v, i) => assertAlmostEquals(v, (i + 1) / 6, 1e-15));
  const nineteen = predictionTargets(modelOf("RandomWalk19-v0"), 1);
  assertEquals(nineteen.observations.length, 19);
  nineteen.values.forEach((v, i) => assertAlmostEquals(v, (i - 9) / 10, 1e-14));
});

Deno.test("the error is averaged over the states that are compared", () => {
  const targets = { observations: Int32Array.of(1, 3), values: Float64Array.of(2, -1) };
  assertEquals(rootMeanSquareError(Float64Array.of(99, 2, 99, -1), targets), 0);
  assertEquals(rootMeanSquareError(Float64Array.of(99, 3, 99, -8), targets), 5); // sqrt((1 + 49) / 2)
});

Deno.test("diverged predictions give an infinite or undefined error, not an exception", () => {
  const targets = { observations: Int32Array.of(0), values: Float64Array.of(0) };
  assertEquals(rootMeanSquareError(Float64Array.of(1e300), targets), Infinity);
  assertEquals(rootMeanSquareError(Float64Array.of(NaN), targets), NaN);
});

Deno.test("states that no episode visits are not compared", () => {
  const model = tabularModel(
    [
      [[[1, 1, 1, false], [0, 3, 0, false]]],
      [[[0.5, 1, 0, false], [0.5, 2, 4, true]]],
      [[[1, 2, 0, true]]], // entered at the end only
      [[[1, 3, 7, true]]], // entered with probability 0
    ],
    [1, 0, 0, 0],
  );
  const targets = predictionTargets(model, 1);
  assertEquals(Array.from(targets.observations), [0, 1]);
  assertEquals(Array.from(targets.values), [5, 4]);
});

Deno.test("observations come in ascending order, whatever the order of the states", () => {
  const model = tabularModel([[[[1, 1, 1, false]]], [[[1, 1, 2, true]]]], [1, 0], [1, 0]);
  const targets = predictionTargets(model, 1);
  assertEquals([Array.from(targets.observations), Array.from(targets.values)], [[0, 1], [2, 3]]);
});

Deno.test("an observation of two states and an infinite value are refused", () => {
  assertThrows(
    () => predictionTargets(modelOf("ShortCorridor-v0"), 1),
    RangeError,
    "states 0 and 1 of the model show the same observation 0",
  );
  const forEver = tabularModel([[[[1, 0, -1, false]]]], [1]);
  assertThrows(() => predictionTargets(forEver, 1), RangeError, "has the value -Infinity");
  assertAlmostEquals(predictionTargets(forEver, 0.5).values[0], -2, 1e-15);
});
