import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { fontFiles, readWidths, textWidth, type Weight } from "../../../report/figures/font.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

Deno.test({
  name: "widths are those that a renderer of text gives, but for its kerning",
  ignore: !canRead,
  async fn() {
    const module = new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
    await initWasm(await Deno.readFile(module)).catch(() => "another test was first");
    const fontBuffers = fontFiles();
    /** Between the outer edges of two bars: the inner text, and one bar's advance. */
    const drawn = (text: string, weight: Weight) => {
      const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="200"><text y="100" ` +
        `font-family="Source Sans 3" font-weight="${weight === "bold" ? 600 : 400}" ` +
        `font-size="100">|${text}|</text></svg>`;
      const drawing = new Resvg(svg, { font: { fontBuffers } });
      const { width } = drawing.getBBox()!;
      drawing.free();
      return width;
    };
    for (const weight of ["regular", "bold"] as const) {
      const bar = drawn("", weight) - textWidth("|", 100, weight);
      for (const text of ["REINFORCE with baseline", "0123456789", "TD(λ = 0.9)", "−5 % α–"]) {
        const width = drawn(text, weight) - bar - textWidth("|", 100, weight);
        assertAlmostEquals(textWidth(text, 100, weight), width, width / 100, `${text} ${weight}`);
      }
      // Known of Source Sans: figures of equal width.
      assertEquals(new Set([..."0123456789"].map((digit) => textWidth(digit, 1, weight))).size, 1);
    }
    assert(textWidth("wide", 1, "bold") > textWidth("wide", 1));
    assertEquals(textWidth("", 9), 0);
  },
});

Deno.test({
  name: "a character that the font does not have gets an ordinary width",
  ignore: !canRead,
  fn() {
    assertAlmostEquals(textWidth("\u{1F600}", 10), 6);
  },
});

Deno.test("what is no font is refused", () => {
  assertThrows(() => readWidths(new Uint8Array(4)));
});
