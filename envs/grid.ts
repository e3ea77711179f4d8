/** Moves on a rectangular grid whose cells are numbered row by row: what the grid worlds share. */

/** A move as rows down and columns to the right. */
export type Move = readonly [down: number, right: number];

/** One row up. */
export const UP: Move = [-1, 0];
/** One column to the right. */
export const RIGHT: Move = [0, 1];
/** One row down. */
export const DOWN: Move = [1, 0];
/** One column to the left. */
export const LEFT: Move = [0, -1];

/** The size of a grid. */
export interface Grid {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
}

/** The cell that a move leads to. A move over the edge stops at it, in each direction by itself. */
export function moveTo(
  { rows, columns }: Grid,
  cell: number,
  [down, right]: Move,
): number {
  const column = cell % columns;
  const row = (cell - column) / columns;
  const toRow = Math.min(Math.max(row + down, 0), rows - 1);
  const toColumn = Math.min(Math.max(column + right, 0), columns - 1);
  return toRow * columns + toColumn;
}
