import { assert, assertEquals } from "@std/assert";
import { curveLayers } from "../../../report/figures/curve_layers.ts";
import type { Figure } from "../../../report/figures/figure.ts";
import { type DrawnCurve, specOf, type ViewSpec } from "../../../report/figures/parts.ts";
import { svgOf } from "../../../report/figures/render.ts";
import { styleOf } from "../../../report/palette.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

/** A panel of 100 by 100 points that shows 0 to 10 of both. */
async function drawn(curve: Omit<DrawnCurve, "entry" | "style">): Promise<string> {
  const [domain, axis] = [[0, 10], null];
  const layer = curveLayers([{ ...curve, entry: "dqn", style: styleOf("dqn") }], [0, 10]);
  const x = { axis, scale: { domain } };
  const panel = { width: 100, height: 100, layer, encoding: { x, y: x } } as ViewSpec;
  const figure: Figure = {
    name: "panel",
    title: "",
    caption: "",
    inches: 7,
    spec: specOf([panel], 0),
  };
  return await svgOf(figure);
}

/** Corners of the path of the line, or of the band: one list for each piece. */
function pieces(svg: string, kind: "stroke" | "fill"): number[][][] {
  const path = new RegExp(`<path d="([^"]*)" ${kind}="${styleOf("dqn").light}"`);
  const found = [...svg.matchAll(new RegExp(path, "g"))].map(([, d]) => d).join("");
  return found.split("M").slice(1).map((piece) =>
    piece.replace("Z", "").split("L").map((corner) => corner.split(",").map(Number))
  );
}

const none = Array(6).fill(null);

Deno.test({
  name: "lines and bands are interrupted where there is no value; a point alone has a marker",
  ignore: !canRead,
  async fn() {
    const y = [1, 3, null, 5, null, 7];
    const svg = await drawn({
      x: [0, 2, 4, 6, 8, 10],
      y,
      low: y.map((value) => value && value - 1),
      high: y.map((value) => value && value + 1),
    });
    assertEquals(pieces(svg, "stroke")[0], [[0, 90], [20, 70]]);
    // There along one end, back along the other.
    assertEquals(
      new Set(pieces(svg, "fill")[0].map(String)),
      new Set(["0,100", "20,80", "20,60", "0,80"]),
    );
    for (const piece of [...pieces(svg, "stroke"), ...pieces(svg, "fill")]) {
      assertEquals(new Set(piece.map(([x]) => x <= 20)).size, 1, "nothing over the gap");
    }
    const markers = [...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)" d="M1.58/g)]
      .map(([, x, y]) => `${Number(x)},${Math.round(Number(y))}`);
    for (const alone of ["60,50", "100,30"]) assert(markers.includes(alone), `${markers}`);
  },
});

Deno.test({
  name: "a band without lower end reaches the bottom of the panel; without interval there is none",
  ignore: !canRead,
  async fn() {
    const x = [0, 2, 4, 6, 8, 10], y = [5, 6, 5, 6, 5, 6];
    const open = await drawn({ x, y, low: none, high: y.map((value) => value + 1) });
    assertEquals(Math.max(...pieces(open, "fill").flat().map(([, y]) => y)), 100);
    const bare = await drawn({ x, y, low: none, high: none });
    assertEquals(pieces(bare, "fill"), []);
    assertEquals(pieces(bare, "stroke")[0].length, 6);
  },
});

Deno.test({
  name: "flat stretches are drawn from end to end; what is far beyond the panel stays steep",
  ignore: !canRead,
  async fn() {
    const flat = await drawn({
      x: [0, 2, 4, 6, 8, 10],
      y: [4, 4, 4, 4, 4, 4],
      low: none,
      high: none,
    });
    assertEquals(pieces(flat, "stroke"), [[[0, 60], [100, 60]]]);
    const far = await drawn({
      x: [0, 2, 4, 6, 8, 10],
      y: [4, 4, 1e30, 1e60, 1e90, 1e300],
      low: none,
      high: none,
    });
    const [line] = pieces(far, "stroke");
    assertEquals(line.slice(0, 2), [[0, 60], [20, 60]]);
    assert(line[2][1] < -900 && line[2][1] > -10_000);
  },
});
