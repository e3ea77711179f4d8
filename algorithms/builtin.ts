/** The list of all algorithms that come with Seedbed: a new one is added here. */
import type { Algorithm } from "./algorithm.ts";
import { doubleQLearning } from "./double_q_learning.ts";
import { expectedSarsa } from "./expected_sarsa.ts";
import { monteCarloControl } from "./monte_carlo_control.ts";
import { monteCarloPrediction } from "./monte_carlo_prediction.ts";
import { nStepSarsa } from "./n_step_sarsa.ts";
import { nStepTdPrediction } from "./n_step_td_prediction.ts";
import { policyIteration } from "./policy_iteration.ts";
import { qLambda } from "./q_lambda.ts";
import { qLearning } from "./q_learning.ts";
import { randomPolicy } from "./random_policy.ts";
import { sarsa } from "./sarsa.ts";
import { sarsaLambda } from "./sarsa_lambda.ts";
import { tdLambdaPrediction } from "./td_lambda_prediction.ts";
import { tdPrediction } from "./td_prediction.ts";
import { valueIteration } from "./value_iteration.ts";

/** The built-in algorithms, in the order in which they are taught. */
export const builtinAlgorithms: readonly Algorithm[] = [
  randomPolicy,
  valueIteration,
  policyIteration,
  monteCarloControl,
  sarsa,
  expectedSarsa,
  nStepSarsa,
  sarsaLambda,
  qLearning,
  doubleQLearning,
  qLambda,
  monteCarloPrediction,
  tdPrediction,
  nStepTdPrediction,
  tdLambdaPrediction,
];
