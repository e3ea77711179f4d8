/** An algorithm that does nothing. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const idles: ControlAlgorithm = {
  ...randomPolicy,
  name: "idles",
  title: "Idles",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    learner.train = () => {};
    return learner;
  },
};

export default idles;
