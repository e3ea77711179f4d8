/** Sheets that compare rows: over several environments, and in pairs. */
import { leadingRule, loneSeedNotes, seedsOf } from "./leading.ts";
import type { Aggregate, AggregateRow, Estimate, Pair, Table } from "./schema.ts";
import {
  type Cell,
  cell,
  type Fact,
  fixed,
  gap,
  intervalName,
  intervalNotes,
  type Sheet,
  significant,
  withInterval,
} from "./sheet.ts";

const measures = ["iqm", "median", "mean", "optimalityGap"] as const;
const names = { iqm: "IQM", median: "median", mean: "mean", optimalityGap: "optimality gap" };

/** Normalised scores over each set of environments. */
export function aggregateSheets(table: Table): Sheet[] {
  return table.aggregates.map((aggregate) => {
    const { environments, left } = aggregate;
    const rows = [
      ...aggregate.rows.map((row) => [
        cell(row.title),
        ...measures.map((measure) => measureCell(aggregate, row, measure)),
      ]),
      ...left.map(({ entry, title, reason }) => [
        cell(title),
        ...measures.map((measure) =>
          gap(reason, { ...place(aggregate, { entry, title }), quantity: names[measure] })
        ),
      ]),
    ];
    return {
      metric: "aggregate",
      key: environments.join(" "),
      title: `${table.suite}: normalised scores over ${environments.join(", ")} [${
        intervalName(table)
      }]`,
      head: ["", ...measures.map((measure) => names[measure])],
      rows,
      bold: leadingRule,
      notes: [
        "IQM: interquartile mean of all seeds on all environments. Median and mean: over environments of " +
        "the means over seeds. Optimality gap (lower is better): by how much scores, cut at 1, fall short " +
        "of 1. " + scales(table, environments),
        ...intervalNotes(rows),
        ...loneSeedNotes(table),
      ],
    };
  });
}

function measureCell(
  aggregate: Aggregate,
  row: AggregateRow,
  measure: (typeof measures)[number],
): Cell {
  const estimate = row[measure];
  const fact = factOf(place(aggregate, row), names[measure], estimate);
  return measure === "iqm"
    ? estimateCell(estimate, row.leading, { ...fact, leading: row.leading }, shownScore)
    : estimateCell(estimate, false, fact, shownScore);
}

/** Where a number of an aggregate belongs. */
function place(
  { environments }: Aggregate,
  { entry, title }: { readonly entry: string; readonly title: string },
): Pick<Fact, "environment" | "entry" | "title"> {
  return { environment: environments.join(" "), entry, title };
}

/** What counts as 0 and as 1 on each environment. */
function scales({ environments }: Table, ids: readonly string[]): string {
  const words = (constant: "random" | "reference") => {
    const bySource = new Map<string, string[]>();
    for (const { id, normalisation } of environments) {
      if (normalisation === null || !ids.includes(id)) continue;
      const { value, source } = normalisation[constant];
      bySource.set(source, [...bySource.get(source) ?? [], `${id} ${significant(value)}`]);
    }
    return [...bySource].map(([source, values]) => `${source} (${values.join(", ")})`).join("; ");
  };
  return `0 is the ${words("random")}. 1 is the ${words("reference")}.`;
}

/** The probability that a run of the row scores higher than one of the column, for each set of environments. */
export function improvementSheets(table: Table): Sheet[] {
  return table.aggregates.filter(({ rows }) => rows.length > 1).map((aggregate) => {
    const { environments } = aggregate;
    const rows = aggregate.rows.map((row) => [
      cell(row.title),
      ...aggregate.rows.map((other) => improvementCell(aggregate, row, other)),
    ]);
    return {
      metric: "improvement",
      key: environments.join(" "),
      title:
        `${table.suite}: probability that a run of the row scores higher than one of the column, ` +
        `over ${environments.join(", ")} [${intervalName(table)}]`,
      head: ["", ...aggregate.rows.map(({ title }) => title)],
      rows,
      bold: "the interval lies above 0.5.",
      notes: [
        "Mean over environments; ties count half.",
        ...intervalNotes(rows),
        ...loneSeedNotes(table),
      ],
    };
  });
}

function improvementCell(aggregate: Aggregate, row: AggregateRow, other: AggregateRow): Cell {
  if (row.entry === other.entry) return cell("");
  const { improvement } = aggregate;
  const forth = improvement.find(({ x, y }) => x === row.entry && y === other.entry);
  const back = improvement.find(({ x, y }) => y === row.entry && x === other.entry);
  const estimate = forth !== undefined
    ? { value: forth.probability, interval: forth.interval }
    : mirrored(back!);
  const fact = factOf(place(aggregate, row), "probability of improvement", estimate);
  const isSure = (estimate.interval[0] ?? 0) > 0.5;
  return estimateCell(estimate, isSure, { ...fact, against: other.entry }, shownProbability);
}

/** The same comparison seen from the other side. */
function mirrored(
  { probability, interval: [low, high] }: Aggregate["improvement"][number],
): Estimate {
  const other = (value: number | null) => value === null ? null : 1 - value;
  return { value: 1 - probability, interval: [other(high), other(low)] };
}

/** The declared pairs, a sheet for each environment. */
export function pairSheets(table: Table): Sheet[] {
  const ids = [...new Set(table.pairs.map(({ environment }) => environment))];
  return ids.map((id) => {
    const rows = table.pairs.filter(({ environment }) => environment === id)
      .map((pair) => pairRow(table, pair));
    return {
      metric: "pairs",
      key: id,
      title: `${table.suite}, ${id}: pairs of rows`,
      head: [
        "",
        "difference of mean returns",
        "probability of improvement",
        "Welch p",
        "permutation p",
      ],
      rows,
      bold: "the interval of the difference leaves out 0.",
      notes: [
        `First row less second, [${
          intervalName(table)
        }]. Probability of improvement: that a run of the ` +
        "first row returns more than one of the second. p-values are two-sided and not corrected for the " +
        "number of comparisons.",
        ...intervalNotes(rows),
        ...loneSeedNotes(table),
      ],
    };
  });
}

function pairRow(table: Table, pair: Pair): Cell[] {
  const { environment, entry, against, title, question, difference, improvement } = pair;
  const rows = table.environments.filter(({ id }) => id === environment)
    .flatMap(({ control }) => control.filter((row) => [entry, against].includes(row.entry)));
  // A difference that does not exist, and rows that are not whole, say so.
  const reason = rows.some(({ diverged }) => diverged.length > 0) ? "diverged" : "not finite";
  const seeds = (name: string) => rows.find((row) => row.entry === name)!.seeds.length;
  const missing = rows.some((row) => row.seeds.length < seedsOf(table))
    ? ` (${seeds(entry)} against ${seeds(against)} of ${seedsOf(table)} seeds)`
    : "";
  const of = { environment, entry, title };
  const fact = (quantity: string, estimate: Estimate) => ({
    ...factOf(of, quantity, estimate),
    against,
    note: question + missing,
  });
  const [low, high] = difference.interval;
  const isSure = low !== null && high !== null && (low > 0 || high < 0);
  const p = (name: string, value: number | null) => {
    const facts = [fact(name, { value, interval: [null, null] })];
    return value === null ? cell("undefined", facts, "gap") : cell(shortP(value), facts);
  };
  return [
    cell(title + missing),
    estimateCell(difference, isSure, fact("difference of means", difference), significant, reason),
    estimateCell(
      improvement,
      false,
      fact("probability of improvement", improvement),
      shownProbability,
      "not finite", // Runs that diverged can be ranked.
    ),
    p("Welch p", pair.welch),
    p("permutation p", pair.permutation),
  ];
}

function shortP(value: number): string {
  return value > 0 && value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}

const shownScore = fixed(3);
const shownProbability = fixed(2);

function estimateCell(
  { value, interval }: Estimate,
  isBold: boolean,
  fact: Fact,
  shown: (value: number) => string,
  reason = "diverged", // In aggregates: rows with scores that are no numbers have no estimates there.
): Cell {
  if (value === null) {
    return cell(reason, [{ ...fact, note: reason }], reason === "diverged" ? "diverged" : "gap");
  }
  const hasInterval = interval.some((end) => end !== null);
  const text = hasInterval ? withInterval(value, interval, shown) : shown(value);
  return cell(text, [fact], isBold ? "bold" : "plain");
}

function factOf(
  place: Pick<Fact, "environment" | "entry" | "title">,
  quantity: string,
  { value, interval: [low, high] }: Estimate,
): Fact {
  return { ...place, quantity, value, low, high };
}
