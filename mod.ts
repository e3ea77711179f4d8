/**
 * Seedbed as a library: environments that equal Gymnasium's, algorithms, random numbers that equal
 * NumPy's, and the contracts for algorithms and environments of your own.
 *
 * @example
 * ```ts
 * import { createLearner, make, qLearning } from "./mod.ts";
 *
 * const learner = createLearner(qLearning, {
 *   makeEnvironment: () => make("FrozenLake-v1"),
 *   seed: 0,
 * });
 * learner.train(10_000);
 * const policy = learner.policy();
 * ```
 *
 * @module
 */
export { a2c } from "./algorithms/a2c.ts";
export * from "./algorithms/algorithm.ts";
export { builtinAlgorithms } from "./algorithms/builtin.ts";
export { ActionValues } from "./algorithms/common/action_values.ts";
export * from "./algorithms/common/exact.ts";
export { type PolicyTable, policyValues } from "./algorithms/common/policy_values.ts";
export type { PredictionConfig } from "./algorithms/common/predictor.ts";
export { ReplacingTraces } from "./algorithms/common/replacing_traces.ts";
export { type LinearSchedule, rateAt, type Schedule } from "./algorithms/common/schedule.ts";
export { StepSize, type StepSizeRule } from "./algorithms/common/step_size.ts";
export { type Streams, streamsOf } from "./algorithms/common/streams.ts";
export { tabularPolicy } from "./algorithms/common/tabular_policy.ts";
export { TabularTask, type Transition } from "./algorithms/common/tabular_task.ts";
export * from "./algorithms/create.ts";
export { ddpg } from "./algorithms/ddpg.ts";
export { doubleDqn } from "./algorithms/double_dqn.ts";
export { doubleQLearning } from "./algorithms/double_q_learning.ts";
export { dqn } from "./algorithms/dqn.ts";
export { duelingDqn } from "./algorithms/dueling_dqn.ts";
export { expectedSarsa } from "./algorithms/expected_sarsa.ts";
export { monteCarloControl } from "./algorithms/monte_carlo_control.ts";
export {
  monteCarloPrediction,
  type MonteCarloPredictionConfig,
} from "./algorithms/monte_carlo_prediction.ts";
export { nStepSarsa } from "./algorithms/n_step_sarsa.ts";
export {
  nStepTdPrediction,
  type NStepTdPredictionConfig,
} from "./algorithms/n_step_td_prediction.ts";
export { policyIteration, type PolicyIterationConfig } from "./algorithms/policy_iteration.ts";
export { ppo } from "./algorithms/ppo.ts";
export { qLambda } from "./algorithms/q_lambda.ts";
export { qLearning } from "./algorithms/q_learning.ts";
export { qrDqn } from "./algorithms/qr_dqn.ts";
export { randomPolicy } from "./algorithms/random_policy.ts";
export { reinforce } from "./algorithms/reinforce.ts";
export { sac } from "./algorithms/sac.ts";
export { sarsa } from "./algorithms/sarsa.ts";
export { sarsaLambda } from "./algorithms/sarsa_lambda.ts";
export { td3 } from "./algorithms/td3.ts";
export {
  tdLambdaPrediction,
  type TdLambdaPredictionConfig,
} from "./algorithms/td_lambda_prediction.ts";
export { tdPrediction } from "./algorithms/td_prediction.ts";
export { trpo } from "./algorithms/trpo.ts";
export { valueIteration, type ValueIterationConfig } from "./algorithms/value_iteration.ts";
export * from "./data/snapshot.ts";
export * from "./engine/onnx/graph.ts";
export { decodeModel, encodeModel, type OnnxModel } from "./engine/onnx/model.ts";
export * from "./envs/check_env.ts";
export * from "./envs/environment.ts";
export { type ExploringStarts, hasExploringStarts } from "./envs/exploring_starts.ts";
export * from "./envs/make.ts";
export type { MakeOptions } from "./envs/make_from_spec.ts";
export * from "./envs/registry.ts";
export type { Schema, SchemaIssue } from "./envs/schema.ts";
export * from "./envs/spaces/box.ts";
export * from "./envs/spaces/dict.ts";
export * from "./envs/spaces/discrete.ts";
export { type DiscreteIndexer, discreteIndexer } from "./envs/spaces/discrete_index.ts";
export * from "./envs/spaces/multi_binary.ts";
export * from "./envs/spaces/multi_discrete.ts";
export { SeededSpace } from "./envs/spaces/seeded_space.ts";
export * from "./envs/spaces/space.ts";
export * from "./envs/spaces/tuple.ts";
export {
  TabularEnvironment,
  type TabularInfo,
  type TabularParts,
} from "./envs/tabular_environment.ts";
export * from "./envs/tabular_model.ts";
export { generateRandomMap } from "./envs/toy_text/frozen_lake.ts";
export { CartPoleVector } from "./envs/vector/cart_pole_vector.ts";
export * from "./envs/vector/sync_vector.ts";
export * from "./envs/vector/vector_environment.ts";
export * from "./envs/wrappers/order_enforcing.ts";
export * from "./envs/wrappers/time_limit.ts";
export { Wrapper } from "./envs/wrappers/wrapper.ts";
/** Portable elementary functions: use these, not the host's, in an algorithm or environment of your own. */
export * as math from "./math/math.ts";
export * from "./random/generator.ts";
export type { Shuffleable } from "./random/order.ts";
export * from "./random/pcg64.ts";
export * from "./random/random_state.ts";
export * from "./random/seed_sequence.ts";
