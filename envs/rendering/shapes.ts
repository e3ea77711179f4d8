/** Shapes that several pictures use, made of points. */
import { cos, sin } from "../../math/math.ts";
import { INK } from "./palette.ts";
import type { Colour, Point, Surface } from "./surface.ts";

/** A number within bounds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** An upright rectangle from its top left corner. */
export function rectangle(x: number, y: number, width: number, height: number): Point[] {
  return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
}

/** A bar with round ends between two points. */
export function bar(
  surface: Surface,
  from: Point,
  to: Point,
  width: number,
  fill: Colour,
): void {
  const along: Point = [to[0] - from[0], to[1] - from[1]];
  const length = Math.sqrt(along[0] * along[0] + along[1] * along[1]);
  surface.circle(...from, width / 2, { fill });
  surface.circle(...to, width / 2, { fill });
  if (length === 0) return;
  const side: Point = [-along[1] / length * width / 2, along[0] / length * width / 2];
  surface.polygon([
    [from[0] + side[0], from[1] + side[1]],
    [to[0] + side[0], to[1] + side[1]],
    [to[0] - side[0], to[1] - side[1]],
    [from[0] - side[0], from[1] - side[1]],
  ], { fill });
}

/** A filled arrow whose tip is at `to`, `width` units wide at its head. */
export function arrow(
  surface: Surface,
  from: Point,
  to: Point,
  width: number,
  fill: Colour,
): void {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length === 0) return;
  const head = Math.min(width, length);
  const at = (along: number, aside: number): Point => [
    from[0] + (dx * along - dy * aside) / length,
    from[1] + (dy * along + dx * aside) / length,
  ];
  const shaft = width / 6;
  surface.polygon([
    at(0, shaft),
    at(length - head, shaft),
    at(length - head, width / 2),
    at(length, 0),
    at(length - head, -width / 2),
    at(length - head, -shaft),
    at(0, -shaft),
  ], { fill });
}

/**
 * An arrow along a circle: where a motor turns.
 *
 * @param from angle at which it starts, radians, clockwise from the right
 * @param sweep how far it goes; negative is anticlockwise; nothing is drawn for 0
 */
export function turn(
  surface: Surface,
  centre: Point,
  radius: number,
  from: number,
  sweep: number,
  fill: Colour,
): void {
  if (sweep === 0) return;
  const at = (angle: number, distance: number): Point => [
    centre[0] + distance * cos(angle),
    centre[1] + distance * sin(angle),
  ];
  const width = radius / 7;
  const pieces = 16;
  const angles = Array.from({ length: pieces + 1 }, (_, i) => from + sweep * i / pieces);
  const to = from + sweep;
  surface.polygon([
    ...angles.map((angle) => at(angle, radius + width / 2)),
    ...angles.reverse().map((angle) => at(angle, radius - width / 2)),
  ], { fill });
  surface.polygon([
    at(to, radius + 1.6 * width),
    at(to + Math.sign(sweep) * 0.45, radius),
    at(to, radius - 1.6 * width),
  ], { fill });
}

/** A flag on a pole whose foot is at (x, y). */
export function flag(surface: Surface, x: number, y: number, height: number, fill: Colour): void {
  surface.polygon(rectangle(x - height / 24, y - height, height / 12, height), { fill: INK });
  surface.polygon([
    [x + height / 24, y - height],
    [x + height * 0.55, y - height * 0.78],
    [x + height / 24, y - height * 0.56],
  ], { fill });
}

/** A person, `height` units tall, whose feet are at (x, y). */
export function person(surface: Surface, x: number, y: number, height: number, fill: Colour): void {
  surface.circle(x, y - height * 0.82, height * 0.18, { fill });
  surface.polygon([
    [x - height * 0.3, y],
    [x - height * 0.2, y - height * 0.58],
    [x + height * 0.2, y - height * 0.58],
    [x + height * 0.3, y],
  ], { fill });
}
