/**
 * Stepping an environment allocates nothing. A child process steps every built-in environment (with
 * plain resets) while V8 writes a line for every garbage collection, and the lines are counted.
 */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { environmentIds } from "../../envs/registry.ts";

const STEPS = 1_000_000;

/**
 * A young generation of a megabyte, which is collected whenever it is full. Code is compiled when it is
 * due and not beside the program, so that the count is the same each time.
 */
const FLAGS = [
  "--expose-gc",
  "--trace-gc",
  "--max-semi-space-size=1",
  "--no-concurrent-recompilation",
];
/** 16 bytes per step, the least that V8 can allocate, make 16 collections; compiling makes one or two. */
const ALLOWED = 4;

/** Options that draw more random numbers. */
const variants = [
  ["Acrobot-v1", { torqueNoiseMax: 0.5 }],
  ["Taxi-v4", { isRainy: true, ficklePassenger: true }],
];

/** Vectors of copies: each kind of observation and action, infos with arrays, both autoreset modes. */
const vectors = [
  ["CartPole-v1", {}, "next-step"],
  ["Pendulum-v1", {}, "next-step"],
  ["Taxi-v4", {}, "same-step"],
  ["Blackjack-v1", {}, "same-step"],
];

const run = { name: "run", command: Deno.execPath() } as const;

Deno.test({
  name: "stepping and resetting allocate nothing, in every built-in environment and in vectors",
  ignore: (await Deno.permissions.query(run)).state !== "granted",
  async fn() {
    const environments = [...environmentIds().map((id) => [id, {}]), ...variants, ...vectors];
    const worker = new URL("allocation_worker.ts", import.meta.url).href;
    const output = await new Deno.Command(run.command, {
      args: [
        "run",
        "--quiet",
        `--v8-flags=${FLAGS}`,
        worker,
        String(STEPS),
        JSON.stringify(environments),
      ],
      cwd: new URL("../../", import.meta.url),
    }).output();
    assertEquals(new TextDecoder().decode(output.stderr), "");
    const [control, ...collections] = countCollections(new TextDecoder().decode(output.stdout));
    assertGreater(control, 2 * ALLOWED, "an object per step must be noticed");
    assertEquals(collections.length, environments.length);
    environments.forEach(([id], i) => assertLess(collections[i], ALLOWED, `${id} (entry ${i})`));
  },
});

/** How many collections of the young generation lie between the two full ones of each measurement. */
function countCollections(trace: string): number[] {
  const counts: number[] = [];
  let collections = 0;
  let marks = 0;
  for (const line of trace.split("\n")) {
    if (line.includes("Scavenge")) collections++;
    if (!/Mark-Compact.* testing;/.test(line)) continue;
    if (++marks % 2 === 0) counts.push(collections);
    collections = 0;
  }
  return counts;
}
