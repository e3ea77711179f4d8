/**
 * A figure as SVG and PNG, without a browser. Both are the same bytes each time and on every machine:
 * text is measured with the font's own widths, and PNG is drawn by a renderer in WebAssembly.
 */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { Error as errorLevel, logger, parse, textMetrics, View } from "vega";
import { compile } from "vega-lite";
import type { Figure } from "./figure.ts";
import { fontFamily, fontFiles, textWidth } from "./font.ts";

/** Dots per inch of PNG files: what journals ask for. */
export const dotsPerInch = 300;

// The package has it, its types leave it out.
declare module "vega" {
  const textMetrics: { width: (item: TextItem, text: string) => number };
}

textMetrics.width = (item: TextItem, text: string) => {
  const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
  const size = item.fontSize ?? 11;
  return textWidth(String(text ?? item.text), size, bold ? "bold" : "regular");
};

interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/**
 * Draws a figure as SVG.
 *
 * @throws Error if the specification is not fit: figures are drawn without a warning or not at all
 */
export async function svgOf(figure: Figure): Promise<string> {
  const problems: string[] = [];
  const collect = (...texts: readonly unknown[]) => {
    problems.push(texts.join(" "));
    return log;
  };
  const log = { ...logger(errorLevel), warn: collect, error: collect };
  const { spec } = compile(figure.spec, { logger: log });
  const view = new View(parse(spec), { renderer: "none", logger: log });
  const drawn = await view.toSVG();
  view.finalize();
  if (problems.length > 0) throw new Error(`${figure.name}: ${problems.join("; ")}`);
  return framed(drawn, figure);
}

/** Gives the drawing its printed size, a title and a description. */
function framed(drawn: string, { inches, title, caption }: Figure): string {
  const head = /^<svg[^>]*? width="([\d.]+)" height="([\d.]+)" viewBox="([^"]*)">/.exec(drawn);
  if (head === null) throw new Error("Vega's SVG does not begin as expected");
  const [whole, width, height, viewBox] = head;
  // Made smaller if need be, never larger.
  const points = Math.min(72 * inches, Number(width));
  const scaled = (points * Number(height) / Number(width)).toFixed(2);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${points}pt" height="${scaled}pt" ` +
    `viewBox="${viewBox}" role="img" aria-labelledby="title desc" ` +
    `font-family="${fontFamily}">\n` +
    `<title id="title">${escaped(title)}</title>\n<desc id="desc">${escaped(caption)}</desc>\n` +
    measured(numbered(drawn.slice(whole.length).replaceAll(repeated, ""))) + "\n";
}

/** States the width of every line of text, so that it fits in viewers that have another font only. */
function measured(drawn: string): string {
  return drawn.replaceAll(/<text [^>]*>.*?<\/text>/gs, (element) => {
    const size = Number(/font-size="([\d.]+)px"/.exec(element)![1]);
    const weight = /font-weight="(600|bold)"/.test(element) ? "bold" : "regular";
    // Of several lines, each is an element in this one.
    return element.replaceAll(/>([^<]+)</g, (_, line: string) => {
      const width = textWidth(unescaped(line), size, weight).toFixed(1);
      return ` textLength="${width}" lengthAdjust="spacingAndGlyphs">${line}<`;
    });
  });
}

/** Vega counts clipping paths from drawing to drawing; here each drawing counts its own. */
function numbered(drawn: string): string {
  const ids = new Map<string, string>();
  return drawn.replaceAll(/(?<=url\(#|id=")clip\d+/g, (id) => {
    if (!ids.has(id)) ids.set(id, `clip${ids.size}`);
    return ids.get(id)!;
  });
}

/** What Vega says of each mark: classes for scripts, roles of parts of an image, the font again. */
const repeated = new RegExp(
  ` (class|role|aria-[a-z]+|pointer-events|stroke-miterlimit|font-family)="[^"]*"`,
  "g",
);

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

let resvg: Promise<void> | undefined;

/** Draws an SVG of `svgOf` as PNG, at its printed size. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const module = new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  resvg ??= initWasm(Deno.readFileSync(module));
  await resvg;
  const [, points] = /width="([\d.]+)pt"/.exec(svg)!;
  const width = Math.round(Number(points) / 72 * dotsPerInch);
  const drawing = new Resvg(svg, {
    fitTo: { mode: "width", value: width },
    font: { fontBuffers: fontFiles(), defaultFontFamily: "Source Sans 3" },
  });
  const image = drawing.render();
  const png = image.asPng();
  image.free();
  drawing.free();
  return png;
}
