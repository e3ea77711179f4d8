/** An algorithm that leaves timers behind. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const leavesTimer: ControlAlgorithm = {
  ...randomPolicy,
  name: "leaves_timer",
  title: "Leaves a timer",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    setInterval(() => {}, 1000);
    setTimeout(() => {
      for (;;);
    }, 300);
    return learner;
  },
};

export default leavesTimer;
