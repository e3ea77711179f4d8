import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { digestOfCode, digestOfData, importsOf, withoutComments } from "../../benchmarks/digest.ts";

Deno.test("comments, blank lines and line ends do not count as code", () => {
  const plain = `const a = 1;\nconst b = 2;`;
  assertEquals(
    withoutComments("/* x */const a = 1; // one\r\n\r\n/** two\n */\nconst b = 2;\n"),
    plain,
  );
});

Deno.test("what only looks like a comment stays code", () => {
  for (
    const code of [
      'const url = "https://example.org/*x*/";',
      "const url = 'a//b';",
      "const t = `a//b ${c /* gone */} /*d*/`;".replace("/* gone */", "+ 1"),
      "const nested = `x ${`y//${`z//`}`} //w`;",
      "const r = /\\/\\/[^/*]*/g;",
      "const q = a / b / c;",
      "const o = `${{ a: { b: 1 } }.a.b}//`;",
    ]
  ) assertEquals(withoutComments(code), code);
  assertEquals(withoutComments("const x = `${a /* c */}`;"), "const x = `${a }`;");
  assertEquals(withoutComments("const x = a / b; // c / d"), "const x = a / b;");
});

Deno.test("imports are found in all their forms, type-only ones are not", () => {
  assertEquals(
    importsOf(`
import a from "./a.ts";
import { type B, b } from "./b.ts";
import "./c.ts";
import type { D } from "./d.ts";
export * from "./e.ts";
export { f } from "./f.ts";
export type { G } from "./g.ts";
const h = await import("./h.ts");
import i from "./i.json" with { type: "json" };
const from = "not an import";
import j from './j.ts';
const k = await import('./k.ts'), l = await import(\`./l.ts\`);
`),
    ["a.ts", "b.ts", "c.ts", "e.ts", "f.ts", "i.json", "j.ts", "h.ts", "k.ts", "l.ts"].map((name) =>
      `./${name}`
    ),
  );
});

Deno.test("an import that is only known when it runs is refused", () => {
  for (const code of ["await import(path)", "import(`./${name}.ts`)", "import( x )"]) {
    assertThrows(() => importsOf(code), Error, "import(...) needs a literal here");
  }
});

Deno.test("white space inside a template literal counts, outside of literals it does not", () => {
  assertEquals(withoutComments("const a = `x  \n\ny`;  \n\n"), "const a = `x  \n\ny`;");
  assertEquals(withoutComments("const a = `${  \n\n  b}`;"), "const a = `${\n  b}`;");
});

Deno.test("the digest of data does not depend on the order of keys, but on values", async () => {
  assertEquals(await digestOfData({ a: 1, b: [2] }), await digestOfData({ b: [2], a: 1 }));
  assertNotEquals(await digestOfData({ a: 1 }), await digestOfData({ a: 2 }));
});

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

Deno.test({
  name: "a module's digest follows its imports",
  ignore: !canRead,
  async fn() {
    const cartPole = new URL("../../envs/classic_control/cart_pole.ts", import.meta.url).href;
    const pendulum = new URL("../../envs/classic_control/pendulum.ts", import.meta.url).href;
    const math = new URL("../../math/math.ts", import.meta.url).href;
    assertNotEquals(await digestOfCode([cartPole]), await digestOfCode([pendulum]));
    assertEquals(await digestOfCode([cartPole, math]), await digestOfCode([math, cartPole]));
    assertEquals(await digestOfCode([cartPole, math]), await digestOfCode([cartPole]));
  },
});

Deno.test({
  name: "a module that cannot be read is named with its importer",
  ignore: !canRead,
  async fn() {
    await assertRejects(
      () => digestOfCode([new URL("./nowhere.ts", import.meta.url).href]),
      Error,
      "nowhere.ts (imported by the benchmark) cannot be read",
    );
  },
});
