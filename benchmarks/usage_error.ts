/** The user asked for something that does not exist or does not fit: one line, exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
