import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { randomPolicy, referencesOf } from "../../report/references.ts";
import { control, facts } from "./results.ts";

const unknown = { optimum: null, random: null };

Deno.test("where the model is known, the exact values are the references", () => {
  const { normalisation, threshold } = referencesOf(facts({ optimum: 8, random: -2 }), []);
  assertEquals([normalisation?.random.value, normalisation?.reference.value], [-2, 8]);
  assertStringIncludes(normalisation!.reference.source, "exact optimum");
  assertAlmostEquals(threshold!.value, 7);
  assertEquals(threshold!.source, "0.9 of the way from the random policy to the reference");
});

Deno.test("where it is not, the suite's own random policy and the stated threshold are", () => {
  const random = control(randomPolicy, [1, 2, 6], { ...unknown, rewardThreshold: 9 });
  const { normalisation, threshold } = referencesOf(random.environment, [random]);
  assertEquals(normalisation?.random, {
    value: 3,
    source: "mean return of this suite's random policy: 3 seeds, 2 episodes each",
  });
  assertEquals([normalisation?.reference.value, threshold?.value], [9, 9]);
});

Deno.test("published references: CartPole's step limit and TD3 on Pendulum", () => {
  const on = (id: string, rewardThreshold: number | null, options = {}) => {
    const random = control(randomPolicy, [-1217], {
      ...unknown,
      id,
      rewardThreshold,
      options,
      maxEpisodeSteps: 500,
    });
    return referencesOf(random.environment, [random]);
  };
  assertEquals(on("CartPole-v1", 475).normalisation?.reference.value, 500);
  assertEquals(on("CartPole-v1", 475).threshold?.value, 475);
  const pendulum = on("Pendulum-v1", null);
  assertEquals(pendulum.normalisation?.reference.value, -151.855);
  assertAlmostEquals(pendulum.threshold!.value, -1217 + 0.9 * (1217 - 151.855));
  // Other rules, other returns: nothing published holds.
  assertEquals(on("Pendulum-v1", null, { g: 9.81 }), { normalisation: null, threshold: null });
  assertEquals(on("CartPole-v1", 475, { sutton_barto_reward: true }).threshold, null);
});

Deno.test("what is not known is a gap: no random policy, no reference, or one that is no better", () => {
  const none = { normalisation: null, threshold: null };
  assertEquals(referencesOf(facts({ ...unknown, rewardThreshold: null }), []), none);
  assertEquals(referencesOf(facts({ ...unknown, rewardThreshold: 9 }), []).normalisation, null);
  assertEquals(referencesOf(facts({ optimum: 3, random: 3 }), []), none);
  const broken = control(randomPolicy, [1, null], { ...unknown, rewardThreshold: 9 });
  assertEquals(referencesOf(broken.environment, [broken]).normalisation, null);
});

Deno.test("a stated threshold above the exact optimum gives way, and the source says so", () => {
  const { threshold } = referencesOf(
    facts({ optimum: 7.93, random: -771, rewardThreshold: 8 }),
    [],
  );
  assert(threshold!.value < 7.93);
  assertStringIncludes(threshold!.source, "threshold of 8 is above the optimum");
});
