/**
 * The colours of all pictures: those of Okabe and Ito (2008, "Color Universal Design"), which people
 * with any kind of colour vision tell apart, and greys. What a colour means is said by a shape or a
 * letter too.
 */
import type { Colour } from "./surface.ts";

/** Paper white. */
export const PAPER: Colour = "#ffffff";
/** Lines and letters. */
export const INK: Colour = "#222222";
/** What stands still: ground, rails, walls. */
export const GREY: Colour = "#8a8a8a";
/** Marks in the background. */
export const LIGHT: Colour = "#dadada";
/** Faint areas. */
export const FAINT: Colour = "#eeeeee";
/** The agent. */
export const ORANGE: Colour = "#e69f00";
/** What the agent does: pushes, torques, intended moves. */
export const BLUE: Colour = "#0072b2";
/** Water under ice. */
export const DEEP: Colour = "#005f87";
/** Ice and wind. */
export const SKY: Colour = "#afd7ff";
/** Strong wind. */
export const STORM: Colour = "#87afff";
/** Goals. */
export const GREEN: Colour = "#009e73";
/** Cells and cards that are good to have. */
export const MINT: Colour = "#bfe3d7";
/** Danger and limits. */
export const VERMILION: Colour = "#d55e00";
/** A card that lost. */
export const PEACH: Colour = "#f6c7a8";
/** The taxi. */
export const YELLOW: Colour = "#f0e442";
/** People. */
export const PURPLE: Colour = "#aa4499";
