import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Raster } from "../../../envs/rendering/raster.ts";
import {
  type Colour,
  observationRenderer,
  rendererOf,
  type Scene,
  terminalSurface,
} from "../../../envs/rendering/mod.ts";

/** The scene of an environment as text. */
function drawn(id: string, scene: Partial<Scene>, columns: number, rows: number, colour = false) {
  const renderer = rendererOf(id) ?? observationRenderer;
  const surface = terminalSurface(renderer, columns, rows);
  renderer.draw(surface, { observation: 0, action: null, reward: 0, options: {}, ...scene });
  return surface.toText(colour);
}

/** What a terminal shows of a text with colours. */
function withoutColours(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

/** A frame as it is typed in this file: with a line break before it. */
function lines(text: string): string {
  return `\n${text}\n`;
}

Deno.test("CartPole looks like this without colours", () => {
  const observation = Float32Array.of(0.6, 0, 0.12, 0);
  assertEquals(
    lines(drawn("CartPole-v1", { observation, action: 1, reward: 1 }, 48, 12)),
    `
                          ⣀⣀⣀⣠⣄
                          ⡇  ⣿⡏
                          ⢸ ⢀⢿⠃
                          ⠈⡆⢸⡽
                           ⢣⢸⡇
                           ⠘⣿⡇
      ⣀                  ⣤⣤⣤⢿⣤⣤⡄         ⣀
      ⣿                  ⣿⠿⣿⣴⡿⢿⡗⢺⠷⠂      ⣿
⠤⠤⠤⠤⠤⠤⠿⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠬⠷⠧⠤⠼⠽⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠿⠤⠤⠤⠤⠤⠤

`,
  );
});

Deno.test("FrozenLake looks like this without colours", () => {
  assertEquals(
    lines(drawn("FrozenLake-v1", { observation: 6, action: 2 }, 32, 12)),
    `
⢰⠒⠒⠒⠒⢲⢰⠒⠒⠒⠒⢲⢰⠒⠒⠒⠒⡆⡖⠒⠒⠒⠒⡆
⢸  S ⢸⢸    ⢸⢸    ⡇⡇    ⡇
⢸⣀⣀⣀⣀⣸⢸⣀⣀⣀⣀⣸⢸⣀⣀⣀⣀⡇⣇⣀⣀⣀⣀⡇
⢰⠒⠒⠒⠒⢲⢰⣲⣶⣶⣖⢲⢰⢒⢶⢶⡒⡆⡖⣲⣶⣶⣖⡆
⢸    ⢸⢸⣿⣿⣿⣿⢾⢸⣿→⢽⢽⡇⡷⣿⣿⣿⣿⡇
⢸⣀⣀⣀⣀⣸⢸⣙⣻⣟⣋⣸⢸⣈⣛⣛⣁⡇⣇⣙⣻⣟⣋⡇
⢰⠒⠒⠒⠒⢲⢰⠒⠒⠒⠒⢲⢰⠒⠒⠒⠒⡆⡖⣲⣶⣶⣖⡆
⢸    ⢸⢸    ⢸⢸    ⡇⡷⣿⣿⣿⣿⡇
⠸⠤⠤⠤⠤⠼⠸⠤⠤⠤⠤⠼⠸⠤⠤⠤⠤⠇⠧⠽⠿⠿⠯⠇
⢸⣩⣽⣯⣍⢹⢸⠉⠉⠉⠉⢹⢸⠉⠉⠉⠉⡇⡏⢩⢭⣉⠉⡇
⢸⣿⣿⣿⣿⢾⢸    ⢸⢸    ⡇⡇⢸⠉  ⡇
⠸⠬⠿⠿⠯⠼⠸⠤⠤⠤⠤⠼⠸⠤⠤⠤⠤⠇⠧⠼⠤⠤⠤⠇
`,
  );
});

Deno.test("Taxi looks like this without colours", () => {
  const observation = ((2 * 5 + 2) * 5 + 0) * 4 + 3;
  assertEquals(
    lines(drawn("Taxi-v4", { observation, action: 2, reward: -1 }, 40, 20)),
    `
⣿⠛⠛⠛⠛⠛⠛⠛⡟⠛⠛⠛⠛⠛⠛⢻⡟⠛⠛⠛⠛⠛⠛⢻⠛⠛⠛⠛⠛⠛⠛⢻⠛⠛⠛⠛⠛⠛⠛⣿
⣿⢀R     ⡇      ⢸⡇      ⢸       ⢸ G     ⣿
⣿⢨⢭⡄    ⡇      ⢸⡇      ⢸       ⢸       ⣿
⣿⠾⠽⠇    ⡇      ⢸⡇      ⢸       ⢸       ⣿
⣿⠉⠉⠉⠉⠉⠉⠉⡎⠉⠉⠉⠉⠉⠉⢹⡏⠉⠉⠉⠉⠉⠉⢱⠉⠉⠉⠉⠉⠉⠉⢱⠉⠉⠉⠉⠉⠉⠉⣿
⣿       ⡇      ⢸⡇      ⢸       ⢸       ⣿
⣿       ⡇      ⢸⡇      ⢸       ⢸       ⣿
⣿       ⡇      ⢸⡇      ⢸       ⢸       ⣿
⣿⠉⠉⠉⠉⠉⠉⠉⡎⠉⠉⠉⠉⠉⠉⠉⡏⠉⠉⠉⠉⠉⠉⢱⠉⠉⠉⠉⠉⠉⠉⢱⠉⠉⠉⠉⠉⠉⠉⣿
⣿       ⡇       ⡇ ⣴⠒⠒⣦ ⢸       ⢸       ⣿
⣿       ⡇       ⣿⠝⠝⠖⠖⠕⠝⣿       ⢸       ⣿
⣿⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⢏⣙⣛⣉⣉⣛⣋⣹⣀⣀⣀⣀⣀⣀⣀⡸⣀⣀⣀⣀⣀⣀⣀⣿
⣿       ⣿       ⡇      ⢸⡇      ⢸       ⣿
⣿       ⣿       ⡇      ⢸⡇      ⢸       ⣿
⣿       ⣿       ⡇      ⢸⡇      ⢸       ⣿
⣿⣀⣀⣀⣀⣀⣀⣀⣿⣀⣀⣀⣀⣀⣀⣀⢇⣀⣀⣀⣀⣀⣀⣸⣇⣀⣀⣀⣀⣀⣀⡸⣀⣀⣀⣀⣀⣀⣀⣿
⣿ Y     ⣿       ⡇      ⢸⡇B     ⢸       ⣿
⣿       ⣿       ⡇      ⢸⡇   ⢠⢤⣀⢸       ⣿
⣿       ⣿       ⡇      ⢸⡇   ⢸⠁ ⢸       ⣿
⣿⣤⣤⣤⣤⣤⣤⣤⣿⣤⣤⣤⣤⣤⣤⣤⣧⣤⣤⣤⣤⣤⣤⣼⣧⣤⣤⣤⣬⣤⣤⣼⣤⣤⣤⣤⣤⣤⣤⣿
`,
  );
});

Deno.test("a picture takes no more columns and lines than it is given, and fills one of the two", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom("CartPole-v1", "Taxi-v4", "Own-v0"),
      (columns, rows, id) => {
        const renderer = rendererOf(id) ?? observationRenderer;
        const surface = terminalSurface(renderer, columns, rows);
        assert(surface.columns <= columns && surface.rows <= rows);
        assert(surface.columns === columns || surface.rows === rows);
        const observation = id === "Taxi-v4" ? 0 : new Float32Array(4);
        renderer.draw(surface, { observation, action: null, reward: 0, options: {} });
        const coloured = surface.toText(true).split("\n").map(withoutColours);
        assertEquals(
          coloured.map((line) => line.length),
          Array(surface.rows).fill(surface.columns),
        );
        const plain = surface.toText(false).split("\n");
        assertEquals(plain.length, surface.rows);
        for (const line of plain) assert(line.length <= surface.columns && !line.includes("\x1b"));
      },
    ),
    { numRuns: 60 },
  );
});

/** A surface of 4 x 2 characters on which one unit is one dot. */
function small() {
  const surface = terminalSurface({ width: 8, height: 8 }, 4, 2);
  surface.clear("#ffffff");
  return surface;
}

const black = { fill: "#000000" } as const;
const box = (x: number, y: number, width: number, height: number) =>
  [[x, y], [x + width, y], [x + width, y + height], [x, y + height]] as const;

Deno.test("dots become the braille dots, blocks and spaces of the same form", () => {
  const surface = small();
  surface.polygon(box(0, 0, 2, 4), black);
  surface.polygon(box(2, 2, 2, 2), black);
  surface.polygon(box(4, 0, 1, 4), black);
  surface.polygon(box(6, 0, 1, 1), black);
  surface.polygon(box(1, 5, 1, 2), black);
  surface.polygon(box(3, 4, 1, 2), black);
  assertEquals(withoutColours(surface.toText(true)), " ▄▌⠁\n⠰▝  ");
  assertEquals(surface.toText(false), "⣿⣤⡇⠁\n⠰⠘");
});

Deno.test("a character shows its two commonest colours, others as the nearer of the two", () => {
  const surface = small();
  const colour = (fill: Colour, x: number, y: number, width: number, height: number) =>
    surface.polygon(box(x, y, width, height), { fill });
  colour("#0000ff", 0, 0, 1, 4);
  colour("#ff0000", 1, 0, 1, 3);
  colour("#ee1111", 1, 3, 1, 1);
  const [first] = surface.toText(true).split("\n");
  // 21 is blue, 196 red, 231 white: xterm's table.
  assert(
    first.startsWith("\x1b[0;48;5;196;38;5;21m▌\x1b[0;48;5;231m   \x1b[0m"),
    JSON.stringify(first),
  );
});

Deno.test("colours are the nearest of the terminal's 256", () => {
  const index = (colour: Colour) => {
    const surface = terminalSurface({ width: 2, height: 4 }, 1, 1);
    surface.clear(colour);
    return Number(/48;5;(\d+)m/.exec(surface.toText(true))![1]);
  };
  // The table: 16 + 36 r + 6 g + b with levels 0, 95, 135, 175, 215, 255; 232 + i is the grey 8 + 10 i.
  const level = (i: number) => i === 0 ? 0 : 55 + 40 * i;
  const table = [
    ...Array.from(
      { length: 216 },
      (_, i) => [level(Math.floor(i / 36)), level(Math.floor(i / 6) % 6), level(i % 6)],
    ),
    ...Array.from({ length: 24 }, (_, i) => [8 + 10 * i, 8 + 10 * i, 8 + 10 * i]),
  ];
  const distance = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, i) => sum + (x - b[i]) * (x - b[i]), 0);
  const isNearest = (rgb: readonly number[]) => {
    const hex = rgb.map((x) => x.toString(16).padStart(2, "0")).join("");
    const least = Math.min(...table.map((entry) => distance(entry, rgb)));
    assertEquals(distance(table[index(`#${hex}`) - 16], rgb), least, hex);
  };
  for (let grey = 0; grey < 256; grey++) isNearest([grey, grey, grey]);
  const channel = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(fc.tuple(channel, channel, channel), isNearest));
});

Deno.test("text is kept as text, aligned, cut at the edges, and covered by what is drawn later", () => {
  const surface = terminalSurface({ width: 20, height: 16 }, 10, 4);
  const style = { fill: "#000000", size: 4 } as const;
  surface.clear("#ffffff");
  surface.text(10, 2, "ab", style);
  surface.text(2, 6, "cd", { ...style, align: "left" });
  surface.text(18, 10, "ef", { ...style, align: "right" });
  surface.text(20, 14, "long", style);
  assertEquals(surface.toText(false), "    ab\n cd\n       ef\n        lo");
  surface.text(10, 99, "outside", style);
  surface.circle(10, 2, 2.5, { fill: "#ffffff" });
  surface.polygon(box(4, 4, 2, 4), { fill: "#ffffff" });
  assertEquals(surface.toText(false), "\n c\n       ef\n        lo");
});

Deno.test("a raster's shapes have the area that geometry says", () => {
  const area = (paint: (raster: Raster) => void) => {
    const raster = new Raster(100, 100);
    paint(raster);
    return raster.dots.reduce((sum, dot) => sum + dot, 0);
  };
  const near = (actual: number, expected: number) =>
    assert(Math.abs(actual - expected) < 0.03 * expected, `${actual}, not about ${expected}`);
  near(area((raster) => raster.circle(50, 50, 30, 1)), Math.PI * 900);
  near(area((raster) => raster.polygon([[10, 10], [90, 10], [10, 90]], 1)), 3200);
  near(
    area((raster) => raster.line([20, 20], [80, 60], 10, 1)),
    Math.sqrt(5200) * 10 + Math.PI * 25,
  );
  near(area((raster) => raster.circle(50, 50, 30, 1, 20)), Math.PI * (900 - 400));
  // Half of the circle is outside.
  near(area((raster) => raster.circle(0, 50, 30, 1)), Math.PI * 450);
  assertEquals(area((raster) => raster.line([0, 7.5], [100, 7.5], 0.2, 1)), 100);
});
