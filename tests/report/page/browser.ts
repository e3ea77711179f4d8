/**
 * The page's runtime in Chromium, from a file on disk: stored policies play their recorded returns,
 * and cells that are trained there have the published digests. Part of `deno task test:browser`.
 */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { parseResult, type ResultFile } from "../../../data/result_file.ts";
import { bundlePage } from "../../../report/page/bundle.ts";
import { existing, listed } from "../../benchmarks/published.ts";
import type { TestPage } from "./browser_entry.ts";
import { launchChromium, openFile } from "./chromium.ts";

const script = await bundlePage(new URL("./browser_entry.ts", import.meta.url));

/** What the page's own code finds where the page is. */
type PageGlobal = { readonly testPage: TestPage };

function resultOf(name: string): ResultFile {
  return parseResult(existing(`results/${name}.json`), name);
}

function onnxOf(name: string): string {
  return Deno.readFileSync(new URL(`../../../results/${name}.onnx`, import.meta.url)).toBase64();
}

/** Opens a page with nothing but the runtime; it must do nothing wrong. */
async function inPage(use: (page: Page) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "seedbed-page-" });
  const path = `${folder}/page.html`;
  await Deno.writeTextFile(
    path,
    `<!doctype html><meta charset="utf-8"><title>Runtime</title><script>${script}</script>`,
  );
  const browser = await launchChromium();
  try {
    const { page, problems } = await openFile(browser, path);
    assertEquals(problems, []);
    await use(page);
    assertEquals(problems, []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a policy of each algorithm of the suite classic plays its recorded returns in Chromium", async () => {
  const policies = new Map<string, string>();
  for (const path of listed("results/classic", ".onnx")) {
    const name = path.slice("results/".length, -".onnx".length);
    policies.set(resultOf(name).algorithm, name);
  }
  assert(policies.size >= 10, `only ${policies.size} algorithms`);
  await inPage(async (page) => {
    for (const name of policies.values()) {
      const result = resultOf(name);
      assert(result.task === "control");
      const { returns } = result.runs.find(({ seed }) => seed === result.medianSeed)!.final;
      const replayed = await page.evaluate(
        ([result, onnx]) =>
          (globalThis as unknown as PageGlobal).testPage.replayed(result, onnx, 5),
        [result, onnxOf(name)] as const,
      );
      assertEquals(replayed, returns.slice(0, 5), name);
    }
  });
});

Deno.test("cells trained in Chromium have the published digests", async () => {
  const cells = [
    "quick/FrozenLake-v1/q_learning",
    "quick/CartPole-v1/ppo",
    "quick/CartPole-v1/random_policy",
    "quick/RandomWalk19-v0/td_prediction",
  ];
  await inPage(async (page) => {
    for (const name of cells) {
      const result = resultOf(name);
      const run = result.runs[1];
      const { trained, published } = await page.evaluate(async ([result, run]) => {
        const { testPage } = globalThis as unknown as PageGlobal;
        return {
          trained: await testPage.trained(result, run.seed),
          published: await testPage.digestOfRun(run),
        };
      }, [result, run] as const);
      assertEquals(trained.digest, published, name);
      assertEquals(trained.heard, result.evaluation.curveSteps, name);
    }
  });
});

Deno.test("training in Chromium can be aborted, and says why it fails", async () => {
  await inPage(async (page) => {
    const result = resultOf("quick/CartPole-v1/ppo");
    const say = (what: "aborted" | "failed") =>
      page.evaluate(
        ([result, what]) => (globalThis as unknown as PageGlobal).testPage[what](result, 0),
        [result, what] as const,
      );
    assertEquals(await say("aborted"), "enough");
    assertEquals(
      await say("failed"),
      "CartPole-v1 ppo seed 0: alchemy is not among the algorithms of this page",
    );
  });
});
