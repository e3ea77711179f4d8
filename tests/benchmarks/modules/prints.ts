/** An algorithm that prints to both outputs. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const prints: ControlAlgorithm = {
  ...randomPolicy,
  name: "prints",
  title: "Prints",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    const train = learner.train.bind(learner);
    learner.train = (untilStep) => {
      train(untilStep);
      if (untilStep > 0) return;
      console.log("hello from the cell");
      console.log('{"type":"finished"}');
      Deno.stdout.writeSync(new TextEncoder().encode("half a line"));
    };
    return learner;
  },
};

export default prints;
