/**
 * The same bits with less: the training of bit_exact_test.ts in child processes whose V8 or C library
 * does without its optimizing compiler, its fast compiler, AVX or fused multiply-add.
 */
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { restrictions, runRestricted } from "../../tools/platforms/this_machine.ts";
import { weightsHash } from "./bit_exact_workload.ts";

const run = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const workload = new URL("./bit_exact_workload.ts", import.meta.url).href;
const updates = 300;
const script = `data:text/typescript,${
  encodeURIComponent(
    `import { weightsHash } from "${workload}"; console.log(await weightsHash(${updates}));`,
  )
}`;

for (const restriction of restrictions.slice(1)) {
  Deno.test({
    name: `training gives the same bits with ${restriction.name}`,
    ignore: run.state !== "granted",
    fn: async () => {
      const options = ["--no-check", `--config=${config}`];
      assertEquals(await runRestricted(restriction, script, options), await weightsHash(updates));
    },
  });
}
