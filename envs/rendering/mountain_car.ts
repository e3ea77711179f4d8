/** The pictures of MountainCar and MountainCarContinuous: the valley, the car, the flag. */
import { cos, sin } from "../../math/math.ts";
import { BLUE, GREEN, INK, LIGHT, ORANGE, PAPER } from "./palette.ts";
import { numbersOf, sentence, short } from "./scene.ts";
import { arrow, clamp, flag } from "./shapes.ts";
import type { Point, Renderer, Scene } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 250;
const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
/** Room for the car at both ends. */
const MARGIN = 30;
const SCALE = (WIDTH - 2 * MARGIN) / (MAX_POSITION - MIN_POSITION);
/** Height in the picture of the deepest point. */
const BOTTOM = 222;
const LENGTH = 38;
const WHEEL = 7;

/** The place on the ground: the hills are sin(3 x), as the force of gravity is proportional to cos(3 x). */
function ground(position: number): Point {
  return [
    MARGIN + SCALE * (position - MIN_POSITION),
    BOTTOM - SCALE * 0.45 * (sin(3 * position) + 1),
  ];
}

/** From the left edge of the picture to the right one. */
const HILLS: readonly Point[] = Array.from(
  { length: 61 },
  (_, i) => ground(MIN_POSITION - MARGIN / SCALE + i / 60 * WIDTH / SCALE),
);

/** How hard the engine drives to the right, from -1 to 1. */
function drive({ action }: Scene): number {
  if (action === null) return 0;
  return typeof action === "number" ? action - 1 : clamp(action[0], -1, 1);
}

function renderer(goal: number): Renderer {
  return {
    width: WIDTH,
    height: HEIGHT,
    framesPerSecond: 30,
    draw(surface, scene) {
      const position = clamp(numbersOf(scene)[0], MIN_POSITION, MAX_POSITION);
      const [x, y] = ground(position);
      // The ground's direction: of length 1, along it to the right.
      const steep = 3 * 0.45 * cos(3 * position);
      const length = Math.sqrt(1 + steep * steep);
      const along: Point = [1 / length, -steep / length];
      const up: Point = [along[1], -along[0]];
      const at = (forward: number, above: number): Point => [
        x + forward * along[0] + above * up[0],
        y + forward * along[1] + above * up[1],
      ];
      surface.clear(PAPER);
      surface.polygon([[0, HEIGHT], ...HILLS, [WIDTH, HEIGHT]], { fill: LIGHT });
      flag(surface, ...ground(goal), 44, GREEN);
      const half = LENGTH / 2;
      surface.polygon([
        at(-half, WHEEL),
        at(-half, WHEEL + 11),
        at(-half * 0.6, WHEEL + 11),
        at(-half * 0.4, WHEEL + 20),
        at(half * 0.3, WHEEL + 20),
        at(half * 0.6, WHEEL + 11),
        at(half, WHEEL + 11),
        at(half, WHEEL),
      ], { fill: ORANGE });
      for (const side of [-0.6, 0.6]) {
        surface.circle(...at(side * half, WHEEL), WHEEL, { fill: INK });
      }
      const force = drive(scene);
      arrow(surface, at(0, 32), at(force * 34, 32), 16, BLUE);
    },
    describe(scene) {
      const { action } = scene;
      const [position, velocity] = Array.from(numbersOf(scene));
      const engine = action === null
        ? undefined
        : typeof action === "number"
        ? ["engine to the left", "engine off", "engine to the right"][action]
        : `force ${short(drive(scene))}`;
      return sentence(`car at ${short(position)}`, `velocity ${short(velocity, 3)}`, engine);
    },
  };
}

/** Draws MountainCar-v0. */
export const mountainCarRenderer: Renderer = renderer(0.5);

/** Draws MountainCarContinuous-v0. */
export const mountainCarContinuousRenderer: Renderer = renderer(0.45);
