/** The list of all algorithms that come with Seedbed: a new one is added here. */
import type { Algorithm } from "./algorithm.ts";
import { a2c } from "./a2c.ts";
import { ddpg } from "./ddpg.ts";
import { doubleDqn } from "./double_dqn.ts";
import { doubleQLearning } from "./double_q_learning.ts";
import { dqn } from "./dqn.ts";
import { duelingDqn } from "./dueling_dqn.ts";
import { expectedSarsa } from "./expected_sarsa.ts";
import { monteCarloControl } from "./monte_carlo_control.ts";
import { monteCarloPrediction } from "./monte_carlo_prediction.ts";
import { nStepSarsa } from "./n_step_sarsa.ts";
import { nStepTdPrediction } from "./n_step_td_prediction.ts";
import { policyIteration } from "./policy_iteration.ts";
import { ppo } from "./ppo.ts";
import { qLambda } from "./q_lambda.ts";
import { qLearning } from "./q_learning.ts";
import { qrDqn } from "./qr_dqn.ts";
import { randomPolicy } from "./random_policy.ts";
import { reinforce } from "./reinforce.ts";
import { sac } from "./sac.ts";
import { sarsa } from "./sarsa.ts";
import { sarsaLambda } from "./sarsa_lambda.ts";
import { td3 } from "./td3.ts";
import { tdLambdaPrediction } from "./td_lambda_prediction.ts";
import { tdPrediction } from "./td_prediction.ts";
import { trpo } from "./trpo.ts";
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
  dqn,
  doubleDqn,
  duelingDqn,
  qrDqn,
  reinforce,
  a2c,
  ppo,
  trpo,
  ddpg,
  td3,
  sac,
  monteCarloPrediction,
  tdPrediction,
  nStepTdPrediction,
  tdLambdaPrediction,
];
