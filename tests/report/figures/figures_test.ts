import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import type { ControlResult, ResultFile } from "../../../data/result_file.ts";
import { learningCurves, sampleEfficiency } from "../../../report/curves.ts";
import { aggregatesFigure } from "../../../report/figures/aggregates.ts";
import { type Figure, figuresOf } from "../../../report/figures/mod.ts";
import { svgOf } from "../../../report/figures/render.ts";
import type { PairNames } from "../../../report/table/pairs.ts";
import { control, prediction, tableFrom } from "../results.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";
const digest = "0123456789abcdef".repeat(4);

/** All data of a specification, layer by layer. */
function dataOf({ spec }: Figure): Record<string, unknown>[][] {
  const found: Record<string, unknown>[][] = [];
  const visit = (part: unknown) => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      if (key === "data") found.push((value as { values: Record<string, unknown>[] }).values);
      else visit(value);
    }
  };
  visit(spec);
  return found;
}

/** The rows of all layers whose data have these fields. */
function rowsWith(figure: Figure, ...fields: string[]): Record<string, unknown>[] {
  return dataOf(figure).filter(([first]) => first && fields.every((field) => field in first))
    .flat();
}

/** Curves that go up, so that nothing is flat. */
function rising(result: ControlResult): ControlResult {
  return {
    ...result,
    runs: result.runs.map((run) => ({
      ...run,
      curve: run.curve.map((value, i) =>
        run.diverged !== null && i > 0 ? null : value ?? run.seed + i
      ),
    })),
  };
}

const worlds = ["A-v0", "B-v0"].map((id) => ({ id }));
const rows: Record<string, readonly (number | null | "diverged")[]> = {
  dqn: [7, 8, 9, 10, 9],
  "dqn-no_target": ["diverged", 3, 4, 5, 6],
  ppo: ["diverged", "diverged", "diverged", 4, 5],
  sarsa: [1, 2, null, 4, 5],
  random_policy: [0, 0.1, -0.1, 0.2, 0],
};
const results: readonly ResultFile[] = [
  ...worlds.flatMap((world) =>
    Object.entries(rows).map(([entry, means]) => rising(control(entry, means, world)))
  ),
  // A seed only, and an environment without the others.
  rising(control("sac", [6], { id: "C-v0" })),
];
const pairs: readonly PairNames[] = [
  { entry: "dqn", against: "dqn-no_target", title: "DQN: target or none", question: "?" },
];

async function draw(plan: { pairs?: readonly PairNames[] } = {}, of = results) {
  const table = await tableFrom(of, plan);
  return { table, figures: figuresOf({ table, digest }, of) };
}

/** Those of the results above, made once. */
let made: ReturnType<typeof draw> | undefined, madeWithPairs: ReturnType<typeof draw> | undefined;
const drawn = () => made ??= draw();
const drawnWithPairs = () => madeWithPairs ??= draw({ pairs });

const find = (figures: readonly Figure[], kind: string) => {
  const figure = figures.find(({ name }) => name === `example-${kind}`);
  assert(figure, `${kind} is among ${figures.map(({ name }) => name).join(", ")}`);
  return figure;
};

Deno.test({
  name: "a suite has the figures that its table gives reason for, no more",
  ignore: !canRead,
  async fn() {
    const names = (figures: readonly Figure[]) => figures.map(({ name }) => name);
    assertEquals(names((await drawn()).figures), [
      "example-learning-curves",
      "example-aggregates",
      "example-profiles",
      "example-improvement",
      "example-sample-efficiency",
    ]);
    assertEquals(names((await drawnWithPairs()).figures).at(-1), "example-pairs");
    const one = [rising(control("dqn", [1, 2], worlds[0]))];
    assertEquals(names((await draw({}, one)).figures), ["example-learning-curves"]);
    const predicted = [prediction("td_prediction")];
    assertEquals(names((await draw({}, predicted)).figures), ["example-episodes"]);
  },
});

Deno.test({
  name: "all figures of odd results are drawn without a warning, the same bytes each time",
  ignore: !canRead,
  async fn() {
    for (
      const { figures } of [await drawnWithPairs(), await draw({}, [prediction("td_prediction")])]
    ) {
      for (const figure of figures) {
        const svg = await svgOf(figure);
        assert(!/NaN|Infinity|undefined|null/.test(svg), figure.name);
        assert(await svgOf(figure) === svg, figure.name);
      }
    }
  },
});

Deno.test({
  name: "captions name suite, table, seeds, episodes and the method of intervals",
  ignore: !canRead,
  async fn() {
    for (const { caption } of (await drawnWithPairs()).figures) {
      assertStringIncludes(caption, "Seedbed, suite example, table 0123456789ab.");
      assert(/\bseeds \(0 to 4\)/.test(caption), caption);
      assert(/plays [12] episodes? .* seeds [12] to 2/.test(caption), caption);
      // Curves are not measured on the episodes of the tables: their levels differ.
      assertEquals(
        caption.includes(" at each point "),
        caption.includes("; final scores are of 2 others"),
        caption,
      );
      assertStringIncludes(caption, "percentile bootstrap over seeds, stratified by environment");
      assert(/ (2000|50000) resamples, seed 0/.test(caption), caption);
    }
  },
});

Deno.test({
  name: "what is missing is said: seeds, rows that cannot be compared, divergence",
  ignore: !canRead,
  async fn() {
    const { figures } = await drawn();
    const curves = find(figures, "learning-curves");
    assertStringIncludes(curves.caption, "1 to 5 seeds");
    assertStringIncludes(curves.caption, "A seed whose training diverged counts as worse");
    assertStringIncludes(JSON.stringify(curves.spec), "SAC (1 of 5 seeds)");
    for (const kind of ["aggregates", "profiles", "improvement", "sample-efficiency"]) {
      const { caption } = find(figures, kind);
      assertStringIncludes(caption, "Left out: SARSA (A-v0: a return is not finite");
    }
    const sound = ["A-v0", "B-v0"].map((id) => rising(control("dqn", [1, 2], { id })));
    for (const { caption } of (await draw({}, sound)).figures) {
      assert(!/Left out|diverged/.test(caption), caption);
    }
  },
});

Deno.test({
  name: "learning curves draw the curves' numbers, gaps as gaps, and no random policy",
  ignore: !canRead,
  async fn() {
    const { figures } = await drawn();
    const points = rowsWith(find(figures, "learning-curves"), "entry", "x", "y", "low", "high");
    const curves = learningCurves(results.filter((result) => result.task === "control"));
    const shown = curves.filter(({ entry }) => entry !== "random_policy");
    // Each layer of bands and each of lines has all points.
    assertEquals(points.length, 2 * shown.length * 3);
    for (const { entry, steps, iqm, high } of shown) {
      const expected = new Set(
        steps.map((x, i) => JSON.stringify([x, iqm[i], iqm[i] === null ? null : high[i]])),
      );
      for (const point of points.filter((point) => point.entry === entry && point.y === null)) {
        assertEquals([point.low, point.high], [null, null]);
      }
      const found = points.filter((point) => point.entry === entry)
        .map(({ x, y, high }) => JSON.stringify([x, y, high]));
      for (const point of expected) assert(found.includes(point), `${entry} ${point}`);
    }
    assert(points.some(({ entry, y }) => entry === "ppo" && y === null));
    assert(!points.some(({ entry }) => entry === "random_policy"));
  },
});

Deno.test({
  name: "aggregates draw the table's numbers; what diverged is said, not drawn",
  ignore: !canRead,
  async fn() {
    const { table, figures } = await drawn();
    const points = rowsWith(find(figures, "aggregates"), "value", "low", "high");
    const [{ rows }] = table.aggregates;
    for (const statistic of ["iqm", "median", "mean", "optimalityGap"] as const) {
      for (const { entry, [statistic]: { value, interval } } of rows) {
        if (entry === "random_policy") continue;
        const [low, high] = value === null ? [null, null] : interval;
        assert(
          points.some((p) =>
            p.entry === entry && p.value === value && p.low === low && p.high === high
          ),
          `${statistic} of ${entry}`,
        );
      }
    }
    assert(points.some(({ entry, value }) => entry === "ppo" && value === null));
    assertEquals(points.length, 4 * (rows.length - 1));
  },
});

Deno.test({
  name: "each panel of the aggregates draws the statistic that its axis names",
  ignore: !canRead,
  async fn() {
    const { table } = await drawn();
    const [{ rows, ...aggregate }, ...more] = table.aggregates;
    const estimate = (value: number) => ({ value, interval: [value, value] as const });
    const changed = {
      iqm: estimate(0.1),
      median: estimate(0.2),
      mean: estimate(0.3),
      optimalityGap: estimate(0.4),
    };
    const withChanged = rows.map((row) => row.entry === "dqn" ? { ...row, ...changed } : row);
    const aggregates = [{ ...aggregate, rows: withChanged }, ...more];
    const figure = aggregatesFigure({ table: { ...table, aggregates } as typeof table, digest })!;
    const values = rowsWith(figure, "value").filter(({ entry }) => entry === "dqn")
      .map(({ value }) => value);
    assertEquals(values, [0.1, 0.2, 0.3, 0.4]);
    const titles = [...JSON.stringify(figure.spec).matchAll(/"title":"([a-z][^"]*)"/g)]
      .map(([, title]) => title);
    assertEquals(titles, [
      "interquartile mean",
      "median",
      "mean",
      "optimality gap (less is better)",
    ]);
  },
});

Deno.test({
  name: "sample efficiency draws the curves' numbers against the part of the budget",
  ignore: !canRead,
  async fn() {
    const { table, figures } = await drawn();
    const points = rowsWith(find(figures, "sample-efficiency"), "entry", "x", "y", "low");
    const control = results.filter((result) => result.task === "control");
    const known = sampleEfficiency(table, control).flatMap(({ rows }) => rows)
      .filter(({ algorithm }) => algorithm !== "random_policy");
    assert(known.length > 1);
    for (const { entry, fractions, iqm, high } of known) {
      fractions.forEach((x, i) =>
        assert(
          points.some((p) =>
            p.entry === entry && p.x === x && p.y === iqm[i] &&
            p.high === (iqm[i] === null ? null : high[i])
          ),
          `${entry} at ${x}`,
        )
      );
    }
  },
});

Deno.test({
  name: "the matrix draws each probability of improvement and its complement",
  ignore: !canRead,
  async fn() {
    const { table, figures } = await drawn();
    const cells = rowsWith(find(figures, "improvement"), "row", "column", "probability");
    const [{ rows, improvement }] = table.aggregates;
    const order = rows.filter(({ entry }) => entry !== "random_policy")
      .sort((a, b) => (b.iqm.value ?? -Infinity) - (a.iqm.value ?? -Infinity))
      .map(({ entry }) => entry);
    const known = improvement.filter(({ x, y }) => order.includes(x) && order.includes(y));
    assertEquals(cells.length, 2 * known.length);
    for (const { x, y, probability, interval: [low, high] } of known) {
      const [a, b] = [order.indexOf(x) + 1, order.indexOf(y) + 1];
      const cell = cells.find(({ row, column }) => row === a && column === b);
      assertEquals(cell?.probability, probability);
      assertEquals(cell?.isClear, low! > 0.5 || high! < 0.5);
      const other = cells.find(({ row, column }) => row === b && column === a);
      assertAlmostEquals(other?.probability as number, 1 - probability);
    }
  },
});

Deno.test({
  name: "pairs draw the table's differences and probabilities",
  ignore: !canRead,
  async fn() {
    const { table, figures } = await drawnWithPairs();
    const points = rowsWith(find(figures, "pairs"), "value", "low", "high", "isClear");
    assertEquals(points.length, 2 * table.pairs.length);
    for (const { difference, improvement } of table.pairs) {
      for (const { value, interval: [low, high] } of [difference, improvement]) {
        const ends = value === null ? [null, null] : [low, high];
        assert(points.some((p) => p.value === value && p.low === ends[0] && p.high === ends[1]));
      }
    }
  },
});

Deno.test({
  name: "prediction figures draw means over seeds; what overflowed is a gap",
  ignore: !canRead,
  async fn() {
    const { figures } = await draw({}, [prediction("td_prediction")]);
    const points = rowsWith(find(figures, "episodes"), "entry", "x", "y", "low", "high");
    const of = (entry: string) =>
      points.filter((point) => point.entry === entry).slice(0, 3).map(({ y }) => y);
    const [first, second, third] = of("td_prediction 0.1") as number[];
    assertEquals([first, second], [9, 0.6]);
    assertAlmostEquals(third, 0.4);
    assertEquals(of("td_prediction 0.5")[1], null);
    // Half the width of the interval: 1.96 standard errors of two values 0.2 apart.
    const { low, high } = points.find(({ entry, x }) => entry === "td_prediction 0.1" && x === 1)!;
    assertAlmostEquals((high as number) - (low as number), 2 * 1.96 * 0.1);
  },
});

Deno.test({
  name: "many step sizes: the error of each, its row's own panel for a method with a parameter",
  ignore: !canRead,
  async fn() {
    const sizes = [0.1, 0.2, 0.3, 0.4, 0.5];
    const tried = (entry: string, title: string): ResultFile => {
      const result = prediction(entry);
      const errors = sizes.map((size) => [9, size, size]);
      errors[4] = [9, 1e40, 1e40];
      return {
        ...result,
        title,
        evaluation: { ...result.evaluation, stepSizes: sizes },
        runs: result.runs.map(({ seed }) => ({ seed, errors })),
      };
    };
    const of = [
      tried("td_prediction", "TD(0)"),
      tried("n_step_td_prediction-n1", "1-step TD"),
      tried("n_step_td_prediction-n2", "2-step TD"),
    ];
    const { table, figures } = await draw({}, of);
    const figure = find(figures, "step-sizes");
    assertEquals(table.environments[0].prediction[0].errors.slice(0, 4), sizes.slice(0, 4));
    const points = rowsWith(figure, "entry", "x", "y", "low", "high");
    for (const [x, y] of [[0.1, 0.1], [0.4, 0.4], [0.5, 1e40]]) {
      assert(points.some((point) => point.x === x && point.y === y), `${x}`);
    }
    assertStringIncludes(JSON.stringify(figure.spec), '"subtitle":"TD(0)"');
    assertStringIncludes(JSON.stringify(figure.spec), '"text":"n-step TD"');
    // Nothing is drawn so far away that a renderer gives up.
    const far = [...(await svgOf(figure)).matchAll(/,(-?[\d.e+]+)/g)].map(([, y]) => Number(y));
    assert(Math.max(...far.map(Math.abs)) < 10_000);
  },
});

Deno.test({
  name: "panels: rows by group, or what pairs connect",
  ignore: !canRead,
  async fn() {
    const [grouped] = (await drawn()).figures;
    const [paired] = (await drawnWithPairs()).figures;
    assertStringIncludes(JSON.stringify(grouped.spec), "DQN family");
    assertStringIncludes(JSON.stringify(paired.spec), '"subtitle":"(a)"');
  },
});
