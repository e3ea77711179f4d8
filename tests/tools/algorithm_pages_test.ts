/** The pages of docs/algorithms say what the algorithms' files and the checked-in tables say. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { builtinAlgorithms } from "../../algorithms/builtin.ts";
import { existing, listed } from "../benchmarks/published.ts";
import { walkthroughs } from "../../tools/algorithm_pages.ts";
import { coreOf, excerpt, headerOf } from "../../tools/source_text.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";
const ignore = !canRead;

const folder = "docs/algorithms";

function sourceOf({ name }: { readonly name: string }): string {
  return existing(`algorithms/${name}.ts`);
}

Deno.test({
  name: "every algorithm has a page, and every page is an algorithm's",
  ignore,
  fn() {
    assertEquals(
      listed(folder, ".md").filter((path) => !path.includes("walkthroughs/")),
      [...builtinAlgorithms.map(({ name }) => `${folder}/${name}.md`), `${folder}/README.md`]
        .sort(),
    );
    for (const { name, title, description } of builtinAlgorithms) {
      const page = existing(`${folder}/${name}.md`);
      assert(page.includes(`\n# ${title}\n\n${description}\n`), name);
    }
  },
});

Deno.test({
  name: "every algorithm's file begins with its idea in words and as a formula",
  ignore,
  fn() {
    for (const algorithm of builtinAlgorithms) {
      const header = headerOf(sourceOf(algorithm));
      const formulas = [...header.matchAll(/^```math\n([\s\S]*?)\n```$/gm)].map(([, text]) => text);
      assert(formulas.length > 0, `${algorithm.name}: no formula`);
      formulas.forEach((formula) => assertWellFormed(formula, algorithm.name));
      const words = header.replaceAll(/^```[\s\S]*?^```$/gm, "");
      assert(words.split(/\s+/).length > 25, `${algorithm.name}: too few words`);
      // What Markdown would swallow or change.
      assert(!/<[a-z]/i.test(words), `${algorithm.name}: looks like HTML`);
      assert(existing(`${folder}/${algorithm.name}.md`).includes(header), algorithm.name);
    }
  },
});

/** Brackets and environments are closed, and GitHub renders every command. */
function assertWellFormed(formula: string, name: string): void {
  const count = (pattern: RegExp) => formula.match(pattern)?.length ?? 0;
  assertEquals(count(/(?<!\\)\{/g), count(/(?<!\\)\}/g), `${name}: braces of ${formula}`);
  assertEquals(count(/\\left\b/g), count(/\\right\b/g), `${name}: \\left of ${formula}`);
  const environments = (word: string) =>
    [...formula.matchAll(new RegExp(`\\\\${word}\\{(\\w+)\\}`, "g"))].map(([, of]) => of);
  assertEquals(environments("begin"), environments("end").reverse(), `${name}: ${formula}`);
  assert(!/\\operatorname|\\newcommand|\\def\b|\$/.test(formula), `${name}: ${formula}`);
}

Deno.test({
  name: "a page's table of options has every option with its default and its meaning",
  ignore,
  fn() {
    for (const { name, config } of builtinAlgorithms) {
      assert(config instanceof z.ZodObject, name);
      const page = existing(`${folder}/${name}.md`);
      const [, table] = page.split(/^## (?:Options|Results)$/m);
      const rows = table.split("\n").filter((line) => line.startsWith("| `"));
      const defaults = config.parse({}) as Record<string, unknown>;
      assertEquals(rows.length, Object.keys(defaults).length, name);
      for (const row of rows) {
        const [, option, value, values, meaning] = row.split(/(?<!\\)\|/).map((cell) =>
          cell.trim()
        );
        const json = value.slice(1, -1).replaceAll(/(\w+):/g, '"$1":');
        assertEquals(JSON.parse(json), defaults[option.slice(1, -1)], `${name}: ${option}`);
        assert(values !== "" && !values.includes("undefined"), `${name}: ${option}: ${values}`);
        const { description } = config.shape[option.slice(1, -1)] as z.ZodType;
        assertEquals(meaning.replaceAll("\\|", "|"), description, `${name}: ${option}`);
      }
    }
  },
});

/** A row of a table.json, as far as this test reads it. */
interface Row {
  readonly entry: string;
  readonly algorithm: string;
  readonly iqm?: number | null;
  readonly errors?: readonly (number | null)[];
}

Deno.test({
  name: "a page shows every checked-in result of its algorithm, and no other",
  ignore,
  fn() {
    const expected = new Map<string, number>();
    let results = 0;
    for (const path of listed("results", "table.json")) {
      const { suite, environments } = JSON.parse(existing(path));
      for (const { id, control, prediction } of environments) {
        for (const row of [...control, ...prediction] as Row[]) {
          const { algorithm, entry, iqm = null, errors = [] } = row;
          expected.set(algorithm, (expected.get(algorithm) ?? 0) + 1);
          const link = `[${id}](../../results/${suite}/${id}/${entry}.json)`;
          const shown = existing(`${folder}/${algorithm}.md`).split("\n")
            .find((line) => line.startsWith(`| ${link} |`));
          assert(shown, `${algorithm}: no result for ${suite}, ${id}, ${entry}`);
          results++;
          const numbers = shown.split("|").slice(2).map((cell) => parseFloat(cell));
          const value = iqm ?? lowest(errors);
          if (value === null) continue;
          const near = numbers.some((number) => Math.abs(number - value) <= 2e-3 * Math.abs(value));
          assert(near || value === 0, `${suite}, ${id}, ${entry}: ${value} is not in ${shown}`);
        }
      }
    }
    for (const { name } of builtinAlgorithms) {
      const page = existing(`${folder}/${name}.md`);
      assertEquals([...page.matchAll(/^\| \[.*\.json\)/gm)].length, expected.get(name) ?? 0, name);
      assertEquals(page.includes("No results are checked in yet."), !expected.has(name), name);
    }
    assert(results > 100, `only ${results} results`);
  },
});

function lowest(errors: readonly (number | null)[]): number | null {
  const finite = errors.filter((error) => error !== null);
  return finite.length > 0 ? Math.min(...finite) : null;
}

Deno.test({
  name: "the walk-throughs quote the loop and the loss, word for word",
  ignore,
  fn() {
    assertEquals(
      listed(`${folder}/walkthroughs`, ".md"),
      walkthroughs.map((name) => `${folder}/walkthroughs/${name}.md`).sort(),
    );
    for (const name of walkthroughs) {
      const text = existing(`${folder}/walkthroughs/${name}.md`);
      const quotations = [
        ...text.matchAll(/^<!-- generated: code (\S+) .*-->\n\n```ts ignore\n([\s\S]*?)\n```$/gm),
      ];
      assert(quotations.length >= 5, `${name}: only ${quotations.length} quotations`);
      assert(quotations.some(([, file]) => file === `algorithms/${name}.ts`), name);
      assert(quotations.some(([, , code]) => /^(export function|train\()/m.test(code)), name);
      for (const [, file, code] of quotations) {
        const flat = (text: string) => text.replaceAll(/^ +/gm, "");
        assert(flat(existing(file)).includes(flat(code)), `${name}: not in ${file}: ${code}`);
      }
    }
  },
});

const example = `/**
 * A file.
 *
 * \`\`\`math
 * x
 * \`\`\`
 */
import { a } from "./a.ts";

const small = 1;

/** What it is. */
export function lossOf(
  x: tf.Tensor,
): tf.Scalar {
  return tf.mean(x);
}

function programs() {
  const update = compile({
    run() {
      lossOf(1);
    },
  });
  const pairs = (s: string) =>
    s.length;

  return { update, pairs };
}

class First {
  train(until: number): void {
    while (true) {
      // Act.
      this.#act();
      this.#field();

      // Learn
      // slowly.
      if (until > 1) {
        const train = 3;
      }
    }
  }

  /** Acts. */
  #act(): void {}

  save() {}
}

class Second {
  save() {}
}
`;

Deno.test("a quotation is a declaration with its comment, or a paragraph, at the left margin", () => {
  assertEquals(headerOf(example), "A file.\n\n```math\nx\n```");
  assertEquals(excerpt(example, "small"), "const small = 1;");
  assertEquals(
    excerpt(example, "lossOf"),
    "/** What it is. */\nexport function lossOf(\n  x: tf.Tensor,\n): tf.Scalar {\n  return tf.mean(x);\n}",
  );
  assertEquals(
    excerpt(example, "programs > update"),
    "const update = compile({\n  run() {\n    lossOf(1);\n  },\n});",
  );
  assertEquals(excerpt(example, "programs > pairs"), "const pairs = (s: string) =>\n  s.length;");
  assertEquals(excerpt(example, "#act"), "/** Acts. */\n#act(): void {}");
  assertEquals(
    excerpt(example, 'First > train > "Act"'),
    "// Act.\nthis.#act();\nthis.#field();",
  );
  assertEquals(
    excerpt(example, 'train > "Learn"'),
    "// Learn\n// slowly.\nif (until > 1) {\n  const train = 3;\n}",
  );
  assertEquals(excerpt(example, "Second > save"), "save() {}");
});

Deno.test("a quotation of what is not there, or there twice, is an error that names it", () => {
  assertThrows(() => excerpt(example, "gone"), Error, "there is no gone");
  assertThrows(() => excerpt(example, "Second > train"), Error, "there is no train");
  assertThrows(() => excerpt(example, 'train > "Gone"'), Error, 'there is no "Gone"');
  assertThrows(() => excerpt(example, "save"), Error, "there is more than one save");
  assertThrows(() => excerpt(example, "#field"), Error, "there is no #field");
  assertThrows(() => headerOf("const x = 1;\n"), Error, "header comment");
});

Deno.test("the core of a file is its losses, then the loop with the methods that it calls", () => {
  const core = coreOf(example);
  assert(core.startsWith("/** What it is. */\nexport function lossOf("), core);
  assert(core.endsWith("/** Acts. */\n#act(): void {}"), core);
  assert(!core.includes("save"), core);
  assertThrows(() => coreOf("const x = 1;\n"), Error, "neither");
});
