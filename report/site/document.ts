/** What all pages have in common: the frame of the HTML document, the style, the rule that nothing is fetched. */
import uPlotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import { html, Markup } from "./markup.ts";
import style from "./style.css" with { type: "text" };

/** Pages load nothing from anywhere; the engine compiles its WebAssembly, and training has a worker. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; " +
  "worker-src blob:; style-src 'unsafe-inline'; img-src data:";

/** The parts of a document. */
export interface DocumentParts {
  readonly title: string;
  /** Rules for this document alone. */
  readonly rules?: string;
  readonly body: Markup;
}

/** A whole document as text. */
export function documentHtml({ title, rules = "", body }: DocumentParts): string {
  const styles = new Markup(`<style>${uPlotStyle}\n${style}\n${rules}</style>`);
  const text = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
        <title>${title}</title>
        <link rel="icon" href="data:,">
        ${styles}
      </head>
      <body>
        ${body}
      </body>
    </html>
  `;
  return String(text).trimStart();
}
