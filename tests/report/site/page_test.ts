import { assert, assertEquals } from "@std/assert";
import { canonicalJson } from "../../../data/json.ts";
import { sha256 } from "../../../data/sha256.ts";
import { orderOf, readResults } from "../../../report/read_results.ts";
import { pageHtml } from "../../../report/site/page.ts";
import { type Files, type PageData, pageData } from "../../../report/site/page_data.ts";
import type { Table } from "../../../report/table/schema.ts";
import { readStoredTable } from "../../../report/table/table_file.ts";
import { attributeOf, elementsOf, idsOf, textOf, treeOf } from "./html_tree.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

const suites = ["quick", "prediction", "classic", "ablation"];

/** A page as it is written, but for its code. */
async function pageOf(suite: string): Promise<{ table: Table; data: PageData; page: string }> {
  const { table, digest } = await readStoredTable("results", suite);
  const files: Files = {
    link: (path) => `../results/${path}`,
    policy: (environment, entry) =>
      Deno.readFileSync(`results/${suite}/${environment}/${entry}.onnx`),
  };
  const data = await pageData(table, await readResults("results", suite, orderOf(table)), files);
  const facts = {
    description: `What <${suite}> is for`,
    version: "1.2.3",
    digest,
    source: `results/${suite}/table.json`,
    citation: { bibtex: "@software{x}", sentence: "Cited & quoted." },
  };
  return { table, data, page: pageHtml(table, data, facts, "0") };
}

const pages = canRead ? await Promise.all(suites.map(pageOf)) : [];

Deno.test({
  name: "pages are well-formed, and what they refer to is there",
  ignore: !canRead,
  fn() {
    for (const { page, table } of pages) {
      const tree = treeOf(page);
      const ids = idsOf(tree);
      assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), [], table.suite);
      for (const element of elementsOf(tree)) {
        for (const name of ["aria-labelledby", "for"]) {
          const id = attributeOf(element, name);
          assert(id === undefined || ids.includes(id), `${table.suite}: nothing is named ${id}`);
        }
      }
      assert(page.includes(`What &lt;${table.suite}&gt; is for`));
    }
  },
});

Deno.test({
  name: "no text of a page is a value that was not meant to be shown",
  ignore: !canRead,
  fn() {
    for (const { page, table } of pages) {
      const text = textOf(treeOf(page));
      const slip = /\b(?:NaN|undefined|null|Infinity|\[object)\b/.exec(text);
      assertEquals(slip && text.slice(slip.index - 60, slip.index + 40), null, table.suite);
    }
  },
});

Deno.test({
  name: "every published return stands in its row and column, bold where it leads",
  ignore: !canRead,
  fn() {
    for (const { page, table } of pages) {
      const environments = table.environments.filter(({ control }) => control.length > 0);
      if (environments.length === 0) continue;
      const elements = elementsOf(treeOf(page));
      const body = elements.find((element) => attributeOf(element, "id") === "iqm-0")!;
      const rows = elementsOf(body).filter(({ tag }) => tag === "tr");
      environments.forEach(({ id, control }, column) => {
        for (const { entry, title, iqm, leading } of control) {
          const row = rows.find((row) => attributeOf(row, "data-entries") === entry)!;
          const cells = elementsOf(row).filter(({ tag }) => tag === "td");
          const cell = cells[column];
          const value = attributeOf(cell, "data-value");
          assertEquals(value, iqm === null ? undefined : String(iqm), `${id} ${title}`);
          const isBold = elementsOf(cell).some(({ tag }) => tag === "strong");
          assertEquals(isBold, leading, `${id} ${title}`);
        }
      });
      const shown = rows.filter((row) => attributeOf(row, "data-entries"));
      const entries = environments.flatMap(({ control }) => control.map(({ entry }) => entry));
      assertEquals(shown.length, new Set(entries).size);
    }
  },
});

Deno.test({
  name: "a page carries each policy, its recorded returns and the digest of each run",
  ignore: !canRead,
  async fn() {
    for (const { page, table, data } of pages) {
      const scripts = elementsOf(treeOf(page)).filter(({ tag }) => tag === "script");
      assertEquals(JSON.parse(textOf(scripts[0])), JSON.parse(JSON.stringify(data)));
      const results = await readResults("results", table.suite, orderOf(table));
      assertEquals(data.cells.length, results.length);
      for (const [i, result] of results.entries()) {
        const cell = data.cells[i];
        assertEquals(cell.result.entry, result.entry);
        const digests = result.runs.map((run) => sha256(canonicalJson(run)));
        assertEquals(cell.runDigests, await Promise.all(digests));
        if (cell.task === "prediction" || result.task === "prediction") continue;
        const median = result.runs.find(({ seed }) => seed === result.medianSeed)!;
        assertEquals(cell.policy?.returns, median.policy ? median.final.returns : undefined);
        if (cell.policy === null) continue;
        assertEquals(
          await sha256(Uint8Array.fromBase64(cell.policy.onnx)),
          median.policy!.sha256,
        );
      }
    }
  },
});

Deno.test({
  name: "names that look like HTML or CSS stay names",
  ignore: !canRead,
  fn() {
    const { table, data } = pages[0];
    const evil = `x"]{}</style><script>alert(1)</script><img src=x onerror=alert(1)>\\`;
    const rows = data.rows.map((row, i) => i > 0 ? row : { ...row, entry: evil, title: evil });
    const facts = { description: evil, version: "1", digest: "", source: evil, citation: null };
    const elements = elementsOf(treeOf(pageHtml(table, { ...data, rows }, facts, "0")));
    assertEquals(elements.filter(({ tag }) => tag === "script").length, 2);
    assertEquals(elements.filter(({ tag }) => tag === "style").length, 1);
    assertEquals(elements.filter(({ tag }) => tag === "img").length, 0);
  },
});

Deno.test({
  name: "a page fetches nothing and names what must be known to quote it",
  ignore: !canRead,
  fn() {
    for (const { page, table } of pages) {
      const fetched = elementsOf(treeOf(page)).flatMap((element) =>
        ["src", "srcset", "data"].map((name) => attributeOf(element, name))
      ).filter((address) => address !== undefined);
      assertEquals(fetched, []);
      assert(!/@import|url\(/.test(page), "the style fetches something");
      assert(!page.includes("'unsafe-eval'"), "the page may make code of texts");
      const text = textOf(treeOf(page));
      for (const part of [table.results.sha256, "0\u2013", "deno task verify --suite", "1.2.3"]) {
        assert(text.includes(part), `${table.suite} does not say ${part}`);
      }
    }
  },
});
