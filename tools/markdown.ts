/** Pieces of Markdown that the generated documentation is made of. */

/** A row of a table. */
export type GridRow = readonly string[];

/** A table, all columns aligned to the left. */
export function grid(head: GridRow, rows: readonly GridRow[]): string {
  const line = (cells: GridRow) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}

/** The path from the project's folder to the file of an algorithm or environment. */
export function pathOf({ module }: { readonly module: string }): string {
  return module.slice(new URL("..", import.meta.url).href.length);
}
