/** An algorithm that never ends. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const hangs: ControlAlgorithm = {
  ...randomPolicy,
  name: "hangs",
  title: "Hangs",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    learner.train = (untilStep) => {
      while (untilStep > 0);
    };
    return learner;
  },
};

export default hangs;
