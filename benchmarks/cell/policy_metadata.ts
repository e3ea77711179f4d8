/** What an exported policy says of itself: the metadata of its ONNX file (docs/onnx.md). */
import type { Policy } from "../../algorithms/algorithm.ts";
import type { Environment } from "../../envs/environment.ts";
import { canonicalJson } from "../../data/json.ts";
import type { Job } from "./job.ts";

/** The metadata of the policy that a cell has learned. */
export function policyMetadata(
  job: Job,
  policy: Policy,
  environment: Environment,
): Readonly<Record<string, string>> {
  return {
    suite: job.suite,
    algorithm: job.algorithm,
    entry: job.entry,
    configuration: canonicalJson(job.config),
    environment: job.environment.id,
    environment_options: canonicalJson(job.environment.options),
    seed: String(job.seed),
    steps: String(job.budget),
    observation_space: canonicalJson(environment.observationSpace.description),
    action_space: canonicalJson(environment.actionSpace.description),
    noise: String(policy.noise),
    configuration_digest: job.digests.configuration,
    code_digest: job.digests.code,
  };
}
