/** JSON with one spelling: what is hashed, and what is written into `results/`. */

/** JSON without spaces, keys in alphabetical order: equal data gives equal text. */
export function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.keys(value).sort().map((key) => [key, value[key]]),
    );
  });
}

/**
 * JSON for people and for diffs: objects are indented, keys stay in the order given, and anything
 * that fits is put on one line, as are all lists of plain values. Ends with a line break.
 *
 * @param data plain data; a number that is not finite is written as null
 */
export function prettyJson(data: unknown): string {
  return layOut(data, "") + "\n";
}

const width = 100;

function layOut(data: unknown, indent: string): string {
  const line = oneLine(data);
  if (data === null || typeof data !== "object") return line;
  const plainList = Array.isArray(data) &&
    data.every((item) => item === null || typeof item !== "object");
  if (plainList || line.length + indent.length <= width) return line;
  const inner = indent + "  ";
  if (Array.isArray(data)) {
    const items = data.map((item) => inner + layOut(item, inner));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(data).filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${inner}${JSON.stringify(key)}: ${layOut(value, inner)}`);
  return `{\n${entries.join(",\n")}\n${indent}}`;
}

function oneLine(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(oneLine).join(", ")}]`;
  if (data === null || typeof data !== "object") return JSON.stringify(data) ?? "null";
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return "{}";
  return `{ ${
    entries.map(([key, value]) => `${JSON.stringify(key)}: ${oneLine(value)}`).join(", ")
  } }`;
}
