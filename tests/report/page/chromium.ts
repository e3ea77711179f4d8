/**
 * Pages in headless Chromium, opened from disk as a reader opens them: for tests that run as
 * `deno task test:browser`.
 */
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";

export { launchChromium } from "../../../tools/platforms/launch_chromium.ts";

/** A page and what it has done wrong. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings on the console, what was thrown, and requests that leave the disk, in the order in which they occur. */
  readonly problems: readonly string[];
}

/**
 * Opens a file.
 *
 * @param path of an HTML file
 * @param viewport in CSS pixels
 */
export async function openFile(
  browser: Browser,
  path: string,
  viewport: { readonly width: number; readonly height: number } = { width: 1280, height: 800 },
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
  // A slow machine takes its time to train.
  page.setDefaultTimeout(120_000);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    if (!/^(?:file|blob|data):/.test(request.url())) problems.push(`requests ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { page, problems };
}
