/** A small raster image with the shapes of a `Surface`, without smoothing: what `terminal.ts` shows. */
import type { Point } from "./surface.ts";

/** Dots of one colour each. */
export class Raster {
  /** Dots from left to right. */
  readonly columns: number;
  /** Dots from top to bottom. */
  readonly rows: number;
  /** The colours, 0xrrggbb, row by row. */
  readonly dots: Int32Array;
  /** Which shape painted each dot: the how manieth since the image was cleared. */
  readonly painters: Int32Array;
  #shapes = 0;

  /** A black image. */
  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.dots = new Int32Array(columns * rows);
    this.painters = new Int32Array(columns * rows);
  }

  /** How many shapes have been painted since the image was cleared. */
  get shapes(): number {
    return this.#shapes;
  }

  /** Gives all dots one colour. */
  clear(colour: number): void {
    this.#shapes = 0;
    this.dots.fill(colour);
    this.painters.fill(0);
  }

  /** Paints the dots whose middle is inside a closed shape (even-odd rule). */
  polygon(points: readonly Point[], colour: number): void {
    this.#shapes++;
    const ys = points.map(([, y]) => y);
    const last = Math.min(this.rows - 1, Math.floor(Math.max(...ys)));
    for (let row = Math.max(0, Math.floor(Math.min(...ys))); row <= last; row++) {
      const crossings = crossingsAt(points, row + 0.5);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        this.#span(row, crossings[i], crossings[i + 1], colour);
      }
    }
  }

  /**
   * Paints the dots whose middle is inside a circle; without a hole, always the one in its centre.
   *
   * @param hole radius of a circle inside that is left out
   */
  circle(x: number, y: number, radius: number, colour: number, hole = 0): void {
    this.#shapes++;
    if (hole === 0) this.#dot(Math.floor(x), Math.floor(y), colour);
    const last = Math.min(this.rows - 1, Math.floor(y + radius));
    for (let row = Math.max(0, Math.floor(y - radius)); row <= last; row++) {
      const dy = row + 0.5 - y;
      const square = radius * radius - dy * dy;
      if (square < 0) continue;
      const outer = Math.sqrt(square);
      const inner = Math.sqrt(Math.max(0, hole * hole - dy * dy));
      this.#span(row, x - outer, x - inner, colour);
      this.#span(row, x + inner, x + outer, colour);
    }
  }

  /** Paints a line with round ends, at least one dot wide. */
  line(from: Point, to: Point, width: number, colour: number): void {
    if (width < 1.5) {
      this.#thinLine(from, to, colour);
      return;
    }
    const dx = to[0] - from[0];
    const dy = to[1] - from[1];
    const length = Math.sqrt(dx * dx + dy * dy);
    this.circle(...from, width / 2, colour);
    if (length === 0) return;
    this.circle(...to, width / 2, colour);
    const sideX = -dy / length * width / 2;
    const sideY = dx / length * width / 2;
    this.polygon([
      [from[0] + sideX, from[1] + sideY],
      [to[0] + sideX, to[1] + sideY],
      [to[0] - sideX, to[1] - sideY],
      [from[0] - sideX, from[1] - sideY],
    ], colour);
  }

  /** One dot per step in the direction in which the line is longer. A line on the far edge is seen. */
  #thinLine(from: Point, to: Point, colour: number): void {
    this.#shapes++;
    const dx = to[0] - from[0];
    const dy = to[1] - from[1];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))));
    for (let i = 0; i <= steps; i++) {
      const column = Math.floor(from[0] + dx * i / steps);
      const row = Math.floor(from[1] + dy * i / steps);
      this.#dot(
        column === this.columns ? column - 1 : column,
        row === this.rows ? row - 1 : row,
        colour,
      );
    }
  }

  /** Paints one dot; outside the image nothing happens. */
  #dot(column: number, row: number, colour: number): void {
    if (column < 0 || column >= this.columns || row < 0 || row >= this.rows) return;
    this.dots[row * this.columns + column] = colour;
    this.painters[row * this.columns + column] = this.#shapes;
  }

  /** Paints the dots of a row whose middles lie between two places. */
  #span(row: number, from: number, to: number, colour: number): void {
    const first = row * this.columns + Math.max(0, Math.ceil(from - 0.5));
    const end = row * this.columns + Math.min(this.columns, Math.ceil(to - 0.5));
    if (first >= end) return;
    this.dots.fill(colour, first, end);
    this.painters.fill(this.#shapes, first, end);
  }
}

/** Where the outline of a shape crosses a height, from left to right. */
function crossingsAt(points: readonly Point[], y: number): number[] {
  const found: number[] = [];
  let [x0, y0] = points[points.length - 1];
  for (const [x1, y1] of points) {
    if ((y0 <= y) !== (y1 <= y)) found.push(x0 + (y - y0) / (y1 - y0) * (x1 - x0));
    [x0, y0] = [x1, y1];
  }
  return found.sort((a, b) => a - b);
}
