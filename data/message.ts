/** What went wrong, in one line. */

/** The message of anything that was thrown, its lines joined. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : asText(thrown);
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").join("; ");
}

function asText(thrown: unknown): string {
  try {
    return typeof thrown === "object" && thrown !== null ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return "something that cannot be shown";
  }
}
