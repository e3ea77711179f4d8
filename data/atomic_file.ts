/** Writing files so that nobody ever sees half of one: a temporary file beside it, then a rename. */

/**
 * Writes a file, making its folder if needed.
 *
 * @throws Error in one line if it cannot be written (permission, full disk); what was there stays
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  const slash = path.lastIndexOf("/");
  try {
    if (slash > 0) await Deno.mkdir(path.slice(0, slash), { recursive: true });
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    await Deno.writeFile(temporary, bytes);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new Error(`cannot write ${path}: ${reason(error)}`);
  }
}

/**
 * Removes a file if there is one.
 *
 * @throws Error in one line if it cannot be removed
 */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new Error(`cannot remove ${path}: ${reason(error)}`);
  }
}

/** The text of a file, or null if there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new Error(`cannot read ${path}: ${reason(error)}`);
  }
}

/** The system's own words without Deno's call and path behind them. */
function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "this program has no permission to go there";
  const message = (error as Error).message;
  const found = /^(.*?) \(os error \d+\)/.exec(message);
  return found ? found[1].toLowerCase() : message.split("\n")[0];
}
