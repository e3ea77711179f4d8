/**
 * Digests: short names for "this configuration" and "this code". A result carries both, so that a
 * change that could alter it is seen. The code digest covers the modules that a cell runs and all
 * that they import, without comments and blank lines: better words do not make a result stale.
 */
import denoConfig from "../deno.json" with { type: "json" };
import { canonicalJson } from "../data/json.ts";
import { sha256 } from "../data/sha256.ts";

/** Digest of plain data: independent of the order of its keys. */
export function digestOfData(data: unknown): Promise<string> {
  return sha256(canonicalJson(data));
}

const pins: Readonly<Record<string, string>> = denoConfig.imports;

const projectRoot = new URL("..", import.meta.url).href;

/**
 * Digest of the given modules and everything that they import.
 *
 * @param modules addresses of files (`import.meta.url`)
 * @throws Error if a file cannot be read, naming the file and who imports it
 */
export async function digestOfCode(modules: readonly string[]): Promise<string> {
  const parts = new Map<string, string>();
  for (const module of modules) await collect(module, "the benchmark", parts);
  return sha256([...parts.values()].sort().join("\n"));
}

const fileDigests = new Map<string, Promise<{ digest: string; imports: readonly string[] }>>();

async function collect(module: string, importer: string, parts: Map<string, string>) {
  if (parts.has(module)) return;
  // A user's own module may lie anywhere: its place must not change the digest.
  const name = module.startsWith(projectRoot)
    ? module.slice(projectRoot.length)
    : module.slice(module.lastIndexOf("/") + 1);
  let file = fileDigests.get(module);
  if (file === undefined) {
    file = readModule(module, importer);
    fileDigests.set(module, file);
  }
  const { digest, imports } = await file;
  parts.set(module, `${name} ${digest}`);
  for (const specifier of imports) {
    if (/^(?:\.{0,2}\/|file:)/.test(specifier)) {
      await collect(new URL(specifier, module).href, name, parts);
    } else if (pins[specifier]?.startsWith("./")) {
      await collect(new URL(pins[specifier], projectRoot).href, name, parts);
    } else {
      parts.set(specifier, pins[specifier] ?? specifier);
    }
  }
}

async function readModule(module: string, importer: string) {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(new URL(module));
  } catch (error) {
    throw new Error(
      `${module} (imported by ${importer}) cannot be read: ${(error as Error).message}`,
    );
  }
  if (!/\.[cm]?[jt]sx?$/.test(new URL(module).pathname)) {
    return { digest: await sha256(bytes), imports: [] };
  }
  const code = withoutComments(new TextDecoder().decode(bytes));
  try {
    return { digest: await sha256(code), imports: importsOf(code) };
  } catch (error) {
    throw new Error(`${module}: ${(error as Error).message}`);
  }
}

/**
 * The specifiers that a module imports or re-exports. Type-only imports are left out: they vanish
 * before the code runs.
 *
 * @param code TypeScript without comments
 * @throws Error if it imports what is only known when it runs: its digest would miss that
 */
export function importsOf(code: string): readonly string[] {
  const fixed =
    /\b(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]*?\bfrom\s*)?(?:"([^"\n]+)"|'([^'\n]+)')/g;
  const dynamic = /\bimport\s*\(\s*(?:"([^"\n]+)"|'([^'\n]+)'|`([^`$\n]+)`)?/g;
  const specifiers: string[] = [];
  for (const [, typeOnly, double, single] of code.matchAll(fixed)) {
    if (typeOnly === undefined) specifiers.push(double ?? single);
  }
  for (const [, double, single, template] of code.matchAll(dynamic)) {
    const specifier = double ?? single ?? template;
    if (specifier === undefined) {
      throw new Error("import(...) needs a literal here: a digest must name all that can run");
    }
    specifiers.push(specifier);
  }
  return [...new Set(specifiers)];
}

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const string = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y;
const regularExpression = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//y;
const templatePart = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
/** A slash after one of these starts a regular expression; after anything else it divides. */
const beforeExpression = /(?:^|[(,=:[!&|?{};+*%~^<>-]|\b(?:return|typeof|case|in|of))\s*$/;

/**
 * TypeScript without its comments, trailing spaces, blank lines and the difference between line ends.
 * Strings, template literals and regular expressions, which may look like comments, stay as they are.
 */
export function withoutComments(source: string): string {
  const text = source.replaceAll("\r\n", "\n");
  let out = "";
  let at = 0;
  /** For each open `${`, the number of braces open inside it. */
  const braces: number[] = [];
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const takeTemplate = () => {
    const part = take(templatePart) ?? "";
    out += part;
    if (part.endsWith("${")) braces.push(0);
  };
  while (at < text.length) {
    const character = text[at];
    if (character === "/") {
      if (take(comment) !== undefined) continue;
      const literal = beforeExpression.test(out.slice(-40)) ? take(regularExpression) : undefined;
      out += literal ?? text[at++];
    } else if (character === '"' || character === "'") {
      out += take(string) ?? text[at++];
    } else if (character === "`" || (character === "}" && braces.at(-1) === 0)) {
      if (character === "}") braces.pop();
      out += character;
      at++;
      takeTemplate();
    } else if (character === "\n") {
      out = out.trimEnd();
      if (out !== "") out += "\n";
      at++;
    } else {
      if (braces.length > 0 && character === "{") braces[braces.length - 1]++;
      if (braces.length > 0 && character === "}") braces[braces.length - 1]--;
      out += character;
      at++;
    }
  }
  return out.trimEnd();
}
