/** Sheets as text for a terminal: aligned columns, folded to its width, coloured if wanted. */
import { styleText } from "node:util";
import { type Cell, isBlank, type Mark, notesOf, type Sheet } from "./sheet.ts";
import { type Provenance, provenanceText } from "./sheets.ts";

/** How text is laid out. */
export interface TextStyle {
  /** Characters in a line; what does not fit follows in a second block. */
  readonly width: number;
  readonly isColoured: boolean;
}

/** For files and pipes, whatever the terminal. */
export const plainStyle: TextStyle = { width: 100, isColoured: false };

/**
 * How standard output wants text: as wide as the terminal, coloured if it is one. FORCE_COLOR asks for
 * colours anywhere, NO_COLOR for none (https://no-color.org).
 */
export function terminalStyle(): TextStyle {
  const isTerminal = Deno.stdout.isTerminal();
  const force = Deno.env.get("FORCE_COLOR") ?? "";
  const isWanted = force !== "" ? force !== "0" : isTerminal && !Deno.env.get("NO_COLOR");
  // A terminal that does not know its size, as under `script` or in a container, says 0.
  const columns = isTerminal ? Deno.consoleSize().columns : 0;
  return { width: columns > 0 ? columns : plainStyle.width, isColoured: isWanted };
}

/** Tables with their notes; where the numbers come from stands once, at the end. */
export function sheetsText(
  sheets: readonly Sheet[],
  provenance: Provenance,
  style: TextStyle,
): string {
  const wrap = (text: string) => painted(wrapped(text, style.width), "gap", style);
  return [
    ...sheets.flatMap((sheet) => [
      painted(wrapped(sheet.title, style.width), "bold", style),
      folded([
        sheet.head.map((text) => ({ text, mark: "plain" as const })),
        ...sheet.rows.map((row) => starred(row, style)),
      ], style),
      wrap(notesOf(sheet, style.isColoured ? "Bold" : "*")),
    ]),
    wrap(provenanceText(provenance)),
  ].join("\n\n") + "\n";
}

/** Without bold type a star marks the rows that lead. */
function starred(row: readonly Cell[], { isColoured }: TextStyle): readonly Cell[] {
  if (isColoured) return row;
  return row.map((cell) => cell.mark === "bold" ? { ...cell, text: `* ${cell.text}` } : cell);
}

type Grid = readonly (readonly Pick<Cell, "text" | "mark">[])[];

/** Aligned columns, as many side by side as fit; each block repeats the first column. */
function folded(grid: Grid, style: TextStyle): string {
  const widths = grid[0].map((_, column) =>
    Math.max(...grid.map((row) => row[column].text.length))
  );
  return columnBlocks(widths, style.width).map((columns) => aligned(grid, columns, widths, style))
    .join("\n\n");
}

/**
 * Which columns stand side by side: each block starts with the first column and has as many others as
 * fit, at least one, and no block many more than another.
 */
export function columnBlocks(widths: readonly number[], width: number): number[][] {
  const columns = widths.length - 1;
  const fewest = filledBlocks(widths, width, columns).length;
  return filledBlocks(widths, width, Math.ceil(columns / fewest));
}

function filledBlocks(widths: readonly number[], width: number, most: number): number[][] {
  const blocks: number[][] = [];
  let room = 0;
  for (let column = 1; column < widths.length; column++) {
    if (blocks.length === 0 || widths[column] + 2 > room || blocks.at(-1)!.length > most) {
      blocks.push([0]);
      room = width - widths[0];
    }
    blocks.at(-1)!.push(column);
    room -= widths[column] + 2;
  }
  return blocks;
}

/** The given columns of a grid; rows with nothing in them are left out. */
function aligned(
  grid: Grid,
  columns: readonly number[],
  widths: readonly number[],
  style: TextStyle,
): string {
  const line = (row: Grid[number]) =>
    columns.map((c, place) => {
      const { text, mark } = row[c];
      const space = " ".repeat(widths[c] - text.length);
      const shown = painted(text, mark, style);
      if (c > 0) return space + shown;
      return place === columns.length - 1 ? shown : shown + space;
    }).join("  ").trimEnd();
  const rows = grid.slice(1).filter((row) => !isBlank(row, columns));
  const rule = columns.map((c) => "-".repeat(widths[c])).join("  ");
  return [line(grid[0]), rule, ...rows.map(line)].join("\n");
}

const formats = { bold: "bold", gap: "dim", diverged: "red" } as const;

function painted(text: string, mark: Mark, { isColoured }: TextStyle): string {
  if (!isColoured || mark === "plain" || text === "") return text;
  return styleText(formats[mark], text, { validateStream: false });
}

/** Breaks lines at spaces. */
function wrapped(text: string, width: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
