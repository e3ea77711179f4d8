/**
 * The table of a suite: what its result files say, in numbers that can be quoted. Made from the result
 * files alone, so that anyone can make it again.
 */
import { canonicalJson } from "../../data/json.ts";
import type { ControlResult, PredictionResult, ResultFile } from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";
import type { SealedResult } from "../read_results.ts";
import { referencesOf } from "../references.ts";
import { aggregatesOf } from "./aggregates.ts";
import { intervals } from "./intervals.ts";
import { withLeaders } from "./leading.ts";
import { type PairNames, pairsOf } from "./pairs.ts";
import { controlRows, predictionRow } from "./rows.ts";
import type { EnvironmentTable, NotApplicable, Table } from "./schema.ts";

/** What a table is made from. */
export interface TableSource {
  readonly suite: string;
  /** Its result files, checked, in the order of the rows. */
  readonly results: readonly SealedResult[];
  /** Pairs of the matrix that do not fit, with the reason. */
  readonly notApplicable: readonly NotApplicable[];
  /** Rows to compare. */
  readonly pairs: readonly PairNames[];
}

/**
 * Makes a suite's table.
 *
 * @throws Error in one line if the results were not scored alike, or differ in what they say of an environment
 */
export async function tableOf(
  { suite, results, notApplicable, pairs }: TableSource,
): Promise<Table> {
  const control = results.filter(isControl);
  const ids = [...new Set(results.map(({ result }) => result.environment.id))];
  const environments = ids.map((id) =>
    environmentOf(results.filter(({ result }) => result.environment.id === id))
  );
  const scored = control.map(({ result }) => result);
  const files = new Map(results.map(({ result, sha256 }) => [pathOf(result), sha256]));
  return withLeaders({
    format: "seedbed-table/2",
    suite,
    results: { files: results.length, sha256: await digestOfFiles(files) },
    evaluation: evaluationOf(scored),
    intervals,
    environments,
    aggregates: aggregatesOf(environments, scored),
    pairs: pairsOf(pairs, scored),
    notApplicable: [...notApplicable],
  });
}

const isControl = (file: SealedResult): file is SealedResult<ControlResult> =>
  file.result.task === "control";
const isPrediction = (file: SealedResult): file is SealedResult<PredictionResult> =>
  file.result.task === "prediction";

/** Path of a result file in its suite's folder. */
function pathOf({ environment, entry }: ResultFile): string {
  return `${environment.id}/${entry}.json`;
}

/**
 * What binds a table to its files: the digest of what `sha256sum` prints for them.
 *
 * @param files by path, each with the digest of its bytes
 */
export function digestOfFiles(files: ReadonlyMap<string, string>): Promise<string> {
  const sorted = [...files].sort(([a], [b]) => a < b ? -1 : 1);
  return sha256(sorted.map(([path, digest]) => `${digest}  ${path}\n`).join(""));
}

function environmentOf(files: readonly SealedResult[]): EnvironmentTable {
  const [first, ...others] = files.map(({ result }) => result);
  for (const other of others) {
    if (canonicalJson(other.environment) === canonicalJson(first.environment)) continue;
    throw new Error(
      `${first.suite}/${pathOf(first)} and ${
        pathOf(other)
      } describe the environment differently: ` +
        "run both again with the same code",
    );
  }
  const control = files.filter(isControl);
  const references = referencesOf(first.environment, control.map(({ result }) => result));
  const { id, options, maxEpisodeSteps, optimum, random } = first.environment;
  return {
    id,
    options,
    maxEpisodeSteps,
    optimum,
    random,
    ...references,
    control: controlRows(control, references),
    prediction: files.filter(isPrediction).map(predictionRow),
  };
}

/** Returns can be compared only if all policies were scored on the same episodes. */
function evaluationOf(results: readonly ControlResult[]): Table["evaluation"] {
  const plans = results.map(({ evaluation }) => {
    const { finalEpisodes, finalSeeds, curveEpisodes, curveSeeds } = evaluation;
    return { finalEpisodes, finalSeeds, curveEpisodes, curveSeeds };
  });
  const other = plans.findIndex((plan) => canonicalJson(plan) !== canonicalJson(plans[0]));
  if (other > 0) {
    throw new Error(
      `${results[0].suite}/${pathOf(results[0])} and ${pathOf(results[other])} were scored on ` +
        "different episodes: run both again with the same suite",
    );
  }
  return plans[0] ?? null;
}
