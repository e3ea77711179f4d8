import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { maximizationBias } from "../../../envs/sutton_barto/maximization_bias.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const A = 0, B = 1, END = 2;

Deno.test("left leads from A to B, right ends the episode; neither pays", () => {
  const environment = makeFromSpec(maximizationBias);
  for (let action = 0; action < 10; action++) {
    assertEquals(environment.reset({ seed: action }).observation, A);
    const { observation, reward, terminated } = environment.step(action);
    const expected = action % 2 === 0 ? [B, 0, false] : [END, 0, true];
    assertEquals([observation, reward, terminated], expected);
  }
});

Deno.test("every action in B ends the episode with one normal draw of mean -0.1 and deviation 1", () => {
  const environment = makeFromSpec(maximizationBias);
  const random = defaultGenerator(4);
  environment.reset({ seed: 4 });
  const episodes = 10_000;
  let sum = 0;
  let squares = 0;
  for (let episode = 0; episode < episodes; episode++) {
    environment.step(0);
    const { observation, reward, terminated } = environment.step(episode % 10);
    assertEquals([observation, reward, terminated], [END, random.normal(-0.1, 1), true]);
    sum += reward;
    squares += reward * reward;
    environment.reset();
  }
  const mean = sum / episodes;
  assertAlmostEquals(mean, -0.1, 0.03);
  assertAlmostEquals(squares / episodes - mean * mean, 1, 0.05);
});

Deno.test("the action mask leaves two actions in A and ten in B", () => {
  const environment = makeFromSpec(maximizationBias);
  const allowed = (info: Readonly<Record<string, unknown>>) =>
    Array.from(info.actionMask as Int8Array);
  assertEquals(allowed(environment.reset({ seed: 0 }).info), [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(allowed(environment.step(0).info), Array(10).fill(1));
  assertEquals(allowed(environment.step(0).info), Array(10).fill(0));
});
