/** The picture of an environment that has no renderer of its own: the observation as text. */
import { INK, PAPER } from "./palette.ts";
import { plainText, sentence, short } from "./scene.ts";
import type { Renderer, Scene } from "./surface.ts";

const WIDTH = 400;
const LINE = 22;
/** More numbers than this are not shown. */
const MOST = 8;

function words({ action, reward }: Scene): string | undefined {
  return action === null ? undefined : `action ${plainText(action)}, reward ${short(reward)}`;
}

/** Draws any environment: what `rendererOf` does not know. */
export const observationRenderer: Renderer = {
  width: WIDTH,
  height: LINE * (MOST + 3),
  framesPerSecond: 10,
  draw(surface, scene) {
    const { observation } = scene;
    const values = plainText(observation).split(" ");
    const shown = values.slice(0, MOST).map((value, i) => `observation ${i}: ${value}`);
    if (values.length > MOST) shown.push(`and ${values.length - MOST} more`);
    surface.clear(PAPER);
    [...shown, words(scene) ?? "start"].forEach((line, i) =>
      surface.text(LINE / 2, LINE * (i + 1), line, { fill: INK, size: 16, align: "left" })
    );
  },
  describe(scene) {
    return sentence(`observation ${plainText(scene.observation)}`, words(scene));
  },
};
