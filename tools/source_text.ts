/**
 * What the documentation quotes from source files: header comments, and declarations by their names.
 * A quotation is cut out anew each time, so that it cannot go stale; a name that is gone is an error.
 * The files are formatted by `deno fmt`: indentation tells where a declaration ends.
 */

/**
 * The header comment of a file as Markdown.
 *
 * @throws Error if the file does not begin with one
 */
export function headerOf(source: string): string {
  const comment = /^\/\*\*\n([\s\S]*?)\n \*\/\n/.exec(source);
  if (comment === null) throw new Error("the file does not begin with a header comment");
  return comment[1].split("\n").map((line) => line.replace(/^ \* ?/, "")).join("\n").trim();
}

/**
 * Cuts a part out of a source file, with the comment above it, moved to the left margin.
 *
 * @param path names separated by ` > `, each looked for inside the one before: `DqnLearner > train`.
 * A name is that of a function, method, class, type or variable; the outermost one counts. In quotes,
 * the first words of a `//` comment: the lines from there up to the next comment, blank line or end of
 * the block.
 * @throws Error if a name is not there, or is there more than once
 */
export function excerpt(source: string, path: string): string {
  let lines = source.split("\n");
  for (const name of path.split(" > ")) {
    const found = [...lines.keys()].filter((at) => begins(lines, at, name));
    const outermost = Math.min(...found.map((at) => indentation(lines[at])));
    const starts = found.filter((at) => indentation(lines[at]) === outermost);
    if (starts.length !== 1) {
      const problem = starts.length === 0 ? "there is no" : "there is more than one";
      throw new Error(`${problem} ${name} (in ${path})`);
    }
    const [start] = starts;
    const end = name.startsWith('"') ? paragraphEnd(lines, start) : declarationEnd(lines, start);
    lines = lines.slice(commentStart(lines, start), end + 1);
  }
  const margin = indentation(lines[0]);
  return lines.map((line) => line.slice(Math.min(margin, indentation(line)))).join("\n");
}

/**
 * The parts of an algorithm's file that a page shows: what it exports as functions of tensors (losses),
 * how a table of values learns (prediction), the programs that take gradients, and the training loop with
 * the methods that it calls.
 *
 * @throws Error if there are none
 */
export function coreOf(source: string): string {
  const parts: string[] = [];
  for (const [head, exported, name] of source.matchAll(/^(export )?function (\w+)[\s\S]*?\{$/gm)) {
    const text = excerpt(source, name);
    const ofTensors = text.includes("tf.") && !text.includes("compile(");
    if (exported ? ofTensors : head.endsWith("): Learn {")) parts.push(text);
  }
  for (const [, name] of source.matchAll(/^ +const (\w+) = compile\(/gm)) {
    const program = excerpt(source, name);
    if (program.includes("Grads(")) parts.push(program);
  }
  if (/^ {2}train\(/m.test(source)) {
    const methods = ["train"];
    for (const method of methods) {
      const text = excerpt(source, method);
      parts.push(text);
      for (const [, called] of text.matchAll(/this\.(#\w+)\(/g)) {
        if (!methods.includes(called) && declares(source, called)) methods.push(called);
      }
    }
  }
  if (parts.length === 0) throw new Error("the file has neither a training loop nor a loss");
  return parts.join("\n\n");
}

function declares(source: string, name: string): boolean {
  const lines = source.split("\n");
  return lines.some((_, at) => begins(lines, at, name));
}

/** Whether the thing with a name begins on a line. */
function begins(lines: readonly string[], at: number, name: string): boolean {
  const line = lines[at].trimStart();
  if (name.startsWith('"')) return line.startsWith(`// ${name.slice(1, -1)}`);
  const modifiers = "(?:(?:export|default|async|static|override|readonly|abstract) )*";
  const escaped = name.replace(/[$#]/g, "\\$&");
  const declared = new RegExp(
    `^${modifiers}(?:function\\*?|class|const|let|interface|type) ${escaped}(?![\\w$])`,
  );
  if (declared.test(line)) return true;
  // A method looks like a call but for the brace that ends it.
  if (!new RegExp(`^${modifiers}(?:get |set )?\\*?${escaped}[(<]`).test(line)) return false;
  return /(^\s*|\{)\},?$/.test(lines[declarationEnd(lines, at)]);
}

/** The last line of the declaration that begins on a line: what follows is not indented further. */
function declarationEnd(lines: readonly string[], start: number): number {
  const margin = indentation(lines[start]);
  let end = start;
  for (let at = start + 1; at < lines.length; at++) {
    if (lines[at] === "") continue;
    const depth = indentation(lines[at]);
    if (depth < margin) break;
    if (depth === margin) {
      if (!/^[)\]}]/.test(lines[at].trimStart())) break; // the next declaration
      end = at;
      if (!/[({[]$/.test(lines[at])) break; // but `): void {` opens the body
    }
    end = at;
  }
  return end;
}

function paragraphEnd(lines: readonly string[], start: number): number {
  const margin = indentation(lines[start]);
  const isComment = (at: number) => lines[at].trimStart().startsWith("//");
  let at = start;
  while (isComment(at + 1)) at++;
  for (; at + 1 < lines.length; at++) {
    const next = lines[at + 1];
    const depth = indentation(next);
    if (next === "" || depth < margin || (depth === margin && isComment(at + 1))) break;
  }
  return at;
}

/** The first line of the comment directly above a line, or the line itself. */
function commentStart(lines: readonly string[], start: number): number {
  let at = start;
  while (at > 0 && /^\s*(\/\/|\/\*\*|\*)/.test(lines[at - 1])) at--;
  return at;
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
