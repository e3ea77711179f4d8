/**
 * Pages in headless Chromium (Debian's package), opened from disk as a reader opens them. For tests
 * that run as `deno task test:browser`, which sets __IS_WSL_TEST__: a library inside Playwright would
 * otherwise look for Windows in places of /proc that Deno opens to nobody without all permissions.
 */
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian's package `chromium` puts it. */
const executablePath = "/usr/bin/chromium";

/** Starts a browser, which its caller closes. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page and what it has done wrong. */
export interface OpenPage {
  readonly page: Page;
  /** Errors on the console or thrown, and requests that leave the disk, in the order in which they occur. */
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
  const page = await browser.newPage({ viewport });
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    if (!/^(?:file|blob|data):/.test(request.url())) problems.push(`requests ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { page, problems };
}
