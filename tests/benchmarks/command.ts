/** Starts the benchmark's command lines as a user does, for end-to-end tests. */
import { fileURLToPath } from "node:url";

/** Whether the tests may start processes; without it they are ignored. */
export const canRun =
  (await Deno.permissions.query({ name: "run", command: Deno.execPath() })).state === "granted";

/** The project's folder. */
export const project = fileURLToPath(new URL("../..", import.meta.url));

/** What a command printed and how it ended. */
export interface Ending {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command of the benchmark, ready to be started. */
export function command(script: "main" | "verify", args: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `-P=${script === "main" ? "bench" : script}`,
      `--allow-run=${Deno.execPath()}`,
      `benchmarks/${script}.ts`,
      ...args,
    ],
    cwd: project,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs `deno task bench` with arguments. */
export async function bench(...args: readonly string[]): Promise<Ending> {
  const { code, stdout, stderr } = await command("main", args).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

/** All files below a folder but for unfinished business: their names and bytes. */
export function filesBelow(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (path: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      if (name === ".work") continue;
      if (isDirectory) visit(`${path}/${name}`);
      else {files.set(
          `${path}/${name}`.slice(folder.length),
          Deno.readFileSync(`${path}/${name}`).toBase64(),
        );}
    }
  };
  visit(folder);
  return new Map([...files].sort());
}

/** The messages of the events, without what changes from run to run. */
export function events(err: string): Record<string, unknown>[] {
  return err.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}
