/** An algorithm whose training comes upon a number that is not finite at step 7000, for some seeds. */
import { z } from "zod";
import { checkConfig } from "../../../algorithms/create.ts";
import { qLearning } from "../../../algorithms/q_learning.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const config = z.strictObject({
  share: z.number().default(0.25).describe("Probability that a run diverges."),
});

const diverges: ControlAlgorithm<z.infer<typeof config>> = {
  ...qLearning,
  name: "diverges",
  title: "Diverges",
  module: import.meta.url,
  config,
  create({ config: { share }, ...context }) {
    const learner = qLearning.create({ ...context, config: checkConfig(qLearning, {}) });
    const last = context.streams.minibatches.random() < share ? 7000 : Infinity;
    return {
      get steps() {
        return learner.steps;
      },
      get diverged() {
        return learner.steps === last;
      },
      train: (untilStep) => learner.train(Math.min(untilStep, last)),
      policy: () => learner.policy(),
      save: () => learner.save(),
      restore: (snapshot) => learner.restore(snapshot),
    };
  },
};

export default diverges;
