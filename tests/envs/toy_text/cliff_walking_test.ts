import { assertEquals } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { cliffWalking, cliffWalkingSlippery } from "../../../envs/toy_text/cliff_walking.ts";
import { loadGolden } from "../../golden/golden.ts";
import { type GoldenEnvironment, makeRecorded, recordedModel, testGolden } from "./golden_runs.ts";

for (
  const [name, spec] of [
    ["cliff_walking", cliffWalking],
    ["cliff_walking_slippery", cliffWalkingSlippery],
  ] as const
) {
  await testGolden(name, spec);
  Deno.test(`${name}: the model is Gymnasium's table, entry by entry`, async () => {
    const golden: GoldenEnvironment = await loadGolden(name);
    assertEquals(makeRecorded(spec, golden).model, recordedModel(golden));
  });
}

Deno.test("isSlippery makes one of the two environments the other", () => {
  assertEquals(
    makeFromSpec(cliffWalking, { isSlippery: true }).model,
    makeFromSpec(cliffWalkingSlippery).model,
  );
});
