/**
 * Runs one cell: trains, measures the learning curve, scores the final and the best policy, exports
 * the final one to ONNX and checks that onnxruntime acts the same. No files, no processes, no clock.
 */
import type { Algorithm, ControlAlgorithm, PredictionAlgorithm } from "../algorithms/algorithm.ts";
import { policyReturn } from "../algorithms/common/exact.ts";
import { predictionTargets, rootMeanSquareError } from "../algorithms/common/prediction_error.ts";
import { createLearner, createPredictor } from "../algorithms/create.ts";
import { encodeModel } from "../engine/onnx/model.ts";
import type { EnvironmentSpec } from "../envs/environment.ts";
import { makeFromSpec, type MakeOptions } from "../envs/make_from_spec.ts";
import type { Snapshot } from "../envs/snapshot.ts";
import { curveSeed, evaluate, finalSeed } from "./evaluate.ts";
import type { Job } from "./job.ts";
import { checkParity, everyObservation, PolicyRecorder } from "./onnx_parity.ts";
import { policyMetadata } from "./policy_metadata.ts";
import type { ControlRun, PredictionRun } from "./results.ts";
import { sha256 } from "./sha256.ts";

/** What a cell gives: its run and, for a policy, the ONNX model. */
export interface CellResult {
  readonly run: ControlRun | PredictionRun;
  readonly model: Uint8Array | null;
}

/** What a cell needs of the world around it. */
export interface CellHooks {
  /** Hears how many steps are done. */
  progress(steps: number): void;
  /** The last checkpoint of this cell, or null. */
  load(): Promise<Snapshot | null>;
  /** Whether enough work has been done since the last checkpoint for another one. */
  checkpointDue(): boolean;
  save(snapshot: Snapshot): Promise<void>;
}

/**
 * Runs one cell from its start or its last checkpoint to its end; both give the same result.
 *
 * @throws Error if the algorithm throws or the ONNX model does not act as the policy does
 */
export async function runCell(
  algorithm: Algorithm,
  environment: EnvironmentSpec,
  job: Job,
  hooks: CellHooks,
): Promise<CellResult> {
  return algorithm.task === "control"
    ? await runControl(algorithm, environment, job, hooks)
    : runPrediction(algorithm, environment, job, hooks);
}

/** The steps at which a learning curve is measured: 0, then evenly spaced up to the budget. */
export function curveSteps(budget: number, points: number): number[] {
  const steps = Array.from({ length: points + 1 }, (_, k) => Math.round(k * budget / points));
  return [...new Set(steps)];
}

/** What a control cell knows at a point of its curve; with the learner's state, a checkpoint. */
interface ControlProgress {
  /** Mean return at each curve step so far. */
  readonly curve: number[];
  best: { step: number; curveMean: number; mean: number };
}

async function runControl(
  algorithm: ControlAlgorithm,
  spec: EnvironmentSpec,
  job: Job,
  hooks: CellHooks,
): Promise<CellResult> {
  const makeEnvironment = () => makeFromSpec(spec, job.environment.options);
  const learner = createLearner(algorithm, { makeEnvironment, seed: job.seed, config: job.config });
  const testEnvironment = makeEnvironment();
  const { curveEpisodes, finalEpisodes, curvePoints } = job.evaluation;
  let progress: ControlProgress = {
    curve: [],
    best: { step: 0, curveMean: -Infinity, mean: NaN },
  };
  const checkpoint = await hooks.load() as { learner: Snapshot; progress: ControlProgress } | null;
  if (checkpoint) {
    learner.restore(checkpoint.learner);
    progress = checkpoint.progress;
  }

  const steps = curveSteps(job.budget, curvePoints);
  for (const step of steps.slice(progress.curve.length)) {
    learner.train(step);
    const policy = learner.policy();
    const { mean } = evaluate(policy, testEnvironment, curveSeed, curveEpisodes, job.seed);
    progress.curve.push(mean);
    if (mean > progress.best.curveMean) {
      const scores = evaluate(policy, testEnvironment, finalSeed, finalEpisodes, job.seed);
      progress.best = { step, curveMean: mean, mean: scores.mean };
    }
    hooks.progress(step);
    if (hooks.checkpointDue()) {
      await hooks.save({ learner: learner.save(), progress: progress as unknown as Snapshot });
    }
  }

  const policy = learner.policy();
  const recorder = new PolicyRecorder(policy);
  const final = evaluate(recorder, testEnvironment, finalSeed, finalEpisodes, job.seed);
  const model = encodeModel(policy.toOnnx(), policyMetadata(job, policy, testEnvironment));
  const observations = testEnvironment.observationSpace.description;
  const { checked } = await checkParity(policy, model, observations, recorder.samples());

  const dynamics = testEnvironment.model;
  const table = dynamics && policy.noise === 0 ? everyObservation(policy, observations) : undefined;
  const { maxEpisodeSteps: horizon = spec.maxEpisodeSteps } = job.environment
    .options as MakeOptions;
  const run: ControlRun = {
    seed: job.seed,
    curve: progress.curve,
    final: { mean: final.mean, returns: [...final.returns] },
    exact: dynamics && table
      ? policyReturn(dynamics, table.actions as Int32Array, { horizon })
      : null,
    best: { step: progress.best.step, mean: progress.best.mean },
    policy: { sha256: await sha256(model), bytes: model.length, checked },
  };
  return { run, model };
}

function runPrediction(
  algorithm: PredictionAlgorithm,
  spec: EnvironmentSpec,
  job: Job,
  hooks: CellHooks,
): CellResult {
  const makeEnvironment = () => makeFromSpec(spec, job.environment.options);
  const predictor = createPredictor(algorithm, {
    makeEnvironment,
    seed: job.seed,
    config: job.config,
  });
  const { model } = makeEnvironment();
  if (model === undefined) {
    throw new Error(`${spec.id} has no model: its exact values are not known`);
  }
  const { discount } = job.config as { discount: number };
  const targets = predictionTargets(model, discount);
  const errors: number[][] = predictor.values().map(() => []);
  for (const episode of curveSteps(job.budget, job.evaluation.curvePoints)) {
    predictor.train(episode);
    predictor.values().forEach((values, k) => {
      errors[k].push(rootMeanSquareError(values, targets));
    });
    hooks.progress(episode);
  }
  return { run: { seed: job.seed, errors }, model: null };
}
