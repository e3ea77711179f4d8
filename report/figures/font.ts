/**
 * The figures' font, Source Sans 3, from its pinned package: its files for drawing PNG, and the widths of
 * its letters for placing labels, so that neither depends on the fonts of the machine.
 */

/** The two weights that figures use. */
export type Weight = "regular" | "bold";

/** What viewers without the font fall back on comes after it. */
export const fontFamily = "Source Sans 3, Helvetica, Arial, sans-serif";

const places: Readonly<Record<Weight, string>> = {
  regular: "@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf",
  bold: "@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf",
};

/** The font files of all weights. */
export function fontFiles(): Uint8Array[] {
  return (Object.keys(places) as Weight[]).map(fontFile);
}

function fontFile(weight: Weight): Uint8Array {
  return Deno.readFileSync(new URL(import.meta.resolve(places[weight])));
}

/** Widths of characters as parts of the font size. */
type Widths = ReadonlyMap<number, number>;

const widths: Partial<Record<Weight, Widths>> = {};

/** How wide a text is, in the unit of `size`; kerning is left out. */
export function textWidth(text: string, size: number, weight: Weight = "regular"): number {
  const known = widths[weight] ??= readWidths(fontFile(weight));
  let width = 0;
  for (const character of text) width += known.get(character.codePointAt(0)!) ?? 0.6;
  return width * size;
}

/** Reads the tables `cmap` (format 4, which all fonts have) and `hmtx` of a TrueType file. */
export function readWidths(file: Uint8Array): Widths {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const record = 12 + 16 * i;
    const name = String.fromCharCode(...file.subarray(record, record + 4));
    tables.set(name, view.getUint32(record + 8));
  }
  const unitsPerEm = view.getUint16(tables.get("head")! + 18);
  const metrics = view.getUint16(tables.get("hhea")! + 34);
  const hmtx = tables.get("hmtx")!;
  const advance = (glyph: number) => view.getUint16(hmtx + 4 * Math.min(glyph, metrics - 1));

  const cmap = tables.get("cmap")!;
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, i) => cmap + view.getUint32(cmap + 4 + 8 * i + 4),
  );
  const format4 = subtables.find((offset) => view.getUint16(offset) === 4);
  if (format4 === undefined) throw new Error("the font file has no character map of format 4");
  const found = new Map<number, number>();
  const twiceSegments = view.getUint16(format4 + 6);
  for (let segment = 0; segment < twiceSegments; segment += 2) {
    const endAt = format4 + 14 + segment;
    const startAt = endAt + twiceSegments + 2;
    const deltaAt = startAt + twiceSegments;
    const rangeAt = deltaAt + twiceSegments;
    const [end, start] = [view.getUint16(endAt), view.getUint16(startAt)];
    const [delta, range] = [view.getUint16(deltaAt), view.getUint16(rangeAt)];
    for (let code = start; code <= end && code < 0xffff; code++) {
      const listed = range === 0 ? code : view.getUint16(rangeAt + range + 2 * (code - start));
      const glyph = range !== 0 && listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) found.set(code, advance(glyph) / unitsPerEm);
    }
  }
  return found;
}
