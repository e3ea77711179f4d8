/**
 * What `deno task verify:platforms` computes on every platform: small runs that touch everything a
 * result is made of. Bundled to one file, it runs in Deno and in a browser: it uses no files,
 * permissions or clock, and prints one line of JSON, the hash of each run by its name.
 */
import type { ControlAlgorithm, PredictionAlgorithm } from "../../algorithms/algorithm.ts";
import { builtinAlgorithms } from "../../algorithms/builtin.ts";
import { policyReturn } from "../../algorithms/common/exact.ts";
import {
  predictionTargets,
  rootMeanSquareError,
} from "../../algorithms/common/prediction_error.ts";
import { createLearner, createPredictor } from "../../algorithms/create.ts";
import { curveSeed, evaluate, finalSeed } from "../../benchmarks/cell/evaluate.ts";
import { everyObservation } from "../../benchmarks/cell/onnx_parity.ts";
import { sha256 } from "../../data/sha256.ts";
import { make } from "../../envs/make.ts";
import ppo from "../../results/quick/CartPole-v1/ppo.json" with { type: "json" };
import frozenLake from "../../results/quick/FrozenLake-v1/q_learning.json" with { type: "json" };
import sac from "../../results/quick/Pendulum-v1/sac.json" with { type: "json" };
import randomWalk from "../../results/quick/RandomWalk19-v0/td_prediction.json" with {
  type: "json",
};
import { WEIGHTS_HASH, weightsHash } from "../../tests/engine/bit_exact_workload.ts";

/** The parts of a published result that say how to get it again. */
interface Published {
  readonly algorithm: string;
  readonly config: unknown;
  readonly environment: { readonly id: string };
}

/** A published result of an algorithm that acts. */
type PublishedControl = typeof frozenLake | typeof ppo | typeof sac;

/**
 * The first run of a published control result, trained and scored again.
 *
 * @param points stops after so many points of the learning curve, without final scores
 */
async function control(published: PublishedControl, points?: number): Promise<string> {
  const { evaluation, environment: { maxEpisodeSteps }, runs: [{ seed }] } = published;
  const { algorithm, options, test } = prepared<ControlAlgorithm>(published, seed);
  const learner = createLearner(algorithm, options);
  const curve = evaluation.curveSteps.slice(0, points).map((step) => {
    learner.train(step);
    return evaluate(learner.policy(), test, curveSeed, evaluation.curveEpisodes, seed).mean;
  });
  if (points !== undefined) return await sha256(JSON.stringify({ curve }));
  const policy = learner.policy();
  const final = evaluate(policy, test, finalSeed, evaluation.finalEpisodes, seed);
  const every = everyObservation(policy, test.observationSpace.description);
  const exact = test.model && every
    ? policyReturn(test.model, every.actions as Int32Array, { horizon: maxEpisodeSteps })
    : null;
  return await sha256(JSON.stringify({ curve, final, exact }));
}

/** The first run of a published prediction result, computed again. */
async function prediction(published: typeof randomWalk): Promise<string> {
  const { evaluation, config: { discount }, runs: [{ seed }] } = published;
  const { algorithm, options, test } = prepared<PredictionAlgorithm>(published, seed);
  const predictor = createPredictor(algorithm, options);
  const targets = predictionTargets(test.model!, discount);
  const errors: number[][] = predictor.values().map(() => []);
  for (const episode of evaluation.curveSteps) {
    predictor.train(episode);
    predictor.values().forEach((values, k) => {
      errors[k].push(rootMeanSquareError(values, targets));
    });
  }
  return await sha256(JSON.stringify({ errors }));
}

function prepared<A>({ algorithm: name, config, environment: { id } }: Published, seed: number) {
  const makeEnvironment = () => make(id);
  return {
    algorithm: builtinAlgorithms.find((algorithm) => algorithm.name === name) as A,
    options: { makeEnvironment, seed, config },
    test: makeEnvironment(),
  };
}

/** Of SAC's curve: an update on every step is slow under emulation. */
const sacPoints = 3;

/** The same hashes as they are known: of published results, and the engine's from its test. */
async function publishedHashes(): Promise<Record<string, string>> {
  const [{ errors }] = randomWalk.runs;
  const scores = ({ runs: [{ curve, final, exact }] }: PublishedControl) =>
    sha256(JSON.stringify({ curve, final, exact }));
  return {
    engine: WEIGHTS_HASH,
    q_learning: await scores(frozenLake),
    ppo: await scores(ppo),
    sac: await sha256(JSON.stringify({ curve: sac.runs[0].curve.slice(0, sacPoints) })),
    td_prediction: await sha256(JSON.stringify({ errors })),
  };
}

console.log(JSON.stringify({
  computed: {
    engine: await weightsHash(),
    q_learning: await control(frozenLake),
    ppo: await control(ppo),
    sac: await control(sac, sacPoints),
    td_prediction: await prediction(randomWalk),
  },
  published: await publishedHashes(),
}));
