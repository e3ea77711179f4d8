/** How a worker process is started, and what it may do. */
import { fileURLToPath } from "node:url";
import type { UserModules } from "./catalog.ts";

/**
 * The arguments with which Deno starts a worker. It may read files, write below the output folder and load onnxruntime's
 * library; it gets no network, no environment and no processes.
 */
export function workerArguments(out: string, modules: UserModules): string[] {
  const path = (module: string) => fileURLToPath(new URL(module, import.meta.url));
  // A comma separates paths in Deno's lists; two stand for one.
  const listed = (file: string) => file.replaceAll(",", ",,");
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--allow-read",
    `--allow-write=${listed(out)}`,
    `--allow-ffi=${listed(path("../node_modules"))}`,
    "--v8-flags=--max-old-space-size=1024",
    path("./worker.ts"),
    JSON.stringify(modules),
  ];
}
