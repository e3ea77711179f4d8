/**
 * `deno task verify:platforms [NAME...]`: computes the same small runs (tools/platforms/workloads.ts)
 * on this machine with its features restricted, in Chromium and on arm64, and compares every hash
 * with the published one. Prints a line per platform; ends with 1 if any differs or fails.
 *
 * What it needs it fetches into .seedbed/platforms, but for Chromium, which the system must have.
 */
import { fileURLToPath } from "node:url";
import { arm64 } from "./platforms/arm64.ts";
import { chromium } from "./platforms/chromium.ts";
import { call, type Platform } from "./platforms/platform.ts";
import { thisMachine } from "./platforms/this_machine.ts";

const platforms: readonly Platform[] = [...thisMachine, chromium, arm64];

const repository = fileURLToPath(new URL("..", import.meta.url));

/** What the workloads print. */
interface Hashes {
  /** By the workload's name. */
  readonly computed: Readonly<Record<string, string>>;
  /** What they must be. */
  readonly published: Readonly<Record<string, string>>;
}

/** Bundles the workloads with all that they import into one file. */
async function bundleWorkloads(cache: string, host: Platform["host"]): Promise<string> {
  const bundle = `${cache}/workloads.${host}.js`;
  await call(Deno.execPath(), [
    ...["bundle", "-q", "--platform", host],
    // Loaded only where policies are compared with ONNX Runtime, which no workload does.
    ...["--external", "onnxruntime-node"],
    ...["-o", bundle, `${repository}tools/platforms/workloads.ts`],
  ], { cwd: repository });
  return bundle;
}

/** Where hashes are not those that they must be, in words; empty if nowhere. */
function differences({ computed, published }: Hashes): string[] {
  return Object.keys(published).filter((name) => computed[name] !== published[name]).map((name) =>
    `${name} is ${computed[name]}, not ${published[name]}`
  );
}

/** Runs the platforms of these names, or all; returns the exit code. */
export async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !platforms.some((platform) => platform.name === name));
  if (unknown !== undefined) {
    const known = platforms.map(({ name }) => `"${name}"`).join(", ");
    console.error(`verify:platforms: there is no "${unknown}"; there are ${known}`);
    return 2;
  }
  const cache = `${repository}.seedbed/platforms`;
  await Deno.mkdir(cache, { recursive: true });
  const bundles = {
    deno: await bundleWorkloads(cache, "deno"),
    browser: await bundleWorkloads(cache, "browser"),
  };

  const chosen = platforms.filter(({ name }) => names.length === 0 || names.includes(name));
  const width = Math.max(...platforms.map(({ name }) => name.length));
  let failures = 0;
  for (const { name, host, run } of chosen) {
    const report = (verdict: string, rest: string) =>
      console.log(`${name.padEnd(width)}  ${verdict.padEnd(7)}  ${rest}`);
    try {
      const hashes: Hashes = JSON.parse(await run(bundles[host], cache));
      const differing = differences(hashes);
      if (differing.length > 0) failures++;
      report(
        differing.length === 0 ? "same" : "differs",
        differing.join("; ") ||
          Object.entries(hashes.computed).map(([run, hash]) => `${run} ${hash.slice(0, 16)}`)
            .join(", "),
      );
    } catch (error) {
      failures++;
      report("failed", error instanceof Error ? error.message : String(error));
    }
  }
  return failures > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
