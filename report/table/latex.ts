/**
 * Sheets as LaTeX: floats with booktabs rules, a caption, a label and a note, to be taken in with
 * `\input`. What is wider than a line is folded into several floats, and shrunk for the rest.
 */
import { type Cell, isBlank, notesOf, type Sheet } from "./sheet.ts";
import { type Provenance, provenanceText } from "./sheets.ts";
import { columnBlocks } from "./text.ts";

/** Characters in the line of a float: what is a little wider is shrunk to the width of the page. */
const width = 116;

/** Floats, each whole in itself: every one says where its numbers come from. */
export function sheetsLatex(sheets: readonly Sheet[], provenance: Provenance): string {
  const { suite, digest } = provenance;
  const source = escaped(provenanceText(provenance, "DIGEST"))
    .replace("DIGEST", `\\texttt{${breakable(digest)}}`);
  return [
    `% Seedbed: tables of suite ${suite}, table.json with SHA-256 ${digest}.`,
    "% Needs \\usepackage{booktabs,graphicx}; take it in with \\input.",
    ...sheets.flatMap((sheet) => floats(sheet, suite, source)),
  ].join("\n") + "\n";
}

function floats(sheet: Sheet, suite: string, source: string): string[] {
  const widths = sheet.head.map((head, column) =>
    Math.max(
      head.length,
      ...sheet.rows.map((row) => row[column].mark === "gap" ? 0 : row[column].text.length),
    )
  );
  const blocks = columnBlocks(widths, width);
  return blocks.map((columns, part) => {
    const many = blocks.length > 1 ? ` (${part + 1} of ${blocks.length})` : "";
    return float(sheet, columns, escaped(sheet.title + many), labelOf(sheet, suite, part), source);
  });
}

function labelOf({ metric, key }: Sheet, suite: string, part: number): string {
  const words = ["tab:seedbed", suite, metric, key, part === 0 ? "" : String(part + 1)];
  return words.filter((word) => word !== "").join("-").replaceAll(/[^A-Za-z0-9:-]+/g, "-");
}

function float(
  sheet: Sheet,
  columns: readonly number[],
  caption: string,
  label: string,
  source: string,
): string {
  const { head, rows } = sheet;
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  const shown = rows.filter((row) => !isBlank(row, columns));
  const gaps = gapLetters(shown.flatMap((row) => columns.map((c) => row[c])));
  const reasons = [...gaps].map(([reason, letter]) => `$^{${letter}}$ ${escaped(reason)}.`);
  return String.raw`
\begin{table}[tbp]
\centering
\footnotesize
\caption{${caption}}
\label{${label}}
\par\smallskip
\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%
\begin{tabular}{@{}l${"r".repeat(columns.length - 1)}@{}}
\toprule
${line(columns.map((c) => escaped(head[c])))}
\midrule
${shown.map((row) => line(columns.map((c) => written(row[c], gaps)))).join("\n")}
\bottomrule
\end{tabular}}
\par\smallskip
\begin{minipage}{\linewidth}\scriptsize
${[...reasons, escaped(notesOf(sheet)), source].join(" ")}
\end{minipage}
\end{table}`;
}

/** Reasons for gaps are long: a letter stands in the cell, and the reason under the table. */
function gapLetters(cells: readonly Cell[]): ReadonlyMap<string, string> {
  const reasons = new Set(cells.filter(isLongGap).map(({ text }) => text));
  return new Map([...reasons].map((reason, i) => [reason, (i + 10).toString(36)]));
}

const isLongGap = ({ mark, text }: Cell) => mark === "gap" && text.length > 10;

function written(cell: Cell, gaps: ReadonlyMap<string, string>): string {
  if (isLongGap(cell)) return `--$^{${gaps.get(cell.text)}}$`;
  return cell.mark === "bold" ? `\\textbf{${escaped(cell.text)}}` : escaped(cell.text);
}

const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "±": "$\\pm$",
  // A bracket at the start of a line would be taken for an option of the one before.
  "[": "{[}",
  "]": "{]}",
  "<": "$<$",
  ">": "$>$",
  '"': "''",
  "|": "\\textbar{}",
  "`": "\\textasciigrave{}",
};

/** Greek letters, from the one of this code point on: pdfLaTeX has them in mathematics only. */
const alpha = "\u03b1".codePointAt(0)!;
const greek =
  ("alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi mathit{o} pi rho " +
    "varsigma sigma tau upsilon varphi chi psi omega").split(" ");

/** Text as LaTeX shows it unchanged; a minus before a number becomes a true one. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\\~^±[\]<>"|`]|[&%$#_{}]/g, (character) => special[character] ?? `\\${character}`)
    .replaceAll(/[α-ω]/g, (letter) => `$\\${greek[letter.codePointAt(0)! - alpha]}$`)
    .replaceAll(/(^|[ (\]},/]|\{\[\})-(?=\d)/g, "$1$$-$$")
    .replaceAll("--", "-{}-"); // Or they would become a dash.
}

/** A digest that may be broken at the end of a line. */
function breakable(digest: string): string {
  return digest.match(/.{1,8}/g)!.join("\\allowbreak ");
}
