/**
 * Starts headless Chromium (Debian's package), driven by Playwright. Tasks that use it set
 * __IS_WSL_TEST__: a library inside Playwright would otherwise look for Windows in places of /proc that
 * Deno opens to nobody without all permissions.
 */
import { type Browser, chromium } from "playwright-core";
import { exists } from "./platform.ts";

const executablePath = "/usr/bin/chromium";

/**
 * Starts a browser, which its caller closes.
 *
 * @throws Error that says how to install it if it is missing
 */
export async function launchChromium(): Promise<Browser> {
  if (!await exists(executablePath)) {
    throw new Error(
      `there is no ${executablePath}: apt-get install --no-install-recommends chromium`,
    );
  }
  return await chromium.launch({
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
