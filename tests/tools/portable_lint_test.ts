/** The lint rules fire on everything that differs between machines, and on nothing else. */
import { assert, assertEquals } from "@std/assert";
import plugin, { portableFolders } from "../../tools/portable_lint.ts";

const root = import.meta.dirname!.replaceAll("\\", "/").replace(/tests\/tools$/, "");

function lint(source: string, filename = "envs/example.ts"): Deno.lint.Diagnostic[] {
  return Deno.lint.runPlugin(plugin, filename, source);
}

const inexact =
  ("sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp expm1 log log1p log2 log10 " +
    "pow cbrt hypot random").split(" ");
const exact =
  "abs floor ceil round trunc sign min max fround imul clz32 sqrt PI E LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2"
    .split(" ");

Deno.test("every inexact function of Math is refused in every form of access", () => {
  for (const name of inexact) {
    const forms = [
      `export const y = Math.${name}(1, 2);`,
      `export const y = Math["${name}"];`,
      `export const y = Math?.${name};`,
      `const { ${name} } = Math; export { ${name} };`,
      `const { ${name}: other } = Math; export { other };`,
      `let ${name}; ({ ${name} } = Math); export { ${name} };`,
      `export const y = [1, 2].map(Math.${name});`,
      `export const y = globalThis.Math.${name};`,
      `export const y = self.Math.${name};`,
      `export const y = globalThis["Math"]["${name}"];`,
    ];
    for (const form of forms) {
      const found = lint(form).filter(({ id }) => id === "portable/no-host-math");
      assertEquals(found.length, 1, form);
      const instead = name === "random" ? "Generator" : "math/math.ts";
      assert(found[0].message.includes(instead), found[0].message);
    }
  }
});

Deno.test("the exact functions and the constants of Math are allowed", () => {
  for (const name of exact) {
    assertEquals(lint(`export const y = Math.${name};`), [], name);
    assertEquals(lint(`export const y = Math["${name}"];`), [], name);
    assertEquals(lint(`const { ${name} } = Math; export { ${name} };`), [], name);
  }
});

Deno.test("Math cannot be hidden behind another name", () => {
  const hidden = [
    "const m = Math; export { m };",
    "let m; m = Math; export { m };",
    "export function f(m = Math) { return m; }",
    "export const f = (name: keyof typeof Math) => Math[name];",
    "export const o = { Math };",
    "export const o = { m: Math };",
    "export const o = { ...Math };",
    "const { ...m } = Math; export { m };",
    "const { [`sin`]: m } = Math; export { m };",
    "const { sqrt, sin } = Math; export { sqrt, sin };",
    "export const y = (Math as unknown as { sin(x: number): number }).sin(1);",
    "export const y = Math!.sin(1);",
    "export default Math;",
    "export const y = Object.assign({}, Math);",
    "const { Math: m } = globalThis; export { m };",
    "const g = globalThis; export { g };",
    "export const y = (0, Math.sin)(1);",
  ];
  for (const source of hidden) assert(lint(source).length > 0, source);
});

Deno.test("powers are refused, but for powers of two and of bigints that are literals", () => {
  const refused = [
    "x ** 2",
    "2 ** x",
    "x ** 0.5",
    "2 ** 0.5",
    "10 ** 3",
    "x **= 2",
    "2n ** y",
    "2 ** -1",
  ];
  for (const power of refused) {
    const found = lint(`let x = 3; const y = 3n; export const z = ${power}; export { x, y };`);
    assertEquals(found.map(({ id }) => id), ["portable/no-power"], power);
  }
  for (const power of ["2 ** 53", "2n ** 64n", "10n ** 3n", "x * x", "x *= 2"]) {
    assertEquals(lint(`let x = 3; export const z = ${power}; export { x };`), [], power);
  }
});

Deno.test("clocks and unseeded chance are refused", () => {
  const refused = [
    "export const t = Date.now();",
    "export const t = new Date();",
    "export const t = new Date(0).getTime();",
    "const { now } = Date; export { now };",
    "const D = Date; export { D };",
    "export const t = performance.now();",
    "export const t = performance['now']();",
    "export const t = performance.timeOrigin;",
    "const { now } = performance; export { now };",
    "const clock = performance; export { clock };",
    "export const t = Temporal.Now.instant();",
    "export const a = crypto.getRandomValues(new Uint8Array(4));",
    "export const a = crypto.randomUUID();",
    "const { randomUUID } = crypto; export { randomUUID };",
    "const c = crypto; export { c };",
    "export const t = globalThis.Date.now();",
    "export const t = self.performance.now();",
    "export const a = globalThis.crypto.randomUUID();",
  ];
  for (const source of refused) {
    const found = lint(source).filter(({ id }) => id === "portable/no-clock-or-chance");
    assertEquals(found.length, 1, source);
  }
});

Deno.test("what depends on the locale is refused", () => {
  const refused = [
    "export const s = (1.5).toLocaleString();",
    "export const s = 'I'.toLocaleLowerCase();",
    "export const s = 'a'['toLocaleUpperCase']();",
    "export const s = ['b', 'a'].sort((x, y) => x.localeCompare(y));",
    "export const s = new Intl.NumberFormat('en').format(1);",
    "const { Collator } = Intl; export { Collator };",
    "export const s = globalThis.Intl;",
  ];
  for (const source of refused) {
    const found = lint(source).filter(({ id }) => id === "portable/no-locale");
    assertEquals(found.length, 1, source);
  }
});

Deno.test("properties, types and imported functions of the same names are allowed", () => {
  const allowed = [
    "export const y = { sin: 1, Math: 2, Date: 3, performance: 4 };",
    "export const f = (run: { performance: number; Date: string }) => run.performance;",
    "export const f = (o: { random(): number; sin(x: number): number }) => o.random() + o.sin(1);",
    "export type Clock = (now: Date) => Date;",
    "export type Name = keyof typeof Math;",
    "export interface Report { Date: string; crypto: string }",
    "export class Report { Date = 1; Intl() {} get Math() { return 1; } }",
    "export const digest = (b: Uint8Array<ArrayBuffer>) => crypto.subtle.digest('SHA-256', b);",
    "import { sin } from '../math/math.ts'; export const y = sin(1);",
    "export const s = ['b', 'a'].sort();",
    "export const s = 'Math.sin(1) ** 2'; // Math.sin, Date.now()",
    "const math = { sin: Number }; export const y = math.sin(1);",
  ];
  for (const source of allowed) assertEquals(lint(source), [], source);
});

Deno.test("the rules hold in the folders that feed a result, at any depth, and nowhere else", () => {
  const source = "export const y = Math.sin(1) ** 2 + Date.now() + 'a'.localeCompare('b');";
  for (
    const folder of [
      ...["algorithms", "benchmarks/cell", "data", "engine", "envs", "random", "report", "stats"],
    ]
  ) {
    assert(portableFolders.includes(folder));
    for (const path of [`${folder}/a.ts`, `${folder}/b/c/a.ts`, `${root}${folder}/a.ts`]) {
      assertEquals(lint(source, path).length, 4, path);
    }
  }
  const outside = [
    "benchmarks/a.ts",
    "datafile.ts",
    "tools/a.ts",
    "math/math.ts",
    "mod.ts",
    "report/site/ui/a.ts",
  ];
  for (const path of [...outside, "tests/envs/a_test.ts", `${root}tests/random/a_test.ts`]) {
    assertEquals(lint(source, path), [], path);
  }
});

async function* sourcesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && name !== "assembly") yield* sourcesIn(`${folder}/${name}`);
    if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

const readable = (await Deno.permissions.query({ name: "read", path: root })).state === "granted";

Deno.test({
  name: "the project itself keeps the rules, and silences none of them",
  ignore: !readable,
  async fn() {
    let files = 0;
    for await (const { name } of Deno.readDir(root)) {
      if (!portableFolders.includes(name)) continue;
      for await (const file of sourcesIn(root + name)) {
        const text = await Deno.readTextFile(file);
        assertEquals(lint(text, file), [], file);
        assert(!/deno-lint-ignore.*portable/.test(text), `${file} silences a portable rule`);
        assert(!/deno-lint-ignore-file\s*$/m.test(text), `${file} silences every rule`);
        files++;
      }
    }
    assert(files > 10);
  },
});
