/** The picture of Gambler: the capital on its way to 100. */
import { FAINT, GREEN, INK, ORANGE, PAPER } from "./palette.ts";
import { sentence, stateOf } from "./scene.ts";
import { flag, rectangle } from "./shapes.ts";
import type { Renderer } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 130;
const GOAL = 100;
const BAR = { left: 24, top: 50, width: 330, height: 30 };

function place(capital: number): number {
  return BAR.left + BAR.width * capital / GOAL;
}

/** Draws Gambler-v0. */
export const gamblerRenderer: Renderer = {
  width: WIDTH,
  height: HEIGHT,
  framesPerSecond: 2,
  draw(surface, scene) {
    const capital = stateOf(scene);
    surface.clear(PAPER);
    surface.polygon(rectangle(BAR.left, BAR.top, BAR.width, BAR.height), { fill: FAINT });
    surface.polygon(rectangle(BAR.left, BAR.top, place(capital) - BAR.left, BAR.height), {
      fill: ORANGE,
    });
    flag(surface, place(GOAL), BAR.top + BAR.height, 56, GREEN);
    surface.text(place(capital), BAR.top - 16, String(capital), {
      fill: INK,
      size: 24,
      bold: true,
    });
    for (const mark of [0, 25, 50, 75, GOAL]) {
      surface.text(place(mark), BAR.top + BAR.height + 20, String(mark), { fill: INK, size: 16 });
    }
  },
  describe(scene) {
    const { action } = scene;
    return sentence(
      `capital ${stateOf(scene)} of ${GOAL}`,
      // The stake is less where the capital, or what is missing, was less.
      action === null ? undefined : `staked up to ${(action as number) + 1}`,
    );
  },
};
