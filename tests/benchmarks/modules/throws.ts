/** An algorithm that throws in the middle of training. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const throws: ControlAlgorithm = {
  ...randomPolicy,
  name: "throws",
  title: "Throws",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    learner.train = (untilStep) => {
      if (untilStep > 0) throw new Error("the weights are not finite");
    };
    return learner;
  },
};

export default throws;
