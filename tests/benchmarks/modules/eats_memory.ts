/** An algorithm that eats all memory. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const eatsMemory: ControlAlgorithm = {
  ...randomPolicy,
  name: "eats_memory",
  title: "Eats memory",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    learner.train = (untilStep) => {
      const hoard: unknown[] = [];
      while (untilStep > 0) hoard.push(new Array(1_000_000).fill({}));
    };
    return learner;
  },
};

export default eatsMemory;
