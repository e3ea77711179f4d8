/** The pictures of the random walks: a line of states between two ends. */
import { GREEN, GREY, INK, LIGHT, ORANGE, PAPER, VERMILION } from "./palette.ts";
import { stateOf } from "./scene.ts";
import { rectangle } from "./shapes.ts";
import type { Renderer } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 90;
const MIDDLE = 44;

function renderer(length: number, leftReward: number): Renderer {
  const right = length + 1;
  const gap = WIDTH / (length + 2);
  const radius = Math.min(gap * 0.4, 18);
  const place = (state: number) => gap * (state + 0.5);
  const nameOf = (state: number) =>
    length <= 26 ? String.fromCharCode("A".charCodeAt(0) + state - 1) : String(state);
  const rewards = [[0, leftReward], [right, 1]] as const;
  return {
    width: WIDTH,
    height: HEIGHT,
    framesPerSecond: 4,
    draw(surface, scene) {
      const state = stateOf(scene);
      surface.clear(PAPER);
      surface.line([[place(0), MIDDLE], [place(right), MIDDLE]], { stroke: GREY, lineWidth: 3 });
      for (const [end, reward] of rewards) {
        const box = rectangle(place(end) - radius, MIDDLE - radius, 2 * radius, 2 * radius);
        surface.polygon(box, {
          fill: reward > 0 ? GREEN : reward < 0 ? VERMILION : GREY,
        });
        const edge = end === 0 ? place(end) - radius : place(end) + radius;
        surface.text(edge, MIDDLE - 28, reward > 0 ? `+${reward}` : String(reward), {
          fill: INK,
          size: 16,
          align: end === 0 ? "left" : "right",
        });
      }
      for (let other = 1; other <= length; other++) {
        surface.circle(place(other), MIDDLE, radius, { fill: LIGHT });
        surface.text(place(other), MIDDLE + 34, nameOf(other), {
          fill: INK,
          size: Math.min(16, gap * 0.8),
        });
      }
      surface.circle(place(state), MIDDLE, radius, { fill: ORANGE, stroke: INK, lineWidth: 3 });
    },
    describe(scene) {
      const state = stateOf(scene);
      if (state === 0) return "at the left end";
      return state === right
        ? "at the right end"
        : `in state ${nameOf(state)} of A to ${nameOf(length)}`;
    },
  };
}

/** Draws RandomWalk5-v0. */
export const randomWalk5Renderer: Renderer = renderer(5, 0);

/** Draws RandomWalk19-v0. */
export const randomWalk19Renderer: Renderer = renderer(19, -1);
