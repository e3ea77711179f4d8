/**
 * The picture of Blackjack: the dealer's cards, and the player's hand as the observation tells it: its
 * sum, and whether an ace in it counts as 11. The cards of the hand are not told.
 */
import { BLUE, FAINT, INK, LIGHT, MINT, ORANGE, PAPER, PEACH, VERMILION } from "./palette.ts";
import { actionName, numbersOf, sentence } from "./scene.ts";
import { rectangle } from "./shapes.ts";
import type { Colour, Renderer, Scene, Surface } from "./surface.ts";

const WIDTH = 400;
const HEIGHT = 240;
const LIMIT = 21;
/** The largest sum that is drawn: a hand of 21 and a ten. */
const LARGEST = 31;
const STICK = 0;
const BAR = { left: 24, top: 176, width: 352, height: 24 };

function place(sum: number): number {
  return BAR.left + BAR.width * Math.min(sum, LARGEST) / LARGEST;
}

/** How the game ended, or undefined while it goes on: only sticking and going over 21 end it. */
function outcome({ action, reward }: Scene, sum: number): string | undefined {
  if (sum > LIMIT) return "bust, lost";
  if (action !== STICK) return undefined;
  return reward > 0 ? "won" : reward < 0 ? "lost" : "a draw";
}

function card(surface: Surface, x: number, y: number, text: string, fill: Colour): void {
  surface.polygon(rectangle(x, y, 64, 92), { fill, stroke: INK, lineWidth: 3 });
  surface.text(x + 32, y + 46, text, { fill: INK, size: 36, bold: true });
}

/** Draws Blackjack-v1. */
export const blackjackRenderer: Renderer = {
  width: WIDTH,
  height: HEIGHT,
  framesPerSecond: 1,
  draw(surface, scene) {
    const [sum, dealer, ace] = Array.from(numbersOf(scene));
    const ended = outcome(scene, sum);
    surface.clear(PAPER);
    const words = { fill: INK, size: 17 } as const;
    surface.text(96, 16, "dealer shows", words);
    card(surface, 26, 30, dealer === 1 ? "A" : String(dealer), PAPER);
    card(surface, 102, 30, "?", LIGHT);
    surface.text(304, 16, "your hand", words);
    card(surface, 272, 30, String(sum), sum > LIMIT ? PEACH : MINT);
    surface.text(304, 138, ace === 1 ? "an ace counts 11" : "no ace counts 11", words);
    surface.text(96, 138, ended ?? actionName(scene, ["stuck", "took a card"]) ?? "", {
      fill: ended === undefined ? BLUE : INK,
      size: 20,
      bold: true,
    });
    // The hand's sum on its way to 21.
    surface.polygon(rectangle(BAR.left, BAR.top, BAR.width, BAR.height), { fill: FAINT });
    surface.polygon(rectangle(BAR.left, BAR.top, place(sum) - BAR.left, BAR.height), {
      fill: sum > LIMIT ? VERMILION : ORANGE,
    });
    const limit = place(LIMIT);
    surface.line([[limit, BAR.top - 8], [limit, BAR.top + BAR.height + 8]], {
      stroke: INK,
      lineWidth: 4,
    });
    surface.text(limit, BAR.top + BAR.height + 20, String(LIMIT), words);
  },
  describe(scene) {
    const [sum, dealer, ace] = Array.from(numbersOf(scene));
    return sentence(
      `hand of ${sum}${ace === 1 ? " with a usable ace" : ""}`,
      `dealer shows ${dealer === 1 ? "an ace" : dealer}`,
      actionName(scene, ["stuck", "took a card"]),
      outcome(scene, sum),
    );
  },
};
