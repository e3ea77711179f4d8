/** Colours as numbers, 0xrrggbb: how far apart they are, and which of a terminal's colours is nearest. */
import type { Colour } from "./surface.ts";

/** The number of a colour. */
export function numberOf(colour: Colour): number {
  return Number.parseInt(colour.slice(1), 16);
}

/** The square of the distance of two colours, each channel from 0 to 255. */
export function distance(one: number, other: number): number {
  const [red, green, blue] = channels(one);
  const [otherRed, otherGreen, otherBlue] = channels(other);
  return (red - otherRed) * (red - otherRed) + (green - otherGreen) * (green - otherGreen) +
    (blue - otherBlue) * (blue - otherBlue);
}

/** How much a colour stands out from another, 0 to 1: half by brightness, half by any one channel. */
export function contrast(colour: number, other: number): number {
  const [a, b] = [channels(colour), channels(other)];
  const most = Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  return (Math.abs(brightness(colour) - brightness(other)) + most) / 2 / 255;
}

function channels(colour: number): readonly [red: number, green: number, blue: number] {
  return [colour >> 16, colour >> 8 & 0xff, colour & 0xff];
}

/** Brightness from 0 to 255, by the weights of ITU-R BT.601. */
function brightness(colour: number): number {
  const [red, green, blue] = channels(colour);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The levels of red, green and blue among the 216 colours of a terminal's cube. */
const LEVELS = [0, 95, 135, 175, 215, 255];

/** Pictures have few colours, and need them again in every frame. */
const indices = new Map<number, number>();

/** The nearest of a terminal's 256 colours: 16 to 231 are a cube, 232 to 255 greys. */
export function index256(colour: number): number {
  const known = indices.get(colour);
  if (known !== undefined) return known;
  const nearestLevel = (value: number) =>
    LEVELS.reduce(
      (best, level, i) => Math.abs(level - value) < Math.abs(LEVELS[best] - value) ? i : best,
      0,
    );
  const [red, green, blue] = channels(colour).map(nearestLevel);
  const cube = LEVELS[red] << 16 | LEVELS[green] << 8 | LEVELS[blue];
  const average = channels(colour).reduce((a, b) => a + b) / 3;
  const step = Math.max(0, Math.min(23, Math.round((average - 8) / 10)));
  const level = 8 + 10 * step;
  const grey = level << 16 | level << 8 | level;
  const index = distance(colour, grey) < distance(colour, cube)
    ? 232 + step
    : 16 + 36 * red + 6 * green + blue;
  indices.set(colour, index);
  return index;
}
