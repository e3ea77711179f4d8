/** A page in headless Chromium. */
import { launchChromium } from "./launch_chromium.ts";
import type { Platform } from "./platform.ts";

/** How long the workloads may take. */
const timeLimit = 300_000;

/** Localhost, because pages from elsewhere get no `crypto.subtle`; nothing listens there. */
const address = "http://localhost/";

/** Chromium; needs Debian's package `chromium`. */
export const chromium: Platform = {
  name: "Chromium",
  host: "browser",
  async run(bundle) {
    const script = await Deno.readTextFile(bundle);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.route("**/*", (route) => {
        const isScript = route.request().url().endsWith(".js");
        return isScript
          ? route.fulfill({ contentType: "text/javascript", body: script })
          : route.fulfill({
            contentType: "text/html",
            body:
              '<!doctype html><link rel="icon" href="data:,"><script type="module" src="bundle.js"></script>',
          });
      });
      const printed = Promise.withResolvers<string>();
      printed.promise.catch(() => {}); // it may fail before it is waited for
      page.on("console", (message) => printed.resolve(message.text()));
      page.on("pageerror", (error) => printed.reject(error));
      const timer = setTimeout(
        () => printed.reject(new Error(`no result after ${timeLimit / 1000} s`)),
        timeLimit,
      );
      try {
        await page.goto(address);
        return await printed.promise;
      } finally {
        clearTimeout(timer);
      }
    } finally {
      await browser.close();
    }
  },
};
