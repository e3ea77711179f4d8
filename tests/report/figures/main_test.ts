import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { compile, type TopLevelSpec } from "vega-lite";
import { captionsLatex } from "../../../report/figures/captions_latex.ts";
import { main } from "../../../report/figures/main.ts";
import { existing } from "../../benchmarks/published.ts";

const canRun = (await Deno.permissions.query({ name: "write", path: "." })).state === "granted" &&
  (await Deno.permissions.query({ name: "read", path: "." })).state === "granted" &&
  (await Deno.permissions.query({ name: "env" })).state === "granted";

/** Runs the command; what it prints. */
async function run(...args: string[]): Promise<{ code: number; out: string[]; errors: string[] }> {
  const [log, error] = [console.log, console.error];
  const out: string[] = [], errors: string[] = [];
  console.log = (text: string) => out.push(text);
  console.error = (text: string) => errors.push(text);
  try {
    return { code: await main(args), out, errors };
  } finally {
    [console.log, console.error] = [log, error];
  }
}

Deno.test({
  name:
    "figures are written in each format, with captions, and the checked-in ones are the same bytes",
  ignore: !canRun,
  async fn() {
    const out = await Deno.makeTempDir();
    try {
      for (const [format, ending] of [["svg", "svg"], ["png", "png"], ["vega", "vl.json"]]) {
        const result = await run("prediction", "--format", format, "--out", out);
        assertEquals(result, {
          code: 0,
          out: [
            `${out}/prediction-step-sizes.${ending}`,
            `${out}/prediction-episodes.${ending}`,
            `${out}/prediction-captions.tex`,
          ],
          errors: [],
        });
      }
      // Made by another process, perhaps on another machine.
      for (const kind of ["step-sizes", "episodes"]) {
        const svg = await Deno.readTextFile(`${out}/prediction-${kind}.svg`);
        assert(
          svg === existing(`docs/figures/prediction-${kind}.svg`),
          `${kind}: run deno task docs`,
        );
        const spec = JSON.parse(await Deno.readTextFile(`${out}/prediction-${kind}.vl.json`));
        assert(compile(spec as TopLevelSpec).spec.marks!.length > 0);
      }
      const png = await Deno.readFile(`${out}/prediction-episodes.png`);
      assertEquals([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
      const latex = await Deno.readTextFile(`${out}/prediction-captions.tex`);
      assertStringIncludes(latex, "\\includegraphics[width=\\linewidth]{prediction-episodes.png}");
      assertMatch(latex, /\\caption\{.*95 \\% intervals.*table [0-9a-f]{12}\.\}/);
      assertStringIncludes(latex, "$\\alpha$");
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

Deno.test({
  name: "wrong usage is one line that says what would be right",
  ignore: !canRun,
  async fn() {
    for (
      const [args, message] of [
        [[], /^figures: missing required argument 'suite'$/],
        [["clasic"], /^figures: unknown suite "clasic": did you mean classic\?$/],
        [["classic", "tabular"], /^figures: too many arguments/],
        [
          ["classic", "--format", "jpg"],
          /^figures: option '--format <name>' .*jpg.* is invalid\. Allowed choices are svg, png, vega\.$/,
        ],
        [["classic", "--size", "3"], /^figures: unknown option '--size'$/],
      ] as const
    ) {
      const { code, out, errors } = await run(...args);
      assertEquals([code, out, errors.length], [2, [], 1], args.join(" "));
      assertMatch(errors[0], message);
    }
  },
});

Deno.test("captions are escaped for LaTeX; wide figures go over both columns", () => {
  const figure = {
    name: "a-b",
    title: "",
    caption: "50 % of {x_1} & α < λ \\ ~",
    inches: 7,
    spec: { data: { values: [] }, mark: "point" },
  } as const;
  const [wide, narrow] = [7, 3.3].map((inches) => captionsLatex([{ ...figure, inches }]));
  assertStringIncludes(
    wide,
    "\\caption{50 \\% of \\{x\\_1\\} \\& $\\alpha$ $<$ $\\lambda$ \\textbackslash{} \\textasciitilde{}}",
  );
  assertStringIncludes(wide, "\\begin{figure*}");
  assertStringIncludes(narrow, "\\begin{figure}");
});
