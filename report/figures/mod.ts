/** The figures of suites, and those that the documentation shows. */
import type { ResultFile } from "../../data/result_file.ts";
import { orderOf, readResults } from "../read_results.ts";
import { readStoredTable } from "../table/table_file.ts";
import { aggregatesFigure } from "./aggregates.ts";
import type { Source } from "./captions.ts";
import type { Figure } from "./figure.ts";
import { improvementFigure } from "./improvement.ts";
import { learningCurvesFigure } from "./learning_curves.ts";
import { efficiencyFigure, profilesFigure } from "./over_environments.ts";
import { pairsFigure } from "./pairs.ts";
import { episodesFigure, stepSizesFigure } from "./prediction.ts";
import { svgOf } from "./render.ts";

export type { Figure } from "./figure.ts";
export { pngOf, svgOf } from "./render.ts";

/**
 * All figures that a suite has.
 *
 * @param results the results that the table was made from
 */
export function figuresOf(source: Source, results: readonly ResultFile[]): Figure[] {
  const control = results.filter((result) => result.task === "control");
  const prediction = results.filter((result) => result.task === "prediction");
  const figures = [
    learningCurvesFigure(source, control),
    aggregatesFigure(source),
    profilesFigure(source, control),
    improvementFigure(source),
    efficiencyFigure(source, control),
    pairsFigure(source),
    stepSizesFigure(source),
    episodesFigure(source, prediction),
  ];
  return figures.filter((figure) => figure !== undefined);
}

/** Where published results are, from the project's folder. */
const publishedResults = "results";

/**
 * Reads a suite's table and results and makes its figures.
 *
 * @throws Error in one line if results are missing or damaged, or the table is not of them
 */
export async function readFigures(suite: string): Promise<Figure[]> {
  const { table, digest } = await readStoredTable(publishedResults, suite);
  const results = await readResults(publishedResults, suite, orderOf(table));
  return figuresOf({ table, digest }, results);
}

/** The suites whose figures the documentation shows: all but the one for trying things out. */
const documented = ["classic", "tabular", "prediction", "ablation"];

/**
 * The files of `docs/figures/`: the figures as SVG and a page that shows them all.
 *
 * @returns content by path
 */
export async function figureFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const page: string[] = [
    "# Figures",
    "Drawn from the checked-in results by `deno task figures SUITE`, which also gives them as PNG with " +
    "300 dots per inch and as Vega-Lite specifications, with captions for LaTeX.",
  ];
  for (const suite of documented) {
    page.push(`## ${suite}`);
    for (const figure of await readFigures(suite)) {
      files.set(`docs/figures/${figure.name}.svg`, await svgOf(figure));
      page.push(`![${figure.title}](${figure.name}.svg)`, figure.caption);
    }
  }
  files.set("docs/figures/README.md", page.join("\n\n") + "\n");
  return files;
}
