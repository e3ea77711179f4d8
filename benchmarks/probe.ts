/**
 * Loads a user's modules in a process of their own first: one that never finishes loading, ends the
 * process or breaks it is then reported, and cannot do the same to the benchmark.
 */
import type { UserModules } from "./catalog.ts";
import { UsageError } from "./usage_error.ts";
import { workerArguments } from "./worker_arguments.ts";

/** Time in which modules must have loaded. */
const limitSeconds = 60;

/** @throws UsageError if the modules do not load */
export async function probeModules(modules: UserModules): Promise<void> {
  const named = [...modules.algorithms, ...modules.environments];
  if (named.length === 0) return;
  const token = crypto.randomUUID();
  const process = new Deno.Command(Deno.execPath(), {
    args: [...workerArguments("results", modules), token],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    process.kill("SIGKILL");
  }, limitSeconds * 1000);
  const { code, stdout, stderr } = await process.output();
  clearTimeout(timer);
  if (new TextDecoder().decode(stdout).includes(token)) return;
  const where = named.length === 1
    ? `module ${named[0]}`
    : `one of the modules ${named.join(", ")}`;
  if (timedOut) throw new UsageError(`${where} has not loaded in ${limitSeconds} s`);
  const errors = new TextDecoder().decode(stderr).split("\n").filter((line) =>
    /error:/i.test(line)
  );
  const reason = errors[0]?.replace(
    /^error: (?:Uncaught )?(?:\(in promise\) )?(?:UsageError: )?/,
    "",
  );
  throw new UsageError(reason ?? `${where} ended its process with code ${code} while loading`);
}
