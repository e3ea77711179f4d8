/** The captions of figures as LaTeX: one environment for each figure, ready to be copied into a paper. */
import { column, type Figure } from "./figure.ts";

/** LaTeX for all figures. It includes the PNG files; SVG files need the package svg and Inkscape. */
export function captionsLatex(figures: readonly Figure[]): string {
  return figures.map(({ name, caption, inches }) => {
    // Wider than a column: over both.
    const environment = inches > column ? "figure*" : "figure";
    return `\\begin{${environment}}
\\centering
\\includegraphics[width=\\linewidth]{${name}.png}
\\caption{${escaped(caption)}}
\\label{fig:${name}}
\\end{${environment}}
`;
  }).join("\n");
}

/** What LaTeX needs written otherwise; Greek letters because older LaTeX does not take them. */
const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "$<$",
  ">": "$>$",
  "α": "$\\alpha$",
  "λ": "$\\lambda$",
};

function escaped(text: string): string {
  return text.replaceAll(
    /[\\~^<>αλ]|[&%$#_{}]/g,
    (character) => special[character] ?? `\\${character}`,
  );
}
