import { assert, assertEquals, assertThrows } from "@std/assert";
import { makeFromSpec } from "../../../envs/make_from_spec.ts";
import {
  frozenLake,
  frozenLake8x8,
  generateRandomMap,
  isSolvable,
} from "../../../envs/toy_text/frozen_lake.ts";
import { loadGolden } from "../../golden/golden.ts";
import { type GoldenEnvironment, makeRecorded, recordedModel, testGolden } from "./golden_runs.ts";

const recordings = [
  ["frozen_lake_4x4_slippery", frozenLake],
  ["frozen_lake_4x4_not_slippery", frozenLake],
  ["frozen_lake_8x8_slippery", frozenLake],
  ["frozen_lake8x8_registered", frozenLake8x8],
  ["frozen_lake_success_rate", frozenLake],
] as const;

for (const [name, spec] of recordings) {
  await testGolden(name, spec);
  Deno.test(`${name}: the model is Gymnasium's table, entry by entry`, async () => {
    const golden: GoldenEnvironment = await loadGolden(name);
    assertEquals(makeRecorded(spec, golden).model, recordedModel(golden));
  });
  Deno.test(`${name}: the map given as desc makes the same environment`, async () => {
    const golden: GoldenEnvironment = await loadGolden(name);
    const byName = makeRecorded(spec, golden);
    const { map_name: _, ...others } = golden.make_kwargs;
    const byDesc = makeRecorded(spec, { ...golden, make_kwargs: { ...others, desc: golden.desc } });
    assertEquals(byDesc.model, byName.model);
  });
}

Deno.test("random maps are Gymnasium's for the same size, probability and seed", async () => {
  const { maps } = await loadGolden("frozen_lake_maps");
  assert(maps.length > 0);
  for (const { size, p, seed, map } of maps) assertEquals(generateRandomMap(size, p, seed), map);
});

Deno.test("solvable boards are told from others as Gymnasium does", async () => {
  const { is_valid: boards } = await loadGolden("frozen_lake_maps");
  assert(boards.length > 0);
  for (const { board, valid } of boards) {
    assertEquals(isSolvable(board), valid === 1, board.join("/"));
  }
});

Deno.test("a map may have several starts, each equally likely", () => {
  const { model } = makeFromSpec(frozenLake, { desc: ["SFS", "HGF"] });
  assertEquals(model?.initial, Float64Array.of(0.5, 0, 0.5, 0, 0, 0));
});

Deno.test("a map that makes no sense is refused in one clear line", () => {
  for (
    const [desc, message] of [
      [[], "desc"],
      [["SF", "G"], "rows must be of equal length"],
      [["FF", "FG"], "needs a start tile S"],
      [["SX", "FG"], "holds only S, F, H and G"],
      ["SFFG", "desc"],
    ] as const
  ) {
    const error = assertThrows(() => makeFromSpec(frozenLake, { desc }), TypeError, message);
    assert(!error.message.includes("\n"));
  }
});

Deno.test("options out of range or unknown are refused", () => {
  assertThrows(() => makeFromSpec(frozenLake, { successRate: 1.5 }), TypeError, "successRate");
  assertThrows(() => makeFromSpec(frozenLake, { mapName: "5x5" }), TypeError, "mapName");
  assertThrows(
    () => makeFromSpec(frozenLake, { rewardSchedule: [1, 0] }),
    TypeError,
    "rewardSchedule",
  );
  assertThrows(() => makeFromSpec(frozenLake, { is_slippery: true }), TypeError, "is_slippery");
});

Deno.test("a random map of impossible size or probability is refused, not searched for ever", () => {
  assertThrows(() => generateRandomMap(1, 0.8, 0), RangeError, "size");
  assertThrows(() => generateRandomMap(2.5, 0.8, 0), RangeError, "size");
  assertThrows(() => generateRandomMap(4, 0, 0), RangeError, "p must be");
  assertThrows(() => generateRandomMap(4, NaN, 0), RangeError, "p must be");
});
