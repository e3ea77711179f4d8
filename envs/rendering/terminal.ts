/**
 * A surface made of characters, for terminals and logs. Each character holds 2 x 4 dots, which are
 * about square. With colour, a character shows the two commonest colours among its dots, as a block
 * where there is one of that form, else as braille dots. Without colour, dots stand for how far a
 * colour is from the background.
 */
import {
  ACROSS,
  type Character,
  colouredCharacter,
  commonest,
  DOWN,
  inked,
  plainCharacter,
} from "./characters.ts";
import { index256, numberOf } from "./colours.ts";
import { Raster } from "./raster.ts";
import type { Colour, Point, Surface } from "./surface.ts";

/** A surface whose picture can be had as text. */
export interface TerminalSurface extends Surface {
  /** Characters from left to right. */
  readonly columns: number;
  /** Lines from top to bottom. */
  readonly rows: number;
  /**
   * The picture, with line breaks between its lines.
   *
   * @param colour whether to use colours (the 256 that nearly every terminal has) and bold letters
   */
  toText(colour: boolean): string;
}

/** A letter that stands on the dots. */
interface Glyph {
  readonly letter: string;
  readonly colour: number;
  readonly bold: boolean;
  /** How many shapes had been painted before it. */
  readonly after: number;
}

/**
 * A surface that fits a picture into a piece of a terminal, as large as it goes.
 *
 * @param picture width and height in units: a renderer
 * @param columns the most characters per line
 * @param rows the most lines
 */
export function terminalSurface(
  picture: { readonly width: number; readonly height: number },
  columns: number,
  rows: number,
): TerminalSurface {
  const { width, height } = picture;
  const scale = Math.min(ACROSS * columns / width, DOWN * rows / height);
  const across = Math.max(1, Math.min(columns, Math.round(width * scale / ACROSS)));
  const down = Math.max(1, Math.min(rows, Math.round(height * scale / DOWN)));
  const raster = new Raster(across * ACROSS, down * DOWN);
  const glyphs = new Map<number, Glyph>();
  // Rounding to whole characters may stretch the picture by a little.
  const scaleX = raster.columns / width;
  const scaleY = raster.rows / height;
  let paper = 0;

  const place = ([x, y]: Point): Point => [x * scaleX, y * scaleY];
  const lines = (points: readonly Point[], stroke: Colour, lineWidth: number) => {
    const colour = numberOf(stroke);
    for (let i = 0; i + 1 < points.length; i++) {
      raster.line(points[i], points[i + 1], lineWidth * scale, colour);
    }
  };
  /** The values at the dots of a character, row by row. */
  const dotsOf = (values: ArrayLike<number>, cell: number): number[] => {
    const found: number[] = [];
    const first = Math.floor(cell / across) * DOWN * raster.columns + cell % across * ACROSS;
    for (let row = 0; row < DOWN; row++) {
      const left = first + row * raster.columns;
      found.push(values[left], values[left + 1]);
    }
    return found;
  };
  /** The letter of a character, unless most of its dots were painted later. */
  const glyphOf = (cell: number): Glyph | undefined => {
    const glyph = glyphs.get(cell);
    if (glyph === undefined) return undefined;
    const later = dotsOf(raster.painters, cell).filter((painter) => painter > glyph.after).length;
    return 2 * later > ACROSS * DOWN ? undefined : glyph;
  };
  const coloured = (cell: number): Character => {
    const dots = dotsOf(raster.dots, cell);
    const glyph = glyphOf(cell);
    if (glyph === undefined) return colouredCharacter(dots);
    const { letter, colour, bold } = glyph;
    return { letter, front: index256(colour), back: index256(commonest(dots)[0]), bold };
  };

  return {
    width,
    height,
    columns: across,
    rows: down,
    clear(colour) {
      paper = numberOf(colour);
      raster.clear(paper);
      glyphs.clear();
    },
    polygon(points, { fill, stroke, lineWidth = 2 }) {
      const placed = points.map(place);
      if (fill !== undefined) raster.polygon(placed, numberOf(fill));
      if (stroke !== undefined) lines([...placed, placed[0]], stroke, lineWidth);
    },
    line(points, { stroke, lineWidth = 2 }) {
      lines(points.map(place), stroke, lineWidth);
    },
    circle(x, y, radius, { fill, stroke, lineWidth = 2 }) {
      const [centreX, centreY] = place([x, y]);
      const line = lineWidth * scale;
      if (fill !== undefined) raster.circle(centreX, centreY, radius * scale, numberOf(fill));
      // An outline thinner than a dot would only eat the inside.
      if (stroke === undefined || (fill !== undefined && line < 1)) return;
      const half = Math.max(line, 1) / 2;
      const hole = Math.max(0, radius * scale - half);
      raster.circle(centreX, centreY, radius * scale + half, numberOf(stroke), hole);
    },
    text(x, y, text, { fill, align = "center", bold = false }) {
      const [placedX, placedY] = place([x, y]);
      const letters = Array.from(text);
      const before = align === "left" ? 0 : align === "right" ? letters.length : letters.length / 2;
      const first = Math.round(placedX / ACROSS - before);
      const row = Math.floor(placedY / DOWN);
      if (row < 0 || row >= down) return;
      const colour = numberOf(fill);
      letters.forEach((letter, i) => {
        const column = first + i;
        if (column < 0 || column >= across) return;
        glyphs.set(row * across + column, { letter, colour, bold, after: raster.shapes });
      });
    },
    toText(colour) {
      const dots = colour ? undefined : inked(raster, paper);
      return Array.from(
        { length: down },
        (_, row) =>
          lineOf(Array.from({ length: across }, (_, column): Character => {
            const cell = row * across + column;
            if (dots === undefined) return coloured(cell);
            const glyph = glyphOf(cell);
            return glyph ? { letter: glyph.letter } : plainCharacter(dotsOf(dots, cell));
          })),
      ).join("\n");
    },
  };
}

/** Joins characters, and changes colours only where they change. */
function lineOf(characters: readonly Character[]): string {
  let text = "";
  let before = "";
  for (const { letter, front, back, bold } of characters) {
    const style = back === undefined
      ? ""
      : `\x1b[0;${bold ? "1;" : ""}48;5;${back}${front === undefined ? "" : `;38;5;${front}`}m`;
    if (style !== before) text += style;
    before = style;
    text += letter;
  }
  return before === "" ? text.trimEnd() : `${text}\x1b[0m`;
}
