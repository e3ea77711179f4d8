/**
 * What neural algorithms are made of, beside the engine: observations on their way into a network,
 * networks, distributions over actions, replay memory, rollouts, policies that can be exported. With
 * `mod.ts` and `engine/mod.ts` it is all that an algorithm of your own needs: see docs/extending.md.
 *
 * @module
 */
export * from "./action_distribution.ts";
export {
  AutoregressiveNoise,
  type AutoregressiveOptions,
  fillStandardNormal,
} from "./action_noise.ts";
export * from "./action_space.ts";
export * from "./network.ts";
export * from "./neural_policy.ts";
export * from "./observation_encoder.ts";
export * from "./one_hot.ts";
export * from "./replay_buffer.ts";
export * from "./restore_array.ts";
export * from "./rollout.ts";
export * from "./running_moments.ts";
export * from "./training_environment.ts";
