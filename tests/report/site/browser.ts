/**
 * The report in Chromium, opened from disk as a reader opens it: `deno task test:browser`. It is written
 * into a temporary folder first.
 */
import { assert, assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { canonicalJson } from "../../../data/json.ts";
import { parseResult, type ResultFile } from "../../../data/result_file.ts";
import { sha256 } from "../../../data/sha256.ts";
import { learningCurves } from "../../../report/curves.ts";
import { grouped, shown } from "../../../report/site/numbers.ts";
import { writeReports } from "../../../report/site/write_report.ts";
import { type Table, tableFile } from "../../../report/table/schema.ts";
import { writeTable } from "../../../report/table/table_file.ts";
import { existing } from "../../benchmarks/published.ts";
import { launchChromium, openFile } from "../page/chromium.ts";

const suites = ["quick", "tabular", "prediction", "classic", "ablation"];

const out = await Deno.makeTempDir({ prefix: "seedbed-site-" });
addEventListener("unload", () => Deno.removeSync(out, { recursive: true }));
await writeReports(suites, { results: "results", out });

/** Opens pages of the report one after the other; they must do nothing wrong. */
async function inPages(
  names: readonly string[],
  use: (page: Page, name: string) => Promise<void>,
  { hash = "", width = 1280 } = {},
): Promise<void> {
  const browser = await launchChromium();
  try {
    for (const name of names) {
      const path = `${out}/${name}.html`;
      const { page, problems } = await openFile(browser, path, { width, height: 900 });
      if (hash !== "") {
        await page.goto(`${page.url()}#${hash}`);
        await page.reload();
      }
      await use(page, name);
      assertEquals(problems, []);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

/** Opens one page. */
function inPage(
  name: string,
  use: (page: Page) => Promise<void>,
  options?: { hash?: string; width?: number },
): Promise<void> {
  return inPages([name], use, options);
}

function tableOf(suite: string): Table {
  return tableFile.parse(JSON.parse(existing(`results/${suite}/table.json`)));
}

function resultOf(name: string): ResultFile {
  return parseResult(existing(`results/${name}.json`), name);
}

/** The texts of elements that are shown. */
function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.filter((element) => element.checkVisibility())
      .map((element) => element.textContent!.trim())
  );
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert(waited < 60_000, `it never happened: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const rowNames = "#iqm-0 tbody th";

Deno.test("a click on a column's head sorts by its numbers, then the other way round, then as it was", async () => {
  await inPage("classic", async (page) => {
    const { control } = tableOf("classic").environments.find(({ id }) => id === "Acrobot-v1")!;
    const best = control.toSorted((a, b) => b.iqm! - a.iqm!).map(({ title }) => title);
    const before = await textsOf(page, rowNames);
    const gaps = before.filter((title) => !best.includes(title));
    assertEquals(gaps, ["DDPG", "TD3", "SAC"]);
    const head = page.locator("#iqm-0 thead th").nth(2);
    const states: [string | null, string[]][] = [];
    for (let click = 0; click < 3; click++) {
      await head.getByRole("button").click();
      states.push([await head.getAttribute("aria-sort"), await textsOf(page, rowNames)]);
    }
    assertEquals(states, [
      ["descending", [...best, ...gaps]],
      ["ascending", [...best.toReversed(), ...gaps]],
      ["none", before],
    ]);
  });
});

Deno.test("steps to a threshold and names sort from the lowest", async () => {
  await inPage("classic", async (page) => {
    await page.getByText("Steps to a threshold", { exact: true }).click();
    const { control } = tableOf("classic").environments[0];
    const reached = control.filter(({ toThreshold }) => toThreshold!.median !== null)
      .toSorted((a, b) => a.toThreshold!.median! - b.toThreshold!.median!)
      .map(({ title }) => title);
    await page.locator("#threshold-0 thead button").nth(1).click();
    const rows = await textsOf(page, "#threshold-0 tbody th");
    assertEquals(rows.slice(0, reached.length), reached);
  });
  await inPage("prediction", async (page) => {
    await page.locator("#error-1 thead button").first().click();
    const rows = await textsOf(page, "#error-1 tbody th");
    const steps = rows.filter((name) => name.endsWith("-step TD"));
    assertEquals(
      steps.map((name) => parseInt(name)),
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    );
  });
});

Deno.test("the switches filter tables, matrices, charts and choices, and the address keeps them", async () => {
  await inPage("classic", async (page) => {
    const all = await textsOf(page, rowNames);
    await page.getByRole("checkbox", { name: /^value-based/ }).uncheck();
    await page.getByRole("checkbox", { name: /^on-policy/ }).uncheck();
    await page.getByRole("checkbox", { name: /^not applicable/ }).uncheck();
    const left = ["DDPG", "TD3", "SAC"];
    assertEquals(await textsOf(page, rowNames), left);
    assertEquals(await page.locator("#count").textContent(), "3 of 13 rows shown");
    assertEquals(await textsOf(page, "#aggregate-2 tbody th"), left);
    assertEquals(await textsOf(page, "#aggregate-0 tbody th"), []);
    await page.getByText("Probability of improvement", { exact: true }).click();
    assertEquals(await textsOf(page, "#improvement-2 tbody th"), left);
    assertEquals(await textsOf(page, "#improvement-2 thead th"), left);
    assertEquals(await textsOf(page, "#charts figure:nth-child(4) .name"), left);
    assertEquals(await textsOf(page, "#charts figure:first-child"), []);
    await page.getByLabel("Environment", { exact: true }).selectOption("Pendulum-v1");
    const offered = await page.getByLabel("Row", { exact: true }).locator("option")
      .allTextContents();
    for (const title of left) assert(offered.includes(title), offered.join());
    assert(!offered.includes("TRPO"), offered.join());

    const address = new URL(page.url()).hash;
    assertEquals(
      Object.fromEntries(new URLSearchParams(address.slice(1))),
      {
        learns: "policy-based,actor-critic,baseline",
        policy: "off-policy",
        environment: "Pendulum-v1",
      },
    );
    await page.reload();
    assertEquals(await textsOf(page, rowNames), left);
    assert(!await page.getByRole("checkbox", { name: /^value-based/ }).isChecked());
    await page.getByRole("button", { name: "Show all" }).click();
    assertEquals(await textsOf(page, rowNames), all);
    assert(await page.getByRole("checkbox", { name: /^value-based/ }).isChecked());
  });
});

Deno.test("the filter by name takes several words, and a linked view shows what it names", async () => {
  await inPage("ablation", async (page) => {
    await page.getByLabel("Name", { exact: true }).fill("dqn without");
    assertEquals(await textsOf(page, rowNames), [
      "DQN without target network",
      "Dueling DQN without target network",
      "DQN, 4 updates every 16 steps, without replay",
    ]);
    // A pair is shown as long as one of its rows is.
    await page.getByLabel("Name", { exact: true }).fill("ddpg without noise");
    assertEquals((await textsOf(page, "[id^=pairs-] tbody th")).length, 2);
    await page.getByLabel("Name", { exact: true }).fill("nothing like it");
    assertEquals(await page.locator("#count").textContent(), "0 of 16 rows shown");
  });
  await inPage("ablation", async (page) => {
    assertEquals(await textsOf(page, rowNames), ["A2C, Monte-Carlo targets"]);
    assertEquals(await page.getByLabel("Environment", { exact: true }).inputValue(), "Acrobot-v1");
    assertEquals(await page.getByLabel("Row", { exact: true }).inputValue(), "a2c-monte_carlo");
  }, { hash: "text=carlo+a2c&environment=Acrobot-v1&row=a2c-monte_carlo" });
});

Deno.test("the chart says the published curve's values under the mouse and under the arrow keys", async () => {
  const result = resultOf("classic/Acrobot-v1/ppo");
  assert(result.task === "control");
  const [curve] = learningCurves([result]);
  const valueAt = (place: number) =>
    `${shown(curve.iqm[place])} [${shown(curve.low[place])}, ${shown(curve.high[place])}]`;
  await inPage("classic", async (page) => {
    const figure = page.locator("#charts figure", { hasText: "Acrobot-v1" }).first();
    const reading = figure.locator("li", { hasText: "PPO" }).locator(".value");
    const at = figure.locator(".at");
    assertEquals(await reading.textContent(), valueAt(curve.steps.length - 1));

    const slider = figure.getByRole("slider");
    await slider.focus();
    await page.keyboard.press("Home");
    assertEquals(await at.textContent(), "at 0 environment steps");
    assertEquals(await reading.textContent(), valueAt(0));
    await page.keyboard.press("ArrowRight");
    assertEquals(await reading.textContent(), valueAt(1));
    assertEquals(await slider.getAttribute("aria-valuenow"), String(curve.steps[1]));
    const said = await slider.getAttribute("aria-valuetext");
    assert(said!.includes(`PPO ${shown(curve.iqm[1])}`), said!);

    const place = 9;
    const plot = figure.locator(".u-over");
    await plot.scrollIntoViewIfNeeded();
    const { width } = (await plot.boundingBox())!;
    const x = width * curve.steps[place] / curve.steps.at(-1)!;
    await plot.hover({ position: { x, y: 50 } });
    await figure.getByText(`at ${grouped(curve.steps[place])} environment steps`).waitFor();
    assertEquals(await reading.textContent(), valueAt(place));
  }, { hash: "text=ppo" });
});

Deno.test("a row that does not learn has its line as far as the longest one", async () => {
  const result = resultOf("classic/CartPole-v1/random_policy");
  assert(result.task === "control");
  const [{ iqm }] = learningCurves([result]);
  await inPage("classic", async (page) => {
    const figure = page.locator("#charts figure").first();
    await figure.getByRole("slider").press("End");
    const values = await figure.locator("li .value").allTextContents();
    assertEquals(await figure.locator(".at").textContent(), "at 250\u202f000 environment steps");
    assert(values[0].startsWith(`${shown(iqm.at(-1)!)} [`), values[0]);
    assertEquals(values[1], "ended ");
  });
});

Deno.test("replayed episodes of many environments end with the recorded return", async () => {
  const cells: Readonly<Record<string, readonly [string, string, number][]>> = {
    classic: [
      ["CartPole-v1", "reinforce", 1],
      ["Acrobot-v1", "ppo", 7],
      ["MountainCar-v0", "dqn", 100],
      ["Pendulum-v1", "sac", 3],
      ["MountainCarContinuous-v0", "td3", 2],
      ["Pendulum-v1", "random_policy", 4],
    ],
    tabular: [
      ["FrozenLake-v1", "q_learning", 12],
      ["Taxi-v4", "sarsa", 5],
      ["Blackjack-v1", "policy_iteration", 1000],
      ["CliffWalkingSlippery-v1", "double_q_learning", 2],
      ["WindyGridworld-v0", "expected_sarsa", 1],
    ],
  };
  for (const [suite, chosen] of Object.entries(cells)) {
    await inPage(suite, async (page) => {
      for (const [environment, entry, episode] of chosen) {
        const result = resultOf(`${suite}/${environment}/${entry}`);
        assert(result.task === "control");
        const { final } = result.runs.find(({ seed }) => seed === result.medianSeed)!;
        const recorded = final.returns[episode - 1];
        await page.locator(`#iqm-0 a[href$="environment=${environment}&row=${entry}"]`).click();
        await page.getByLabel(/^Episode/).fill(String(episode));
        await page.getByLabel(/^Episode/).press("Enter");
        const picture = () =>
          page.locator("canvas[role=img]").evaluate((canvas) =>
            (canvas as unknown as { toDataURL(): string }).toDataURL()
          );
        const start = await picture();
        await page.getByRole("button", { name: "Run at once" }).click();
        assertEquals(
          await page.locator(".stage [role=status]").textContent(),
          `Return here ${recorded} = recorded ${recorded}`,
          `${environment} ${entry}`,
        );
        assert(await picture() !== start, `${environment} is not drawn`);
      }
    });
  }
});

Deno.test("a replay plays, pauses, goes step by step and starts again", async () => {
  await inPage("classic", async (page) => {
    const step = page.locator(".readings dd").first();
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await button("Step").click();
    await button("Step").click();
    assertEquals(await step.textContent(), "2");
    await page.getByLabel(/^Speed/).selectOption("4");
    await button("Play").click();
    await step.filter({ hasText: /^(?:[2-9]\d|\d{3})$/ }).waitFor();
    await button("Pause").click();
    const paused = await step.textContent();
    await page.waitForTimeout(120);
    assertEquals(await step.textContent(), paused);
    await button("Restart").click();
    assertEquals(await step.textContent(), "0");
    await page.getByLabel(/^Speed/).selectOption("16");
    await button("Play").click();
    const status = page.locator(".stage [role=status]");
    await status.getByText("Return here 500 = recorded 500").waitFor();
  }, { hash: "environment=CartPole-v1&row=ppo" });
});

Deno.test("cells trained in the page have the published digest", async () => {
  const cells = [["FrozenLake-v1", "q_learning", 2], ["CartPole-v1", "ppo", 1], [
    "RandomWalk19-v0",
    "td_prediction",
    0,
  ]] as const;
  await inPage("quick", async (page) => {
    for (const [environment, entry, seed] of cells) {
      const result = resultOf(`quick/${environment}/${entry}`);
      const run = result.runs.find((run) => run.seed === seed);
      await page.getByLabel("Environment", { exact: true }).selectOption(environment);
      await page.getByLabel("Row", { exact: true }).selectOption(entry);
      const panel = page.locator("section", {
        has: page.getByRole("heading", { name: "Train this cell here" }),
      }).last();
      await panel.getByLabel(/^Seed/).selectOption(String(seed));
      await panel.getByRole("button", { name: "Train" }).click();
      await panel.getByText(/^The same: trained here in [\d.]+ s, to the published digest\.$/)
        .waitFor();
      const digest = await sha256(canonicalJson(run));
      assertEquals(await panel.locator("code").allTextContents(), [digest, digest]);
      assertEquals(
        await panel.getByRole("progressbar").getAttribute("value"),
        String(result.budget),
      );
    }
  });
});

Deno.test("a cell says how it was made and hands out its policy's file", async () => {
  const result = resultOf("classic/Pendulum-v1/td3");
  assert(result.task === "control");
  await inPage("classic", async (page) => {
    const options = await textsOf(page, "table[aria-labelledby=configuration] tbody th");
    assertEquals(options, Object.keys(result.config));
    const finals = await textsOf(page, "table[aria-labelledby=each-seed] tbody td:nth-child(2)");
    assertEquals(finals, result.runs.map(({ final }) => shown(final.mean)));
    assert((await page.locator(".panels").textContent())!.includes(result.digests.code));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download td3.onnx" }).click(),
    ]);
    const median = result.runs.find(({ seed }) => seed === result.medianSeed)!;
    const bytes = await Deno.readFile((await download.path())!);
    assertEquals(await sha256(bytes), median.policy!.sha256);
  }, { hash: "environment=Pendulum-v1&row=td3" });
});

Deno.test("what is not as recorded is called different", async () => {
  const result = resultOf("quick/FrozenLake-v1/q_learning");
  const digest = await sha256(canonicalJson(result.runs[0]));
  const html = await Deno.readTextFile(`${out}/quick.html`);
  const cell = html.indexOf("FrozenLake-v1/q_learning.onnx");
  const returns = html.indexOf('"returns":[', cell) + '"returns":['.length;
  const changed = html.slice(0, returns) + "7," + html.slice(returns);
  assert(changed.includes(digest));
  await Deno.writeTextFile(`${out}/changed.html`, changed.replace(digest, "0".repeat(64)));
  await inPage("changed", async (page) => {
    await page.getByRole("button", { name: "Run at once" }).click();
    await page.getByText(/^Return here [01], but recorded 7: the episode was not the same\.$/)
      .waitFor();
    await page.getByRole("button", { name: "Train" }).click();
    await page.getByText(/^Different: trained here in .* the digest is not the published one\.$/)
      .waitFor();
  }, { hash: "environment=FrozenLake-v1&row=q_learning" });
});

Deno.test("training in the page can be cancelled, and ends with the cell", async () => {
  await inPage("classic", async (page) => {
    const panel = page.locator(".panels section", { hasText: "Train this cell here" });
    await panel.getByRole("button", { name: "Train" }).click();
    await panel.getByText("Training.", { exact: true }).waitFor();
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByText("Cancelled.").waitFor();
    assert(await panel.getByRole("button", { name: "Train" }).isEnabled());
    await panel.getByRole("button", { name: "Train" }).click();
    await until(() => page.workers().length === 1);
    await page.getByLabel("Row", { exact: true }).selectOption("td3");
    await until(() => page.workers().length === 0);
    assert((await panel.textContent())!.includes("some seconds"));
  }, { hash: "environment=Pendulum-v1&row=a2c" });
});

Deno.test("a policy that does not fit its environment is said to, however it is set going", async () => {
  const html = await Deno.readTextFile(`${out}/quick.html`);
  const onnxOf = (entry: string) =>
    new RegExp(`"path":"[^"]*/${entry}\\.onnx","onnx":"([^"]*)"`).exec(html)![1];
  const changed = html.replace(onnxOf("FrozenLake-v1/q_learning"), onnxOf("CartPole-v1/ppo"));
  await Deno.writeTextFile(`${out}/misfit.html`, changed);
  await inPage("misfit", async (page) => {
    for (const button of ["Play", "Step", "Run at once"]) {
      await page.getByRole("button", { name: "Restart" }).click();
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.getByText("The episode ended with an error").waitFor();
    }
  }, { hash: "environment=FrozenLake-v1&row=q_learning" });
});

Deno.test("a link to a cell is a step in the browser's history", async () => {
  await inPage("classic", async (page) => {
    const chosen = async () => [
      await page.getByLabel("Environment", { exact: true }).inputValue(),
      await page.getByLabel("Row", { exact: true }).inputValue(),
    ];
    const follow = (environment: string, entry: string) =>
      page.locator(`#iqm-0 a[href$="environment=${environment}&row=${entry}"]`).click();
    await page.getByLabel("Name", { exact: true }).fill("o");
    await follow("Acrobot-v1", "ppo");
    await follow("Pendulum-v1", "trpo");
    assertEquals(await chosen(), ["Pendulum-v1", "trpo"]);
    await page.goBack();
    assertEquals(await chosen(), ["Acrobot-v1", "ppo"]);
    await page.goBack();
    assertEquals((await chosen())[0], "CartPole-v1");
    assertEquals(await page.getByLabel("Name", { exact: true }).inputValue(), "o");
    await page.goForward();
    assertEquals(await chosen(), ["Acrobot-v1", "ppo"]);
  });
});

Deno.test("cells that are no longer shown leave nothing behind", async () => {
  await inPage("tabular", async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const kept = async () => {
      await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      return ["JSEventListeners", "Nodes"].map((name) =>
        metrics.find((metric) => metric.name === name)!.value
      );
    };
    const environment = page.getByLabel("Environment", { exact: true });
    const change = async (times: number) => {
      for (let time = 0; time < times; time++) {
        await environment.selectOption(["Taxi-v4", "FrozenLake-v1"][time % 2]);
      }
    };
    await change(4);
    const before = await kept();
    await change(50);
    const after = await kept();
    // A cell has about a hundred listeners and five hundred nodes.
    after.forEach((count, i) => assert(count < 1.1 * before[i] + 100, `${before} -> ${after}`));
  });
});

Deno.test("without JavaScript a page has its tables, and nothing that does not work", async () => {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(`${out}/classic.html`).href);
    assert(await page.locator("#iqm-0").isVisible());
    for (const part of ["#switches", "#curves", "#cell"]) {
      assert(!await page.locator(part).isVisible(), part);
    }
  } finally {
    await browser.close();
  }
});

Deno.test("rows have their whole names beside a chart, and switches never hide what has the focus", async () => {
  await inPages(suites, async (page, suite) => {
    for (const width of [400, 760, 1024, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const [cut, room, height] = await page.evaluate(`[
        [...document.querySelectorAll(".reading .name")].filter((e) =>
          e.scrollWidth > e.clientWidth || getComputedStyle(e).textOverflow === "ellipsis"
        ).map((e) => e.textContent),
        parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0,
        getComputedStyle(document.getElementById("switches")).position === "sticky"
          ? document.getElementById("switches").offsetHeight : 0,
      ]`) as [string[], number, number];
      assertEquals(cut, [], `${suite} at ${width}`);
      assert(height <= room, `${suite} at ${width}: ${height} > ${room}`);
    }
  });
});

Deno.test("an environment of the reader's own has tables and curves, but no replay and no training", async () => {
  const folder = await Deno.makeTempDir({ prefix: "seedbed-own-" });
  const place = `${folder}/results/quick/Mine-v0`;
  await Deno.mkdir(place, { recursive: true });
  const result = JSON.parse(existing("results/quick/CartPole-v1/ppo.json"));
  result.environment.id = "Mine-v0";
  await Deno.writeTextFile(`${place}/ppo.json`, JSON.stringify(result));
  await Deno.copyFile("results/quick/CartPole-v1/ppo.onnx", `${place}/ppo.onnx`);
  await writeTable(`${folder}/results`, {
    suite: "quick",
    order: { environments: [], entries: [] },
    notApplicable: [],
    pairs: [],
  });
  const [path] = await writeReports(["quick"], { results: `${folder}/results`, out: folder });
  const browser = await launchChromium();
  try {
    const { page, problems } = await openFile(browser, path);
    assertEquals(await textsOf(page, rowNames), ["PPO"]);
    assertEquals(await page.locator("#charts canvas").count(), 1);
    const panels = (await page.locator(".panels").textContent())!;
    assert(panels.includes("Replay is not available: Mine-v0 is not one of Seedbed's own"), panels);
    assert(panels.includes("Training is not available: Mine-v0"), panels);
    assertEquals(problems, []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("no page is wider than a screen of 400 pixels, and nothing moves when it is there", async () => {
  await inPages(
    [...suites, "index"],
    async (page, suite) => {
      await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)");
      const widths = await page.evaluate(
        "[document.documentElement.scrollWidth, document.body.scrollWidth]",
      );
      assertEquals(widths, [400, 400], suite);
      // What is wider scrolls in a box that the keyboard reaches.
      const stuck = await page.evaluate(`[...document.querySelectorAll("body *")].filter((e) =>
        e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "auto" && e.tabIndex < 0
      ).map((e) => e.outerHTML.slice(0, 80))`);
      assertEquals(stuck, [], suite);
    },
    { width: 400 },
  );
  await inPage("classic", async (page) => {
    await page.reload();
    const moved = await page.evaluate(`new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) sum += value;
      }).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(sum), 300);
    })`);
    assert(Number(moved) < 0.01, `the layout shifts by ${moved}`);
  });
});

Deno.test("everything can be done with the keyboard alone", async () => {
  await inPage("classic", async (page) => {
    const { keyboard } = page;
    const focused = () =>
      page.evaluate(`(({ activeElement: e }) => ({
        text: (e.textContent ?? "").trim(), id: e.id, name: e.name ?? "", role: e.getAttribute("role"),
        isVisible: e.matches(":focus-visible") && getComputedStyle(e).outlineStyle !== "none",
      }))(document)`) as Promise<
        { text: string; id: string; name: string; role: string | null; isVisible: boolean }
      >;
    /** Presses Tab until something has the focus, which must show on every step. */
    const tabTo = async (wanted: (at: Awaited<ReturnType<typeof focused>>) => boolean) => {
      for (let presses = 0; presses < 400; presses++) {
        await keyboard.press("Tab");
        const at = await focused();
        assert(at.isVisible, `the focus is not visible on ${JSON.stringify(at).slice(0, 200)}`);
        if (wanted(at)) return;
      }
      throw new Error(`no such element is reached: ${wanted}`);
    };
    await keyboard.press("Tab");
    assertEquals((await focused()).text, "Skip to the tables");
    await tabTo(({ name }) => name === "learns");
    await keyboard.press("Space");
    assertEquals(await page.locator("#count").textContent(), "9 of 13 rows shown");
    await tabTo(({ name }) => name === "text");
    await keyboard.type("p");
    assertEquals(await page.locator("#count").textContent(), "4 of 13 rows shown");
    await tabTo(({ id }) => id === "show-all");
    await keyboard.press("Enter");
    assertEquals(await page.locator("#count").textContent(), "13 of 13 rows shown");
    await tabTo(({ text }) => text === "CartPole-v1");
    await keyboard.press("Enter");
    assertEquals(
      await page.locator("#iqm-0 th[aria-sort=descending]").textContent(),
      "CartPole-v1",
    );
    await tabTo(({ text }) => text.startsWith("\u2212151.5"));
    await keyboard.press("Enter");
    assertEquals(await page.getByLabel("Environment", { exact: true }).inputValue(), "Pendulum-v1");
    assertEquals(await page.getByLabel("Row", { exact: true }).inputValue(), "sac");
    assertEquals((await focused()).text, "One cell");
    await tabTo(({ id }) => id === "cell-row");
    await keyboard.type("TD3");
    assertEquals(await page.getByLabel("Row", { exact: true }).inputValue(), "td3");
    await tabTo(({ text }) => text === "Run at once");
    await keyboard.press("Enter");
    assert((await page.locator(".stage [role=status]").textContent())!.startsWith("Return here"));
    await tabTo(({ text }) => text === "Train");
    await tabTo(({ role }) => role === "slider");
    await keyboard.press("Home");
    assertEquals(
      await page.locator(".panels .at").textContent(),
      "at 0 environment steps",
    );
  });
});

Deno.test("every control has an accessible name, and no name stands for two", async () => {
  const roles = [
    ..."button link checkbox textbox searchbox combobox spinbutton slider img table region".split(
      " ",
    ),
    ..."progressbar form DisclosureTriangle".split(" "),
  ];
  await inPages([...suites, "index"], async (page, suite) => {
    await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)");
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const controls = nodes.filter(({ role, ignored }) => !ignored && roles.includes(role?.value));
    assert(controls.length > (suite === "index" ? 4 : 30), `only ${controls.length} in ${suite}`);
    const nameless = controls.filter(({ name }) => !name?.value?.trim());
    assertEquals(nameless.map(({ role }) => role?.value), [], suite);
    const ids = await page.evaluate(
      "[...document.querySelectorAll('[id]')].map(({ id }) => id)",
    ) as string[];
    assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), [], `ids of ${suite}`);
  });
});

Deno.test("a page follows the colour scheme, its charts too", async () => {
  await inPage("classic", async (page) => {
    const look = () =>
      page.evaluate(`(async () => [getComputedStyle(document.body).backgroundColor,
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(() =>
          resolve(document.querySelector("#charts canvas").toDataURL()), 50)))])()`) as Promise<
        [string, string]
      >;
    await page.emulateMedia({ colorScheme: "light" });
    const [light, drawnLight] = await look();
    await page.emulateMedia({ colorScheme: "dark" });
    const [dark, drawnDark] = await look();
    assertEquals([light, dark], ["rgb(255, 255, 255)", "rgb(18, 20, 23)"]);
    assert(drawnLight !== drawnDark);
  });
});
