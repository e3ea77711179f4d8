/** A moment of an episode as lines of text: what is watched, how far it is, the picture, its description. */
import {
  observationRenderer,
  type Renderer,
  rendererOf,
  terminalSurface,
} from "../../envs/rendering/mod.ts";
import type { Frame } from "../page/replay.ts";
import type { Episode } from "./episode.ts";

/** The least room that a picture needs. */
const LEAST = { columns: 20, rows: 6 } as const;
/** More is not drawn: drawing would take longer than a frame may. */
const MOST = { columns: 160, rows: 48 } as const;
/** Lines around the picture. */
const AROUND = 3;

/** How the episode's environment is drawn. */
export function rendererFor({ environment: { id } }: Episode): Renderer {
  return rendererOf(id) ?? observationRenderer;
}

/** The moment in plain words. */
export function describe(episode: Episode, frame: Frame): string {
  return rendererFor(episode).describe({ ...frame, options: episode.environment.options });
}

/** Steps, reward and return so far. */
export function progress({ steps, reward, total }: Frame): string {
  return `step ${String(steps).padEnd(5)} reward ${short(reward).padEnd(8)} ` +
    `return ${short(total).padEnd(8)}`;
}

/**
 * The lines of a frame, none longer than the terminal is wide and no more than it is high.
 *
 * @param colour whether to use colours
 */
export function frameLines(
  episode: Episode,
  frame: Frame,
  size: { readonly columns: number; readonly rows: number },
  colour: boolean,
): string[] {
  const columns = Math.min(size.columns, MOST.columns);
  const rows = Math.min(size.rows - AROUND, MOST.rows);
  const cut = (line: string) => Array.from(line).slice(0, size.columns).join("");
  const words = [cut(episode.title), cut(progress(frame)).trimEnd(), cut(describe(episode, frame))];
  if (columns < LEAST.columns || rows < LEAST.rows) {
    const needed = `${LEAST.columns} x ${LEAST.rows + AROUND}`;
    return [...words, cut(`no picture: the terminal needs ${needed}`)].slice(0, size.rows);
  }
  const renderer = rendererFor(episode);
  const surface = terminalSurface(renderer, columns, rows);
  renderer.draw(surface, { ...frame, options: episode.environment.options });
  const [title, state, description] = words;
  return [title, state, ...surface.toText(colour).split("\n"), description];
}

/** A number with at most two decimals. */
function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
