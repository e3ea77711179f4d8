import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { config, type Figure } from "../../../report/figures/figure.ts";
import { textWidth } from "../../../report/figures/font.ts";
import { pngOf, svgOf } from "../../../report/figures/render.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

function figure(spec: object = {}, inches = 2): Figure {
  return {
    name: "example-figure",
    title: "one & <two>",
    caption: "What is drawn.",
    inches,
    spec: {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      config,
      data: { values: [{ x: 1, y: 2 }, { x: 2, y: 4 }] },
      width: 180,
      height: 60,
      mark: "line",
      encoding: {
        x: { field: "x", type: "quantitative", title: "steps" },
        y: { field: "y", type: "quantitative", title: "return" },
      },
      ...spec,
    } as Figure["spec"],
  };
}

Deno.test({
  name: "SVG: the printed size, a title, a description, a white background, text as text",
  ignore: !canRead,
  async fn() {
    const svg = await svgOf(figure());
    assertMatch(
      svg,
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="144pt" height="[\d.]+pt"/,
    );
    assertStringIncludes(svg, '<title id="title">one &amp; &lt;two&gt;</title>');
    assertStringIncludes(svg, '<desc id="desc">What is drawn.</desc>');
    assertMatch(svg, /<rect width="\d+" height="\d+" fill="white"\/>/);
    assertStringIncludes(svg, ">return</text>");
    // However wide another font is: 6 letters of 7.2 points.
    const [, stated] = /textLength="([\d.]+)" lengthAdjust="spacingAndGlyphs">return</.exec(svg)!;
    assertAlmostEquals(Number(stated), textWidth("return", 7.2), 0.05);
    // Once for the whole drawing, with fallbacks for viewers without the font.
    assertEquals(svg.match(/font-family/g)?.length, 1);
    assertMatch(svg, /font-family="Source Sans 3, Helvetica, Arial, sans-serif"/);
  },
});

Deno.test({
  name: "every line of text states its width, those of a title in several lines too",
  ignore: !canRead,
  async fn() {
    const svg = await svgOf(figure({ title: { text: ["One & two", "three"], fontSize: 8 } }));
    const lines = [...svg.matchAll(/<(?:text|tspan) ([^>]*)>([^<]+)</g)];
    for (const [, attributes, line] of lines) assertMatch(attributes, /textLength/, line);
    const [attributes] = lines.filter(([, , line]) => line === "One &amp; two").map((l) => l[1]);
    const [, stated] = /textLength="([\d.]+)"/.exec(attributes)!;
    assertAlmostEquals(Number(stated), textWidth("One & two", 8, "bold"), 0.05);
  },
});

Deno.test({
  name: "a figure is made smaller to fit, and never larger",
  ignore: !canRead,
  async fn() {
    const widths = async (inches: number) => {
      const svg = await svgOf(figure({}, inches));
      const [, printed, drawn] = /width="([\d.]+)pt".*? viewBox="0 0 (\d+) /.exec(svg)!;
      return [Number(printed), Number(drawn)];
    };
    const [small, drawn] = await widths(2);
    assert(small === 144 && drawn > 180);
    assertEquals(await widths(7), [drawn, drawn]);
  },
});

Deno.test({
  name: "SVG and PNG are the same bytes each time; PNG has 300 dots per inch",
  ignore: !canRead,
  async fn() {
    const svg = await svgOf(figure());
    // Clipped marks have numbered paths.
    const clipped = () => svgOf(figure({ mark: { type: "line", clip: true } }));
    assertEquals(await clipped(), await clipped());
    const png = await pngOf(svg);
    assertEquals(await pngOf(svg), png);
    const view = new DataView(png.buffer, png.byteOffset);
    assertEquals(String.fromCharCode(...png.subarray(1, 4)), "PNG");
    assertEquals(view.getUint32(16), 600);
  },
});

Deno.test({
  name: "a specification that Vega-Lite or Vega warns of is not drawn",
  ignore: !canRead,
  async fn() {
    const odd = {
      mark: "bar",
      encoding: { x: { field: "x", type: "quantitative" }, text: { value: "t" } },
    };
    await assertRejects(() => svgOf(figure(odd)), Error, "example-figure: ");
    const infinite = { transform: [{ calculate: "log(0 * datum.x)", as: "y" }] };
    await assertRejects(() => svgOf(figure(infinite)), Error, "example-figure: Infinite extent");
  },
});
