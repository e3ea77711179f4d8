/** Sheets as Markdown. */
import { type Cell, notesOf, type Sheet } from "./sheet.ts";
import { type Provenance, provenanceText } from "./sheets.ts";

/** Tables with their notes; where the numbers come from stands once, at the end. */
export function sheetsMarkdown(sheets: readonly Sheet[], provenance: Provenance): string {
  const digest = `\`${provenance.digest}\``;
  return [
    ...sheets.flatMap((sheet) => [
      `**${sheet.title}**`,
      grid(sheet.head, sheet.rows),
      notesOf(sheet),
    ]),
    `*${provenanceText(provenance, digest)}*`,
  ].join("\n\n") + "\n";
}

function grid(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `| --- |${" ---: |".repeat(head.length - 1)}`;
  const body = rows.map((row) => line(row.map(written)));
  return [line(head.map(escaped)), rule, ...body].join("\n");
}

function written({ text, mark }: Cell): string {
  return mark === "bold" ? `**${escaped(text)}**` : escaped(text);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\|*`<]/g, "\\$&");
}
