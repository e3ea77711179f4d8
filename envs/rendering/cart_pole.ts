/** The picture of CartPole: the track with its two limits, the cart, the pole. */
import { cos, sin } from "../../math/math.ts";
import { BLUE, FAINT, GREY, INK, LIGHT, ORANGE, PAPER, VERMILION } from "./palette.ts";
import { actionName, numbersOf, sentence, short } from "./scene.ts";
import { arrow, bar, clamp, rectangle } from "./shapes.ts";
import type { Point, Renderer } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 160;
/** Height of the hinge. */
const HINGE = 114;
const TRACK = 140;
/** Where the episode ends, m and rad. */
const POSITION_LIMIT = 2.4;
const ANGLE_LIMIT = 12 * Math.PI / 180;
/** Units per metre: there is room beyond the limits for a pole that falls. */
const SCALE = WIDTH / 2 / (POSITION_LIMIT + 0.9);
/** The pole is a metre long; it is drawn longer, as its angles are small. */
const POLE = 1.7;
/** The cart's middle stays this far from the edges of the picture. */
const MARGIN = 52;
const CART_WIDTH = 52;
const CART_HEIGHT = 22;

function screen(position: number): number {
  return WIDTH / 2 + SCALE * position;
}

/** The end of a pole that leans by this angle. */
function tip(x: number, angle: number, length: number): Point {
  return [x + SCALE * length * sin(angle), HINGE - SCALE * length * cos(angle)];
}

/** Draws CartPole-v0 and CartPole-v1. */
export const cartPoleRenderer: Renderer = {
  width: WIDTH,
  height: HEIGHT,
  framesPerSecond: 50,
  draw(surface, scene) {
    const [position, , angle] = Array.from(numbersOf(scene));
    const x = clamp(screen(position), MARGIN, WIDTH - MARGIN);
    surface.clear(PAPER);
    // The angles at which the pole counts as upright.
    surface.polygon(
      [[x, HINGE], ...[-1, -0.5, 0, 0.5, 1].map((part) => tip(x, part * ANGLE_LIMIT, POLE))],
      { fill: FAINT },
    );
    surface.polygon(rectangle(0, TRACK - 2, WIDTH, 4), { fill: GREY });
    for (const side of [-1, 1]) {
      const limit = screen(side * POSITION_LIMIT);
      surface.polygon(rectangle(limit - 3, TRACK - 32, 6, 30), { fill: VERMILION });
    }
    surface.polygon(rectangle(WIDTH / 2 - 1, TRACK + 4, 2, 8), { fill: GREY });
    surface.polygon(rectangle(x - CART_WIDTH / 2, HINGE - 8, CART_WIDTH, CART_HEIGHT), {
      fill: INK,
    });
    for (const side of [-1, 1]) surface.circle(x + side * 15, TRACK - 9, 7, { fill: GREY });
    bar(surface, [x, HINGE], tip(x, angle, POLE), 10, ORANGE);
    surface.circle(x, HINGE, 5, { fill: LIGHT });
    if (scene.action === null) return;
    const side = scene.action === 1 ? 1 : -1;
    const push = (distance: number): Point => [x + side * (CART_WIDTH / 2 + distance), HINGE + 5];
    arrow(surface, push(0), push(26), 18, BLUE);
  },
  describe(scene) {
    const [position, , angle] = Array.from(numbersOf(scene));
    return sentence(
      `cart at ${short(position)} m`,
      `pole at ${short(angle * 180 / Math.PI, 1)} degrees`,
      actionName(scene, ["pushed left", "pushed right"]),
    );
  },
};
