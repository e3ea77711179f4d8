/** The pictures of the grid worlds with four moves: cliff, wind, and the two grids of the book. */
import {
  cellText,
  fillCell,
  gridAgent,
  type GridLayout,
  gridLayout,
  gridLines,
  middleOf,
} from "./grid.ts";
import { BLUE, DEEP, FAINT, GREEN, GREY, LIGHT, MINT, PAPER, SKY, STORM } from "./palette.ts";
import { actionName, sentence, stateOf } from "./scene.ts";
import { arrow, flag } from "./shapes.ts";
import type { Renderer, Surface } from "./surface.ts";

const WIDTH = 400;
const MARGIN = 4;

/** Up, right, down, left; then the diagonal ones of the windy grid's king, clockwise. */
const MOVES = ["↑", "→", "↓", "←", "↗", "↘", "↙", "↖"] as const;
const NAMES = ["up", "right", "down", "left", "up right", "down right", "down left", "up left"]
  .map((way) => `meant to move ${way}`);

/** What makes a grid world's picture its own. */
interface World {
  readonly rows: number;
  readonly columns: number;
  /** Room under the grid. */
  readonly below?: number;
  /** Draws what stands still, under the lines between the cells. */
  scenery(surface: Surface, layout: GridLayout): void;
  /** What is to be said of a cell. */
  remark(cell: number): string | undefined;
}

function renderer({ rows, columns, below = 0, scenery, remark }: World): Renderer {
  const box = WIDTH - 2 * MARGIN;
  const size = Math.floor(Math.min(box / columns, box / 6));
  const width = size * columns + 2 * MARGIN;
  const layout = gridLayout(rows, columns, {
    left: MARGIN,
    top: MARGIN,
    width: width - 2 * MARGIN,
    height: size * rows,
  });
  return {
    width,
    height: size * rows + 2 * MARGIN + below,
    framesPerSecond: 4,
    draw(surface, scene) {
      surface.clear(PAPER);
      for (let cell = 0; cell < rows * columns; cell++) fillCell(surface, layout, cell, FAINT);
      scenery(surface, layout);
      gridLines(surface, layout);
      const move = typeof scene.action === "number" ? MOVES[scene.action] : undefined;
      gridAgent(surface, layout, stateOf(scene), move);
    },
    describe(scene) {
      const cell = stateOf(scene);
      return sentence(
        `row ${Math.floor(cell / columns) + 1}, column ${cell % columns + 1}`,
        remark(cell),
        actionName(scene, NAMES),
      );
    },
  };
}

function goal(surface: Surface, layout: GridLayout, cell: number): void {
  const [x, y] = middleOf(layout, cell);
  flag(surface, x - layout.size * 0.15, y + layout.size * 0.38, layout.size * 0.76, GREEN);
}

const CLIFF_START = 36;
const CLIFF_GOAL = 47;

/** Draws CliffWalking-v1 and CliffWalkingSlippery-v1. */
export const cliffWalkingRenderer: Renderer = renderer({
  rows: 4,
  columns: 12,
  scenery(surface, layout) {
    for (let cell = CLIFF_START + 1; cell < CLIFF_GOAL; cell++) {
      fillCell(surface, layout, cell, DEEP);
    }
    cellText(surface, layout, CLIFF_START, "S", GREY);
    goal(surface, layout, CLIFF_GOAL);
  },
  remark: (cell) =>
    cell === CLIFF_START ? "the start" : cell === CLIFF_GOAL ? "the goal" : undefined,
});

const WIND = [0, 0, 0, 1, 1, 1, 2, 2, 1, 0] as const;
const WINDY_START = 30;
const WINDY_GOAL = 37;

/** Draws WindyGridworld-v0. */
export const windyGridworldRenderer: Renderer = renderer({
  rows: 7,
  columns: 10,
  below: 26,
  scenery(surface, layout) {
    const { size } = layout;
    WIND.forEach((wind, column) => {
      for (let row = 0; row < 7 && wind > 0; row++) {
        fillCell(surface, layout, row * 10 + column, wind === 1 ? SKY : STORM);
      }
      const [x, y] = middleOf(layout, 60 + column);
      surface.text(x, y + size * 0.5 + 14, String(wind), { fill: BLUE, size: 18, bold: true });
    });
    cellText(surface, layout, WINDY_START, "S", GREY);
    goal(surface, layout, WINDY_GOAL);
  },
  remark: (cell) => cell === WINDY_GOAL ? "the goal" : `wind of ${WIND[cell % 10]} in this column`,
});

/** Draws Gridworld4x4-v0. */
export const gridworld4x4Renderer: Renderer = renderer({
  rows: 4,
  columns: 4,
  scenery(surface, layout) {
    for (const corner of [0, 15]) goal(surface, layout, corner);
  },
  remark: (cell) => cell === 0 || cell === 15 ? "a goal" : undefined,
});

/** The cells that pay, and where they lead. */
const JUMPS = [{ name: "A", from: 1, to: 21, reward: "+10" }, {
  name: "B",
  from: 3,
  to: 13,
  reward: "+5",
}];

/** Draws Gridworld5x5-v0. */
export const gridworld5x5Renderer: Renderer = renderer({
  rows: 5,
  columns: 5,
  scenery(surface, layout) {
    const { size } = layout;
    for (const { name, from, to, reward } of JUMPS) {
      fillCell(surface, layout, from, MINT);
      fillCell(surface, layout, to, LIGHT);
      const [x, y] = middleOf(layout, from);
      const [, end] = middleOf(layout, to);
      const aside = x + size * 0.36;
      arrow(surface, [aside, y + size * 0.1], [aside, end - size * 0.1], size * 0.2, GREEN);
      surface.text(x - size * 0.1, y - size * 0.16, name, { fill: DEEP, size: 22, bold: true });
      surface.text(x - size * 0.1, y + size * 0.2, reward, { fill: DEEP, size: 18 });
    }
  },
  remark: (cell) => {
    const jump = JUMPS.find(({ from }) => from === cell);
    return jump === undefined ? undefined : `cell ${jump.name}, which pays ${jump.reward}`;
  },
});
