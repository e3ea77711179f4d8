/**
 * The picture of ShortCorridor: three cells that look alike. It shows no more than the agent sees, and
 * so not in which of them it is.
 */
import { BLUE, FAINT, GREEN, GREY, INK, PAPER } from "./palette.ts";
import { actionName, sentence } from "./scene.ts";
import { arrow, flag, rectangle } from "./shapes.ts";
import type { Renderer } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 140;
const CELL = 90;
const LEFT = 20;
const TOP = 10;

/** Draws ShortCorridor-v0. */
export const shortCorridorRenderer: Renderer = {
  width: WIDTH,
  height: HEIGHT,
  framesPerSecond: 4,
  draw(surface, { action }) {
    surface.clear(PAPER);
    for (let cell = 0; cell < 3; cell++) {
      const left = LEFT + CELL * cell;
      surface.polygon(rectangle(left, TOP, CELL, CELL), {
        fill: FAINT,
        stroke: GREY,
        lineWidth: 3,
      });
      surface.text(left + CELL / 2, TOP + CELL / 2, "?", { fill: INK, size: 40, bold: true });
    }
    flag(surface, LEFT + 3.4 * CELL, TOP + CELL, CELL * 0.8, GREEN);
    if (action === null) return;
    const middle = LEFT + 1.5 * CELL;
    const reach = action === 1 ? 40 : -40;
    arrow(surface, [middle - reach, 120], [middle + reach, 120], 20, BLUE);
  },
  describe(scene) {
    return sentence(
      "in one of three cells that look alike",
      actionName(scene, ["chose left", "chose right"]),
    );
  },
};
