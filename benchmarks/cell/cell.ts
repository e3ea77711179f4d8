/**
 * Runs one cell: trains, measures the learning curve, scores the final and the best policy, exports
 * the final one to ONNX and checks that onnxruntime acts the same. No files, no processes, no clock.
 *
 * Training that comes upon a number that is not finite ends there. That is a result, not a failure:
 * the run says at which step, and has no final policy.
 */
import type {
  Algorithm,
  ControlAlgorithm,
  PredictionAlgorithm,
} from "../../algorithms/algorithm.ts";
import { policyReturn } from "../../algorithms/common/exact.ts";
import {
  predictionTargets,
  rootMeanSquareError,
} from "../../algorithms/common/prediction_error.ts";
import { createLearner, createPredictor } from "../../algorithms/create.ts";
import { encodeModel } from "../../engine/onnx/model.ts";
import type { EnvironmentSpec } from "../../envs/environment.ts";
import { makeFromSpec, type MakeOptions } from "../../envs/make_from_spec.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { actionTable } from "./action_table.ts";
import { curveSeed, evaluate, finalSeed } from "./evaluate.ts";
import type { Job } from "./job.ts";
import { checkParity } from "./onnx_parity.ts";
import { policyMetadata } from "./policy_metadata.ts";
import { PolicyRecorder } from "./policy_recorder.ts";
import type { ControlRun, PredictionRun } from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";

/** What a cell gives: its run and, where there is a final policy, its ONNX model. */
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
export function runCell(
  algorithm: Algorithm,
  environment: EnvironmentSpec,
  job: Job,
  hooks: CellHooks,
): Promise<CellResult> {
  return algorithm.task === "control"
    ? runControl(algorithm, environment, job, hooks)
    : runPrediction(algorithm, environment, job, hooks);
}

/** The steps at which a learning curve is measured: 0, then evenly spaced up to the budget. */
export function curveSteps(budget: number, points: number): number[] {
  const steps = Array.from({ length: points + 1 }, (_, k) => Math.round(k * budget / points));
  return [...new Set(steps)];
}

/** What a control cell knows at a point of its curve; with the learner's state, a checkpoint. */
type ControlProgress = {
  /** Mean return at each curve step so far. */
  readonly curve: number[];
  best: { step: number; curveMean: number; mean: number };
};

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
    checkSteps(algorithm, learner.steps, step, learner.diverged);
    const policy = learner.policy();
    if (learner.diverged || policy.finite === false) {
      return divergedRun(learner.steps, job, progress);
    }
    const { mean } = evaluate(policy, testEnvironment, curveSeed, curveEpisodes, job.seed);
    progress.curve.push(mean);
    if (mean > progress.best.curveMean) {
      const scores = evaluate(policy, testEnvironment, finalSeed, finalEpisodes, job.seed);
      progress.best = { step, curveMean: mean, mean: scores.mean };
    }
    hooks.progress(step);
    if (hooks.checkpointDue()) {
      await hooks.save({ learner: learner.save(), progress });
    }
  }

  const policy = learner.policy();
  const recorder = new PolicyRecorder(policy);
  const final = evaluate(recorder, testEnvironment, finalSeed, finalEpisodes, job.seed);
  const model = encodeModel(policy.toOnnx(), policyMetadata(job, policy, testEnvironment));
  const observations = testEnvironment.observationSpace.description;
  const { checked } = await checkParity(policy, model, observations, recorder.samples());

  const dynamics = testEnvironment.model;
  const table = dynamics && actionTable(policy, testEnvironment);
  const { maxEpisodeSteps: horizon = spec.maxEpisodeSteps } = job.environment
    .options as MakeOptions;
  const run: ControlRun = {
    seed: job.seed,
    diverged: null,
    curve: progress.curve,
    final: { mean: final.mean, returns: [...final.returns] },
    exact: dynamics && table ? policyReturn(dynamics, table, { horizon }) : null,
    best: { step: progress.best.step, mean: progress.best.mean },
    policy: { sha256: await sha256(model), bytes: model.length, checked },
  };
  return { run, model };
}

/** The result of a run that diverged after so many steps. */
function divergedRun(diverged: number, job: Job, progress: ControlProgress): CellResult {
  const { curve, best } = progress;
  const points = curveSteps(job.budget, job.evaluation.curvePoints);
  const run: ControlRun = {
    seed: job.seed,
    diverged,
    curve: points.map((_, k) => curve[k] ?? null),
    final: { mean: null, returns: [] },
    exact: null,
    best: { step: best.step, mean: best.mean },
    policy: null,
  };
  return { run, model: null };
}

/** A budget that is not spent exactly would make rows incomparable; only divergence ends a run before. */
function checkSteps({ name, unit }: Algorithm, done: number, asked: number, diverged = false) {
  if (done === asked) return;
  if (diverged && Number.isInteger(done) && done >= 0 && done < asked) return;
  throw new Error(`${name}: train(${asked}) must end at ${asked} ${unit}, not at ${done}`);
}

async function runPrediction(
  algorithm: PredictionAlgorithm,
  spec: EnvironmentSpec,
  job: Job,
  hooks: CellHooks,
): Promise<CellResult> {
  const { config, seed } = job;
  const makeEnvironment = () => makeFromSpec(spec, job.environment.options);
  const predictor = createPredictor(algorithm, { makeEnvironment, seed, config });
  const { model } = makeEnvironment();
  if (model === undefined) {
    throw new Error(`${spec.id} has no model: its exact values are not known`);
  }
  const targets = predictionTargets(model, (config as { discount: number }).discount);
  /** Per point of the curve, the error at each step size. */
  const errors: number[][] = [];
  const checkpoint = await hooks.load() as { predictor: Snapshot; errors: number[][] } | null;
  if (checkpoint) {
    predictor.restore(checkpoint.predictor);
    errors.push(...checkpoint.errors);
  }
  for (const episode of curveSteps(job.budget, job.evaluation.curvePoints).slice(errors.length)) {
    predictor.train(episode);
    checkSteps(algorithm, predictor.episodes, episode);
    errors.push(predictor.values().map((values) => rootMeanSquareError(values, targets)));
    hooks.progress(episode);
    if (hooks.checkpointDue()) await hooks.save({ predictor: predictor.save(), errors });
  }
  const perStepSize = errors[0].map((_, k) => errors.map((point) => point[k]));
  return { run: { seed, errors: perStepSize }, model: null };
}
