/** The picture of Acrobot: two links, the motor between them, the line to reach. */
import { BLUE, GREEN, GREY, INK, ORANGE, PAPER } from "./palette.ts";
import { actionName, angleOf, degrees, numbersOf, sentence, short } from "./scene.ts";
import { bar, turn } from "./shapes.ts";
import type { Point, Renderer, Scene } from "./surface.ts";

const SIZE = 400;
/** Units per metre: each link is a metre long. */
const SCALE = 90;
const CENTRE: Point = [SIZE / 2, SIZE / 2];

/** Directions of the two links, 0 straight down, anticlockwise; `second` against the first. */
function links(scene: Scene): { readonly first: Direction; readonly second: Direction } {
  const [cosine1, sine1, cosine2, sine2] = Array.from(numbersOf(scene));
  return { first: direction(cosine1, sine1), second: direction(cosine2, sine2) };
}

type Direction = readonly [cosine: number, sine: number];

function direction(cosine: number, sine: number): Direction {
  const length = Math.sqrt(cosine * cosine + sine * sine);
  return length === 0 ? [1, 0] : [cosine / length, sine / length];
}

/** Both angles together. */
function sum([cosine1, sine1]: Direction, [cosine2, sine2]: Direction): Direction {
  return [cosine1 * cosine2 - sine1 * sine2, sine1 * cosine2 + cosine1 * sine2];
}

function hang([x, y]: Point, [cosine, sine]: Direction): Point {
  return [x + SCALE * sine, y + SCALE * cosine];
}

/** Draws Acrobot-v1. */
export const acrobotRenderer: Renderer = {
  width: SIZE,
  height: SIZE,
  framesPerSecond: 15,
  draw(surface, scene) {
    const { first, second } = links(scene);
    const elbow = hang(CENTRE, first);
    const end = hang(elbow, sum(first, second));
    surface.clear(PAPER);
    surface.line([[0, CENTRE[1] - SCALE], [SIZE, CENTRE[1] - SCALE]], {
      stroke: GREEN,
      lineWidth: 5,
    });
    bar(surface, CENTRE, elbow, 22, ORANGE);
    bar(surface, elbow, end, 22, GREY);
    surface.circle(...CENTRE, 7, { fill: INK });
    surface.circle(...elbow, 7, { fill: INK });
    const torque = typeof scene.action === "number" ? scene.action - 1 : 0;
    // Positive torques turn the lower link anticlockwise.
    turn(surface, elbow, 26, -Math.PI / 2 + torque * 1.2, -torque * 2.4, BLUE);
  },
  describe(scene) {
    const { first, second } = links(scene);
    const height = -first[0] - sum(first, second)[0];
    return sentence(
      `upper link ${degrees(angleOf(...first))} from hanging`,
      `lower link ${degrees(angleOf(...second))} from the upper`,
      `end ${short(height)} m above the joint`,
      actionName(scene, ["torque -1 N m", "no torque", "torque 1 N m"]),
    );
  },
};
