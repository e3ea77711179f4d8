/** The picture of Taxi: the streets with their walls, the four stops, passenger, destination, taxi. */
import { fillCell, gridLayout, gridLines, middleOf } from "./grid.ts";
import { GREEN, INK, MINT, PAPER, PURPLE, YELLOW } from "./palette.ts";
import { actionName, sentence, stateOf } from "./scene.ts";
import { flag, person, rectangle } from "./shapes.ts";
import type { Renderer, Scene, Surface } from "./surface.ts";

const SIZE = 400;
const LAYOUT = gridLayout(5, 5, { left: 5, top: 5, width: SIZE - 10, height: SIZE - 10 });
const ABOARD = 4;
/** The cells of the stops R, G, Y and B. */
const STOPS = [0, 4, 20, 23] as const;
const LETTERS = ["R", "G", "Y", "B"] as const;
/** The cells with a wall on their right. */
const WALL_RIGHT = [1, 6, 15, 17, 20, 22] as const;
const NAMES = [
  "drove south",
  "drove north",
  "drove east",
  "drove west",
  "picked up",
  "dropped off",
];
/** What picking up or dropping off costs where it is impossible. */
const IN_VAIN = -10;

/** What the observation says. */
function read(
  scene: Scene,
): { readonly cell: number; readonly passenger: number; readonly destination: number } {
  const state = stateOf(scene);
  return {
    cell: Math.floor(state / 20),
    passenger: Math.floor(state / 4) % 5,
    destination: state % 4,
  };
}

function drawTaxi(surface: Surface, cell: number, aboard: boolean): void {
  const [x, middle] = middleOf(LAYOUT, cell);
  const y = middle + 8;
  for (const side of [-17, 17]) surface.circle(x + side, y + 15, 9, { fill: INK });
  surface.polygon([
    [x - 32, y + 14],
    [x - 32, y - 4],
    [x - 20, y - 6],
    [x - 12, y - 22],
    [x + 12, y - 22],
    [x + 20, y - 6],
    [x + 32, y - 4],
    [x + 32, y + 14],
  ], { fill: YELLOW, stroke: INK, lineWidth: 3 });
  surface.polygon(rectangle(x - 11, y - 18, 22, 14), { fill: aboard ? PURPLE : PAPER });
}

/** Draws Taxi-v4. */
export const taxiRenderer: Renderer = {
  width: SIZE,
  height: SIZE,
  framesPerSecond: 4,
  draw(surface, scene) {
    const { cell, passenger, destination } = read(scene);
    const { left, top, size } = LAYOUT;
    surface.clear(PAPER);
    fillCell(surface, LAYOUT, STOPS[destination], MINT);
    gridLines(surface, LAYOUT);
    surface.polygon(rectangle(left, top, 5 * size, 5 * size), { stroke: INK, lineWidth: 10 });
    for (const cell of WALL_RIGHT) {
      const [x, y] = middleOf(LAYOUT, cell);
      surface.line([[x + size / 2, y - size / 2], [x + size / 2, y + size / 2]], {
        stroke: INK,
        lineWidth: 10,
      });
    }
    const [goalX, goalY] = middleOf(LAYOUT, STOPS[destination]);
    flag(surface, goalX + size * 0.14, goalY + size * 0.4, size * 0.5, GREEN);
    drawTaxi(surface, cell, passenger === ABOARD);
    if (passenger !== ABOARD) {
      const [x, y] = middleOf(LAYOUT, STOPS[passenger]);
      person(surface, x - size * 0.26, y + size * 0.4, size * 0.56, PURPLE);
    }
    STOPS.forEach((stop, i) => {
      const [x, y] = middleOf(LAYOUT, stop);
      surface.text(x - size * 0.3, y - size * 0.24, LETTERS[i], {
        fill: INK,
        size: 22,
        bold: true,
      });
    });
  },
  describe(scene) {
    const { cell, passenger, destination } = read(scene);
    return sentence(
      `taxi in row ${Math.floor(cell / 5) + 1}, column ${cell % 5 + 1}`,
      passenger === ABOARD ? "passenger aboard" : `passenger at ${LETTERS[passenger]}`,
      `destination ${LETTERS[destination]}`,
      scene.reward === IN_VAIN ? `${actionName(scene, NAMES)} nobody` : actionName(scene, NAMES),
    );
  },
};
