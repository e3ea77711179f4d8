import { assert } from "@std/assert";
import { builtinAlgorithms } from "../../algorithms/builtin.ts";
import { existing, listed } from "../benchmarks/published.ts";
import { generatedFiles, isCurrent } from "../../tools/docs.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

/** A document without the code that it quotes. */
function prose(page: string): string {
  return existing(page).replaceAll(/^```[\s\S]*?^```$/gm, "");
}

Deno.test({
  name: "the generated parts of the documentation and its figures are current",
  ignore: !canRead,
  async fn() {
    const files = await generatedFiles();
    for (const [path, content] of files) {
      assert(await isCurrent(path, content), `${path} is stale: run deno task docs`);
    }
    for (const figure of listed("docs/figures", ".svg")) {
      assert(files.has(figure), `${figure} is a figure no more: delete it`);
    }
  },
});

Deno.test({
  name: "every link of the documentation leads to a file",
  ignore: !canRead,
  fn() {
    const pages = ["README.md", "CONTRIBUTING.md", "THIRD_PARTY.md", ...listed("docs", ".md")];
    let links = 0;
    for (const page of pages) {
      for (const [, target] of prose(page).matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        const address = new URL(target, new URL(page, "file:///"));
        assert(
          Deno.statSync(new URL(`../..${address.pathname}`, import.meta.url)),
          `${page}: ${target}`,
        );
        links++;
      }
    }
    assert(links > 30, `only ${links} links`);
  },
});

Deno.test({
  name: "every command in the documentation is a task that exists",
  ignore: !canRead,
  fn() {
    const { tasks } = JSON.parse(existing("deno.json"));
    let commands = 0;
    for (const page of ["README.md", "CONTRIBUTING.md", ...listed("docs", ".md")]) {
      for (const [, name] of existing(page).matchAll(/\bdeno(?:@\S+)? task (?:-q )?([a-z:]+)/g)) {
        assert(name in tasks, `${page} names the task "${name}"`);
        commands++;
      }
    }
    assert(commands > 20, `only ${commands} commands`);
  },
});

Deno.test("every algorithm says what it is, where it is from, and what each option means", () => {
  for (const algorithm of builtinAlgorithms) {
    const { name, description, source, taxonomy } = algorithm;
    assert(description.endsWith("."), name);
    assert(/\d{4}/.test(source) || name === "random_policy", `${name}: ${source}`);
    assert(taxonomy.observations.length > 0 && taxonomy.actions.length > 0, name);
  }
});
