/** The options that all on-policy methods share do in each of them what they say. */
import "@tensorflow/tfjs-backend-cpu";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { a2c } from "../../algorithms/a2c.ts";
import { RewardScaler } from "../../algorithms/common/running_moments.ts";
import { ppo } from "../../algorithms/ppo.ts";
import { reinforce } from "../../algorithms/reinforce.ts";
import { trpo } from "../../algorithms/trpo.ts";
import { make } from "../../envs/make.ts";
import { learnerOf } from "./learners.ts";
import { collectedOf, tensorsOf } from "./on_policy.ts";

await tf.setBackend("cpu");

const inRollouts = [
  { algorithm: a2c, own: {} },
  { algorithm: ppo, own: { minibatchSize: 15, epochs: 1 } },
  { algorithm: trpo, own: { minibatchSize: 15, epochs: 1 } },
];
const all = [
  ...inRollouts.map(({ algorithm, own }) => ({
    algorithm,
    own: { ...own, environments: 3, rolloutSteps: 10 },
    copies: 3,
    rewardsOf: (learner: ReturnType<typeof learnerOf>) => collectedOf(learner).rewards,
  })),
  {
    algorithm: reinforce,
    own: { episodesPerUpdate: 100 },
    copies: 1,
    rewardsOf: (learner: ReturnType<typeof learnerOf>) =>
      (learner.save() as unknown as { episodes: { rewards: Float32Array } }).episodes.rewards,
  },
];

for (const { algorithm, own, copies, rewardsOf } of all) {
  Deno.test(`${algorithm.name}: rewards are scaled by the return with the method's own discount`, () => {
    const seen: { reward: number; ended: boolean }[] = [];
    const watched = () => {
      const environment = make("Pendulum-v1", { maxEpisodeSteps: 7 });
      const step = environment.step.bind(environment);
      environment.step = (action, out) => {
        const result = step(action, out);
        seen.push({ reward: result.reward, ended: result.terminated || result.truncated });
        return result;
      };
      return environment;
    };
    const config = { ...own, hidden: [4], discount: 0.5, scaleRewards: true };
    const learner = learnerOf(algorithm, watched, config);
    learner.train(30);
    const scaler = new RewardScaler(copies, 0.5);
    const scaled = seen.map(({ reward, ended }, i) => scaler.scaled(i % copies, reward, ended));
    assertEquals(rewardsOf(learner), Float32Array.from(scaled));
  });

  Deno.test(`${algorithm.name}: the Gaussian's deviation starts where it is told to`, () => {
    const config = { ...own, hidden: [4], initialLogStandardDeviation: -0.5 };
    const learner = learnerOf(algorithm, () => make("Pendulum-v1"), config);
    assertEquals(tensorsOf(learner)["policy.logStandardDeviation"].data, Float32Array.of(-0.5));
  });
}

for (const { algorithm, own } of inRollouts) {
  Deno.test(`${algorithm.name}: observations are normalised by the moments up to the rollout before`, () => {
    const config = {
      ...own,
      environments: 3,
      rolloutSteps: 10,
      hidden: [4],
      normaliseObservations: true,
    };
    const learner = learnerOf(algorithm, () => make("Pendulum-v1"), config);
    learner.train(29);
    assert(tensorsOf(learner)["observation.scale"].data.every((scale) => scale === 1));
    learner.train(30);
    const { observations, current } = collectedOf(learner);
    learner.train(45);
    const [mean, scale] = ["mean", "scale"].map((name) =>
      tensorsOf(learner)[`observation.${name}`].data
    );
    for (let i = 0; i < 3; i++) {
      const column = [...observations, ...current].filter((_, at) => at % 3 === i);
      const average = column.reduce((sum, x) => sum + x) / 33;
      const variance = column.reduce((sum, x) => sum + (x - average) ** 2, 0) / 33;
      assertAlmostEquals(mean[i], average, 1e-5);
      assertAlmostEquals(scale[i], 1 / Math.sqrt(variance), 1e-4 * scale[i]);
    }
  });
}
