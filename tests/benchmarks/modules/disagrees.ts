/** An algorithm whose ONNX model acts otherwise than its policy. */
import { qLearning } from "../../../algorithms/q_learning.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const disagrees: ControlAlgorithm = {
  ...qLearning,
  name: "disagrees",
  title: "Disagrees",
  module: import.meta.url,
  create(context) {
    const learner = qLearning.create(context);
    return {
      get steps() {
        return learner.steps;
      },
      train: (untilStep) => learner.train(untilStep),
      save: () => learner.save(),
      restore: (snapshot) => learner.restore(snapshot),
      policy() {
        const policy = learner.policy();
        const act: typeof policy.act = (observation, random) =>
          observation === 5
            ? 3 - (policy.act(observation, random) as number)
            : policy.act(observation, random);
        return { noise: policy.noise, act, toOnnx: () => policy.toOnnx() };
      },
    };
  },
};

export default disagrees;
