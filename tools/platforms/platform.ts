/** What the platforms share: what one is, and how its tools are called. */

/** Somewhere to run the workloads. */
export interface Platform {
  /** For the report. */
  readonly name: string;
  /** For what the workloads must be bundled; tfjs looks for other helpers in each. */
  readonly host: "deno" | "browser";
  /**
   * Runs the bundled workloads and gives the line that they print.
   *
   * @param bundle path of the bundle
   * @param cache folder for what is fetched; it exists
   * @throws Error if the platform cannot be had here, or the workloads fail on it
   */
  run(bundle: string, cache: string): Promise<string>;
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with the end of what it wrote if it fails
 */
export async function call(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const output = await new Deno.Command(program, { args: [...args], stdin: "null", ...options })
    .output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) =>
    new TextDecoder().decode(bytes).trim()
  );
  if (output.success) return stdout;
  const said = (stderr || stdout).split("\n").slice(-5).join("\n  ");
  throw new Error(`${program} ${args.slice(0, 3).join(" ")} ended with ${output.code}:\n  ${said}`);
}

/** Whether there is a file or folder of this name. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
