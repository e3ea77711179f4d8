/** The picture of FrozenLake: ice, holes, the goal, the agent with the move it meant to make. */
import { fillCell, gridAgent, type GridLayout, gridLayout, gridLines, middleOf } from "./grid.ts";
import { DEEP, GREEN, GREY, PAPER, SKY } from "./palette.ts";
import { actionName, sentence, stateOf } from "./scene.ts";
import { flag } from "./shapes.ts";
import type { Renderer, Scene, Surface } from "./surface.ts";

/** The two maps that the environment knows by name; it keeps them to itself, and a test compares them. */
const MAPS: Readonly<Record<string, readonly string[]>> = {
  "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
  "8x8": [
    "SFFFFFFF",
    "FFFFFFFF",
    "FFFHFFFF",
    "FFFFFHFF",
    "FFFHFFFF",
    "FHHFFFHF",
    "FHFFHFHF",
    "FFFHFFFG",
  ],
};

const SIZE = 400;
const MOVES = ["←", "↓", "→", "↑"] as const;
const NAMES = ["left", "down", "right", "up"].map((way) => `meant to move ${way}`);
const TILES: Readonly<Record<string, string>> = {
  S: "on the start",
  F: "on ice",
  H: "in a hole",
  G: "at the goal",
};

function mapOf({ options }: Scene, byDefault: string): readonly string[] {
  const { desc, mapName } = options as { desc?: readonly string[]; mapName?: string };
  return desc ?? MAPS[mapName ?? byDefault];
}

function drawTile(surface: Surface, layout: GridLayout, cell: number, tile: string): void {
  const { size } = layout;
  const [x, y] = middleOf(layout, cell);
  fillCell(surface, layout, cell, SKY);
  if (tile === "H") surface.circle(x, y, size * 0.38, { fill: DEEP });
  if (tile === "G") flag(surface, x - size * 0.2, y + size * 0.36, size * 0.72, GREEN);
  if (tile === "S") surface.text(x, y, "S", { fill: GREY, size: size * 0.4, bold: true });
}

function renderer(byDefault: string): Renderer {
  return {
    width: SIZE,
    height: SIZE,
    framesPerSecond: 4,
    draw(surface, scene) {
      const rows = mapOf(scene, byDefault);
      const layout = gridLayout(rows.length, rows[0].length, {
        left: 2,
        top: 2,
        width: SIZE - 4,
        height: SIZE - 4,
      });
      surface.clear(PAPER);
      Array.from(rows.join("")).forEach((tile, cell) => drawTile(surface, layout, cell, tile));
      gridLines(surface, layout, PAPER);
      const move = typeof scene.action === "number" ? MOVES[scene.action] : undefined;
      gridAgent(surface, layout, stateOf(scene), move);
    },
    describe(scene) {
      const rows = mapOf(scene, byDefault);
      const columns = rows[0].length;
      const cell = stateOf(scene);
      const row = Math.floor(cell / columns);
      const column = cell % columns;
      return sentence(
        `row ${row + 1}, column ${column + 1}, ${TILES[rows[row][column]]}`,
        actionName(scene, NAMES),
      );
    },
  };
}

/** Draws FrozenLake-v1. */
export const frozenLakeRenderer: Renderer = renderer("4x4");

/** Draws FrozenLake8x8-v1. */
export const frozenLake8x8Renderer: Renderer = renderer("8x8");
