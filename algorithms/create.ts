/** From an algorithm to a run of it: checks the configuration, derives the random streams, makes the learner. */
import type { Environment } from "../envs/environment.ts";
import type {
  Algorithm,
  ControlAlgorithm,
  Learner,
  PredictionAlgorithm,
  Predictor,
} from "./algorithm.ts";
import { streamsOf } from "./common/streams.ts";

/** What a run is made of, beside the algorithm. */
export interface RunOptions {
  /** Makes a training environment; called at least once. */
  readonly makeEnvironment: () => Environment;
  /** Whole number >= 0: the same seed gives the same run, bit for bit. */
  readonly seed: number | bigint;
  /** Configuration; what is left out takes the algorithm's default. */
  readonly config?: unknown;
}

/**
 * Makes a learner.
 *
 * @throws TypeError if the configuration does not fit, naming the key
 * @throws RangeError if the environment's spaces are not what the algorithm needs
 *
 * @example
 * ```ts
 * import { createLearner } from "./create.ts";
 * import { qLearning } from "./q_learning.ts";
 * import { make } from "../envs/make.ts";
 *
 * const learner = createLearner(qLearning, {
 *   makeEnvironment: () => make("FrozenLake-v1", { isSlippery: false }),
 *   seed: 0,
 * });
 * learner.train(10_000);
 * const policy = learner.policy();
 * ```
 */
export function createLearner<Config>(
  algorithm: ControlAlgorithm<Config>,
  options: RunOptions,
): Learner {
  return algorithm.create(contextOf(algorithm, options));
}

/**
 * Makes a predictor.
 *
 * @throws TypeError if the configuration does not fit, naming the key
 */
export function createPredictor<Config>(
  algorithm: PredictionAlgorithm<Config>,
  options: RunOptions,
): Predictor {
  return algorithm.create(contextOf(algorithm, options));
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws TypeError in one line: which algorithm, which key, what would be right
 */
export function checkConfig<Config>(algorithm: Algorithm<Config>, config: unknown): Config {
  const parsed = algorithm.config.safeParse(config ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue.path.length > 0 ? `"${issue.path.join(".")}": ` : "";
  throw new TypeError(`configuration of ${algorithm.name}: ${where}${issue.message}`);
}

function contextOf<Config>(algorithm: Algorithm<Config>, options: RunOptions) {
  return {
    makeEnvironment: options.makeEnvironment,
    config: checkConfig(algorithm, options.config),
    streams: streamsOf(options.seed),
  };
}
