/**
 * The contract between renderers and what they draw on: types only. A renderer turns a moment of an
 * episode into shapes; a surface turns shapes into pixels (`canvas.ts`) or characters (`terminal.ts`).
 */
import type { Action, Observation } from "../environment.ts";

/** A colour as `#rrggbb`. */
export type Colour = `#${string}`;

/** A place in the picture: x to the right, y downwards. */
export type Point = readonly [x: number, y: number];

/** How a shape is painted: inside, outline or both. */
export interface Style {
  /** Colour of the inside; without it nothing is filled. */
  readonly fill?: Colour;
  /** Colour of the outline; without it there is none. */
  readonly stroke?: Colour;
  /** Width of the outline in units; 2 if left out. */
  readonly lineWidth?: number;
}

/** How a line is painted. */
export interface LineStyle {
  /** Colour of the line. */
  readonly stroke: Colour;
  /** Width in units; 2 if left out. */
  readonly lineWidth?: number;
}

/** How words are painted. */
export interface TextStyle {
  /** Colour of the letters. */
  readonly fill: Colour;
  /** Height of the letters in units. A surface made of characters has one size only. */
  readonly size: number;
  /** Which part of the text stands at x; "center" if left out. */
  readonly align?: "left" | "center" | "right";
  /** Whether the letters are bold. */
  readonly bold?: boolean;
}

/** What a renderer draws on: a picture of `width` x `height` units. Later shapes cover earlier ones. */
export interface Surface {
  /** Units from left to right. */
  readonly width: number;
  /** Units from top to bottom. */
  readonly height: number;
  /** Fills the whole picture. */
  clear(colour: Colour): void;
  /** A closed shape; the last point is joined to the first. */
  polygon(points: readonly Point[], style: Style): void;
  /** An open line through the points. */
  line(points: readonly Point[], style: LineStyle): void;
  /** A circle around (x, y). */
  circle(x: number, y: number, radius: number, style: Style): void;
  /** One line of text whose middle is at height y. */
  text(x: number, y: number, text: string, style: TextStyle): void;
}

/** A moment of an episode: all that a picture is made from. */
export interface Scene {
  /** What the agent sees now. */
  readonly observation: Observation;
  /** The action that led here; null at the start. */
  readonly action: Action | null;
  /** The reward of that action; 0 at the start. */
  readonly reward: number;
  /** The options that the environment was made with. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Draws the scenes of one environment. */
export interface Renderer {
  /** Width of the picture in units. */
  readonly width: number;
  /** Height of the picture in units. */
  readonly height: number;
  /** Steps per second that are good to watch: real time for physics, slower for games. */
  readonly framesPerSecond: number;
  /** Draws the scene: the same scene, the same shapes. */
  draw(surface: Surface, scene: Scene): void;
  /** The scene in one line of plain words, for screen readers and logs. */
  describe(scene: Scene): string;
}
