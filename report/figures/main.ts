/** The command line of figures: `deno task figures SUITE`. */
import { Argument, Command, Option } from "commander";
import { folder, publishedResults, runCommand } from "../../benchmarks/options.ts";
import { writeAtomically } from "../../data/atomic_file.ts";
import { prettyJson } from "../../data/json.ts";
import { orderOf, readResults } from "../read_results.ts";
import { checkedTable } from "../table/checked_table.ts";
import { captionsLatex } from "./captions_latex.ts";
import { type Figure, figuresOf, pngOf, svgOf } from "./mod.ts";

/** How a figure is written: the file's ending and its content. */
const formats: Readonly<
  Record<string, { ending: string; contentOf(figure: Figure): Promise<string | Uint8Array> }>
> = {
  svg: { ending: "svg", contentOf: svgOf },
  png: { ending: "png", contentOf: async (figure) => await pngOf(await svgOf(figure)) },
  vega: { ending: "vl.json", contentOf: (figure) => Promise.resolve(prettyJson(figure.spec)) },
};

interface Options {
  readonly format: string;
  readonly out: string;
  readonly results: string;
}

/** Writes the figures of a suite; returns the exit code: 0 done, 1 a failure, 2 wrong usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("figures", async () => {
    const command = new Command("figures")
      .description("Draws the figures of a suite, from its result files.")
      .addArgument(new Argument("<suite>", "which suite"))
      .addOption(
        new Option("--format <name>", "svg, png with 300 dots per inch, or vega (Vega-Lite)")
          .choices(Object.keys(formats)).default("svg"),
      )
      .addOption(
        new Option("--out <folder>", "where to write").argParser(folder)
          .default(folder("figures"), "figures"),
      )
      .option("--results <folder>", "where the results are", folder, publishedResults)
      .allowExcessArguments(false)
      .exitOverride()
      .configureOutput({ outputError: () => {} })
      .parse(args, { from: "user" });
    const { format, out, results } = command.opts<Options>();
    const suite = command.args[0];
    const { table, digest } = await checkedTable(results, suite);
    const figures = figuresOf({ table, digest }, await readResults(results, suite, orderOf(table)));
    const { ending, contentOf } = formats[format];
    for (const figure of figures) {
      const path = `${out}/${figure.name}.${ending}`;
      await writeAtomically(path, await contentOf(figure));
      console.log(path);
    }
    const path = `${out}/${suite}-captions.tex`;
    await writeAtomically(path, captionsLatex(figures));
    console.log(path);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
