/** The picture of MaximizationBias: the end left of B, then B, A, and the end right of A. */
import { GREY, INK, LIGHT, ORANGE, PAPER } from "./palette.ts";
import { sentence, short, stateOf } from "./scene.ts";
import { arrow, rectangle } from "./shapes.ts";
import type { Renderer, Scene } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 120;
const MIDDLE = 52;
const RADIUS = 26;
const PLACES = { left: 50, B: 150, A: 250, right: 350 } as const;
type Place = keyof typeof PLACES;

/** The observation does not tell the ends apart; the reward does: only B's are not 0. */
function placeOf(scene: Scene): Place {
  const state = stateOf(scene);
  if (state < 2) return state === 0 ? "A" : "B";
  return scene.reward === 0 ? "right" : "left";
}

/** Draws MaximizationBias-v0. */
export const maximizationBiasRenderer: Renderer = {
  width: WIDTH,
  height: HEIGHT,
  framesPerSecond: 1,
  draw(surface, scene) {
    const here = placeOf(scene);
    surface.clear(PAPER);
    arrow(surface, [PLACES.A, MIDDLE], [PLACES.B + RADIUS, MIDDLE], 16, GREY);
    arrow(surface, [PLACES.A, MIDDLE], [PLACES.right - RADIUS, MIDDLE], 16, GREY);
    for (const aside of [-14, 0, 14]) {
      arrow(surface, [PLACES.B, MIDDLE + aside], [PLACES.left + RADIUS, MIDDLE + aside], 12, GREY);
    }
    for (const end of ["left", "right"] as const) {
      surface.polygon(
        rectangle(PLACES[end] - RADIUS, MIDDLE - RADIUS, 2 * RADIUS, 2 * RADIUS),
        { fill: here === end ? ORANGE : LIGHT, stroke: INK, lineWidth: 2 },
      );
    }
    for (const state of ["A", "B"] as const) {
      surface.circle(PLACES[state], MIDDLE, RADIUS, {
        fill: here === state ? ORANGE : LIGHT,
        stroke: INK,
        lineWidth: 2,
      });
      surface.text(PLACES[state], MIDDLE, state, { fill: INK, size: 26, bold: true });
    }
    surface.text((PLACES.left + PLACES.B) / 2, 100, "-0.1 on average", { fill: INK, size: 16 });
    surface.text((PLACES.A + PLACES.right) / 2, 100, "0", { fill: INK, size: 16 });
  },
  describe(scene) {
    const here = placeOf(scene);
    return sentence(
      here === "A" || here === "B" ? `in state ${here}` : `at the end on the ${here}`,
      scene.action === null ? undefined : `reward ${short(scene.reward)}`,
    );
  },
};
