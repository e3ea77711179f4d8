/**
 * What a suite's page knows beside its tables, as plain data that is embedded in it: the rows' places in
 * the field, the curves, and of each cell what it takes to replay its policy and to train it again.
 */
import type { Algorithm } from "../../algorithms/algorithm.ts";
import { builtinAlgorithms } from "../../algorithms/builtin.ts";
import { canonicalJson } from "../../data/json.ts";
import type {
  ControlResult,
  ControlRun,
  PredictionResult,
  ResultFile,
} from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";
import { mean, standardDeviation } from "../../stats/aggregate.ts";
import { type Curve, learningCurves, type SampleEfficiency, sampleEfficiency } from "../curves.ts";
import { type Style, stylesOf } from "../palette.ts";
import { orNull } from "../table/rows.ts";
import type { EnvironmentTable, PredictionRow, Table } from "../table/schema.ts";
import type { RowPlace } from "./view.ts";

/** All data of a page. */
export interface PageData {
  readonly suite: string;
  /** In the order of the tables. */
  readonly rows: readonly Row[];
  readonly environments: readonly PageEnvironment[];
  readonly cells: readonly Cell[];
  /** Normalised scores against the part of the budget that is spent, for each aggregate. */
  readonly efficiency: readonly SampleEfficiency[];
}

/** A row of the tables. */
export interface Row extends RowPlace {
  /** What the algorithm is, in a sentence or two; empty if it is a user's. */
  readonly description: string;
  /** Where the algorithm was published. */
  readonly published: string;
  /** Whether it trains a network. */
  readonly network: boolean;
  /** How its lines look, in light and in dark. */
  readonly style: Style;
  /** Whether its lines need marks: a network's, where the table that it has its colour from is shown too. */
  readonly isMarked: boolean;
}

/** What the charts of an environment show beside the curves. */
export type PageEnvironment = Pick<EnvironmentTable, "id" | "optimum" | "threshold">;

/** One row on one environment. */
export type Cell = ControlCell | PredictionCell;

interface CellBase {
  /** Path of the result file as seen from the page. */
  readonly path: string;
  /** SHA-256 of the canonical JSON of each seed's run, as published. */
  readonly runDigests: readonly string[];
}

/** A control algorithm on an environment. */
export interface ControlCell extends CellBase {
  readonly task: "control";
  /** The result file but for its runs. */
  readonly result: Omit<ControlResult, "runs">;
  readonly runs: readonly PageRun[];
  /** Over all seeds. */
  readonly curve: Curve;
  /** The policy of the seed with the median score; null if that one has diverged. */
  readonly policy: {
    /** Path of the ONNX file as seen from the page. */
    readonly path: string;
    /** The file itself, in base64. */
    readonly onnx: string;
    readonly sha256: string;
    readonly bytes: number;
    /** Its return in each of the final episodes. */
    readonly returns: readonly (number | null)[];
  } | null;
}

/** What a page shows of a run. */
export type PageRun = Pick<ControlRun, "seed" | "diverged" | "curve" | "exact" | "best"> & {
  readonly final: number | null;
};

/** A prediction algorithm on an environment. */
export interface PredictionCell extends CellBase {
  readonly task: "prediction";
  /** The result file but for its runs. */
  readonly result: Omit<PredictionResult, "runs">;
  readonly seeds: readonly number[];
  /** Per step size: the mean over episodes and seeds as in the table, and its standard error. */
  readonly averages: readonly {
    readonly error: number | null;
    readonly standardError: number | null;
  }[];
  /** Per step size and point of the curve: the mean over seeds, and its standard error. */
  readonly errors: readonly (readonly (number | null)[])[];
  readonly standardErrors: readonly (readonly (number | null)[])[];
}

/** A page's files beside it, by environment and entry. */
export interface Files {
  /** Path of a file of the results as seen from the page. */
  link(path: string): string;
  /** The bytes of a cell's ONNX file. */
  policy(environment: string, entry: string): Uint8Array;
}

/** Collects a page's data. */
export async function pageData(
  table: Table,
  results: readonly ResultFile[],
  files: Files,
): Promise<PageData> {
  const control = results.filter((result) => result.task === "control");
  const curves = new Map(
    learningCurves(control).map((curve) => [`${curve.environment}/${curve.entry}`, curve]),
  );
  return {
    suite: table.suite,
    rows: rowsOf(table),
    environments: table.environments.map(({ id, optimum, threshold }) => ({
      id,
      optimum,
      threshold,
    })),
    cells: await Promise.all(
      results.map((result) =>
        result.task === "control"
          ? controlCell(result, curves.get(`${result.environment.id}/${result.entry}`)!, files)
          : predictionCell(result, rowOfTable(table, result), files)
      ),
    ),
    efficiency: sampleEfficiency(table, control),
  };
}

/** The rows of a table, each once, in order, with their places in the field. */
export function rowsOf({ environments }: Table): Row[] {
  const rows = new Map(
    environments.flatMap(({ control, prediction }) =>
      [...control, ...prediction].map((row) => [row.entry, row] as const)
    ),
  );
  const styles = stylesOf(rows.values());
  const known = ({ algorithm }: { algorithm: string }): Algorithm | undefined =>
    builtinAlgorithms.find(({ name }) => name === algorithm);
  const isNetwork = (row: { algorithm: string }) =>
    known(row)?.taxonomy.observations.includes("continuous") ?? true;
  const hasTables = [...rows.values()].some((row) => !isNetwork(row));
  return [...rows.values()].map((row) => {
    const { entry, title, algorithm } = row;
    const facts = known(row);
    return {
      entry,
      title,
      algorithm,
      learns: facts?.taxonomy.family ?? "not stated",
      updates: facts?.taxonomy.update ?? "not stated",
      policy: facts?.taxonomy.policy ?? "not stated",
      description: facts?.description ?? "",
      network: isNetwork(row),
      published: facts?.source ?? "",
      style: styles.get(entry)!,
      isMarked: hasTables && isNetwork(row) && !styles.get(entry)!.filled,
    };
  });
}

async function controlCell(
  result: ControlResult,
  { iqm, low, high }: Curve,
  files: Files,
): Promise<ControlCell> {
  const { runs, ...rest } = result;
  const id = result.environment.id;
  const path = `${result.suite}/${id}/${result.entry}`;
  const median = runs.find(({ seed }) => seed === result.medianSeed)!;
  return {
    task: "control",
    path: files.link(`${path}.json`),
    runDigests: await digestsOf(runs),
    result: rest,
    runs: runs.map(({ seed, diverged, curve, final, exact, best }) => ({
      seed,
      diverged,
      curve,
      final: final.mean,
      exact,
      best,
    })),
    curve: { iqm, low, high },
    policy: median.policy && {
      path: files.link(`${path}.onnx`),
      onnx: files.policy(id, result.entry).toBase64(),
      sha256: median.policy.sha256,
      bytes: median.policy.bytes,
      returns: median.final.returns,
    },
  };
}

function rowOfTable(table: Table, { environment: { id }, entry }: PredictionResult): PredictionRow {
  return table.environments.find((environment) => environment.id === id)!.prediction
    .find((row) => row.entry === entry)!;
}

async function predictionCell(
  result: PredictionResult,
  row: PredictionRow,
  files: Files,
): Promise<PredictionCell> {
  const { runs, ...rest } = result;
  const { stepSizes, curveSteps } = result.evaluation;
  const samples = stepSizes.map((_, k) =>
    curveSteps.map((_, point) => runs.map(({ errors }) => errors[k][point] ?? NaN))
  );
  return {
    task: "prediction",
    path: files.link(`${result.suite}/${result.environment.id}/${result.entry}.json`),
    runDigests: await digestsOf(runs),
    result: rest,
    seeds: runs.map(({ seed }) => seed),
    averages: row.errors.map((error, k) => ({ error, standardError: row.standardErrors[k] })),
    errors: samples.map((points) => points.map((errors) => orNull(mean(errors)))),
    standardErrors: samples.map((points) =>
      points.map((errors) => orNull(standardDeviation(errors) / Math.sqrt(errors.length)))
    ),
  };
}

function digestsOf(runs: ResultFile["runs"]): Promise<string[]> {
  return Promise.all(runs.map((run) => sha256(canonicalJson(run))));
}
