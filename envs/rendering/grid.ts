/** Pictures of rectangular grids: where the cells are, and what several grid worlds share. */
import { INK, LIGHT, ORANGE } from "./palette.ts";
import { rectangle } from "./shapes.ts";
import type { Colour, Point, Surface } from "./surface.ts";

/** Where a grid is in the picture. */
export interface GridLayout {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** Left edge. */
  readonly left: number;
  /** Upper edge. */
  readonly top: number;
  /** Width and height of a cell. */
  readonly size: number;
}

/** The largest grid of square cells that fits into a box, in its middle. */
export function gridLayout(
  rows: number,
  columns: number,
  box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  },
): GridLayout {
  const size = Math.min(box.width / columns, box.height / rows);
  return {
    rows,
    columns,
    size,
    left: box.left + (box.width - size * columns) / 2,
    top: box.top + (box.height - size * rows) / 2,
  };
}

/** The middle of a cell; cells are numbered row by row. */
export function middleOf({ columns, left, top, size }: GridLayout, cell: number): Point {
  const column = cell % columns;
  const row = (cell - column) / columns;
  return [left + (column + 0.5) * size, top + (row + 0.5) * size];
}

/** Fills a cell. */
export function fillCell(surface: Surface, layout: GridLayout, cell: number, fill: Colour): void {
  const [x, y] = middleOf(layout, cell);
  const { size } = layout;
  surface.polygon(rectangle(x - size / 2, y - size / 2, size, size), { fill });
}

/** The lines between the cells and around them. */
export function gridLines(surface: Surface, layout: GridLayout, stroke: Colour = LIGHT): void {
  const { rows, columns, left, top, size } = layout;
  const lineWidth = 2;
  for (let row = 0; row <= rows; row++) {
    const y = top + row * size;
    surface.line([[left, y], [left + columns * size, y]], { stroke, lineWidth });
  }
  for (let column = 0; column <= columns; column++) {
    const x = left + column * size;
    surface.line([[x, top], [x, top + rows * size]], { stroke, lineWidth });
  }
}

/** Writes into the middle of a cell. */
export function cellText(
  surface: Surface,
  layout: GridLayout,
  cell: number,
  text: string,
  fill: Colour = INK,
): void {
  surface.text(...middleOf(layout, cell), text, { fill, size: layout.size * 0.4, bold: true });
}

/**
 * The agent: a disc, with an arrow on it that shows the move it made, or meant to make. The arrow is a
 * letter: a terminal shows it as clearly as a canvas does.
 */
export function gridAgent(
  surface: Surface,
  layout: GridLayout,
  cell: number,
  move: "←" | "↑" | "→" | "↓" | "↖" | "↗" | "↘" | "↙" | undefined,
): void {
  const [x, y] = middleOf(layout, cell);
  const radius = layout.size * 0.34;
  surface.circle(x, y, radius, { fill: ORANGE, stroke: INK, lineWidth: layout.size / 24 });
  if (move !== undefined) {
    surface.text(x, y, move, { fill: INK, size: radius * 1.5, bold: true });
  }
}
