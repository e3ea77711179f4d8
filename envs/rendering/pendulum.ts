/** The picture of Pendulum: the rod around its motor, the torque, and the mark it is to stand at. */
import { BLUE, FAINT, GREEN, INK, ORANGE, PAPER } from "./palette.ts";
import { angleOf, degrees, numbersOf, sentence, short } from "./scene.ts";
import { bar, clamp, turn } from "./shapes.ts";
import type { Point, Renderer, Scene } from "./surface.ts";

const SIZE = 400;
const CENTRE: Point = [SIZE / 2, SIZE / 2];
const LENGTH = 140;
const MAX_TORQUE = 2;

/** Cosine and sine of the angle, 0 upright, anticlockwise. */
function direction(scene: Scene): readonly [cosine: number, sine: number] {
  const [cosine, sine] = Array.from(numbersOf(scene));
  const length = Math.sqrt(cosine * cosine + sine * sine);
  return length === 0 ? [1, 0] : [cosine / length, sine / length];
}

/** The torque that the motor gave: the environment limits what is asked for. */
function torqueOf({ action }: Scene): number | undefined {
  return action === null ? undefined : clamp((action as Float32Array)[0], -MAX_TORQUE, MAX_TORQUE);
}

/** Draws Pendulum-v1. */
export const pendulumRenderer: Renderer = {
  width: SIZE,
  height: SIZE,
  framesPerSecond: 20,
  draw(surface, scene) {
    const [cosine, sine] = direction(scene);
    const tip: Point = [CENTRE[0] - LENGTH * sine, CENTRE[1] - LENGTH * cosine];
    surface.clear(PAPER);
    surface.circle(...CENTRE, LENGTH, { fill: FAINT });
    surface.polygon([[SIZE / 2 - 12, 16], [SIZE / 2 + 12, 16], [SIZE / 2, 36]], { fill: GREEN });
    bar(surface, CENTRE, tip, 36, ORANGE);
    surface.circle(...CENTRE, 9, { fill: INK });
    const torque = torqueOf(scene);
    if (torque === undefined) return;
    // Positive torques turn anticlockwise; the arrow begins on the side from which it passes the top.
    const sweep = torque / MAX_TORQUE * 0.8 * Math.PI;
    turn(surface, CENTRE, 64, -Math.PI / 2 + sweep / 2, -sweep, BLUE);
  },
  describe(scene) {
    const [cosine, sine] = direction(scene);
    const torque = torqueOf(scene);
    return sentence(
      `pendulum ${degrees(angleOf(cosine, sine))} from upright`,
      `turning at ${short(numbersOf(scene)[2])} rad/s`,
      torque === undefined ? undefined : `torque ${short(torque)} N m`,
    );
  },
};
