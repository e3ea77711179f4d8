/**
 * Checks what the schema of result files cannot say: that their numbers agree with one another. Catches
 * files that were edited by hand or put together from two.
 */
import type {
  ControlResult,
  ControlRun,
  PredictionResult,
  ResultFile,
} from "../data/result_file.ts";

/**
 * Checks a result file that fits the schema.
 *
 * @param path its name, for messages
 * @throws Error in one line: which file, where in it, what would be right
 */
export function checkResult(result: ResultFile, path: string): void {
  const problem = commonProblem(result) ??
    (result.task === "control" ? controlProblem(result) : predictionProblem(result));
  if (problem === null) return;
  throw new Error(`${path} is unsound: ${problem}; restore it, or delete it and run again`);
}

function commonProblem({ budget, evaluation: { curveSteps }, runs }: ResultFile): string | null {
  const seeds = runs.map(({ seed }) => seed);
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (twice !== undefined) return `two runs have the seed ${twice}`;
  const rises = curveSteps.every((step, i) => i === 0 ? step === 0 : step > curveSteps[i - 1]);
  if (!rises || curveSteps.at(-1) !== budget) {
    return `evaluation.curveSteps must rise from 0 to the budget, ${budget}`;
  }
  return null;
}

function controlProblem({ evaluation, medianSeed, runs }: ControlResult): string | null {
  for (const kind of ["curve", "final"] as const) {
    const [first, last] = evaluation[`${kind}Seeds`];
    const episodes = evaluation[`${kind}Episodes`];
    if (last - first + 1 !== episodes) {
      return `evaluation.${kind}Seeds are ${first} to ${last}, which is not ${episodes} episodes`;
    }
  }
  if (!runs.some(({ seed }) => seed === medianSeed)) {
    return `medianSeed is ${medianSeed}, which no run has`;
  }
  for (const [i, run] of runs.entries()) {
    const problem = curveProblem(run, evaluation.curveSteps) ??
      (run.diverged === null ? finalProblem(run, evaluation) : divergedProblem(run));
    if (problem !== null) return `runs.${i} (seed ${run.seed}): ${problem}`;
  }
  return null;
}

function curveProblem(
  { curve, diverged, best }: ControlRun,
  steps: readonly number[],
): string | null {
  if (curve.length !== steps.length) {
    return `curve has ${curve.length} points and must have ${steps.length}`;
  }
  if (!steps.includes(best.step)) return `best.step is ${best.step}, which is not on the curve`;
  if (diverged !== null) {
    const after = curve.findIndex((value, i) => value !== null && steps[i] > diverged);
    if (after >= 0) return `curve.${after} must be null: training had diverged at ${diverged}`;
  }
  // A mean that is not finite is null too, and may have been the highest.
  const measured = diverged === null ? curve : curve.slice(0, firstNull(curve));
  if (measured.some((value) => value === null)) return null;
  const highest = measured.reduce<number>((at, value, i) => value! > measured[at]! ? i : at, 0);
  return best.step === steps[highest]
    ? null
    : `best.step is ${best.step}, but the curve is highest at ${steps[highest]}`;
}

function firstNull(values: readonly (number | null)[]): number {
  const place = values.indexOf(null);
  return place < 0 ? values.length : place;
}

function finalProblem(
  { final, best, policy }: ControlRun,
  { finalEpisodes: episodes, curveSteps }: ControlResult["evaluation"],
): string | null {
  if (policy === null) return "policy is null although training did not diverge";
  if (final.returns.length !== episodes) {
    return `final has ${final.returns.length} returns and must have ${episodes}`;
  }
  // As cells compute it: one after the other, then divided.
  let sum = 0;
  for (const value of final.returns) sum += value ?? NaN;
  const mean = Number.isFinite(sum / episodes) ? sum / episodes : null;
  if (final.mean !== mean) {
    return `final.mean is ${final.mean}, but the mean of its returns is ${mean}`;
  }
  // The last policy on the curve is the final one, and was scored on the same episodes.
  return best.step === curveSteps.at(-1) && best.mean !== mean
    ? `best.mean is ${best.mean}, but the best policy is the final one, whose mean is ${mean}`
    : null;
}

function divergedProblem({ diverged, final, exact, policy }: ControlRun): string | null {
  const isEmpty = final.mean === null && final.returns.length === 0 && exact === null &&
    policy === null;
  return isEmpty
    ? null
    : `training diverged at ${diverged}, so final, exact and policy must be empty`;
}

function predictionProblem({ evaluation, runs }: PredictionResult): string | null {
  const { curveSteps, stepSizes } = evaluation;
  for (const [i, { seed, errors }] of runs.entries()) {
    const where = `runs.${i} (seed ${seed}): errors`;
    if (errors.length !== stepSizes.length) {
      return `${where} has ${errors.length} step sizes and must have ${stepSizes.length}`;
    }
    for (const [k, curve] of errors.entries()) {
      if (curve.length !== curveSteps.length) {
        return `${where}.${k} has ${curve.length} points and must have ${curveSteps.length}`;
      }
      const negative = curve.findIndex((value) => value !== null && value < 0);
      if (negative >= 0) return `${where}.${k}.${negative} is negative`;
    }
  }
  return null;
}
