import { assertEquals } from "@std/assert";
import { TabularEnvironment } from "../../envs/tabular_environment.ts";
import { type Outcome, tabularModel } from "../../envs/tabular_model.ts";
import { defaultGenerator } from "../../random/generator.ts";

const SEED = 8;
/** The doubles that the first reset and the first step draw. */
const [atReset, atStep] = (() => {
  const random = defaultGenerator(SEED);
  return [random.random(), random.random()];
})();

/** Three states: the first lists these outcomes, the others end. */
function environmentOf(outcomes: readonly Outcome[], initial = [1, 0, 0]): TabularEnvironment {
  const end = (state: number): Outcome[][] => [[[1, state, 0, true]]];
  return new TabularEnvironment({
    id: "Test-v0",
    table: tabularModel([[outcomes], end(1), end(2)], initial),
  });
}

Deno.test("an outcome is drawn when the double is below the sum up to it, not when equal", () => {
  const environment = environmentOf([[atStep, 1, 0, true], [1 - atStep, 2, 0, true]]);
  environment.reset({ seed: SEED });
  assertEquals(environment.step(0).observation, 2);
});

Deno.test("a start is drawn when the double is below the sum up to it, not when equal", () => {
  const environment = environmentOf([[1, 0, 0, false]], [0, atReset, 1 - atReset]);
  assertEquals(environment.reset({ seed: SEED }).observation, 2);
});

Deno.test("when the probabilities sum up to less than the double, the first entry is drawn", () => {
  const environment = environmentOf(
    [[atStep / 4, 1, -3, true], [atStep / 4, 2, 5, true]],
    [atReset / 4, atReset / 4, atReset / 4],
  );
  assertEquals(environment.reset({ seed: SEED }).observation, 0);
  const { observation, reward, info } = environment.step(0);
  assertEquals([observation, reward, info.prob], [1, -3, atStep / 4]);
});

Deno.test("an outcome of probability 0 reaches no state", () => {
  const outcomes: Outcome[] = [[0, 1, 0, false], [1, 0, 0, false]];
  assertEquals(environmentOf(outcomes).startStates, Int32Array.of(0));
});

Deno.test("one draw per step and per reset, even where there is nothing to choose", () => {
  const environment = environmentOf([[1, 0, 0, false]]);
  environment.reset({ seed: SEED });
  for (let i = 0; i < 3; i++) environment.step(0);
  environment.reset();
  const random = defaultGenerator(SEED);
  for (let i = 0; i < 5; i++) random.random();
  assertEquals(environment.random.bits.state, random.bits.state);
});

Deno.test("the same objects are handed out again, with a mask of the present state", () => {
  const table = tabularModel([[[[1, 1, 0, false]]], [[[1, 0, 0, false]]]], [1, 0]);
  const actionMasks = [Int8Array.of(1), Int8Array.of(0)];
  const environment = new TabularEnvironment({ id: "Test-v0", table, actionMasks });
  const start = environment.reset({ seed: SEED });
  assertEquals(start.info.actionMask, actionMasks[0]);
  const step = environment.step(0);
  assertEquals(step.info.actionMask, actionMasks[1]);
  assertEquals(environment.step(0) === step, true);
  assertEquals(environment.reset() === start, true);
});
