/** Characters in place of 2 x 4 dots, with colours or without. */
import { contrast, distance, index256 } from "./colours.ts";
import type { Raster } from "./raster.ts";

/** Dots of a character from left to right. */
export const ACROSS = 2;
/** Dots of a character from top to bottom. */
export const DOWN = 4;

/** A character with its colours, of the terminal's 256; those left out are the terminal's own. */
export interface Character {
  /** What is written. */
  readonly letter: string;
  /** Colour of the letter. */
  readonly front?: number;
  /** Colour behind it. */
  readonly back?: number;
  /** Whether it is bold. */
  readonly bold?: boolean;
}

/**
 * The character for dots of several colours: it shows the two commonest, the others as the nearer one.
 *
 * @param dots eight colours, row by row
 */
export function colouredCharacter(dots: readonly number[]): Character {
  const [back, front] = commonest(dots);
  if (front === back) return { letter: " ", back: index256(back) };
  let pattern = 0;
  dots.forEach((dot, i) => {
    if (distance(dot, front) < distance(dot, back)) pattern |= 1 << i;
  });
  const block = blocks.get(pattern);
  if (block !== undefined) return { letter: block, front: index256(front), back: index256(back) };
  const other = blocks.get(~pattern & 0xff);
  if (other !== undefined) return { letter: other, front: index256(back), back: index256(front) };
  return { letter: braille[pattern], front: index256(front), back: index256(back) };
}

/**
 * The character for dots that are set or not.
 *
 * @param dots eight times 0 or 1, row by row
 */
export function plainCharacter(dots: readonly number[]): Character {
  const pattern = dots.reduce((bits, dot, i) => bits | dot << i, 0);
  return { letter: pattern === 0 ? " " : braille[pattern] };
}

/** The commonest colour, and the next, or the same again; of equally common ones the first. */
export function commonest(dots: readonly number[]): readonly [number, number] {
  if (dots.every((dot) => dot === dots[0])) return [dots[0], dots[0]];
  const counts = new Map<number, number>();
  for (const dot of dots) counts.set(dot, (counts.get(dot) ?? 0) + 1);
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  return [ranked[0][0], ranked[1][0]];
}

/** Unicode counts braille dots down the left column, then the right one; the last row came later. */
const BRAILLE_BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

/** The braille characters by their pattern of dots, bit 2 * row + column. */
const braille = Array.from({ length: 256 }, (_, pattern) => {
  const dots = BRAILLE_BITS.filter((_, i) => (pattern >> i & 1) === 1);
  return String.fromCharCode(dots.reduce((code, bit) => code | bit, 0x2800));
});

/** The block characters by their pattern. Those left out are the same with the colours swapped. */
const blocks: ReadonlyMap<number, string> = new Map([
  [0b11000000, "▂"],
  [0b11110000, "▄"],
  [0b11111100, "▆"],
  [0b01010101, "▌"],
  [0b01010000, "▖"],
  [0b10100000, "▗"],
  [0b00000101, "▘"],
  [0b00001010, "▝"],
  [0b10100101, "▚"],
]);

/**
 * With how many sixteenths of the most ink each of the eight dots of a character is set. Pale areas
 * have none: their edges are enough.
 */
const THRESHOLDS = [5, 10, 13, 7, 6, 11, 16, 9];
/** With this much ink all dots are set: `INK` is not quite black. */
const MOST_INK = 0.85;
/** A dot on an edge is set where it has this much more ink than the dot beyond. */
const EDGE = 0.06;

/**
 * A picture in dots that are set (1) or not (0): edges are lines, and areas are dithered by how much
 * they stand out from the paper.
 */
export function inked({ dots, columns }: Raster, paper: number): Uint8Array {
  const known = new Map<number, number>();
  const inks = new Float64Array(dots.length);
  for (let i = 0; i < dots.length; i++) {
    const ink = known.get(dots[i]) ?? contrast(dots[i], paper);
    known.set(dots[i], ink);
    inks[i] = ink;
  }
  const set = new Uint8Array(dots.length);
  for (let i = 0; i < dots.length; i++) {
    const column = i % columns;
    const own = inks[i];
    // The end of the picture is no edge.
    const palest = Math.min(
      column > 0 ? inks[i - 1] : own,
      column + 1 < columns ? inks[i + 1] : own,
      i >= columns ? inks[i - columns] : own,
      i + columns < dots.length ? inks[i + columns] : own,
    );
    const row = (i - column) / columns;
    const threshold = THRESHOLDS[row % DOWN * ACROSS + column % ACROSS];
    if (own - palest > EDGE || own > MOST_INK * threshold / 16) set[i] = 1;
  }
  return set;
}
