/**
 * Running a program allocates nothing. A child process runs one while V8 writes a line for every garbage
 * collection, and the lines are counted.
 */
import { assertEquals, assertGreater, assertLess } from "@std/assert";

const RUNS = 300_000;

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
/** 16 bytes per run, the least that V8 can allocate, make 5 collections. */
const ALLOWED = 3;

const run = { name: "run", command: Deno.execPath() } as const;

Deno.test({
  name: "running a program, reading its output and asking whether it is finite allocate nothing",
  ignore: (await Deno.permissions.query(run)).state !== "granted",
  async fn() {
    const worker = new URL("allocation_worker.ts", import.meta.url).href;
    const output = await new Deno.Command(run.command, {
      args: ["run", "--quiet", `--v8-flags=${FLAGS}`, worker, String(RUNS)],
      cwd: new URL("../../../", import.meta.url),
    }).output();
    assertEquals(new TextDecoder().decode(output.stderr), "");
    const [control, measured] = countCollections(new TextDecoder().decode(output.stdout));
    assertGreater(control, ALLOWED, "an object per run must be noticed");
    assertLess(measured, ALLOWED);
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
