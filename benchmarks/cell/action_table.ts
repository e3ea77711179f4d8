/** A policy as a table of actions, as dynamic programming reads it. */
import type { Policy } from "../../algorithms/algorithm.ts";
import type { Environment } from "../../envs/environment.ts";
import { everyObservation } from "./onnx_parity.ts";

/**
 * The number of the action, from 0, that a policy takes at each observation; undefined if it is
 * stochastic or the environment's observations or actions cannot be enumerated.
 */
export function actionTable(
  policy: Policy,
  { observationSpace, actionSpace }: Environment,
): Int32Array | undefined {
  const space = actionSpace.description;
  if (policy.noise > 0 || space.type !== "Discrete") return undefined;
  return everyObservation(policy, observationSpace.description)?.actions
    .map((action) => action - space.start) as Int32Array | undefined;
}
