import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Environment } from "../../../envs/environment.ts";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import { taxi, taxiTable } from "../../../envs/toy_text/taxi.ts";
import { loadGolden } from "../../golden/golden.ts";
import {
  type GoldenEnvironment,
  type HiddenCheck,
  makeRecorded,
  recordedModel,
  testGolden,
} from "./golden_runs.ts";

const sameFickleness: HiddenCheck = (environment, { fickle_step }, where) => {
  if (fickle_step !== undefined) assertEquals(isFickle(environment), fickle_step === 1, where);
};

function isFickle(environment: Environment): unknown {
  const saved = environment.unwrapped.save() as { readonly fickle: boolean };
  return saved.fickle;
}

for (const name of ["taxi", "taxi_rainy"] as const) {
  await testGolden(name, taxi);
  Deno.test(`${name}: the model is Gymnasium's table, entry by entry`, async () => {
    const golden: GoldenEnvironment = await loadGolden(name);
    assertEquals(makeRecorded(taxi, golden).model, recordedModel(golden));
  });
}

for (const name of ["taxi_fickle", "taxi_rainy_fickle_tuned"] as const) {
  await testGolden(name, taxi, sameFickleness);
  Deno.test(`${name}: the table is Gymnasium's, but no model of what a fickle passenger does`, async () => {
    const golden: GoldenEnvironment = await loadGolden(name);
    const { is_rainy = false, rainy_probability = 0.8 } = golden.make_kwargs;
    const given = { isRainy: is_rainy, rainyProbability: rainy_probability };
    const parsed = taxi.options.safeParse(given);
    assert(parsed.success);
    const options = parsed.data;
    assertEquals(taxiTable(options), recordedModel(golden));
    assertEquals(makeRecorded(taxi, golden).model, undefined);
  });
}

Deno.test("a fickle passenger changes the destination once, and a restored taxi knows whether they did", () => {
  const options = { ficklePassenger: true, fickleProbability: 1 };
  const environment = makeFromSpec(taxi, options);
  // At stop R (cell 0), aboard, bound for B.
  const state = 4 * 4 + 3;
  environment.reset({ seed: 3, options: { state } });
  const before = environment.save();
  assert(isFickle(environment));
  const south = environment.step(0).observation as number;
  assert(south % 4 !== 3, "the destination has changed");
  assertEquals(isFickle(environment), false);
  const back = environment.step(1).observation as number;
  assertEquals(back % 4, south % 4, "it does not change again");

  const other = makeFromSpec(taxi, options);
  other.reset({ seed: 9 });
  other.restore(before);
  assertEquals(other.step(0).observation, south);
  assertEquals(other.step(1).observation, back);
});

Deno.test("a snapshot of a taxi without fickle passengers does not fit one with them", () => {
  const environment = makeFromSpec(taxi);
  environment.reset({ seed: 0 });
  const fickle = makeFromSpec(taxi, { ficklePassenger: true });
  assertThrows(() => fickle.restore(environment.save()), TypeError, "Taxi-v4: the snapshot");
});
