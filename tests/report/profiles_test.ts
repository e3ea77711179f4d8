import { assert, assertEquals } from "@std/assert";
import { performanceProfiles } from "../../report/profiles.ts";
import { control, tableFrom } from "./results.ts";

Deno.test("a profile is the share of runs above each level, counted anew", async () => {
  const means = { "A-v0": [1, 5, 9, 10], "B-v0": [-20, 4, 8, 30] };
  const results = Object.entries(means).map(([id, of]) => control("dqn", of, { id }));
  const [{ environments, levels, rows: [row] }] = performanceProfiles(
    await tableFrom(results),
    results,
  );
  assertEquals(environments, ["A-v0", "B-v0"]);
  // No further than -0.5 and 1.5, whatever the scores.
  assertEquals([levels[0], levels.at(-1)], [-0.5, 1.5]);
  const scores = Object.values(means).flat().map((mean) => mean / 10);
  const counted = levels.map((level) => scores.filter((score) => score > level).length / 8);
  assertEquals(row.share, counted);
  assert(row.share.every((share, i) => row.low![i] <= share && share <= row.high![i]));
});

Deno.test("a diverged run is above no level; a single seed has no band", async () => {
  const runs = [["diverged", 5, 5, 5], ["diverged", 5, 5, 5]] as const;
  const results = ["A-v0", "B-v0"].map((id, i) => control("dqn", runs[i], { id }));
  const [{ levels, rows: [row] }] = performanceProfiles(await tableFrom(results), results);
  assertEquals([levels[0], row.share[0]], [0, 0.75]);
  const single = ["A-v0", "B-v0"].map((id) => control("dqn", [5], { id }));
  const [{ rows: [alone] }] = performanceProfiles(await tableFrom(single), single);
  assertEquals([alone.low, alone.high], [null, null]);
});
