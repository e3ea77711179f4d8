/** An algorithm that ends its process. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const exits: ControlAlgorithm = {
  ...randomPolicy,
  name: "exits",
  title: "Exits",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    learner.train = (untilStep) => {
      if (untilStep > 0) Deno.exit(7);
    };
    return learner;
  },
};

export default exits;
